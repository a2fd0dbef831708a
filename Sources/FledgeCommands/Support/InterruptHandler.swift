import Dispatch
import Experiments
import Glibc

/// Turns Ctrl-C and a polite kill, or a cluster's warning, into a request to stop; a second one ends
/// the program at once.
final class InterruptHandler {
  private var sources: [any DispatchSourceSignal] = []

  init(_ stop: StopSignal) {
    for number in [SIGINT, SIGTERM, SIGUSR1] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue.global(qos: .userInitiated))
      source.setEventHandler {
        if stop.isRequested { _exit(130) }
        stop.request()
        Terminal.writeError("\nStopping: writing checkpoints…\n")
      }
      source.resume()
      sources.append(source)
    }
  }
}
