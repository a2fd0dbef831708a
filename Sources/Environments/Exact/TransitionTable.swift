/// A finite Markov decision process as data, checked: what the exact solvers work on.
///
/// ```swift
/// let table = try TransitionTable(FrozenLake())
/// let optimum = try table.solve(horizon: 100)
/// print(optimum.expectedReturn)  // 0.74419…
/// ```
public struct TransitionTable: Hashable, Sendable {
  /// How many states there are, at least 1.
  public let stateCount: Int
  /// How many actions there are, at least 1.
  public let actionCount: Int
  /// How likely each state is to be an episode's first one.
  public let initialDistribution: [Double]

  /// All transitions, sorted by state and action.
  let transitions: [Transition]
  /// Where the transitions of each pair of state and action begin, and at last where all end.
  let starts: [Int]

  /// Writes down an environment.
  ///
  /// - Throws: `TransitionTableError`, which names the state and the action that are wrong.
  public init(_ environment: some TabularEnvironment) throws(TransitionTableError) {
    try self.init(
      stateCount: environment.stateCount, actionCount: environment.actions.count,
      initialDistribution: environment.initialDistribution,
      transitions: environment.transitions(from:taking:))
  }

  /// Writes down what a function says may follow each action in each state.
  ///
  /// - Throws: `TransitionTableError`, which names the state and the action that are wrong.
  public init(
    stateCount: Int, actionCount: Int, initialDistribution: [Double],
    transitions following: (_ state: Int, _ action: Int) -> [Transition]
  ) throws(TransitionTableError) {
    guard stateCount > 0 else { throw .noStates }
    guard actionCount > 0 else { throw .noActions }
    try Self.checkStarts(initialDistribution, stateCount)
    var transitions: [Transition] = []
    var starts = [0]
    for state in 0..<stateCount {
      for action in 0..<actionCount {
        let list = following(state, action)
        try Self.check(list, state, action, stateCount)
        transitions += list
        starts.append(transitions.count)
      }
    }
    self.stateCount = stateCount
    self.actionCount = actionCount
    self.initialDistribution = initialDistribution
    self.transitions = transitions
    self.starts = starts
  }

  /// What may follow an action in a state.
  public subscript(state: Int, action: Int) -> ArraySlice<Transition> {
    precondition(
      state >= 0 && state < stateCount && action >= 0 && action < actionCount,
      "there are \(stateCount) states and \(actionCount) actions, not state \(state), "
        + "action \(action)")
    let place = state * actionCount + action
    return transitions[starts[place]..<starts[place + 1]]
  }

  /// How far a sum of probabilities may lie from 1.
  private static var tolerance: Double { 1e-9 }

  private static func checkStarts(
    _ distribution: [Double], _ stateCount: Int
  ) throws(TransitionTableError) {
    guard distribution.count == stateCount else {
      throw .initialCount(distribution.count, states: stateCount)
    }
    if let state = distribution.firstIndex(where: { !($0 >= 0) }) {
      throw .initialProbability(distribution[state], state: state)
    }
    let sum = distribution.reduce(0, +)
    guard abs(sum - 1) <= tolerance else { throw .initialSum(sum) }
  }

  private static func check(
    _ transitions: [Transition], _ state: Int, _ action: Int, _ stateCount: Int
  ) throws(TransitionTableError) {
    func flaw(_ flaw: TransitionTableError.Flaw) -> TransitionTableError {
      .flaw(flaw, state: state, action: action)
    }
    guard !transitions.isEmpty else { throw flaw(.noTransitions) }
    for transition in transitions {
      guard transition.probability >= 0 else { throw flaw(.probability(transition.probability)) }
      guard (0..<stateCount).contains(transition.nextState) else {
        throw flaw(.nextState(transition.nextState, states: stateCount))
      }
      guard transition.reward.isFinite else { throw flaw(.reward(transition.reward)) }
    }
    let sum = transitions.reduce(0) { $0 + $1.probability }
    guard abs(sum - 1) <= tolerance else { throw flaw(.sum(sum)) }
  }
}

/// What is wrong with a table of transitions.
public enum TransitionTableError: Error, Hashable, Sendable {
  /// There is no state.
  case noStates
  /// There is no action.
  case noActions
  /// Another number of initial probabilities than of states.
  case initialCount(Int, states: Int)
  /// An initial probability outside 0…1.
  case initialProbability(Double, state: Int)
  /// Initial probabilities that do not add up to 1.
  case initialSum(Double)
  /// Something is wrong with what follows an action in a state.
  case flaw(Flaw, state: Int, action: Int)

  /// What is wrong with what may follow one action in one state.
  public enum Flaw: Hashable, Sendable {
    /// Nothing follows.
    case noTransitions
    /// A probability outside 0…1.
    case probability(Double)
    /// Probabilities that do not add up to 1.
    case sum(Double)
    /// A next state that does not exist.
    case nextState(Int, states: Int)
    /// A reward that is no finite number.
    case reward(Double)
  }
}

extension TransitionTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noStates: "a table needs at least one state"
    case .noActions: "a table needs at least one action"
    case .initialCount(let count, let states):
      "the initial distribution has \(count) numbers and must have one for each of the "
        + "\(states) states"
    case .initialProbability(let probability, let state):
      "state \(state) comes first with probability \(probability), which must be at least 0"
    case .initialSum(let sum):
      "the probabilities of the first state add up to \(sum) and must add up to 1"
    case .flaw(let flaw, let state, let action): "state \(state), action \(action): \(flaw)"
    }
  }
}

extension TransitionTableError.Flaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTransitions: "nothing may follow, and something must"
    case .probability(let probability):
      "a probability is \(probability) and must be at least 0"
    case .sum(let sum): "the probabilities add up to \(sum) and must add up to 1"
    case .nextState(let next, let states):
      "state \(next) follows, but the states are 0 to \(states - 1)"
    case .reward(let reward): "a reward is \(reward) and must be finite"
    }
  }
}
