import Experiments
import Reports
import Sweeps
import Synchronization

/// Shows a sweep while it goes on: a line for each trial that has ended, and on a terminal a live
/// line for each that runs.
final class SweepDisplay: Sendable {
  private struct Row {
    var name: String
    var runs: [UInt64: RunProgress] = [:]
    var seeds: Int
  }

  private struct State {
    var rows: [(key: String, row: Row)] = []
    var linesShown = 0
    /// The best score so far of each search, by the name of its arm.
    var best: [String: Double] = [:]
  }

  private let state = Mutex(State())
  private let isLive: Bool
  private let isQuiet: Bool

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    isLive = Terminal.isInteractive && !isQuiet
  }

  /// Says before anything runs what it may cost.
  func begin(_ plan: SweepPlan) {
    guard !isQuiet else { return }
    Terminal.writeError(plan.budgetLines.map { $0 + "\n" }.joined())
  }

  func show(_ event: SweepRunner.Event, of search: SweepConfig) {
    guard !isQuiet else { return }
    state.withLock { state in
      var lines: [String] = []
      switch event {
      case .began(let trial, let isTakenOver):
        let values = SweepReport.account(of: trial.values, in: search.space)
        let name = search.name(ofTrial: trial.number)
        let row = Row(
          name: "\(name)\(isTakenOver ? " (taken over)" : "")  \(values)",
          seeds: search.seeds.count)
        state.rows.append((name, row))
        if !isLive, isTakenOver { lines.append("\(name)  taken over") }
      case .progress(let trial, let progress):
        note(progress, search.name(ofTrial: trial), &state)
      case .confirming(let seed, let role, let progress):
        let key = "confirming \(search.name(of: role)), seed \(seed)"
        if !state.rows.contains(where: { $0.key == key }) {
          state.rows.append((key, Row(name: key, seeds: 1)))
        }
        note(progress, key, &state)
        if progress.phase == .finished {
          state.rows.removeAll { $0.key == key }
          lines.append("\(key)  finished")
        }
      case .ended(let trial):
        state.rows.removeAll { $0.key == search.name(ofTrial: trial.number) }
        lines.append(line(of: trial, search, &state))
      case .interrupted(let trial):
        let name = search.name(ofTrial: trial)
        state.rows.removeAll { $0.key == name }
        lines.append("\(name)  interrupted")
      }
      draw(lines, &state)
    }
  }

  private func note(_ progress: RunProgress, _ key: String, _ state: inout State) {
    guard let place = state.rows.firstIndex(where: { $0.key == key }) else { return }
    state.rows[place].row.runs[progress.seed] = progress
  }

  private func line(
    of trial: Trial, _ search: SweepConfig, _ state: inout State
  ) -> String {
    let values = SweepReport.account(of: trial.values, in: search.space)
    let head = search.name(ofTrial: trial.number)
    switch trial.state {
    case .running: return "\(head)  running"
    case .failed(let reason): return "\(head)  failed: \(reason)"
    case .stopped:
      let last = trial.reports.last
      return "\(head)  stopped early at step \(grouped(last?.step ?? 0)) with "
        + "\(rounded(last?.score ?? 0))  \(values)"
    case .finished(let score):
      let isBetter = state.best[search.arm ?? ""].map {
        search.metric.goal == .maximize ? score > $0 : score < $0
      }
      if isBetter ?? true { state.best[search.arm ?? ""] = score }
      return "\(head)  \(rounded(score))\(isBetter ?? true ? " (best so far)" : "")  \(values)"
    }
  }

  private func draw(_ lines: [String], _ state: inout State) {
    guard isLive else {
      return Terminal.writeError(lines.map { $0 + "\n" }.joined())
    }
    let width = Terminal.width
    var text = state.linesShown > 0 ? "\u{1B}[\(state.linesShown)A" : ""
    for line in lines + state.rows.map({ Self.liveLine($0.row) }) {
      text += "\r" + String(line.prefix(width - 1)) + "\u{1B}[K\n"
    }
    state.linesShown = state.rows.count
    Terminal.writeError(text + "\u{1B}[J")
  }

  private static func liveLine(_ row: Row) -> String {
    let runs = row.runs.values
    guard let budget = runs.first?.budget, budget > 0 else { return row.name }
    let (steps, whole) = (runs.reduce(0) { $0 + $1.step }, budget * max(1, row.seeds))
    let filled = min(12, steps * 12 / max(1, whole))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 12 - filled)
    let returns = runs.compactMap(\.recentReturn)
    let mean = returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count)
    return "\(bar) \(grouped(steps))/\(grouped(whole)) steps"
      + (mean.map { "  return \(rounded($0))" } ?? "") + "  \(row.name)"
  }
}

extension SweepConfig {
  fileprivate func name(ofTrial number: Int) -> String {
    (arm.map { $0 + " " } ?? "") + "trial \(number)"
  }

  fileprivate func name(of role: ConfirmRole) -> String {
    (arm.map { $0 + " " } ?? "") + "\(role)"
  }
}
