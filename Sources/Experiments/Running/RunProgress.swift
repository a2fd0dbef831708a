/// How far one seed's run is, for whoever watches.
public struct RunProgress: Sendable {
  /// What a run is doing.
  public enum Phase: Sendable, Equatable {
    /// Trying learning rates before the run begins.
    case tuning
    /// The agent acts and learns.
    case training
    /// The agent is evaluated.
    case evaluating
    /// All is done.
    case finished
    /// Stopped on request; a checkpoint holds all that is needed to go on.
    case interrupted
    /// Stopped by an error, told in a sentence.
    case failed(String)
  }

  /// What the run draws from.
  public var seed: UInt64
  /// Of several configurations that run side by side, whose seed it is; `nil` where there is one.
  public var variant: String?
  /// What it is doing.
  public var phase: Phase
  /// Environment steps taken, or those of an optimizer, of ``budget``.
  public var step: Int
  /// Environment steps that it may take.
  public var budget: Int
  /// Steps a second since this process began with the run.
  public var stepsPerSecond: Double
  /// Episodes ended so far.
  public var episodes: Int
  /// Mean return of the last (at most) 100 training episodes.
  public var recentReturn: Double?
  /// What the validation part says of several tasks together, lower is better.
  public var validationScore: Double?

  /// Seconds left at the present speed.
  public var secondsLeft: Double? {
    stepsPerSecond > 0 ? Double(budget - step) / stepsPerSecond : nil
  }
}
