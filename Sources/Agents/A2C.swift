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
  package let variables: Variables<OnPolicyLearner>
  private let collector: SegmentCollector<OnPolicyLearner, Progress>
  private let update: Plan

  /// Counters and random streams.
  package struct Progress: SegmentCounters, Equatable {
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
      variables, Progress(exploration: seeds["exploration"]),
      segmentLength: settings.segmentLength, discountFactor: settings.discountFactor,
      exploration: settings.exploration, in: surroundings, totalSteps: totalSteps,
      recordingInterval: recordingInterval)
    update = Plan(updating: variables, inputs: Tensor(0)) { learner, learningRate in
      Self.update(&learner, learningRate: learningRate, settings)
    }
    self.settings = settings
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

  public var steps: Int { collector.counters.steps }
  public var observationRows: UnsafeMutablePointer<Float> { collector.observationRows }
  public func begin(_ environment: any BatchedEnvironment) { collector.begin(environment) }
  public func act() -> ActionRows { collector.act() }
  public func remember(_ environment: any BatchedEnvironment) { collector.remember(environment) }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    guard collector.isFull else { return }
    collector.estimate(
      discountFactor: settings.discountFactor, traceDecay: settings.traceDecay)
    let left = settings.annealLearningRate ? collector.shareLeft(after: steps) : 1
    update.input(0)[0] = Float(settings.optimizer.learningRate(steps) * left)
    update.run()
    try collector.check(update, outputs: [0, 1, 2, 3], Self.metrics)
    if collector.takesRecord() { recordMetrics(record) }
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
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try collector.visitCheckpoint(&visitor)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.networks.namedTensors + (collector.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    ActionSampler(
      collector.surroundings.with(environments: count), variables, collector.normalizer
    ) { $0.networks }
  }
}
