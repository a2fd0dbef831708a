import Agents
import Autodiff
public import Environments
import Kernels
import Randomness
public import Tracking

/// One seed of an experiment, from nothing or from its checkpoint to its end.
///
/// The way of one line of data: the environment writes what it shows straight into the agent's rows,
/// the agent acts, remembers and learns, and what is measured goes to `run.h5`. Nothing here depends
/// on a clock but when something is written.
public final class TrainingRun {
  /// What the run was told.
  public let config: ExperimentConfig
  /// What the run draws from.
  public let seed: UInt64
  /// Where the run is written.
  public let folder: RunFolder

  let environment: any BatchedEnvironment
  let writer: RunWriter
  let evaluator: Evaluator
  // One thread steps a run, so the run-time library need not watch over these at every step.
  @exclusivity(unchecked) var agent: any Agent
  @exclusivity(unchecked) var position: Position
  @exclusivity(unchecked) var hooks: RunningHooks
  var best = BestAgent()
  /// Mean return of the last evaluation that this process made.
  package internal(set) var lastEvaluation: Double?
  lazy var watch = Watch(config: config.checkpoint, step: position.step)
  /// Checkpoints hold it, to tell a run from one with another configuration.
  let configText: String

  /// Environment steps taken.
  package var stepsTaken: Int { position.step }

  /// Where the loop stands, besides what agent and environment keep themselves.
  struct Position: Codable {
    /// Environment steps taken.
    var step = 0
    /// Training episodes ended.
    var episodes = 0
    /// Returns of the last (at most) 100 training episodes, oldest first.
    var recentReturns: [Double] = []
  }

  /// Begins a run in `output/<experiment>/<variant>/<seed>`.
  ///
  /// - Throws: a sentence where agent, environment and machine do not fit, or the folder cannot be
  ///   used.
  public convenience init(
    starting config: ExperimentConfig, seed: UInt64, output: String, command: [String],
    catalogue: Catalogue
  ) throws {
    let folder = try RunFolder(
      output: output, experiment: config.name, variant: config.variant, seed: seed)
    try self.init(beginning: config, seed: seed, in: folder, command: command, catalogue: catalogue)
  }

  /// Begins a run in a folder that its name and variant need not say.
  package convenience init(
    beginning config: ExperimentConfig, seed: UInt64, in folder: RunFolder, command: [String],
    catalogue: Catalogue
  ) throws {
    try self.init(starting: config, seed: seed, in: folder, command: command, catalogue: catalogue)
    try begin()
  }

  /// Begins again a run that was stopped before its first checkpoint.
  public convenience init(
    restarting folder: RunFolder, expecting expected: ExperimentConfig? = nil, command: [String],
    catalogue: Catalogue
  ) throws {
    let (config, seed) = try Self.recorded(in: folder, expecting: expected, catalogue: catalogue)
    try self.init(
      starting: config, seed: seed, in: folder, command: command, catalogue: catalogue,
      replacingUnbegun: true)
    try begin()
  }

  private func begin() throws {
    environment.reset(seed: Self.environmentSeed(seed), into: agent.observationRows)
    agent.begin(environment)
  }

  private init(
    starting config: ExperimentConfig, seed: UInt64, in folder: RunFolder, command: [String],
    catalogue: Catalogue, replacingUnbegun: Bool = false
  ) throws {
    (self.config, self.seed, self.folder) = (config, seed, folder)
    (environment, agent, evaluator) = try Self.parts(config, seed: seed, catalogue: catalogue)
    configText = try config.yaml()
    position = Position()
    let metrics = config.agent.metrics(of: config.environment.taskNames).map {
      MetricColumn($0.name, unit: $0.unit, meaning: $0.meaning)
    }
    hooks = try RunningHooks(of: config, in: catalogue, offset: metrics.count)
    let schema = RunSchema(
      metrics: metrics + hooks.columns,
      weights: agent.weights.map { WeightArray($0.name, shape: $0.tensor.shape) },
      keepsBest: config.evaluation.keepBest)
    writer = try RunWriter.create(
      in: folder, schema: schema, config: configText,
      provenance: Self.provenance(seed: seed, command: command), replacingUnbegun: replacingUnbegun)
  }

