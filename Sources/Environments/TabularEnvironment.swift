/// An environment with so few states that each of them can be written down.
///
/// Its states are numbered, and what an action leads to is a short list. So its optimum can be
/// computed instead of learned, and `fledge check NAME --transitions` prints it as data.
public protocol TabularEnvironment: Environment where Actions == Discrete {
  /// How many states there are.
  var stateCount: Int { get }
  /// How likely each state is to be an episode's first one: `stateCount` numbers with the sum 1.
  var initialDistribution: [Double] { get }
  /// All that may follow an action in a state, in the order in which `step` draws.
  func transitions(from state: Int, taking action: Int) -> [Transition]
  /// The number of a state.
  func index(of state: State) -> Int
}

/// One of the things that may follow an action.
public struct Transition: Hashable, Sendable {
  /// How likely it is; what may follow one action adds up to 1.
  public var probability: Double
  /// The number of the state that follows.
  public var nextState: Int
  /// The reward, or its mean if it is drawn.
  public var reward: Double
  /// Whether the episode ends there.
  public var terminated: Bool

  /// Makes a transition.
  public init(probability: Double, nextState: Int, reward: Double, terminated: Bool) {
    self.probability = probability
    self.nextState = nextState
    self.reward = reward
    self.terminated = terminated
  }
}
