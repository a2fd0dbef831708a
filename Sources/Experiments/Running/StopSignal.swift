import Synchronization

/// Asks every run that holds it to write a checkpoint and stop.
public final class StopSignal: Sendable {
  private let requested = Atomic<Bool>(false)

  /// Makes a signal that nobody has given yet.
  public init() {}

  /// Asks all who look at it to stop.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Whether somebody asked.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}
