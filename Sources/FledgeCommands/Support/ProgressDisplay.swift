import Experiments
import Synchronization

/// Shows how far each seed is: a live line per seed on a terminal, plain lines elsewhere.
///
/// Runs report from their own threads; the display is the one place where they meet.
final class ProgressDisplay: Sendable {
  private struct State {
    var order: [UInt64] = []
    var rows: [UInt64: RunProgress] = [:]
    var linesShown = 0
    var lastTenth: [UInt64: Int] = [:]
  }

  private let state = Mutex(State())
  private let isLive: Bool
  private let isQuiet: Bool

  init(isQuiet: Bool = false) {
    self.isQuiet = isQuiet
    isLive = Terminal.isInteractive && !isQuiet
  }

  func show(_ progress: RunProgress) {
    guard !isQuiet else { return }
    state.withLock { state in
      if state.rows.updateValue(progress, forKey: progress.seed) == nil {
        state.order.append(progress.seed)
        state.order.sort()
      }
      if isLive { redraw(&state) } else { printPlainly(progress, &state) }
    }
  }

  private func redraw(_ state: inout State) {
    var text = state.linesShown > 0 ? "\u{1B}[\(state.linesShown)A" : ""
    let width = Terminal.width
    for seed in state.order {
      guard let row = state.rows[seed] else { continue }
      text += "\r" + String(Self.line(row, withBar: true).prefix(width - 1)) + "\u{1B}[K\n"
    }
    state.linesShown = state.order.count
    Terminal.writeError(text)
  }

  /// A line at each tenth of the way and at the end.
  private func printPlainly(_ progress: RunProgress, _ state: inout State) {
    let tenth = progress.budget > 0 ? progress.step * 10 / progress.budget : 0
    let isOver = ![.tuning, .training, .evaluating].contains(progress.phase)
    guard isOver || tenth > state.lastTenth[progress.seed] ?? 0 else { return }
    state.lastTenth[progress.seed] = tenth
    Terminal.writeError(Self.line(progress, withBar: false) + "\n")
  }

  static func line(_ progress: RunProgress, withBar: Bool) -> String {
    let share = progress.budget > 0 ? Double(progress.step) / Double(progress.budget) : 0
    var parts = ["seed \(progress.seed)"]
    if withBar {
      let filled = Int(share * 20)
      parts.append(
        String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled))
    }
    parts.append("\(grouped(progress.step))/\(grouped(progress.budget)) steps")
    if progress.stepsPerSecond > 0 {
      parts.append("\(grouped(Int(progress.stepsPerSecond)))/s")
    }
    if let value = progress.recentReturn { parts.append("return \(rounded(value))") }
    switch progress.phase {
    case .training:
      if let left = progress.secondsLeft { parts.append("\(duration(left)) left") }
    case .tuning: parts.append("trying learning rates")
    case .evaluating: parts.append("evaluating")
    case .finished: parts.append("finished")
    case .interrupted: parts.append("interrupted")
    case .failed: parts.append("failed")  // why is told once, at the end
    }
    return parts.joined(separator: "  ")
  }
}

/// 50000 as "50,000".
func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number with as many places as a reader needs.
func rounded(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  let tenths = (value * 10).rounded() / 10
  return abs(tenths) >= 1e15
    ? "\(tenths)" : tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
}

/// Seconds as "12 s", "3 min 20 s" or "2 h 5 min".
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}
