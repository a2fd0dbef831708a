/// How likely each action is in each state.
public struct TabularPolicy: Hashable, Sendable {
  /// `[states, actions]`, row by row.
  public let probabilities: [Double]

  /// Makes a policy of its probabilities, `[states, actions]`, row by row.
  public init(probabilities: [Double]) { self.probabilities = probabilities }

  /// The policy that always takes one action in each state.
  public static func choosing(_ actions: [Int], among count: Int) -> TabularPolicy {
    var probabilities = [Double](repeating: 0, count: actions.count * count)
    for (state, action) in actions.enumerated() { probabilities[state * count + action] = 1 }
    return TabularPolicy(probabilities: probabilities)
  }

  /// The policy that takes all actions equally often.
  public static func uniform(states: Int, actions: Int) -> TabularPolicy {
    TabularPolicy(
      probabilities: [Double](repeating: 1 / Double(actions), count: states * actions))
  }
}

extension TransitionTable {
  /// The expected return of a policy from each state on, `[states]`, exact but for rounding.
  ///
  /// Solves `v = r + γ·P·v` by elimination for up to 1500 states, and by sweeps until the values
  /// stand still for more. Without a discount, states from which the policy never ends an episode
  /// must not be paid for ever: elsewhere the solution is unique.
  ///
  /// - Throws: `SolverError` for a policy that does not fit, a discount outside 0…1, and returns
  ///   that are not finite.
  public func evaluate(
    _ policy: TabularPolicy, discount: Double = 1
  ) throws(SolverError) -> [Double] {
    try check(discount: discount)
    let process = try RewardProcess(self, policy, discount: discount)
    let solved = discount < 1 ? Array(0..<stateCount) : try process.statesThatEnd()
    return solved.count <= 1500
      ? process.eliminate(solved) : try process.sweep(solved, tolerance: 1e-13, 1_000_000)
  }

  /// As `evaluate(_:discount:)`, by sweeps of `v(s) ← r(s) + γ·Σ P(s, s')·v(s')`.
  ///
  /// Sutton & Barto (2018), section 4.1, each new value used at once (Gauss and Seidel).
  ///
  /// - Parameters:
  ///   - policy: the probability of each action in each state.
  ///   - discount: γ, from 0 to 1.
  ///   - tolerance: the change of the largest value, relative to it (and at least to 1), at which
  ///     the sweeps end.
  ///   - maximumSweeps: the sweeps after which it gives up.
  /// - Throws: `SolverError`, also where it does not converge.
  public func evaluateBySweeps(
    _ policy: TabularPolicy, discount: Double = 1, tolerance: Double = 1e-13,
    maximumSweeps: Int = 1_000_000
  ) throws(SolverError) -> [Double] {
    try check(discount: discount)
    let process = try RewardProcess(self, policy, discount: discount)
    let solved = discount < 1 ? Array(0..<stateCount) : try process.statesThatEnd()
    return try process.sweep(solved, tolerance: tolerance, maximumSweeps)
  }

  /// The expected return of a policy in episodes that are cut after `horizon` steps, `[states]`.
  ///
  /// - Throws: `SolverError` for a policy that does not fit, a horizon below 1 or a discount
  ///   outside 0…1.
  public func evaluate(
    _ policy: TabularPolicy, horizon: Int, discount: Double = 1
  ) throws(SolverError) -> [Double] {
    try check(discount: discount)
    guard horizon >= 1 else { throw .horizon(horizon) }
    let process = try RewardProcess(self, policy, discount: discount)
    var values = [Double](repeating: 0, count: stateCount)
    for _ in 0..<horizon {
      let next = (0..<stateCount).map { process.value(of: $0, following: values) }
      if next == values { break }
      values = next
    }
    return values
  }

  /// The expected return over the first states of episodes, given the states' values.
  public func expectedReturn(of values: [Double]) -> Double { spread(of: values).mean }
}

/// What is left of a decision process when a policy decides: rewards and weighted successors.
private struct RewardProcess {
  /// The expected reward of a step from each state.
  private(set) var rewards: [Double] = []
  /// The states that may follow and `γ` times how likely they are, those that end left out.
  private(set) var successors: [[(state: Int, weight: Double)]] = []
  /// Whether an episode may end in the next step.
  private var mayEnd: [Bool] = []

