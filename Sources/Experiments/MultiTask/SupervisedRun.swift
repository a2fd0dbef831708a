import Autodiff
import Datasets
import Environments
import Foundation
import Kernels
import MultiTask
import NeuralNetworks
import Randomness
public import Tracking

/// One seed of a cell, from nothing or from its checkpoint to its end.
///
/// The way of a batch: examples are copied into the learner's memory, the learner takes a step
/// as its strategy says, and what is measured goes to `run.h5`. Nothing here depends on a clock but
/// when something is written.
public final class SupervisedRun {
  /// Narrowed to the run's cell; the learning rate is the one that was chosen.
  public let config: MultiTaskConfig
  /// What the run draws from.
  public let seed: UInt64
  /// Where the run is written.
  public let folder: RunFolder

  let training: TaskTraining
  let writer: RunWriter
  var recorder: TaskRecorder
  /// Checkpoints hold it, to tell a run from one with another configuration.
  private let configText: String

  /// Begins a run, after trying learning rates if the file asks for it.
  ///
  /// - Parameters:
  ///   - config: A cell of a comparison.
  ///   - work: What is done once a process; the trials are.
  /// - Throws: a sentence where configuration, examples and machine do not fit, or the folder
  ///   cannot be used.
  init(
    starting config: MultiTaskConfig, seed: UInt64, in folder: RunFolder, command: [String],
    sharing work: SharedWork, until stop: StopSignal, progress: (RunProgress) -> Void,
    replacingUnbegun: Bool = false
  ) throws {
    let trials = try config.trials(sharing: work, until: stop) {
      progress(RunProgress(tuning: config, seed: seed))
    }
    (self.config, self.seed, self.folder) = (config, seed, folder)
    let best = try? trials.isEmpty ? nil : Self.best(of: trials)
    let failure = best == nil && !trials.isEmpty ? NoUsableRate(trials) : nil
    training = try Self.training(
      config, learningRate: failure?.rates.min() ?? best ?? nil, seed: seed, sharing: work)
    configText = try config.yaml()
    let record = TaskRecord(
      tasks: training.data.recorded, cell: training.recordedCell(trials: trials),
      examples: try config.recordedExamples(sharing: work), plannedSteps: training.totalSteps)
    let schema = RunSchema(
      metrics: TaskRecorder.metrics(
        tasks: record.tasks, hasGram: training.hasGram, hasTurns: training.hasTurns,
        hasValidation: training.hasValidation),
      timings: TaskRecorder.timings,
      weights: training.learner.weights.map { WeightArray($0.name, shape: $0.tensor.shape) },
      keepsBest: training.hasValidation, multitask: record)
    writer = try RunWriter.create(
      in: folder, schema: schema, config: configText,
      provenance: Self.provenance(seed: seed, command: command), replacingUnbegun: replacingUnbegun)
    recorder = TaskRecorder(
      writer, tasks: record.tasks, hasGram: training.hasGram, hasTurns: training.hasTurns,
      hasValidation: training.hasValidation)
    if let failure {
      // The run stays as the record of what was tried; given again, it begins anew.
      try writer.fail("\(failure)")
      progress(RunProgress(failing: config, seed: seed, "\(failure)"))
      throw failure
    }
    try writeCheckpoint()
  }

  /// Goes on with a run exactly where its last checkpoint was written.
  ///
  /// - Throws: a sentence where log and checkpoint do not belong together, or something is missing.
  init(
    resuming folder: RunFolder, _ config: MultiTaskConfig, seed: UInt64, command: [String],
    sharing work: SharedWork
  ) throws {
    (self.config, self.seed, self.folder) = (config, seed, folder)
    guard let record = try RunReader(folder).multitask else {
      throw TrackingError.inconsistent(path: folder.runPath, reason: "it names no tasks")
    }
    training = try Self.training(
      config, learningRate: config.tuning.learningRates.isEmpty ? nil : record.cell.learningRate,
      seed: seed, sharing: work)
    configText = try config.yaml()
    let checkpoint = try CheckpointReader(folder.checkpointPath)
    let checkpointSeed = try CheckpointRestorer.decode(UInt64.self, named: "seed", from: checkpoint)
    guard checkpoint.config == configText, checkpointSeed == seed else {
      throw ResumeError.otherCheckpoint(folder: folder.path)
    }
    try record.examples?.requireSame(config.recordedExamples(sharing: work), in: folder)
    guard record.tasks == training.data.recorded else {
      throw ChangedExamples(folder: folder.path)
    }
    try training.restore(from: checkpoint)
    writer = try RunWriter.resume(
      folder, cuttingTo: checkpoint.lengths,
      provenance: Self.provenance(seed: seed, command: command))
    recorder = TaskRecorder(
      writer, tasks: record.tasks, hasGram: training.hasGram, hasTurns: training.hasTurns,
      hasValidation: training.hasValidation)
    // The one on disk may be newer than the one read above, if another process went on meanwhile.
    try writeCheckpoint()
  }

