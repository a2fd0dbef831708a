public import Environments
public import Randomness

/// A world of MiniGrid's kind: its file says only how a level is laid out and what ends an episode.
///
/// The rules are in `GridState.take(_:)`, what the agent sees is in `GridView`. Chevalier-Boisvert
/// et al. (2023), "Minigrid & Miniworld: modular & customizable reinforcement learning environments
/// for goal-oriented tasks". A world of one's own:
///
/// ```swift
/// import Environments
/// import Randomness
/// import Simulators
///
/// /// A goal behind a door, in a corridor.
/// struct Corridor: GridWorld {
///   typealias Cells = GridCells<75>
///
///   var options = GridOptions()
///   /// The corridor's length in cells, with its walls.
///   var length = 9
///
///   var width: Int { length }
///   var height: Int { 3 }
///   var standardLimit: Int { 10 * length }
///
///   func mission(of state: State) -> String { "open the door and get to the goal" }
///
///   func layOut(_ state: inout State, using random: inout PCG64) {
///     state.enclose()
///     state.putAgent(1, 1)
///     state[length - 2, 1] = .goal
///     state[random.integer(in: 2..<length - 2), 1] = .door(.red)
///   }
///
///   static var settings: [Setting<Self>] {
///     [Setting("length", \.length, unit: "cells", 5...25)] + gridSettings
///   }
/// }
/// ```
public protocol GridWorld: Environment where State == GridState<Cells>, Actions == Discrete {
  /// Room for the cells of its largest grid.
  associatedtype Cells: GridStorage

  /// What all grid worlds let a user choose.
  var options: GridOptions { get set }
  /// The size of its grids, in cells.
  var width: Int { get }
  /// Rows of the grid, walls included.
  var height: Int { get }
  /// The steps after which an episode is cut short unless a user says otherwise, as in MiniGrid.
  var standardLimit: Int { get }
  /// What the agent is asked to do.
  func mission(of state: State) -> String
  /// Makes a level of an empty grid: sets cells and the agent.
  func layOut(_ state: inout State, using random: inout PCG64)

  // What follows has defaults.

  /// Whether the agent sees through walls and doors. Default: no.
  var seesThroughWalls: Bool { get }
  /// What of the mission varies and is shown as categories. Default: nothing.
  static var missionParts: [GridMissionPart] { get }
  /// What an action does. Default: what it says.
  func meaning(of action: GridAction) -> GridAction
  /// Whether the episode goes on after an action. Default: what is usual.
  func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome
  /// Finds in a grid, and in a mission if there is one, what `layOut` would have kept of them in
  /// the state. Default: nothing.
  ///
  /// - Throws: what is missing, in a sentence.
  func findTargets(in state: inout State, mission: String?) throws
}

/// What all grid worlds let a user choose.
public struct GridOptions: Hashable, Sendable {
  /// The steps after which an episode is cut short; `nil` for the world's own number.
  public var maximumSteps: Int?
  /// The side of the square that the agent sees, in cells; an odd number.
  public var viewSize = 7
  /// Whether the whole grid is shown instead of what the agent sees.
  public var fullyObservable = false

  /// Makes MiniGrid's choice.
  public init() {}
}

/// A part of a mission that varies between episodes.
public enum GridMissionPart: Sendable {
  /// The color of the object that the mission names.
  case color
}

extension GridWorld {
  @inlinable public var seesThroughWalls: Bool { false }
  @inlinable public static var missionParts: [GridMissionPart] { [] }
  @inlinable public func meaning(of action: GridAction) -> GridAction { action }

  @inlinable
  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    usually
  }

  public func findTargets(in state: inout State, mission: String?) throws {}

  public var actions: Discrete { Discrete(GridAction.allCases.count) }

  /// MiniGrid's `max_steps`: the reward of success depends on it.
  @inlinable public var ownTimeLimit: Int? {
    get { options.maximumSteps ?? standardLimit }
    set { options.maximumSteps = newValue }
  }

  public func initialState(using random: inout PCG64) -> State {
    var state = State(width: width, height: height)
    layOut(&state, using: &random)
    return state
  }

  @inlinable @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let action = meaning(
      of: GridAction(rawValue: UInt8(truncatingIfNeeded: action)) ?? .done)
    var next = state
    let usual = next.take(action)
    switch outcome(of: action, from: state, to: next, usually: usual) {
    case .goesOn: return .transition(to: next, reward: 0)
    case .failure: return .termination(at: next, reward: 0)
    case .success:
      let limit = Double(options.maximumSteps ?? standardLimit)
      return .termination(at: next, reward: 1 - 0.9 * (Double(next.stepCount) / limit))
    }
  }

  /// The settings that every grid world has.
  @inlinable @inline(__always)
  public static var gridSettings: [Setting<Self>] {
    [
      Setting("viewSize", \.options.viewSize, unit: "cells", 3...GridView.largestSize),
      Setting("fullyObservable", \.options.fullyObservable),
    ]
  }

  public static var settings: [Setting<Self>] { gridSettings }

  public func validate() throws { try validateGrid() }

  /// What every grid world asks of its settings: an odd view and a grid that fits.
  ///
  /// - Throws: what is wrong, in a sentence.
  public func validateGrid() throws {
    guard options.viewSize % 2 == 1 else {
      throw GridProblem(
        "viewSize must be odd, for the agent is in the middle of its edge, not \(options.viewSize)")
    }
    guard width * height <= Cells.capacity else {
      throw GridProblem(
        "a grid of \(width)x\(height) cells is too large: there is room for \(Cells.capacity)")
    }
  }

  /// Slow enough to follow; a player moves by one step a key.
  public static var framesPerSecond: Double { 8 }

  /// The names of the actions, by number.
  public static var actionNames: [String] {
    ["left", "right", "forward", "pick up", "drop", "toggle", "done"]
  }
}

/// What is wrong with a grid or with the settings of its world.
public struct GridProblem: Error, CustomStringConvertible {
  public let description: String

  /// Makes an error with this sentence.
  public init(_ description: String) { self.description = description }
}
