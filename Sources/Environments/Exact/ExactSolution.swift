/// The best that can be done in a world, computed from its table.
public struct ExactSolution: Hashable, Sendable {
  /// How a solution was found.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Sweeps of the Bellman optimality equation.
    case valueIteration = "value-iteration"
    /// Evaluation and improvement of a policy in turn.
    case policyIteration = "policy-iteration"
    /// From the last step of a limited episode back.
    case finiteHorizon = "finite-horizon"
  }

  /// How it was found.
  public let method: Method
  /// What future rewards count for, per step.
  public let discount: Double
  /// The steps of an episode, `nil` if they are not limited.
  public let horizon: Int?
  /// `[states]`: the largest expected return from each state on.
  public let values: [Double]
  /// `[states]`: the actions that lead to it, in ascending order; with a horizon, at the first
  /// step.
  ///
  /// Without a horizon, whoever takes any of them, always, does best; so without a discount those
  /// are left out that are as good but may lead nowhere, such as steps against a wall that cost
  /// nothing.
  public let actions: [[Int]]
  /// Sweeps over all states, or policies that were evaluated.
  public let iterations: Int
  /// By how much the values miss Bellman's optimality equation in the worst state.
  ///
  /// Zero but for rounding after policy iteration and with a horizon.
  public let residual: Double
  /// How far a value may lie from the truth, rounding aside; `nil` if only the residual is known.
  ///
  /// With a discount `γ < 1` it is `residual / (1 - γ)` (Puterman 1994, theorem 6.3.1); without
  /// one, no bound follows from the residual alone.
  public let errorBound: Double?
  /// The returns of the best policy, over the first states of episodes.
  public let starts: Spread

  /// The largest expected return, over the first states of episodes.
  public var expectedReturn: Double { starts.mean }

  /// Values at the first states of episodes, weighted by how likely these are.
  public struct Spread: Hashable, Sendable {
    /// The expected return.
    public var mean: Double
    /// The standard deviation of the first states' values; chance after the start is not in it.
    public var standardDeviation: Double
    /// The value of the worst first state.
    public var minimum: Double
    /// The value of the best first state.
    public var maximum: Double
  }
}

/// Why a table has no solution of the kind asked for.
public enum SolverError: Error, Hashable, Sendable {
  /// A discount outside 0…1.
  case discount(Double)
  /// A horizon below 1.
  case horizon(Int)
  /// Under the policy, episodes from a state never end, so without a discount there is no value.
  case endless(state: Int)
  /// The values still changed after the last sweep.
  case notConverged(sweeps: Int, change: Double, discount: Double)
  /// A policy with a row too many or too few.
  case policyShape(Int, expected: Int)
  /// Probabilities of a state that are below 0 or do not add up to 1.
  case policyProbabilities(state: Int)
}

extension SolverError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .discount(let discount): "the discount must lie between 0 and 1, not at \(discount)"
    case .horizon(let horizon): "a horizon must be at least one step, not \(horizon)"
    case .endless(let state):
      "from state \(state) on, rewards never stop, so its return without a discount is not finite; "
        + "give a discount below 1 or a horizon"
    case .notConverged(let sweeps, let change, let discount):
      "the values still changed by \(change) after \(sweeps) sweeps; "
        + (discount < 1
          ? "allow more sweeps or a larger tolerance"
          : "some return may not be finite: give a discount below 1, a horizon or more sweeps")
    case .policyShape(let count, let expected):
      "a policy needs \(expected) probabilities, one for each action in each state, not \(count)"
    case .policyProbabilities(let state):
      "the policy's probabilities in state \(state) must be at least 0 and add up to 1"
    }
  }
}

extension TransitionTable {
  /// The best that can be done: by backward induction with a horizon, else by policy iteration.
  ///
  /// - Parameters:
  ///   - discount: what a reward one step later counts for, from 0 to 1.
  ///   - horizon: the steps of an episode, `nil` for no limit.
  /// - Throws: `SolverError`, such as for returns that are not finite.
  public func solve(
    discount: Double = 1, horizon: Int? = nil
  ) throws(SolverError) -> ExactSolution {
    if let horizon {
      try backwardInduction(horizon: horizon, discount: discount)
    } else {
      try policyIteration(discount: discount)
    }
  }

  /// The value of an action: its expected reward and what the values promise afterwards.
  ///
  /// The right side of Bellman's equation, `Σ p·(r + γ·v(s'))`, without `v` where an episode ends.
  @inline(__always)
  func value(
    of action: Int, in state: Int, discount: Double, following values: [Double]
  ) -> Double {
    let place = state * actionCount + action
    var sum = 0.0
    for index in starts[place]..<starts[place + 1] {
      let next = transitions[index]
      let later = next.terminated ? 0 : discount * values[next.nextState]
      sum += next.probability * (next.reward + later)
    }
    return sum
  }

  /// The value of the best action.
  @inline(__always)
  func bestValue(in state: Int, discount: Double, following values: [Double]) -> Double {
    var best = -Double.infinity
    for action in 0..<actionCount {
      best = max(best, value(of: action, in: state, discount: discount, following: values))
    }
    return best
  }

  /// The actions whose value is the best one but for rounding.
  func bestActions(in state: Int, discount: Double, following values: [Double]) -> [Int] {
    let all = (0..<actionCount).map {
      value(of: $0, in: state, discount: discount, following: values)
    }
    let best = all.max() ?? 0
    return all.indices.filter { all[$0] >= best - roundingMargin(of: best) }
  }

  /// Differences below this are taken for rounding.
  func roundingMargin(of value: Double) -> Double { 1e-9 * max(1, abs(value)) }

  /// The mean and the spread of the first states' values.
  func spread(of values: [Double]) -> ExactSolution.Spread {
    let starts = initialDistribution.indices.filter { initialDistribution[$0] > 0 }
    let mean = starts.reduce(0) { $0 + initialDistribution[$1] * values[$1] }
    let variance = starts.reduce(0) {
      $0 + initialDistribution[$1] * (values[$1] - mean) * (values[$1] - mean)
    }
    return ExactSolution.Spread(
      mean: mean, standardDeviation: variance.squareRoot(),
      minimum: starts.map { values[$0] }.min() ?? mean,
      maximum: starts.map { values[$0] }.max() ?? mean)
  }

  /// A solution without a horizon: its actions, residual and bound follow from the values.
  func solution(
    _ method: ExactSolution.Method, _ values: [Double], discount: Double, iterations: Int
  ) -> ExactSolution {
    let residual = (0..<stateCount).reduce(0) {
      max($0, abs(bestValue(in: $1, discount: discount, following: values) - values[$1]))
    }
    return ExactSolution(
      method: method, discount: discount, horizon: nil, values: values,
      actions: optimalActions(following: values, discount: discount), iterations: iterations,
      residual: residual,
      errorBound: discount < 1 ? residual / (1 - discount) : nil, starts: spread(of: values))
  }

  func check(discount: Double) throws(SolverError) {
    guard discount >= 0 && discount <= 1 else { throw .discount(discount) }
  }
}
