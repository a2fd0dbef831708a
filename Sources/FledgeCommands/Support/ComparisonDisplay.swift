import Experiments
import Synchronization

/// Shows how far a comparison is: how many runs are over, and a line for each that goes on.
final class ComparisonDisplay: Sendable {
  private struct State {
    var active: [String: RunProgress] = [:]
    var over = 0
    var linesShown = 0
  }

  private let state = Mutex(State())
  private let total: Int
  private let isQuiet: Bool
  private let isLive: Bool

  init(total: Int, isQuiet: Bool) {
    (self.total, self.isQuiet) = (total, isQuiet)
    isLive = Terminal.isInteractive && !isQuiet
  }

  func show(_ progress: RunProgress) {
    guard !isQuiet else { return }
    state.withLock { state in
      let name = "\(progress.variant ?? "") seed \(progress.seed)"
      let isOver =
        switch progress.phase {
        case .tuning, .training, .evaluating: false
        case .finished, .interrupted, .failed: true
        }
      state.active[name] = isOver ? nil : progress
      if isOver { state.over += 1 }
      if isLive {
        redraw(&state, ended: isOver ? line(name, progress) : nil)
      } else if isOver {
        Terminal.writeError("[\(state.over)/\(total)] \(line(name, progress))\n")
      }
    }
  }

  private func redraw(_ state: inout State, ended: String?) {
    var text = state.linesShown > 0 ? "\u{1B}[\(state.linesShown)A" : ""
    let width = Terminal.width
    var lines = state.active.sorted { $0.key < $1.key }.map { line($0.key, $0.value) }
    lines.append("\(state.over) of \(counted(total, "run")) \(total == 1 ? "is" : "are") over")
    for line in (ended.map { [$0] } ?? []) + lines {
      text += "\r" + String(line.prefix(width - 1)) + "\u{1B}[K\n"
    }
    // What was below and is no longer needed.
    state.linesShown = lines.count
    Terminal.writeError(text + "\u{1B}[J")
  }

  private func line(_ name: String, _ progress: RunProgress) -> String {
    var parts = [name]
    switch progress.phase {
    case .tuning: parts.append("trying learning rates")
    case .training, .evaluating:
      let share = progress.budget > 0 ? Double(progress.step) / Double(progress.budget) : 0
      let filled = min(20, Int(share * 20))
      parts.append(
        String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled))
      if progress.stepsPerSecond > 0 {
        parts.append("\(grouped(Int(progress.stepsPerSecond))) steps/s")
      }
      if let left = progress.secondsLeft { parts.append("\(duration(left)) left") }
    case .finished: parts.append("finished after \(grouped(progress.step)) steps")
    case .interrupted: parts.append("interrupted")
    case .failed: parts.append("failed")  // why is told once, at the end
    }
    if let score = progress.validationScore {
      parts.append("validation \((score * 1e4).rounded() / 1e4)")
    }
    return parts.joined(separator: "  ")
  }
}
