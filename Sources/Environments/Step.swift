/// What one action led to.
public struct Step<State: Sendable>: Sendable {
  /// The state that follows.
  public var state: State
  /// The reward of the step.
  public var reward: Double
  /// Why the episode ended here, or `nil` while it goes on.
  public var ending: Ending?

  /// Makes a step; the two functions below say the same in one word.
  @inlinable
  public init(state: State, reward: Double, ending: Ending?) {
    self.state = state
    self.reward = reward
    self.ending = ending
  }

  /// A step after which the episode goes on.
  @inlinable
  public static func transition(to state: State, reward: Double) -> Self {
    Step(state: state, reward: reward, ending: nil)
  }

  /// A step into an absorbing state.
  @inlinable
  public static func termination(at state: State, reward: Double) -> Self {
    Step(state: state, reward: reward, ending: .terminated)
  }
}

/// Why an episode ended.
///
/// The raw values are what a batch writes into its `endings`, where 0 stands for "goes on".
public enum Ending: UInt8, Codable, Sendable {
  /// The process reached an absorbing state: the value of what follows is zero.
  case terminated = 1
  /// The episode was cut short: the value of what follows is unknown, so bootstrap it.
  ///
  /// Only the time limit truncates; a world never does.
  case truncated = 2
}
