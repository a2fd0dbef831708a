package import Tracking

/// A configuration of a comparison, such as a strategy with an architecture, and its runs.
package struct MultiTaskCell: Sendable {
  /// The variant's name, which its folder has.
  package var name: String
  package var record: RecordedCell
  /// By seed.
  package var runs: [MultiTaskRun]
  /// The places of its tasks among the comparison's.
  package var tasks: [Int]
  /// `values[column][run]`, all finite: what diverged counts as the worst of its column.
  package var values: [[Double]] = []
  /// Runs and columns whose score was not finite.
  package var diverged: [(seed: UInt64, column: Int)] = []

  package var seeds: [UInt64] { runs.map(\.seed) }
  /// Whether every task counts alike in it, whatever it is called.
  package var isEqualWeighting: Bool {
    record.role == .candidate && ["equal", "equalWeighting"].contains(record.strategy)
  }
}

/// A score of a task: one number that every run of a cell has.
package struct ScoreColumn: Sendable {
  package var task: Int
  package var taskName: String
  package var score: RecordedScore
  /// `<task>/<score>`.
  package var key: String { "\(taskName)/\(score.name)" }
  /// 1 where higher is better, -1 where lower is.
  package var sign: Double { score.higherIsBetter ? 1 : -1 }

  /// Whether it cannot but lie in 0...1, by what it is and not by what values it happened to take.
  var isShare: Bool {
    score.count != nil || ["auc", "f1", "macroF1"].contains(score.name)
  }

  /// Whether a score is better than the trivial one by more than rounding: less is no unit to measure
  /// others by.
  func isGain(_ value: Double, over trivial: Double) -> Bool {
    sign * (value - trivial) > 1e-9 * max(abs(trivial), 1e-300)
  }
}

/// Why configurations cannot be compared.
package enum MultiTaskError: Error, Equatable, CustomStringConvertible {
  case noRuns
  case differingExperiments(String, String)
  case differingTasks(String, String)
  case differingData(String, String)
  case unknown(String, String, known: [String])
  case noCandidate

  package var description: String {
    switch self {
    case .noRuns: "There is no finished run with several tasks; name folders that hold some."
    case .differingExperiments(let first, let second):
      "Runs \(first) and \(second) are of different experiments; compare them separately."
    case .differingTasks(let first, let second):
      "Runs \(first) and \(second) have different tasks or scores; compare them separately."
    case .differingData(let first, let second):
      "Runs \(first) and \(second) learned from different data (the examples, or the keys "
        + "dataset and split of their configurations); compare them separately."
    case .unknown(let what, let name, let known):
      "No \(what) is named \(name); it must be one of \(known.joined(separator: ", "))."
    case .noCandidate:
      "There is no finished run of a configuration, only controls; name folders that hold some."
    }
  }
}

