import Dispatch
import Experiments
import Glibc
import Synchronization

/// Turns Ctrl-C and a polite kill, or a cluster's warning, into a request to stop; a second one ends
/// the program at once.
///
/// Between commands of one program, a signal ends it.
final class InterruptHandler {
  /// Who is asked to stop, the latest last.
  private static let listeners = Mutex<[StopSignal]>([])
  /// Made once and kept: on Linux a second source of a signal never hears of it.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] =
    [SIGINT, SIGTERM, SIGUSR1].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue.global(qos: .userInitiated))
      source.setEventHandler { interrupt() }
      source.resume()
      return source
    }

  private let stop: StopSignal

  init(_ stop: StopSignal) {
    self.stop = stop
    Self.listeners.withLock { $0.append(stop) }
    _ = Self.sources
  }

  deinit {
    let stop = stop
    Self.listeners.withLock { list in list.removeAll { $0 === stop } }
  }

  private static func interrupt() {
    guard let stop = listeners.withLock({ $0.last }), !stop.isRequested else { _exit(130) }
    stop.request()
    Terminal.writeError("\nStopping: writing checkpoints…\n")
  }
}
