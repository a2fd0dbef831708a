public import Randomness

/// A Markov decision process whose dynamics are a function of state, action and chance alone.
///
/// The environment is a value that holds parameters; `State` holds an episode. So an episode is
/// copied, saved, resumed or branched by copying a state, and a batch is a loop. `EnvironmentLaws`
/// checks what the comments below promise.
///
/// ```swift
/// struct Corridor: Environment {
///   /// Where the goal is, in steps from the start.
///   var length = 10
///
///   struct State: Codable, Sendable { var position = 0 }
///
///   var actions: Discrete { Discrete(2) }
///   var observations: Box { Box(low: [0], high: [1]) }
///
///   func initialState(using random: inout PCG64) -> State { State() }
///
///   func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
///     let next = State(position: max(0, state.position + (action == 1 ? 1 : -1)))
///     return next.position == length
///       ? .termination(at: next, reward: 1) : .transition(to: next, reward: 0)
///   }
///
///   func observe(_ state: State, into features: inout OutputSpan<Float>) {
///     features.append(Float(state.position) / Float(length))
///   }
/// }
/// ```
public protocol Environment<Actions>: Sendable {
  /// All that changes during an episode.
  associatedtype State: Codable & Sendable
  /// What kind of actions there are: `Discrete`, `MultiDiscrete`, `Interval` or
  /// `Box`.
  associatedtype Actions: Space

  /// The actions that may be taken.
  var actions: Actions { get }
  /// The bounds of each feature that `observe(_:into:)` appends; infinite where there are none.
  var observations: Box { get }

  /// The first state of an episode.
  func initialState(using random: inout PCG64) -> State

  /// Takes an action; all chance comes from `random`.
  func step(
    from state: State, taking action: Actions.Element, using random: inout PCG64
  ) -> Step<State>

  /// Appends what an agent sees of a state: exactly `observations.size` finite numbers.
  func observe(_ state: State, into features: inout OutputSpan<Float>)

  // What follows has defaults.

  /// The first state of the episode that follows another one. Default: `initialState(using:)`.
  ///
  /// For environments of which something lasts over the episodes.
  func nextInitialState(after last: State, using random: inout PCG64) -> State

  /// Whether some actions are forbidden in some states. Default: no.
  static var masksActions: Bool { get }

  /// Appends 1 for each allowed action and 0 for each forbidden one, at least one of them allowed.
  ///
  /// Where several choices are made at once, those of the first come first, and each choice needs
  /// an allowed one. Asked only where `masksActions` is true and actions are choices.
  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>)

  /// The parameters that an experiment file or a flag may change. Default: none.
  static var settings: [Setting<Self>] { get }

  /// Says what is wrong with the parameters together, after settings were changed. Default: nothing.
  ///
  /// - Throws: a sentence with the names of the settings and the remedy.
  func validate() throws

  /// The steps after which the world itself says that an episode is cut short, where its rewards
  /// depend on them; `TimeLimit` does the cutting. Default: `nil`, and setting it changes nothing.
  var ownTimeLimit: Int? { get set }

  /// A state as numbers, in a documented order (Gymnasium's, where it has this world). Default: none.
  func numbers(of state: State) -> [Double]

  /// The state with these numbers, of which there are as many as `numbers(of:)` gives.
  ///
  /// - Throws: what is wrong with them, in a sentence.
  func state(from numbers: [Double]) throws -> State

  /// A state in full, as other programs write it. Default: the list of its numbers.
  func describe(_ state: State) -> StateValue

  /// The state that a description means. Default: the one with these numbers.
  ///
  /// - Throws: what is wrong with it, in a sentence.
  func state(describedBy description: StateValue) throws -> State

  /// What a state looks like. Default: `nil`, and its features are shown as bars.
  func picture(of state: State) -> Picture?

  /// What each action of a choice is called; of several choices or of numbers, each one. Default: none.
  ///
  /// A player's arrow keys follow the words left, right, up, down and forward, and the space bar
  /// means the first action that is called no-op, noop, idle, coast, wait, stay or none.
  static var actionNames: [String] { get }

  /// The steps a second at which the world is shown. Default: 30.
  ///
  /// Where it is below 10, a player is given time: the world moves only when a key is pressed.
  static var framesPerSecond: Double { get }
}

extension Environment {
  @inlinable
  public func nextInitialState(after last: State, using random: inout PCG64) -> State {
    initialState(using: &random)
  }

  @inlinable public static var masksActions: Bool { false }

  @inlinable
  public func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    preconditionFailure("\(Self.self) says that it masks actions but has no appendMask(of:to:)")
  }

  public static var settings: [Setting<Self>] { [] }

  public func validate() throws {}

  @inlinable public var ownTimeLimit: Int? {
    get { nil }
    set {}
  }

  public func picture(of state: State) -> Picture? { nil }

  public static var actionNames: [String] { [] }

  public static var framesPerSecond: Double { 30 }

  public func numbers(of state: State) -> [Double] { [] }

  public func describe(_ state: State) -> StateValue { StateValue(numbers(of: state)) }

  public func state(describedBy description: StateValue) throws -> State {
    func refuse(_ reason: String) -> EnvironmentError {
      .invalidState(environment: "\(Self.self)", reason: reason)
    }
    guard let numbers = description.numbers else {
      throw refuse("it is not a list of numbers")
    }
    var random = PCG64(seed: 0)
    let expected = self.numbers(of: initialState(using: &random)).count
    if expected > 0 && numbers.count != expected {
      throw refuse("it has \(expected) numbers, not \(numbers.count)")
    }
    if let place = numbers.firstIndex(where: { !$0.isFinite }) {
      throw refuse("number \(place) is \(numbers[place])")
    }
    return try state(from: numbers)
  }

  public func state(from numbers: [Double]) throws -> State {
    throw EnvironmentError.invalidState(
      environment: "\(Self.self)",
      reason: "it does not say how to make a state from numbers (see state(from:))")
  }
}
