package import Tracking

/// One run as TensorBoard's event file.
///
/// | tag | what |
/// |---|---|
/// | a metric's name | its values; of rows of numbers `name/0`, `name/1`, … |
/// | `timing/…` | what a clock said |
/// | `episodes/return`, `episodes/length` | of each episode of training, at the step of its end |
/// | `evaluations/return`, `evaluations/length` | means over the episodes of an evaluation |
/// | `config` | the experiment as text |
///
/// With several tasks, those of episodes and evaluations have the task's name behind them.
package struct TensorBoardRun {
  let reader: RunReader
  let tasks: [String]
  private let clock: RunClock

  /// - Parameter tasks: The names of the run's tasks; empty where there is a single one.
  package init(_ reader: RunReader, tasks: [String] = []) throws {
    self.reader = reader
    self.tasks = tasks
    clock = try RunClock(reader)
  }

  /// The metrics that runs are compared by in the table of hyperparameters.
  package static let compared = [
    (tag: "evaluations/return", meaning: "the mean return of the latest evaluation"),
    (tag: "episodes/return", meaning: "the return of the latest episode of training"),
  ]

  /// The name of a run's file: of two exports of one run the same.
  package var fileName: String {
    "events.out.tfevents.\(Int(clock.start)).\(reader.provenance?.host ?? "unknown").fledge"
  }

  /// Writes the whole file.
  ///
  /// - Parameters:
  ///   - settings: For the table of hyperparameters.
  ///   - group: What runs have in common that differ only in their seed.
  package func write(
    to path: String, replaces: Bool, settings: [(name: String, value: Hyperparameter)],
    group: String
  ) throws {
    let file = try EventFile(path, replaces: replaces, wallTime: clock.start)
    let text = "```yaml\n" + reader.config + "\n```"
    try file.write([.text("config", text)], step: 0, wallTime: clock.start)
    try file.write(
      [
        HyperparameterRecords.sessionStart(settings, group: group, startTime: clock.start)
      ], step: 0, wallTime: clock.start)
    try writeMetrics(to: file)
    try writeEpisodes(to: file)
    try writeEvaluations(to: file)
    let end = clock.time(at: .max)
    try file.write(
      [HyperparameterRecords.sessionEnd(try status, time: end)], step: reader.stepsDone,
      wallTime: end)
    try file.commit()
  }

  private var status: HyperparameterRecords.Status {
    get throws {
      switch try reader.status {
      case .running: .running
      case .finished: .success
      case .failed: .failure
      case .crashed, .interrupted: .unknown
      }
    }
  }

  private func writeMetrics(to file: EventFile) throws {
    for metric in reader.metrics {
      let series = try reader.series(metric.name)
      let width = metric.width ?? 1
      for (row, step) in series.steps.enumerated() {
        let values = (0..<width).map { place in
          TensorBoardValue.scalar(
            metric.width == nil ? metric.name : "\(metric.name)/\(place)",
            Double(series.values[row * width + place]))
        }
        try file.write(values, step: step, wallTime: clock.time(at: step))
      }
    }
    for timing in reader.timings {
      let series = try reader.timing(timing.name)
      for (step, value) in zip(series.steps, series.values) {
        try file.write(
          [.scalar("timing/" + timing.name, value)], step: step, wallTime: clock.time(at: step))
      }
    }
  }

  private func writeEpisodes(to file: EventFile) throws {
    for episode in try reader.episodes() {
      let task = suffix(episode.task)
      try file.write(
        [
          .scalar("episodes/return" + task, episode.return),
          .scalar("episodes/length" + task, Double(episode.length)),
        ], step: episode.step, wallTime: clock.time(at: episode.step))
    }
  }

  private func writeEvaluations(to file: EventFile) throws {
    for mean in EvaluationMean.all(of: try reader.evaluations()) {
      let task = suffix(mean.task)
      try file.write(
        [
          .scalar("evaluations/return" + task, mean.return),
          .scalar("evaluations/length" + task, mean.length),
        ], step: mean.step, wallTime: clock.time(at: mean.step))
    }
  }

  private func suffix(_ task: Int32) -> String {
    guard tasks.count > 1 else { return "" }
    return tasks.indices.contains(Int(task)) ? "/" + tasks[Int(task)] : "/\(task)"
  }
}

/// The episodes of one evaluation and one task, as their means.
struct EvaluationMean: Equatable {
  var step: Int64
  var task: Int32
  var `return`: Double
  var length: Double
  var episodes: Int

  /// In order of step and then of task.
  static func all(of rows: [EvaluationRow]) -> [EvaluationMean] {
    struct Place: Hashable { let step: Int64, task: Int32 }
    return Dictionary(grouping: rows) { Place(step: $0.step, task: $0.task) }
      .map { place, rows in
        EvaluationMean(
          step: place.step, task: place.task,
          return: rows.map(\.return).reduce(0, +) / Double(rows.count),
          length: Double(rows.map(\.length).reduce(0, +)) / Double(rows.count),
          episodes: rows.count)
      }
      .sorted { ($0.step, $0.task) < ($1.step, $1.task) }
  }
}

/// When the steps of a run were done, as far as it says so.
struct RunClock {
  /// Seconds since 1970 when the run began.
  let start: Double
  private let steps: [Int64]
  /// Seconds since the beginning; they never fall, though each process counts from zero.
  private let elapsed: [Double]

  init(_ reader: RunReader) throws {
    let start = reader.provenance.flatMap { Self.seconds($0.startTime) } ?? 0
    guard reader.timings.contains(where: { $0.name == "elapsed" }) else {
      self.init(start: start, steps: [], readings: [])
      return
    }
    let series = try reader.timing("elapsed")
    self.init(start: start, steps: series.steps, readings: series.values)
  }

  init(start: Double, steps: [Int64], readings: [Double]) {
    self.start = start
    self.steps = steps
    var (before, last) = (0.0, 0.0)
    elapsed = readings.map { reading in
      if reading < last { before += last }
      last = reading
      return before + reading
    }
  }

  /// Seconds since 1970 at the latest reading that is not after a step.
  func time(at step: Int64) -> Double {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] <= step { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? start : start + elapsed[low - 1]
  }

  /// Seconds since 1970 of a time such as `2026-11-21T12:00:00Z`; `nil` for anything else.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split { "-T:Z".contains($0) }.compactMap { Int($0) }
    guard parts.count == 6, text.hasSuffix("Z") else { return nil }
    // Days since 1970 in the Gregorian calendar, years beginning in March.
    let year = parts[1] > 2 ? parts[0] : parts[0] - 1
    let dayOfYear = (153 * ((parts[1] + 9) % 12) + 2) / 5 + parts[2] - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    return Double(((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5])
  }
}
