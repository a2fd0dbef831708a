import Randomness
import Reports
import Tracking

/// Experiments with several tasks made up for tests, as files or in memory.
struct MadeUpComparison {
  /// One configuration and what its seeds score: `scores[seed][task]` of each task's first score.
  struct Cell {
    var name: String
    var record: RecordedCell
    var scores: [UInt64: [Double]]
    var stepTime = 0.5
    /// The cosine of all pairs of gradients, at every logged step.
    var cosine = -0.5
  }

  var experiment = "made-up"
  var tasks: [RecordedTask] = [task("left"), task("right"), task("third")]
  var cells: [Cell] = []

  static func task(_ name: String, trivial: Double? = 1) -> RecordedTask {
    RecordedTask(
      name: name, kind: "regression",
      scores: [RecordedScore(name: "error", higherIsBetter: false, trivial: trivial)])
  }

  static func record(
    _ role: RecordedCell.Role = .candidate, _ strategy: String = "equal",
    _ architecture: String = "hardSharing", task: String? = nil, weights: [Double]? = nil,
    trials: Int = 5
  ) -> RecordedCell {
    let rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2]
    return RecordedCell(
      role: role, strategy: strategy, architecture: architecture, gradients: "exact", task: task,
      weights: weights, parameterCount: 1234,
      trials: rates.prefix(trials).map { RecordedTrial(learningRate: $0, score: 1) },
      learningRate: 1e-3)
  }

  mutating func add(
    _ name: String, _ record: RecordedCell, _ scores: [UInt64: [Double]],
    _ change: (inout Cell) -> Void = { _ in }
  ) {
    var cell = Cell(name: name, record: record, scores: scores)
    change(&cell)
    cells.append(cell)
  }

  /// Single-task runs, equal weighting, a better strategy, one like equal weighting, and a front.
  static func usual(seeds: Int = 8, noise: Double = 0.02, tasks: Int = 3) -> MadeUpComparison {
    var made = MadeUpComparison()
    made.tasks = Array(made.tasks.prefix(tasks))
    func scores(_ name: String, _ bases: [Double]) -> [UInt64: [Double]] {
      var random = Seeds(root: 7)[name]
      return Dictionary(
        uniqueKeysWithValues: (0..<UInt64(seeds)).map { seed in
          (seed + 1, bases.prefix(tasks).map { base in base + noise * random.normal() })
        })
    }
    for task in made.tasks {
      made.add(
        "single-\(task.name)", record(.singleTask, "equal", task: task.name),
        scores(task.name, [0.2]))
    }
    made.add("equal-hardSharing", record(), scores("equal", [0.4, 0.3, 0.3]))
    made.add(
      "nashMTL-hardSharing", record(.candidate, "nashMTL"), scores("nash", [0.25, 0.24, 0.26])
    ) { $0.stepTime = 0.6 }
    made.add(
      "uncertainty-hardSharing", record(.candidate, "uncertainty"),
      scores("uncertainty", [0.4, 0.3, 0.3]))
    for (index, weight) in [0.2, 0.5, 0.8].enumerated() {
      let rest = (1 - weight) / Double(tasks - 1)
      made.add(
        "static-\(index)",
        record(
          .staticWeights, "static",
          weights: [weight] + Array(repeating: rest, count: tasks - 1)),
        scores("static \(index)", [0.6 - 0.4 * weight, 0.25 + 0.2 * weight, 0.3]))
    }
    return made
  }

  func tasks(of cell: Cell) -> [RecordedTask] {
    cell.record.task.map { name in tasks.filter { $0.name == name } } ?? tasks
  }

  /// Runs as a reader of files would give them.
  func runs() -> [MultiTaskRun] {
    cells.flatMap { cell in cell.scores.keys.sorted().map { run(cell, seed: $0) } }
  }

  func run(_ cell: Cell, seed: UInt64) -> MultiTaskRun {
    let tasks = tasks(of: cell)
    let scores = cell.scores[seed] ?? []
    let metrics = columns(of: cell).map { column -> Reports.Series in
      let values = Self.values(of: column.metric, cell, scores, tasks: tasks)
      return Reports.Series(
        name: column.name, steps: values.map { Int64($0.step) },
        values: values.map { Double(Float($0.row[column.place])) })
    }
    return MultiTaskRun(
      RunSummary(
        experiment: experiment, variant: cell.name, seed: seed, state: .finished, lastStep: 30,
        metrics: metrics + [
          Reports.Series(
            name: "stepTime", steps: [10, 20], values: [cell.stepTime, cell.stepTime])
        ], configuration: "dataset: made up\n"),
      record: TaskRecord(tasks: tasks, cell: cell.record))
  }

  /// A report with few draws, so that tests are quick.
  func compared(
    _ change: (inout MultiTaskComparison.Settings) -> Void = { _ in }
  ) throws -> MultiTaskComparison {
    var settings = MultiTaskComparison.Settings()
    settings.bootstrap.repetitions = 200
    settings.curves.bootstrap.repetitions = 20
    change(&settings)
    return try MultiTaskComparison(of: runs(), settings: settings)
  }

  // MARK: What a run logs

  private func columns(of cell: Cell) -> [(name: String, metric: MetricColumn, place: Int)] {
    metrics(of: cell).flatMap { metric in
      (0..<(metric.width ?? 1)).map { place in
        (metric.width == nil ? metric.name : "\(metric.name)/\(place)", metric, place)
      }
    }
  }

  func metrics(of cell: Cell) -> [MetricColumn] {
    let tasks = tasks(of: cell)
    let keys = tasks.flatMap { task in task.scores.map { "\(task.name)/\($0.name)" } }
    return [
      MetricColumn("training/loss", width: tasks.count),
      MetricColumn("training/weights", width: tasks.count),
      MetricColumn("training/gram", width: tasks.count * tasks.count),
    ]
      + ["validation", "test", "selected"].flatMap { part in
        keys.map { MetricColumn("\(part)/\($0)") }
      }
  }

  /// The rows of a metric; scores fall to their end at step 30.
  static func values(
    of metric: MetricColumn, _ cell: Cell, _ scores: [Double], tasks: [RecordedTask]
  ) -> [(step: Int, row: [Double])] {
    let count = tasks.count
    switch metric.name {
    case "training/loss": return [10, 20].map { ($0, scores) }
    case "training/weights": return [10, 20].map { ($0, Array(repeating: 1, count: count)) }
    case "training/gram":
      let gram = (0..<(count * count)).map { $0 % (count + 1) == 0 ? 4 : 4 * cell.cosine }
      return [10, 20].map { ($0, gram) }
    default:
      let parts = metric.name.split(separator: "/").map(String.init)
      let task = tasks.firstIndex { $0.name == parts[1] } ?? 0
      if parts[0] == "selected" { return [(30, [scores[task]])] }
      return [10, 20, 30].map { ($0, [scores[task] * 30 / Double($0)]) }
    }
  }
}

