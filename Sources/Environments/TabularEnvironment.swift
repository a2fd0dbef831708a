/// An environment with so few states that each of them can be written down.
///
/// Its states are numbered, and what an action leads to is a short list. So its optimum can be
/// computed instead of learned (see `TransitionTable`, `fledge solve`), and
/// `fledge check NAME --transitions` prints it as data.
public protocol TabularEnvironment: Environment where Actions == Discrete {
  /// How many states there are.
  var stateCount: Int { get }
  /// How likely each state is to be an episode's first one: `stateCount` numbers with the sum 1.
  var initialDistribution: [Double] { get }
  /// All that may follow an action in a state, in the order in which `step` draws.
  func transitions(from state: Int, taking action: Int) -> [Transition]
  /// The number of a state.
  ///
  /// States may share a number where nobody can see the difference before it is drawn, such as a
  /// card that lies face down.
  func index(of state: State) -> Int

  // What follows has defaults.

  /// What the actions are called. Default: their numbers.
  var actionNames: [String] { get }
  /// What a state is called. Default: its number.
  func name(ofState state: Int) -> String
  /// Where the states lie, to print a policy as a map. Default: nowhere.
  var grids: [StateGrid] { get }
}

extension TabularEnvironment {
  public var actionNames: [String] { (0..<actions.count).map { "\($0)" } }
  public func name(ofState state: Int) -> String { "\(state)" }
  public var grids: [StateGrid] { [] }
  /// Slow enough to follow; a player moves by one step a key.
  public static var framesPerSecond: Double { 6 }
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

/// States laid out in rows, and a sign for each action.
public struct StateGrid: Hashable, Sendable {
  /// What lies in a place.
  public enum Cell: Hashable, Sendable {
    /// A state in which an action is chosen.
    case state(Int)
    /// A place where nothing is chosen, such as a hole or a goal.
    case mark(Character)
  }

  /// What the grid shows, such as `usable ace`; empty where there is nothing to say.
  public var title: String
  /// The rows, from the top; all of the same length.
  public var rows: [[Cell]]
  /// What the rows are called; empty where they have no names.
  public var rowNames: [String]
  /// What the columns are called; empty where they have no names.
  public var columnNames: [String]
  /// A sign for each action, such as an arrow.
  public var signs: [Character]

  /// Makes a grid.
  public init(
    title: String = "", rows: [[Cell]], rowNames: [String] = [], columnNames: [String] = [],
    signs: [Character]
  ) {
    self.title = title
    self.rows = rows
    self.rowNames = rowNames
    self.columnNames = columnNames
    self.signs = signs
  }
}
