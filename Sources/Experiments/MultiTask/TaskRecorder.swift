import MultiTask
import Tracking

/// Writes what steps and evaluations come to under the names that `compare` reads.
struct TaskRecorder {
  private let writer: RunWriter
  private let taskCount: Int
  /// The first metric of each kind.
  private let validation, test, selected: Int
  private let hasGram: Bool
  /// How likely each task is to have a step; where they take turns.
  private let probabilities: Int
  /// Rows on their way into the file.
  private var row: [Float]

  private enum Metric: Int {
    case loss, weights, residual, learningRate, leastDescent, gram

    /// Of those that every run has.
    static let common = leastDescent.rawValue
  }

  /// What is measured of a run with these tasks.
  static func metrics(
    tasks: [RecordedTask], hasGram: Bool, hasTurns: Bool = false, hasValidation: Bool
  ) -> [MetricColumn] {
    let count = tasks.count
    var metrics = [
      MetricColumn(
        "training/loss", meaning: "of each task, of one batch before its step", width: count),
      MetricColumn(
        "training/weights", meaning: "of each task, as applied to its gradient", width: count),
      MetricColumn("training/residual", meaning: "how far the weights are from what defines them"),
      MetricColumn("training/learningRate", meaning: "of the step"),
    ]
    if hasGram {
      metrics += [
        MetricColumn(
          "training/leastDescent",
          meaning: "the least of the products of a task's gradient and the step's direction; below "
            + "0 a task is made worse"),
        MetricColumn(
          "training/gram", meaning: "inner products of the tasks' gradients, row by row",
          width: count * count),
      ]
    }
    if hasTurns {
      metrics.append(
        MetricColumn(
          "training/probabilities",
          meaning: "of each task, how likely it was to be the one that the step is on",
          width: count))
    }
    let parts = (hasValidation ? ["validation"] : []) + ["test", "selected"]
    let meanings = [
      "validation": "on the part that chooses", "test": "on the part that judges",
      "selected": "on the test part, with the weights that were chosen",
    ]
    for part in parts {
      for task in tasks {
        for score in task.scores {
          metrics.append(
            MetricColumn(
              "\(part)/\(task.name)/\(score.name)", unit: score.unit,
              meaning: meanings[part] ?? ""))
        }
      }
    }
    return metrics
  }

  /// The clock beside the steps.
  static let timings = [
    MetricColumn("elapsed", unit: "s", meaning: "time since this process began the run"),
    MetricColumn("stepTime", unit: "ms", meaning: "mean time of a step lately"),
  ]

  init(
    _ writer: RunWriter, tasks: [RecordedTask], hasGram: Bool, hasTurns: Bool = false,
    hasValidation: Bool
  ) {
    self.writer = writer
    self.hasGram = hasGram
    taskCount = tasks.count
    let scores = tasks.reduce(0) { $0 + $1.scores.count }
    probabilities = hasGram ? Metric.gram.rawValue + 1 : Metric.common
    validation = probabilities + (hasTurns ? 1 : 0)
    test = validation + (hasValidation ? scores : 0)
    selected = test + scores
    row = Array(repeating: 0, count: tasks.count * tasks.count)
  }

  /// A step: losses before it, how the tasks counted in it and, where it was on one of them, how
  /// likely each was to be that one.
  mutating func record(
    _ report: StepReport, probabilities turns: [Double]?, learningRate: Double, step: Int64
  ) throws {
    try write(report.losses, as: Metric.loss.rawValue, step)
    try write(report.weights, as: Metric.weights.rawValue, step)
    if let turns { try write(turns, as: probabilities, step) }
    try writer.record(
      metric: Metric.residual.rawValue, step: step, value: Float(report.residual))
    try writer.record(
      metric: Metric.learningRate.rawValue, step: step, value: Float(learningRate))
    guard hasGram, let gram = report.gram else { return }
    try writer.record(
      metric: Metric.leastDescent.rawValue, step: step, value: Float(report.leastDescent))
    try write(gram.elements, as: Metric.gram.rawValue, step)
  }

  private mutating func write(_ numbers: [Double], as metric: Int, _ step: Int64) throws {
    for (index, number) in numbers.enumerated() { row[index] = Float(number) }
    try row.withUnsafeBufferPointer { row in
      try writer.record(
        metric: metric, step: step,
        row: UnsafeBufferPointer(rebasing: row[..<numbers.count]))
    }
  }

  /// Scores by task, in the order of the run's record.
  func record(_ scores: [[Double]], of part: PreparedTasks.Part, step: Int64) throws {
    try record(scores, from: part == .validation ? validation : test, step)
  }

  /// The test scores with the weights that were chosen.
  func record(selected scores: [[Double]], step: Int64) throws {
    try record(scores, from: selected, step)
  }

  private func record(_ scores: [[Double]], from first: Int, _ step: Int64) throws {
    for (index, score) in scores.joined().enumerated() {
      try writer.record(metric: first + index, step: step, value: Float(score))
    }
  }

  func record(elapsed seconds: Double, stepTime: Double?, step: Int64) throws {
    try writer.record(timing: 0, step: step, value: seconds)
    if let stepTime { try writer.record(timing: 1, step: step, value: stepTime) }
  }
}
