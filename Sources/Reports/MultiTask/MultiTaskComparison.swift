package import Randomness
import Tracking

/// Configurations that learned the same tasks, compared: worked out once, written in any form.
package struct MultiTaskComparison: Sendable {
  package struct Settings: Sendable {
    package var title: String?
    /// The variant that the others are compared with; equal weighting unless given.
    package var baseline: String?
    /// Tasks to which the comparison is narrowed; all where empty.
    package var tasks: [String] = []
    /// The score that counts, where it is not each task's first.
    package var score: String?
    /// The two tasks of the trade-off figure; where none are given, each two of the first three.
    package var pair: [String] = []
    package var bootstrap = Bootstrap(repetitions: 10_000)
    package var curves = CurveSettings(gridPoints: 80)
    /// Where the bootstrap's draws come from: equal roots give equal intervals.
    package var seeds = Seeds(root: 0)
    package var author: String?
    /// Sentences that the caller has to say, such as which runs could not be read.
    package var remarks: [String] = []

    package init() {}
  }

  package let summary: MultiTaskSummary
  package let table: MultiTaskTable
  let settings: Settings
  /// Each run's mean over tasks on the common scale, by cell and in the order of its seeds.
  let runScores: [String: [Double]]

  package init(
    of runs: [MultiTaskRun], settings: Settings = Settings()
  ) throws(MultiTaskError) {
    let table = try MultiTaskTable(of: runs, tasks: settings.tasks, score: settings.score)
    let named = settings.baseline
    let known = table.cells.filter { $0.record.role != .singleTask }.map(\.name)
    if let named, !known.contains(named) {
      throw .unknown("variant", named, known: known)
    }
    if let pair = settings.pair.first(where: { name in
      !table.tasks.contains { $0.name == name }
    }) {
      throw .unknown("task", pair, known: table.tasks.map(\.name))
    }
    self.table = table
    self.settings = settings
    let analysis = MultiTaskAnalysis(table, settings)
    summary = analysis.summary()
    let whole = table.cells.indices.filter { table.cells[$0].record.role != .singleTask }
    runScores = Dictionary(
      uniqueKeysWithValues: whole.map { place in
        let scores = analysis.scoresBySeed(place).sorted { $0.key < $1.key }.map(\.value)
        return (table.cells[place].name, scores)
      })
  }
}

/// Works out the numbers of a comparison.
struct MultiTaskAnalysis {
  let table: MultiTaskTable
  let settings: MultiTaskComparison.Settings
  let replicates: Replicates
  let scale: MultiTaskSummary.Scale
  /// Why the scale is not the normalized score, or Δ is not there, in sentences.
  var scaleWarnings: [String] = []
  /// The cell to compare with by default.
  let baseline: Int?

  init(_ table: MultiTaskTable, _ settings: MultiTaskComparison.Settings) {
    self.table = table
    self.settings = settings
    replicates = Replicates(of: table, settings.bootstrap, seeds: settings.seeds)
    baseline =
      settings.baseline.flatMap { name in table.cells.firstIndex { $0.name == name } }
      ?? table.cells.firstIndex(where: \.isEqualWeighting)
    (scale, scaleWarnings) = Self.scale(of: table, hasBaseline: baseline != nil)
  }

  private static func scale(
    of table: MultiTaskTable, hasBaseline: Bool
  ) -> (MultiTaskSummary.Scale, [String]) {
    let columns = table.main.map { table.columns[$0] }
    let unknown = columns.filter { $0.score.trivial == nil }
    let alone = table.tasks.indices.map { task in
      table.cells.first { $0.record.role == .singleTask && $0.tasks == [task] }
    }
    var words: [String] = []
    if alone.allSatisfy({ $0 == nil }) {
      words.append(
        "There are no single-task runs, so neither Δm and Δp nor normalized scores are shown; "
          + "the controls of `fledge run` make them.")
    } else if let missing = alone.firstIndex(where: { $0 == nil }) {
      words.append(
        "Task \(table.tasks[missing].name) has no single-task runs, so neither Δm and Δp nor "
          + "normalized scores are shown.")
    } else if unknown.isEmpty {
      // A task that nothing is learned of alone has no unit to measure by.
      let hopeless = columns.indices.filter { place in
        let column = columns[place]
        guard let trivial = column.score.trivial, let cell = alone[place] else { return false }
        return !column.isGain(cell.values[table.main[place]].mean, over: trivial)
      }
      if hopeless.isEmpty { return (.normalized, []) }
      let isOfAgents = columns.allSatisfy { $0.score.name == "return" }
      let trivial = isOfAgents ? "the random agent" : "the trivial predictor"
      words.append(
        "Single-task runs are no better than \(trivial) on "
          + "\(listed(hopeless.map { columns[$0].taskName })), so scores are not normalized by them."
      )
    }
    if unknown.isEmpty, columns.allSatisfy({ $0.score.trivial != 0 }) {
      return (.overTrivial, words)
    }
    if !unknown.isEmpty {
      words.append(
        "No trivial score is known of \(listed(unknown.map(\.taskName))), so scores are not "
          + "normalized.")
    }
    return (.overBaseline, words)
  }

