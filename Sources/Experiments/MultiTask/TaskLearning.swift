import Autodiff
import Datasets
import Environments
import MultiTask
import NeuralNetworks
import Randomness
import Spelling
import Tracking

/// A learner of several tasks, whatever its network.
protocol TaskLearning: AnyObject {
  var batch: BatchMemory { get }
  /// How the tasks' gradients are found.
  var mode: GradientMode { get }
  /// What the last step came to.
  var report: StepReport { get }
  /// The network's parameters.
  var weights: [(name: String, tensor: Tensor)] { get }

  /// Takes a step on what the batch holds, of all tasks or of the one whose turn it is.
  func step(on task: Int?, learningRate: Double, epoch: Int) throws(TaskStepError)
  /// By how much the last turn lowered the loss of its task on its own rows.
  func progress() -> Double
  /// What the network answers to these rows: of each task `[rows, outputs]`.
  func predict(_ rows: [Int], of dataset: Dataset) -> [[Float]]
  func save(to file: CheckpointWriter) throws
  func restore(from reader: CheckpointReader) throws
}

final class NetworkLearning<Network: MultiTaskNetwork>: TaskLearning {
  private let learner: MultiTaskLearner<Network>
  /// Answers so many rows at once.
  private let answers: Plan
  private let rowsAtOnce: Int
  private let outputs: [Int]

  init(_ learner: MultiTaskLearner<Network>, outputs: [Int], evaluationRows: Int) {
    self.learner = learner
    self.outputs = outputs
    rowsAtOnce = max(1, min(256, evaluationRows))
    answers = learner.answers(rows: rowsAtOnce)
  }

  var batch: BatchMemory { learner.batch }
  var mode: GradientMode { learner.mode }
  var report: StepReport { learner.report }
  var weights: [(name: String, tensor: Tensor)] { learner.variables.value.network.namedTensors }

  func step(on task: Int?, learningRate: Double, epoch: Int) throws(TaskStepError) {
    if let task {
      try learner.step(on: task, learningRate: learningRate, epoch: epoch)
    } else {
      try learner.step(learningRate: learningRate, epoch: epoch)
    }
  }

  func progress() -> Double { learner.progress() }

  func predict(_ rows: [Int], of dataset: Dataset) -> [[Float]] {
    var found = outputs.map { width in
      var numbers: [Float] = []
      numbers.reserveCapacity(width * rows.count)
      return numbers
    }
    let input = answers.input(0)
    for start in stride(from: 0, to: rows.count, by: rowsAtOnce) {
      let chunk = rows[start..<min(start + rowsAtOnce, rows.count)]
      // Rows that nobody asked for must not depend on what was asked before.
      if chunk.count < rowsAtOnce { input.update(repeating: 0) }
      dataset.gatherInputs(of: chunk, into: input)
      answers.run()
      for (task, width) in outputs.enumerated() {
        found[task].append(contentsOf: answers.output(task).prefix(chunk.count * width))
      }
    }
    return found
  }

  func save(to file: CheckpointWriter) throws {
    var saver = CheckpointSaver(writer: file)
    try learner.visitState(&saver)
  }

  func restore(from reader: CheckpointReader) throws {
    var restorer = CheckpointRestorer(reader: reader)
    try learner.visitState(&restorer)
  }
}

extension CheckpointSaver: LearnerStateVisitor {}
extension CheckpointRestorer: LearnerStateVisitor {}

extension MultiTaskConfig {
  /// The learner of a cell, which has seen nothing yet.
  ///
  /// - Parameter rows: Which rows the tasks of a batch see.
  /// - Throws: a sentence where architecture, strategy and data do not fit.
  func makeLearner(
    for data: PreparedTasks, rows: TaskRows, seeds: Seeds
  ) throws -> any TaskLearning {
    var random = seeds["initialization"]
    let network = try architectures[0].make(
      inputShape: data.dataset.inputShape, outputs: data.outputs, using: &random)
    return try makeLearner(network, for: data, rows: rows, seeds: seeds)
  }

  private func makeLearner<Network: MultiTaskNetwork>(
    _ network: Network, for data: PreparedTasks, rows: TaskRows, seeds: Seeds
  ) throws -> any TaskLearning {
    var settings = TaskStepSettings()
    settings.gradients = gradients
    settings.scaleHeads = scaleHeads
    settings.maximumGradientNorm = maximumGradientNorm
    let objectives = zip(data.losses, data.columns).map {
      TaskObjective($0, labelWidth: $1.kind.labelWidth)
    }
    let learner = try MultiTaskLearner(
      network, tasks: objectives, rows: rows, inputs: data.dataset.inputSize,
      strategy: strategies[0].make(taskCount: data.taskCount), optimizer: optimizer,
      settings: settings, hasMissingLabels: data.hasMissingLabels, random: seeds["strategy"])
    return NetworkLearning(
      learner, outputs: data.outputs,
      evaluationRows: max(data.split.test.count, data.split.validation.count))
  }

  /// The loss of each task: the one that the file names, or the one that fits its kind.
  func losses(for columns: [TaskColumn]) throws -> [TaskLoss] {
    for name in tasks.losses.keys.sorted() where !columns.contains(where: { $0.name == name }) {
      let nearest = nearestName(to: name, among: columns.map(\.name))
      throw ConfigError(
        path: "tasks.losses.\(name)",
        problem: "there is no task '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" }
            ?? "; known: \(columns.map(\.name).joined(separator: ", "))"))
    }
    return try columns.map { column in
      guard let loss = tasks.losses[column.name] else { return .fitting(column.kind) }
      guard loss.fits(column.kind) else {
        throw ConfigError(
          path: "tasks.losses.\(column.name)",
          problem: "\(loss.chosen.name) does not fit a task of kind '\(column.kind)'; "
            + "\(TaskLoss.fitting(column.kind).chosen.name) does")
      }
      return loss
    }
  }
}

extension TaskLoss {
  /// The usual loss of a kind of task.
  static func fitting(_ kind: TaskKind) -> TaskLoss {
    switch kind {
    case .regression: .squaredError
    case .binary: .binaryCrossEntropy
    case .classification: .crossEntropy
    }
  }

  /// Whether answers and labels of a kind of task are what the loss takes.
  func fits(_ kind: TaskKind) -> Bool {
    switch (self, kind) {
    case (.squaredError, .regression), (.absoluteError, .regression), (.huber, .regression),
      (.binaryCrossEntropy, .binary), (.crossEntropy, .classification):
      true
    default: false
    }
  }
}
