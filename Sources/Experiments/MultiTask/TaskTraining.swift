import Autodiff
import Datasets
import HDF5Store
import MultiTask
import NeuralNetworks
import Randomness
import Tracking

/// Learning from the examples of one seed, step by step, with nothing written: a run has one, and
/// so has each trial of a learning rate.
final class TaskTraining {
  let config: MultiTaskConfig
  let data: PreparedTasks
  let learner: any TaskLearning
  /// Steps of the whole budget.
  let totalSteps: Int
  private let stepsPerEpoch: Double
  private var batches: TaskBatches
  private(set) var position = Position()
  /// How likely each task was to have the last step; `nil` where all tasks are in each.
  private(set) var probabilities: [Double]?
  /// The weights of the evaluation with the best validation score so far.
  private(set) var best: [(name: String, tensor: Tensor)] = []

  /// Where the training stands, besides what learner and sampler keep themselves.
  struct Position: Codable {
    /// Steps of the optimizer.
    var step = 0
    /// The best evaluation so far; of equal ones the first.
    var best: Mark?
    /// Evaluations since then.
    var evaluationsSinceBest = 0
    /// The last validation score.
    var lastScore: Double?

    struct Mark: Codable {
      var step: Int
      /// What the validation part says of all tasks; lower is better.
      var score: Double
      /// The scores on the test part, by task.
      var test: [[Double]]
    }
  }

  /// What an evaluation came to, by task; no validation scores without such a part.
  struct Evaluation {
    var validation: [[Double]]?
    var test: [[Double]]
  }

  /// - Parameters:
  ///   - config: Narrowed to one cell.
  ///   - share: How much of the budget it is made for.
  /// - Throws: a sentence where architecture, strategy and data do not fit.
  init(
    _ config: MultiTaskConfig, on data: PreparedTasks, seeds: Seeds, share: Double = 1
  ) throws {
    self.config = config
    self.data = data
    learner = try config.makeLearner(
      for: data, rows: TaskBatches.rows(of: config, for: data), seeds: seeds)
    batches = try TaskBatches(config, of: data, seeds: seeds)
    stepsPerEpoch = config.stepsPerEpoch(for: data)
    totalSteps = max(1, Int((share * config.totalSteps(for: data)).rounded(.up)))
  }

  // MARK: Learning

  /// The rate of the step to come.
  var learningRate: Double { config.optimizer.learningRate(position.step) }

  /// Takes a step on the next batch; `learner.report` tells what it came to.
  func step() throws {
    probabilities = batches.probabilities
    let turn = batches.next(into: learner.batch)
    let epoch = Int(Double(position.step) / stepsPerEpoch)
    do throws(TaskStepError) {
      try learner.step(on: turn, learningRate: learningRate, epoch: epoch)
    } catch {
      guard case .notFinite(let task, let step) = error else { throw error }
      throw DivergedTraining(task: data.columns[task].name, step: step)
    }
    position.step += 1
    if let turn { batches.observe(progress: learner.progress(), of: turn) }
  }

  /// Whether steps are on one task each.
  var hasTurns: Bool { batches.probabilities != nil }

  /// Whether an evaluation is due after the step just taken; at the end one always is.
  var isEvaluationDue: Bool {
    guard position.step < totalSteps else { return true }
    if let steps = config.evaluation.steps { return position.step.isMultiple(of: steps) }
    let interval = config.evaluation.epochs * stepsPerEpoch
    let step = Double(position.step)
    return (step / interval).rounded(.down) > ((step - 1) / interval).rounded(.down)
  }

  /// Whether the budget is used up, or patience is.
  var isOver: Bool { position.step >= totalSteps || earlyEnd != nil }

  /// Why the training ends before its budget is used up.
  var earlyEnd: String? {
    guard let patience = config.earlyStopping.patience, position.step < totalSteps,
      position.evaluationsSinceBest >= patience
    else { return nil }
    return "no better validation score in \(patience) evaluations (earlyStopping.patience); "
      + "the best was at step \(position.best?.step ?? 0)"
  }

  // MARK: Evaluating

  /// Scores all tasks, and keeps the weights if they are the best so far.
  func evaluate() throws -> Evaluation {
    var evaluation = Evaluation(test: scores(on: .test))
    if !data.split.validation.isEmpty { evaluation.validation = scores(on: .validation) }
    let score = evaluation.validation.map { data.selectionScore($0) }
    position.lastScore = score
    // Without a part that chooses, the last weights are chosen; of equal ones the first.
    let isBest = score.map { $0 < position.best?.score ?? .infinity } ?? true
    if isBest || position.best == nil {
      position.best = Position.Mark(step: position.step, score: score ?? 0, test: evaluation.test)
      position.evaluationsSinceBest = 0
      if hasValidation { best = learner.weights }
    } else {
      position.evaluationsSinceBest += 1
    }
    return evaluation
  }

  private func scores(on part: PreparedTasks.Part) -> [[Double]] {
    let rows = part == .validation ? data.split.validation : data.split.test
    let answers = learner.predict(rows, of: data.dataset)
    return data.columns.indices.map { task in
      let column = data.columns[task]
      var outputs = answers[task]
      data.normalization.targets[column.name]?.invert(&outputs)
      return data.scorers[task].evaluate(outputs: outputs, labels: column.labels(of: rows))
    }
  }

  // MARK: Checkpoints

  func save(to file: CheckpointWriter) throws {
    try file.write(bytes: CheckpointSaver.encode(position), named: "position")
    try file.write(bytes: CheckpointSaver.encode(batches.state), named: "batches")
    try learner.save(to: file)
    for (name, tensor) in best {
      try file.write(tensor: "best/" + name, shape: tensor.shape, tensor.scalars)
    }
  }

  func restore(from reader: CheckpointReader) throws {
    position = try CheckpointRestorer.decode(Position.self, named: "position", from: reader)
    try batches.restore(
      CheckpointRestorer.decode(TaskBatches.State.self, named: "batches", from: reader))
    try learner.restore(from: reader)
    guard position.best != nil, !data.split.validation.isEmpty else { return }
    best = try learner.weights.map { name, tensor in
      let array = try reader.tensor("best/" + name)
      guard array.shape == tensor.shape else {
        throw TrackingError.inconsistent(
          path: reader.path, reason: "the best '\(name)' has another shape")
      }
      return (name, Tensor(shape: array.shape, scalars: array.scalars))
    }
  }
}

/// A loss that is no longer a number.
struct DivergedTraining: Error, CustomStringConvertible {
  let task: String
  let step: Int

  var description: String {
    "training diverged: the loss of task '\(task)' is not finite at step \(step); try a lower "
      + "learning rate (tuning.learningRates tries several)"
  }
}