/// Runs as a table of cells and scores, before anything is worked out of them.
package struct MultiTaskTable: Sendable {
  package var experiment: String
  package var tasks: [RecordedTask]
  package var columns: [ScoreColumn]
  /// The column of each task that counts where there must be one.
  package var main: [Int]
  package var cells: [MultiTaskCell]
  /// Runs that are left out, each with its reason.
  package var skipped: [String]
  /// Runs that came twice.
  package var repeated: [String]

  /// - Parameters:
  ///   - chosen: names of tasks to which the comparison is narrowed; all, where empty.
  ///   - score: the name of the score that counts, where it is not each task's first.
  package init(
    of runs: [MultiTaskRun], tasks chosen: [String] = [], score: String? = nil
  ) throws(MultiTaskError) {
    let usable = runs.filter(\.isUsable)
    skipped = runs.filter { !$0.isUsable }.map(Self.reason)
    guard let first = usable.first else { throw .noRuns }
    experiment = first.experiment
    let whole = usable.first { $0.record.cell.role != .singleTask }
    guard let whole else { throw .noCandidate }
    try Self.checkAgreement(of: usable, with: whole)
    tasks = whole.record.tasks
    if !chosen.isEmpty {
      let known = tasks.map(\.name)
      for name in chosen where !known.contains(name) { throw .unknown("task", name, known: known) }
      tasks = tasks.filter { chosen.contains($0.name) }
    }
    Self.averageTrivialScores(of: &tasks, over: usable)
    let columns = tasks.enumerated().flatMap { index, task in
      task.scores.map { ScoreColumn(task: index, taskName: task.name, score: $0) }
    }
    self.columns = columns
    main = []
    for (index, task) in tasks.enumerated() {
      let own = columns.indices.filter { columns[$0].task == index }
      guard let column = own.first(where: { score == nil || columns[$0].score.name == score })
      else {
        throw .unknown("score of task \(task.name)", score ?? "", known: task.scores.map(\.name))
      }
      main.append(column)
    }
    (cells, repeated) = Self.cells(of: usable, tasks: tasks)
    fillValues()
  }

  /// A trivial score may differ from seed to seed, as the split of the examples does; it counts with
  /// its mean.
  private static func averageTrivialScores(
    of tasks: inout [RecordedTask], over runs: [MultiTaskRun]
  ) {
    for task in tasks.indices {
      let own = runs.flatMap(\.record.tasks).filter { $0.isSameTask(as: tasks[task]) }
      for score in tasks[task].scores.indices {
        let known = own.compactMap { $0.scores[score].trivial }
        tasks[task].scores[score].trivial = known.count == own.count ? known.mean : nil
      }
    }
  }

  private static func reason(_ run: MultiTaskRun) -> String {
    switch run.state {
    case .failed: "\(run.label) failed\(run.failure.map { " (\($0))" } ?? "") and is left out."
    case .finished: "\(run.label) has no final scores and is left out."
    case .running: "\(run.label) is still going and is left out."
    default: "\(run.label) has not ended and is left out; `fledge resume` takes it to its end."
    }
  }

  private static func checkAgreement(
    of runs: [MultiTaskRun], with whole: MultiTaskRun
  ) throws(MultiTaskError) {
    for run in runs {
      guard run.experiment == whole.experiment else {
        throw .differingExperiments(whole.label, run.label)
      }
      let known = whole.record.tasks
      let agrees =
        run.record.cell.role == .singleTask
        ? run.record.tasks.allSatisfy { task in known.contains { $0.isSameTask(as: task) } }
        : run.record.tasks.count == known.count
          && zip(run.record.tasks, known).allSatisfy { $0.isSameTask(as: $1) }
      guard agrees, !run.record.tasks.isEmpty else { throw .differingTasks(whole.label, run.label) }
      guard run.hasSameData(as: whole) else { throw .differingData(whole.label, run.label) }
    }
  }

  private static func cells(
    of runs: [MultiTaskRun], tasks: [RecordedTask]
  ) -> ([MultiTaskCell], repeated: [String]) {
    var cells: [MultiTaskCell] = []
    var repeated: [String] = []
    for run in runs {
      let own = tasks.indices.filter { run.record.has(tasks[$0]) }
      guard !own.isEmpty else { continue }
      guard let place = cells.firstIndex(where: { $0.name == run.variant }) else {
        cells.append(
          MultiTaskCell(name: run.variant, record: run.record.cell, runs: [run], tasks: own))
        continue
      }
      if let old = cells[place].runs.firstIndex(where: { $0.seed == run.seed }) {
        cells[place].runs[old] = run
        repeated.append("\(run.variant), seed \(run.seed)")
      } else {
        cells[place].runs.append(run)
      }
    }
    for place in cells.indices { cells[place].runs.sort { $0.seed < $1.seed } }
    return (cells, repeated.uniqued)
  }

  /// Gives every run a finite score: one that is not counts as the worst that its column holds, or
  /// as the trivial score where that is worse.
  private mutating func fillValues() {
    for index in columns.indices {
      let column = columns[index]
      let finite = cells.flatMap { $0.runs.compactMap { $0.selected[column.key] } }.filter(
        \.isFinite)
      let ends = finite + [column.score.trivial].compactMap { $0 }
      let worst = (column.score.higherIsBetter ? ends.min() : ends.max()) ?? 0
      for cell in cells.indices {
        let isOwn = cells[cell].tasks.contains(column.task)
        let values = cells[cell].runs.map { run -> Double in
          guard isOwn else { return .nan }
          let value = run.selected[column.key] ?? .nan
          return value.isFinite ? value : worst
        }
        for run in cells[cell].runs where isOwn {
          if run.selected[column.key]?.isFinite != true {
            cells[cell].diverged.append((run.seed, index))
          }
        }
        cells[cell].values.append(values)
      }
    }
  }
}

extension RecordedTask {
  /// Whether it is judged by the same scores; what a trivial predictor gets may differ.
  func isSameTask(as other: RecordedTask) -> Bool {
    name == other.name && kind == other.kind && scores.count == other.scores.count
      && zip(scores, other.scores).allSatisfy {
        $0.name == $1.name && $0.unit == $1.unit && $0.higherIsBetter == $1.higherIsBetter
      }
  }
}

extension TaskRecord {
  func has(_ task: RecordedTask) -> Bool { tasks.contains { $0.name == task.name } }
}
