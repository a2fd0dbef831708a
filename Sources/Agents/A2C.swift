public import Autodiff
public import Environments
import NeuralNetworks
public import Randomness

/// Advantage actor-critic, synchronous.
///
/// Mnih et al. (2016), "Asynchronous methods for deep reinforcement learning", Algorithm S3, with
/// all environments in step, as one batch: `N` environments act for `T` steps, and one gradient step
/// follows from all `T·N` of them. Endings follow Pardo et al. (2018).
///
/// Shapes: `B = T·N`, `A` choices or `D` numbers.
public final class A2C: Agent {
  /// What it was told.
  public let settings: A2CSettings
  private let surroundings: Surroundings
  private let totalSteps: Int
  private let recordingInterval: Int

  package let variables: Variables<OnPolicyLearner>
  private let collector: SegmentCollector<ActorCritic>
  private let update: Plan
  package private(set) var progress: Progress

  /// Counters and random streams.
  package struct Progress: Codable, Equatable {
    /// Environment steps taken.
    package var steps = 0
    /// The step from which on the next update is recorded.
    package var nextRecord = 0
    package var exploration: RandomStream
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments.
  ///   - totalSteps: Environment steps of the whole run, for what takes a share of it.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization" and "exploration" are drawn from.
  /// - Throws: `SettingsError`.
  public init(
    _ settings: A2CSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    let count = try surroundings.segmentSize(
      segmentLength: settings.segmentLength, totalSteps: totalSteps)
    try require(
      !settings.normalizeAdvantages || count > 1,
      "normalizeAdvantages", "needs two steps or more in an update", found: true)
    var random = seeds["initialization"]
    variables = Variables(
      OnPolicyLearner(
        settings.network, settings.optimizer, exploration: settings.exploration,
        segmentLength: settings.segmentLength, in: surroundings, using: &random))
    collector = try SegmentCollector(
      variables, segmentLength: settings.segmentLength,
      discountFactor: settings.discountFactor, exploration: settings.exploration,
      in: surroundings)
    update = Plan(updating: variables, inputs: Tensor(0)) { learner, learningRate in
      Self.update(&learner, learningRate: learningRate, settings)
    }
    self.settings = settings
    self.surroundings = surroundings
    self.totalSteps = totalSteps
    self.recordingInterval = max(1, recordingInterval)
    progress = Progress(exploration: seeds["exploration"])
  }

  // MARK: The algorithm

  /// One gradient step on a full segment, with what was measured on the way.
  package static func update(
    _ learner: inout OnPolicyLearner, learningRate: Tensor, _ settings: A2CSettings
  ) -> Measured {
    let batch = Minibatch(of: learner.segment)
    let policy = learner.networks.policy(batch.observations, allowed: batch.masks)
    let advantages =
      settings.normalizeAdvantages ? batch.advantages.standardized() : batch.advantages
    let policyLoss = -(policy.logProbability(of: batch.actions) * advantages).mean()
    let valueLoss = squaredError(learner.networks.values(batch.observations), batch.returns)
    let entropy = policy.entropy.mean()
    let loss =
      policyLoss + settings.valueCoefficient * valueLoss - settings.entropyCoefficient * entropy

    var gradients = gradient(of: loss, withRespectTo: learner.networks)
    let norm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(&learner.networks, along: gradients, learningRate: learningRate)
    return Measured(
      policyLoss: policyLoss, valueLoss: valueLoss, entropy: entropy, gradientNorm: norm)
  }

  /// What is measured during an update; single numbers.
  package struct Measured: Traceable {
    package var policyLoss, valueLoss, entropy, gradientNorm: Tensor

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("policyLoss", &policyLoss)
      visitor.visit("valueLoss", &valueLoss)
      visitor.visit("entropy", &entropy)
      visitor.visit("gradientNorm", &gradientNorm)
    }
  }

  // MARK: Acting and remembering

  public var steps: Int { progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { collector.observationRows }
  public func begin(_ environment: any BatchedEnvironment) { collector.begin(environment) }
  public func act() -> ActionRows { collector.act(using: &progress.exploration) }

  public func remember(_ environment: any BatchedEnvironment) {
    collector.remember(environment)
    progress.steps += surroundings.environments
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    guard collector.isFull else { return }
    collector.estimate(
      discountFactor: settings.discountFactor, traceDecay: settings.traceDecay)
    let left = max(0, 1 - Double(progress.steps) / Double(max(1, totalSteps)))
    let rate =
      settings.optimizer.learningRate(progress.steps) * (settings.annealLearningRate ? left : 1)
    update.input(0)[0] = Float(rate)
    update.run()
    for measured in 0..<4 where !update.output(measured)[0].isFinite {
      throw .nonFinite(metric: Self.metrics[measured].name, step: progress.steps)
    }
    if progress.steps >= progress.nextRecord { recordMetrics(record) }
    collector.beginAgain()
  }

  // MARK: Measuring

  public static let metrics = [
    Metric("loss/policy", meaning: "-log p of the actions times their advantages."),
    Metric("loss/critic", unit: "reward²", meaning: "The squared error of the values."),
    Metric("policy/entropy", unit: "nat", meaning: "The mean entropy of the policy."),
    Metric("gradient/norm", meaning: "The Euclidean norm of the gradient, before it is shortened."),
    Metric(
      "critic/explainedVariance",
      meaning: "1 - Var(returns - values) / Var(returns), before learning from them."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the optimizer."),
  ]

  private func recordMetrics(_ record: (_ metric: Int, _ value: Float) -> Void) {
    for measured in 0..<4 { record(measured, update.output(measured)[0]) }
    record(4, collector.rows.explainedVariance)
    record(5, update.input(0)[0])
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try collector.visitCheckpoint(&visitor)
    try visitor.visit("progress", &progress)
    if let normalizer = collector.normalizer {
      try visitor.visit("normalization", &normalizer.statistics)
    }
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.networks.namedTensors + (collector.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    ActionSampler(surroundings.with(environments: count), variables, collector.normalizer) {
      $0.networks
    }
  }
}