  /// The configuration and seed that a run was begun with.
  static func recorded(
    in folder: RunFolder, catalogue: Catalogue
  ) throws -> (config: MultiTaskConfig, seed: UInt64) {
    let reader = try RunReader(folder)
    guard let seed = reader.provenance?.seed else {
      throw TrackingError.inconsistent(path: folder.runPath, reason: "it has no provenance")
    }
    return (
      try .parse(reader.config, name: folder.runPath + " (config)", catalogue: catalogue), seed
    )
  }

  private static func training(
    _ config: MultiTaskConfig, learningRate: Double?, seed: UInt64, sharing work: SharedWork
  ) throws -> TaskTraining {
    var config = config
    if let learningRate { config.optimizer.learningRate = .constant(learningRate) }
    let seeds = Seeds(root: seed)
    let data = try PreparedTasks(config, of: config.examples(sharing: work), seeds: seeds)
    return try TaskTraining(config, on: data, seeds: seeds)
  }

  static func provenance(seed: UInt64, command: [String]) -> Provenance {
    Provenance.gather(
      version: FledgeVersion.current,
      blasKernel: "OpenBLAS \(BLAS.kernelName), own loops \(VectorLevel.current.name)", seed: seed,
      commandLine: command)
  }

  /// Writes all that is needed to go on: the log first, so that it is never shorter than the
  /// checkpoint says.
  func writeCheckpoint() throws {
    writer.stepsDone = Int64(training.position.step)
    let lengths = try writer.prepareForCheckpoint()
    try Checkpoint.write(to: folder.checkpointPath, config: configText, lengths: lengths) { file in
      try file.write(bytes: CheckpointSaver.encode(seed), named: "seed")
      try training.save(to: file)
    }
  }
}

/// A data set that is not what it was when a run began.
struct ChangedExamples: Error, CustomStringConvertible {
  let folder: String
  /// The beginnings of both digests, where they are known.
  var digests: (then: String, now: String)?

  var description: String {
    let change = digests.map { " (SHA-256 \($0.then)… then, \($0.now)… now)" } ?? ""
    return
      "the data set has changed since the run in '\(folder)' began\(change), so the two do not "
      + "belong together; put the old file back, or delete the folder and run again"
  }
}

extension RecordedExamples {
  /// Refuses examples other than these.
  func requireSame(_ now: RecordedExamples, in folder: RunFolder) throws {
    guard sha256 != now.sha256 else { return }
    throw ChangedExamples(
      folder: folder.path,
      digests: (String(sha256.prefix(12)), String(now.sha256.prefix(12))))
  }
}

extension TaskTraining {
  var hasValidation: Bool { !data.split.validation.isEmpty }
  /// Whether steps tell the inner products of the tasks' gradients.
  var hasGram: Bool { learner.mode != .losses }

  /// The run's place in its comparison, as its file tells it.
  func recordedCell(trials: [RecordedTrial]) -> RecordedCell {
    let cell = config.cell ?? CellSettings()
    return RecordedCell(
      role: cell.role, strategy: cell.strategy, architecture: cell.architecture,
      sampling: config.sampling.chosen.name,
      gradients: hasGram ? "\(learner.mode)" : "none",
      task: cell.role == .singleTask ? data.columns.first?.name : nil, weights: cell.weights,
      matchedTo: cell.matchedTo,
      parameterCount: learner.weights.reduce(0) { $0 + $1.tensor.count }, trials: trials,
      learningRate: learningRate)
  }
}
