public import Randomness

/// An environment whose episodes are cut short after a number of steps.
///
/// A step that both terminates and reaches the limit is a termination.
public struct TimeLimit<Base: Environment>: Environment {
  /// The environment without the limit.
  public var base: Base
  /// The number of steps after which an episode is truncated; `nil` never truncates.
  public let maximumSteps: Int?
  @usableFromInline let limit: Int

  /// An episode and how far it has come.
  public struct State: Codable, Sendable {
    /// The state of the environment itself.
    public var base: Base.State
    /// The steps taken since the episode began.
    public var elapsedSteps: Int

    /// Makes a state some steps into an episode.
    @inlinable
    public init(base: Base.State, elapsedSteps: Int = 0) {
      self.base = base
      self.elapsedSteps = elapsedSteps
    }
  }

  /// Limits the episodes of `base` to `maximumSteps`, which must be at least 1.
  ///
  /// Without a number, the world's own limit holds, if it has one.
  @inlinable
  public init(_ base: Base, maximumSteps: Int?) {
    precondition((maximumSteps ?? 1) >= 1, "a time limit must be at least one step")
    self.base = base
    if let maximumSteps { self.base.ownTimeLimit = maximumSteps }
    self.maximumSteps = maximumSteps ?? base.ownTimeLimit
    limit = self.maximumSteps ?? .max
  }

  @inlinable public var actions: Base.Actions { base.actions }
  @inlinable public var observations: Box { base.observations }

  @inlinable
  public func initialState(using random: inout PCG64) -> State {
    State(base: base.initialState(using: &random))
  }

  @inlinable
  public func nextInitialState(after last: State, using random: inout PCG64) -> State {
    State(base: base.nextInitialState(after: last.base, using: &random))
  }

  @inlinable @inline(__always)
  public func step(
    from state: State, taking action: Base.Actions.Element, using random: inout PCG64
  ) -> Step<State> {
    let step = base.step(from: state.base, taking: action, using: &random)
    let elapsed = state.elapsedSteps &+ 1
    return Step(
      state: State(base: step.state, elapsedSteps: elapsed), reward: step.reward,
      ending: step.ending ?? (elapsed >= limit ? .truncated : nil))
  }

  @inlinable @inline(__always)
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    base.observe(state.base, into: &features)
  }

  @inlinable public static var masksActions: Bool { Base.masksActions }

  @inlinable
  public func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    base.appendMask(of: state.base, to: &mask)
  }

  public func validate() throws { try base.validate() }

  public func numbers(of state: State) -> [Double] { base.numbers(of: state.base) }

  /// The state with these numbers, at the beginning of an episode.
  public func state(from numbers: [Double]) throws -> State {
    State(base: try base.state(from: numbers))
  }

  public func describe(_ state: State) -> StateValue { base.describe(state.base) }

  /// The state that this describes, as many steps into an episode as its `step_count` says, if it
  /// says so.
  public func state(describedBy description: StateValue) throws -> State {
    State(
      base: try base.state(describedBy: description),
      elapsedSteps: description["step_count"]?.integer ?? 0)
  }

  public func picture(of state: State) -> Picture? { base.picture(of: state.base) }

  public static var actionNames: [String] { Base.actionNames }

  public static var framesPerSecond: Double { Base.framesPerSecond }
}