  /// Goes on with a run exactly where its last checkpoint was written.
  ///
  /// - Parameters:
  ///   - folder: The run.
  ///   - command: The words of the command line, for the run's provenance.
  ///   - catalogue: The environments that there are.
  ///   - expected: The configuration that the caller believes the run to have, if any.
  /// - Throws: a sentence where the run is finished, has another configuration, or lacks something.
  public init(
    resuming folder: RunFolder, expecting expected: ExperimentConfig? = nil, command: [String],
    catalogue: Catalogue
  ) throws {
    let (config, seed) = try Self.resumable(folder, expecting: expected, catalogue: catalogue)
    (self.config, self.seed, self.folder) = (config, seed, folder)
    (environment, agent, evaluator) = try Self.parts(config, seed: seed, catalogue: catalogue)
    configText = try config.yaml()
    let checkpoint = try CheckpointReader(folder.checkpointPath)
    let checkpointSeed = try CheckpointRestorer.decode(UInt64.self, named: "seed", from: checkpoint)
    guard checkpoint.config == configText, checkpointSeed == seed else {
      throw ResumeError.otherCheckpoint(folder: folder.path)
    }
    position = try CheckpointRestorer.decode(Position.self, named: "position", from: checkpoint)
    let metrics = config.agent.metrics(of: config.environment.taskNames)
    hooks = try RunningHooks(of: config, in: catalogue, offset: metrics.count)
    try hooks.restore(from: checkpoint)
    if config.evaluation.keepBest { try best.restore(from: checkpoint, like: agent) }
    var restorer = CheckpointRestorer(reader: checkpoint)
    try agent.visitCheckpoint(&restorer)
    try environment.restoreState(checkpoint.bytes("environment"))
    writer = try RunWriter.resume(
      folder, cuttingTo: checkpoint.lengths,
      provenance: Self.provenance(seed: seed, command: command))
    // The one on disk may be newer than the one read above, if another process went on meanwhile.
    try writeCheckpoint()
  }

  /// Everything that has to be there before a run can begin or go on.
  static func parts(
    _ config: ExperimentConfig, seed: UInt64, catalogue: Catalogue
  ) throws -> (any BatchedEnvironment, any Agent, Evaluator) {
    let environment = try config.environment.makeBatch(
      count: config.environment.copies, in: catalogue)
    let agent = try config.agent.makeAgent(
      in: config.surroundings(of: environment), totalSteps: config.budget.steps,
      recordingInterval: config.logging.every, seeds: Seeds(root: seed))
    return (environment, agent, Evaluator(of: config, in: catalogue))
  }

  /// Copy `i` of the environment gets this seed plus `i`; runs of neighbouring seeds share none.
  static func environmentSeed(_ seed: UInt64) -> UInt64 {
    var stream = Seeds(root: seed)["environment"]
    return stream.next() >> 1
  }

  private static func provenance(seed: UInt64, command: [String]) -> Provenance {
    Provenance.gather(
      version: FledgeVersion.current,
      blasKernel: "OpenBLAS \(BLAS.kernelName), own loops \(VectorLevel.current.name)", seed: seed,
      commandLine: command)
  }

  /// Writes all that is needed to go on: the log first, so that it is never shorter than the
  /// checkpoint says.
  ///
  /// Until the first one is in place the log says that no step was taken: so a run that is killed
  /// before begins again, and one whose checkpoint was taken away does not.
  func writeCheckpoint() throws {
    writer.stepsDone = watch.hasCheckpoint ? Int64(position.step) : 0
    let lengths = try writer.prepareForCheckpoint()
    let environmentState = try environment.encodedState()
    try Checkpoint.write(to: folder.checkpointPath, config: configText, lengths: lengths) { file in
      try file.write(bytes: CheckpointSaver.encode(seed), named: "seed")
      try file.write(bytes: CheckpointSaver.encode(position), named: "position")
      try file.write(bytes: environmentState, named: "environment")
      try hooks.save(to: file)
      if config.evaluation.keepBest { try best.save(to: file) }
      var saver = CheckpointSaver(writer: file)
      try agent.visitCheckpoint(&saver)
    }
    watch.noteCheckpoint()
    writer.stepsDone = Int64(position.step)
  }
}