extension MadeUpComparison {
  /// Writes every run as the runner does, below `output`.
  func write(to output: String) throws {
    for cell in cells {
      for seed in cell.scores.keys.sorted() { try write(cell, seed: seed, to: output) }
    }
  }

  func write(_ cell: Cell, seed: UInt64, to output: String, isFinished: Bool = true) throws {
    let tasks = tasks(of: cell)
    let metrics = metrics(of: cell)
    let schema = RunSchema(
      metrics: metrics,
      timings: [MetricColumn("elapsed", unit: "s"), MetricColumn("stepTime", unit: "ms")],
      multitask: TaskRecord(tasks: tasks, cell: cell.record))
    let writer = try RunWriter.create(
      in: RunFolder(output: output, experiment: experiment, variant: cell.name, seed: seed),
      schema: schema, config: "dataset: made up\n",
      provenance: Provenance(
        version: "0", commit: nil, processor: "", blasKernel: "", seed: seed, commandLine: [],
        host: "", startTime: "", swiftVersion: ""))
    for (index, metric) in metrics.enumerated() {
      let rows = Self.values(of: metric, cell, cell.scores[seed] ?? [], tasks: tasks)
      for (step, row) in rows {
        if metric.width == nil {
          try writer.record(metric: index, step: Int64(step), value: Float(row[0]))
        } else {
          try row.map(Float.init).withUnsafeBufferPointer {
            try writer.record(metric: index, step: Int64(step), row: $0)
          }
        }
      }
    }
    for step in [Int64(10), 20] {
      try writer.record(timing: 1, step: step, value: cell.stepTime)
    }
    writer.stepsDone = 30
    if isFinished {
      try writer.finish { _ in [] }
    } else {
      try writer.interrupt()
    }
  }
}
