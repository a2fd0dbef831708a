public import Datasets
public import MultiTask
public import Tracking

/// What a program of one's own trained, written down as a run that `fledge compare` reads.
///
/// Its answers for the test rows are scored as those of any run are, beside what a predictor gets
/// that knows nothing of the inputs; training and its settings stay with the program.
///
/// ```swift
/// let run = OwnRun(
///   experiment: "hut", strategy: "equalPull", architecture: "shortcuts", seed: 1, dataset: data,
///   split: split, parameterCount: 1_467, learningRate: 3e-3)
/// try run.write(answers: answers, steps: 600, to: "runs")
/// ```
public struct OwnRun: Sendable {
  /// What the run is a part of; `fledge compare` is given its folder.
  public var experiment: String
  /// What runs with other seeds have in common with this one.
  public var variant: String
  /// Runs of equal seeds are compared pair by pair.
  public var seed: UInt64
  /// The tasks that were learned, one alone for a single-task run.
  public var dataset: Dataset
  /// Which rows were learned from, and which judge.
  public var split: DatasetSplit
  /// The run's place in the comparison; more can be told of it here, such as trials.
  public var cell: RecordedCell

  /// Named after its strategy and architecture, or, of one task alone, as that task's own run.
  ///
  /// - Parameters:
  ///   - experiment: The first folder below the output folder.
  ///   - architecture: What the tasks share, in a word.
  ///   - seed: What the run drew from.
  ///   - dataset: What was learned from.
  ///   - split: Its parts.
  ///   - strategy: Equal weighting is `equal`.
  ///   - parameterCount: Of the network.
  ///   - gradients: How the tasks' gradients were found: the learner's mode.
  ///   - learningRate: With which it was trained.
  public init(
    experiment: String, strategy: String, architecture: String, seed: UInt64, dataset: Dataset,
    split: DatasetSplit, parameterCount: Int, gradients: GradientMode = .losses,
    learningRate: Double
  ) {
    let only = dataset.tasks.count == 1 ? dataset.tasks[0].name : nil
    (self.experiment, self.seed, self.dataset, self.split) = (experiment, seed, dataset, split)
    variant = only.map { "single-\($0)" } ?? "\(strategy)-\(architecture)"
    cell = RecordedCell(
      role: only == nil ? .candidate : .singleTask, strategy: strategy, architecture: architecture,
      gradients: gradients == .losses ? "none" : "\(gradients)", task: only,
      parameterCount: parameterCount, learningRate: learningRate)
  }

  /// Scores answers for the test rows and writes them as a finished run.
  ///
  /// - Parameters:
  ///   - answers: Of each task `[test rows, outputs]`, in the order of the rows: numbers in the
  ///     unit of the labels, or logits.
  ///   - steps: Optimizer steps that were taken.
  ///   - output: The folder of all experiments, such as `runs`.
  /// - Throws: `TrackingError` where there is such a run already, or it cannot be written.
  /// - Precondition: There are answers for every task and test row.
  public func write(answers: [[Float]], steps: Int, to output: String) throws {
    precondition(
      answers.count == dataset.tasks.count, "\(answers.count) answers, not one for each task")
    let tested = zip(dataset.tasks, answers).map { column, answers in
      let labels = column.labels(of: split.test)
      let scorer = TaskScorer(kind: column.kind)
      return (
        column: column, scorer: scorer, scores: scorer.evaluate(outputs: answers, labels: labels),
        trivial: scorer.trivial(
          TrivialPrediction(column, training: split.training), labels: labels)
      )
    }
    let tasks = tested.map {
      RecordedTask(
        $0.column, $0.scorer, trivial: $0.trivial,
        labeled: split.test.count(where: $0.column.isLabeled))
    }
    let metrics = tasks.flatMap { task in
      task.scores.map {
        MetricColumn(
          "selected/\(task.name)/\($0.name)", unit: $0.unit, meaning: "on the part that judges")
      }
    }
    let writer = try RunWriter.create(
      in: RunFolder(output: output, experiment: experiment, variant: variant, seed: seed),
      schema: RunSchema(metrics: metrics, multitask: TaskRecord(tasks: tasks, cell: cell)),
      config: config,
      provenance: SupervisedRun.provenance(seed: seed, command: CommandLine.arguments))
    writer.stepsDone = Int64(steps)
    for (metric, score) in tested.flatMap(\.scores).enumerated() {
      try writer.record(metric: metric, step: Int64(steps), value: Float(score))
    }
    try writer.finish { _ in [] }
  }

  /// What `fledge compare` reads of a configuration: runs on other data are not compared.
  private var config: String {
    """
    name: \(experiment)
    dataset:
      own: {name: \(dataset.name), rows: \(dataset.count)}
    split: {training: \(split.training.count), test: \(split.test.count)}

    """
  }
}

extension RecordedTask {
  /// As a run's file describes a task with its scores.
  ///
  /// - Parameter labeled: The test examples that have a label of the task.
  init(_ column: TaskColumn, _ scorer: TaskScorer, trivial: [Double], labeled: Int) {
    self.init(
      name: column.name, kind: "\(column.kind)",
      scores: zip(scorer.scores, trivial).map { score, trivial in
        RecordedScore(
          name: score.rawValue, unit: score.unit(ofLabels: column.unit),
          higherIsBetter: score.higherIsBetter, trivial: trivial.isFinite ? trivial : nil,
          count: [.accuracy, .error].contains(score) ? labeled : nil)
      })
  }
}
