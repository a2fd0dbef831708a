package import Tracking

/// A run among those that go into one table, with what it is called there.
package struct TabledRun {
  package let reader: RunReader
  package let experiment: String
  package let variant: String
  package let seed: UInt64
  /// The names of its tasks; empty where there is a single one.
  package let tasks: [String]

  package init(
    _ reader: RunReader, experiment: String, variant: String, seed: UInt64, tasks: [String] = []
  ) {
    self.reader = reader
    self.experiment = experiment
    self.variant = variant
    self.seed = seed
    self.tasks = tasks
  }

  fileprivate var cells: [TableCell] {
    // Seeds fill 64 bits; those beyond the signed ones are written as texts, with the same digits.
    [
      .text(experiment), .text(variant),
      Int64(exactly: seed).map { .integer($0) } ?? .text("\(seed)"),
    ]
  }

  fileprivate func name(_ task: Int32) -> String {
    tasks.indices.contains(Int(task)) ? tasks[Int(task)] : tasks.isEmpty ? "" : "\(task)"
  }
}

/// What a table of runs shows; the first three columns are always `experiment`, `variant`, `seed`.
package enum RunTable: String, CaseIterable, Sendable {
  /// A row for each value: `step`, `metric`, `value`, `unit`. What a clock said has names with
  /// `timing/` before them; rows of numbers become `name/0`, `name/1`, ….
  case metrics
  /// A row for each step at which any metric was recorded, a column for each metric; a cell is empty
  /// where its metric was not recorded at the step. `episodes/return` and `evaluations/return` are
  /// means over what ended or was evaluated at the step.
  case wide
  /// A row for each episode of training: `end_step`, `return`, `length`, `task`.
  case episodes
  /// A row for each episode of an evaluation: `step`, `episode`, `return`, `length`, `task`.
  case evaluations

  /// The columns, which for `wide` are those of all runs together.
  package func columns(of runs: [TabledRun]) -> [String] {
    let common = ["experiment", "variant", "seed"]
    switch self {
    case .metrics: return common + ["step", "metric", "value", "unit"]
    case .episodes: return common + ["end_step", "return", "length", "task"]
    case .evaluations: return common + ["step", "episode", "return", "length", "task"]
    case .wide:
      var (seen, names) = (Set<String>(), [String]())
      for run in runs {
        for name in RunTable.metricNames(of: run.reader) where seen.insert(name).inserted {
          names.append(name)
        }
      }
      return common + ["step"] + names + ["episodes/return", "evaluations/return"]
    }
  }

  /// Writes the rows of a run.
  package func write(
    _ run: TabledRun, columns: [String], to table: TableWriter
  ) throws {
    switch self {
    case .metrics: try writeMetrics(of: run, to: table)
    case .wide: try writeWide(run, columns: columns, to: table)
    case .episodes:
      for row in try run.reader.episodes() {
        try table.write(
          run.cells + [
            .integer(row.step), .number(row.return), .integer(row.length),
            .text(run.name(row.task)),
          ])
      }
    case .evaluations:
      for row in try run.reader.evaluations() {
        try table.write(
          run.cells + [
            .integer(row.step), .integer(Int64(row.episode)), .number(row.return),
            .integer(row.length), .text(run.name(row.task)),
          ])
      }
    }
  }

  private static func names(of metric: MetricColumn) -> [String] {
    guard let width = metric.width else { return [metric.name] }
    return (0..<width).map { "\(metric.name)/\($0)" }
  }

  private static func metricNames(of reader: RunReader) -> [String] {
    reader.metrics.flatMap(names) + reader.timings.map { "timing/" + $0.name }
  }

  private func writeMetrics(of run: TabledRun, to table: TableWriter) throws {
    let prefix = run.cells
    for metric in run.reader.metrics {
      let names = Self.names(of: metric)
      let series = try run.reader.series(metric.name)
      for (row, step) in series.steps.enumerated() {
        for (place, name) in names.enumerated() {
          let value = series.values[row * names.count + place]
          try table.write(
            prefix + [.integer(step), .text(name), .single(value), .text(metric.unit)])
        }
      }
    }
    for timing in run.reader.timings {
      let series = try run.reader.timing(timing.name)
      for (step, value) in zip(series.steps, series.values) {
        try table.write(
          prefix + [
            .integer(step), .text("timing/" + timing.name), .number(value), .text(timing.unit),
          ])
      }
    }
  }

  private func writeWide(
    _ run: TabledRun, columns: [String], to table: TableWriter
  ) throws {
    let places = Dictionary(zip(columns, columns.indices), uniquingKeysWith: { $1 })
    var rows: [Int64: [TableCell]] = [:]
    let blank = run.cells + Array(repeating: TableCell.empty, count: columns.count - 3)
    func set(_ name: String, at step: Int64, _ cell: TableCell) {
      guard let place = places[name] else { return }
      rows[step, default: blank][place] = cell
    }
    for metric in run.reader.metrics {
      let names = Self.names(of: metric)
      let series = try run.reader.series(metric.name)
      for (index, value) in series.values.enumerated() {
        set(names[index % names.count], at: series.steps[index / names.count], .single(value))
      }
    }
    for timing in run.reader.timings {
      let series = try run.reader.timing(timing.name)
      for (step, value) in zip(series.steps, series.values) {
        set("timing/" + timing.name, at: step, .number(value))
      }
    }
    let episodes = try run.reader.episodes().map { ($0.step, $0.return) }
    let evaluations = try run.reader.evaluations().map { ($0.step, $0.return) }
    for (name, all) in [("episodes/return", episodes), ("evaluations/return", evaluations)] {
      for (step, rows) in Dictionary(grouping: all, by: \.0) {
        set(name, at: step, .number(rows.map(\.1).reduce(0, +) / Double(rows.count)))
      }
    }
    for step in rows.keys.sorted() {
      var cells = rows[step, default: blank]
      cells[3] = .integer(step)
      try table.write(cells)
    }
  }
}