  /// The single-task cell of a task that a cell is held against: of its architecture, if there is
  /// one.
  func singleTask(_ task: Int, for cell: Int? = nil) -> Int? {
    let own = table.cells.indices.filter {
      table.cells[$0].record.role == .singleTask && table.cells[$0].tasks == [task]
    }
    let architecture = cell.map { table.cells[$0].record.architecture }
    return own.first { table.cells[$0].record.architecture == architecture } ?? own.first
  }

  /// The cell that another is compared with: the one that the user named, or equal weighting with
  /// the same architecture.
  func baseline(of cell: Int) -> Int? {
    guard settings.baseline == nil else { return baseline }
    let architecture = table.cells[cell].record.architecture
    return table.cells.indices.first {
      table.cells[$0].isEqualWeighting && table.cells[$0].record.architecture == architecture
    } ?? baseline
  }

  /// A value of a task's main score on the common scale.
  func scaled(_ value: Double, task: Int, cell: Int, in draw: Replicates.Draw) -> Double {
    let column = table.columns[table.main[task]]
    switch scale {
    case .normalized:
      guard let trivial = column.score.trivial, let alone = singleTask(task, for: cell) else {
        return .nan
      }
      return (value - trivial) / (draw.mean(alone, table.main[task]) - trivial)
    case .overTrivial:
      guard let trivial = column.score.trivial else { return .nan }
      return column.sign * (value - trivial) / abs(trivial)
    case .overBaseline:
      let other = draw.mean(yardstick, table.main[task])
      return other == 0 ? 0 : column.sign * (value - other) / abs(other)
    }
  }

  /// The cell that scores without a trivial one are measured by.
  private var yardstick: Int {
    baseline ?? table.cells.firstIndex { $0.record.role != .singleTask } ?? 0
  }

  /// The cells that a number on the common scale depends on.
  func involved(_ cell: Int) -> [Int] {
    switch scale {
    case .normalized: [cell] + table.cells[cell].tasks.compactMap { singleTask($0, for: cell) }
    case .overTrivial: [cell]
    case .overBaseline: [cell, yardstick].uniqued
    }
  }

  func scaledMean(_ cell: Int, task: Int, in draw: Replicates.Draw) -> Double {
    scaled(draw.mean(cell, table.main[task]), task: task, cell: cell, in: draw)
  }

  /// Each task's cost, 1 - score: of less is better, and 1 is the trivial predictor.
  func costs(_ cell: Int, in draw: Replicates.Draw) -> [Double] {
    table.tasks.indices.map { 1 - scaledMean(cell, task: $0, in: draw) }
  }

  /// The mean over tasks on the common scale, by seed; the single-task mean is fixed here.
  func scoresBySeed(_ cell: Int) -> [UInt64: Double] {
    let whole = replicates.whole
    let own = table.cells[cell]
    return Dictionary(
      own.runs.indices.map { run in
        let scores = own.tasks.map { task in
          scaled(own.values[table.main[task]][run], task: task, cell: cell, in: whole)
        }
        return (own.runs[run].seed, scores.mean)
      }, uniquingKeysWith: { _, last in last })
  }

  /// The same of single-task runs, for seeds with which every task was learned.
  func singleTaskScoresBySeed(for cell: Int) -> [UInt64: Double] {
    let alone = table.tasks.indices.compactMap { singleTask($0, for: cell) }
    guard alone.count == table.tasks.count, let first = alone.first else { return [:] }
    let whole = replicates.whole
    var scores: [UInt64: Double] = [:]
    for seed in table.cells[first].seeds {
      let own = zip(table.tasks.indices, alone).compactMap { task, place -> Double? in
        guard let run = table.cells[place].seeds.firstIndex(of: seed) else { return nil }
        let value = table.cells[place].values[table.main[task]][run]
        return scaled(value, task: task, cell: cell, in: whole)
      }
      if own.count == table.tasks.count { scores[seed] = own.mean }
    }
    return scores
  }

  func stream(_ purpose: String) -> RandomStream { settings.seeds["compare/\(purpose)"] }
}