  init(
    _ table: TransitionTable, _ policy: TabularPolicy, discount: Double
  ) throws(SolverError) {
    let (states, actions) = (table.stateCount, table.actionCount)
    guard policy.probabilities.count == states * actions else {
      throw .policyShape(policy.probabilities.count, expected: states * actions)
    }
    for state in 0..<states {
      let row = policy.probabilities[state * actions..<(state + 1) * actions]
      guard row.allSatisfy({ $0 >= 0 }), abs(row.reduce(0, +) - 1) <= 1e-9 else {
        throw .policyProbabilities(state: state)
      }
      var reward = 0.0
      var weights: [Int: Double] = [:]
      var ends = false
      for (action, share) in row.enumerated() where share > 0 {
        for next in table[state, action] where next.probability > 0 {
          reward += share * next.probability * next.reward
          if next.terminated {
            ends = true
          } else {
            weights[next.nextState, default: 0] += share * next.probability * discount
          }
        }
      }
      rewards.append(reward)
      successors.append(weights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      mayEnd.append(ends)
    }
  }

  @inline(__always)
  func value(of state: Int, following values: [Double]) -> Double {
    var sum = rewards[state]
    for next in successors[state] { sum += next.weight * values[next.state] }
    return sum
  }

  /// The states whose values need solving, in ascending order; those of all others are 0.
  ///
  /// The others are never paid again. From each of these an episode may end or come to the others,
  /// so that the equations have one solution.
  func statesThatEnd() throws(SolverError) -> [Int] {
    var isUnpaid = rewards.map { $0 == 0 }
    var changed = true
    while changed {
      changed = false
      for state in rewards.indices where isUnpaid[state] {
        if !successors[state].allSatisfy({ isUnpaid[$0.state] }) {
          isUnpaid[state] = false
          changed = true
        }
      }
    }
    var stops = zip(isUnpaid, mayEnd).map { $0 || $1 }
    changed = true
    while changed {
      changed = false
      for state in rewards.indices where !stops[state] {
        if successors[state].contains(where: { stops[$0.state] }) {
          stops[state] = true
          changed = true
        }
      }
    }
    if let state = stops.firstIndex(of: false) { throw .endless(state: state) }
    return rewards.indices.filter { !isUnpaid[$0] }
  }

  /// Solves `(I - γP)·v = r` for these states, by elimination without exchanges of rows.
  ///
  /// The matrix is a nonsingular M-matrix, whose pivots all are positive.
  func eliminate(_ states: [Int]) -> [Double] {
    let count = states.count
    var place = [Int](repeating: -1, count: rewards.count)
    for (index, state) in states.enumerated() { place[state] = index }
    var matrix = [Double](repeating: 0, count: count * count)
    var solution = states.map { rewards[$0] }
    for (row, state) in states.enumerated() {
      matrix[row * count + row] = 1
      for next in successors[state] where place[next.state] >= 0 {
        matrix[row * count + place[next.state]] -= next.weight
      }
    }
    for pivot in 0..<count {
      for row in pivot + 1..<max(count, pivot + 1) where matrix[row * count + pivot] != 0 {
        let factor = matrix[row * count + pivot] / matrix[pivot * count + pivot]
        matrix.withUnsafeMutableBufferPointer { matrix in
          for column in pivot..<count {
            matrix[row * count + column] -= factor * matrix[pivot * count + column]
          }
        }
        solution[row] -= factor * solution[pivot]
      }
    }
    for row in (0..<count).reversed() {
      var sum = solution[row]
      for column in row + 1..<max(count, row + 1) {
        sum -= matrix[row * count + column] * solution[column]
      }
      solution[row] = sum / matrix[row * count + row]
    }
    var values = [Double](repeating: 0, count: rewards.count)
    for (state, value) in zip(states, solution) { values[state] = value }
    return values
  }

  /// Sweeps over these states until their values stand still.
  func sweep(
    _ states: [Int], tolerance: Double, _ maximumSweeps: Int
  ) throws(SolverError) -> [Double] {
    var values = [Double](repeating: 0, count: rewards.count)
    var change = Double.infinity
    for _ in 0..<max(1, maximumSweeps) {
      change = 0
      var largest = 1.0
      for state in states {
        let next = value(of: state, following: values)
        change = max(change, abs(next - values[state]))
        largest = max(largest, abs(next))
        values[state] = next
      }
      if change <= tolerance * largest { return values }
    }
    throw .notConverged(sweeps: max(1, maximumSweeps), change: change, discount: 1)
  }
}
