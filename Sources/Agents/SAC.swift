public import Autodiff
public import Environments
import NeuralNetworks
public import Randomness
import Replay

/// Soft actor-critic: rewards and the policy's entropy are made large together.
///
/// Haarnoja et al. (2018), "Soft actor-critic algorithms and applications", Algorithm 1: two
/// critics, no value network, and a temperature that adapts itself. Endings follow Pardo et al.
/// (2018), "Time limits in reinforcement learning": only a termination ends the sum of rewards.
///
/// After each step of all environments, in this order: the transitions are stored; if due, batches
/// are drawn, and with each of them the critics, the actor, the temperature and the target networks
/// are updated. The actor follows the critics just updated; the temperature of a whole update is the
/// one before it.
///
/// Shapes: `B` batch, `D` numbers in an action, `N` environments.
public final class SAC: Agent {
  /// What it was told.
  public let settings: SACSettings
  package let variables: Variables<Learner>
  package let experience: ContinuousExperience
  private let explorer: ContinuousPolicy
  private let update: Plan
  private let inputs: Inputs

  /// Everything that an update changes.
  package typealias Learner = SoftLearner<GaussianActor, Critics>

  /// What an update reads.
  package struct Batch: Traceable {
    package var transitions: Transitions
    /// Standard normal numbers for the actions at the next observations and at the observations,
    /// `[B, D]`.
    package var nextNoise, noise: Tensor
    /// Single numbers.
    package var actorRate = Tensor(0)
    package var criticRate = Tensor(0)
    package var temperatureRate = Tensor(0)

    package init(_ transitions: Transitions, nextNoise: Tensor, noise: Tensor) {
      (self.transitions, self.nextNoise, self.noise) = (transitions, nextNoise, noise)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("transitions", &transitions)
      visitor.visit("nextNoise", &nextNoise)
      visitor.visit("noise", &noise)
      visitor.visit("actorRate", &actorRate)
      visitor.visit("criticRate", &criticRate)
      visitor.visit("temperatureRate", &temperatureRate)
    }
  }

  /// Where a batch lies.
  private struct Inputs {
    let rows: BatchRows
    let nextNoise, noise: UnsafeMutableBufferPointer<Float>
    let actorRate, criticRate, temperatureRate: UnsafeMutableBufferPointer<Float>

    init(_ inputs: NamedInputs) {
      rows = inputs.rows("transitions")
      (nextNoise, noise) = (inputs["nextNoise"], inputs["noise"])
      (actorRate, criticRate) = (inputs["actorRate"], inputs["criticRate"])
      temperatureRate = inputs["temperatureRate"]
    }
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments, with continuous actions between finite bounds.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration", "replay" and "noise" are drawn from.
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  public init(
    _ settings: SACSettings, in surroundings: Surroundings, recordingInterval: Int = 100,
    seeds: Seeds
  ) throws {
    try settings.validate()
    experience = try ContinuousExperience(
      of: "sac", settings, in: surroundings, recordingInterval: recordingInterval, seeds: seeds)
    var random = seeds["initialization"]
    let actor = GaussianActor(
      settings.network, exploration: settings.exploration, in: surroundings, using: &random)
    let critics = Critics(2, settings.network, in: surroundings, using: &random)
    variables = Variables(Learner(actor: actor, critics: critics, settings))
    explorer = ContinuousPolicy(
      surroundings, experience.range, variables, experience.normalizer,
      noise: .zeros(actor.noiseShape(environments: surroundings.environments))
    ) { learner, rows, noise in noise.map { learner.actor.act(rows, noise: $0) } ?? rows }

    let noise = Tensor.zeros([settings.replay.batchSize, surroundings.actions.width])
    let batch = Batch(
      Transitions(count: settings.replay.batchSize, surroundings), nextNoise: noise, noise: noise)
    update = Plan(updating: variables, inputs: batch) { learner, batch in
      Self.update(&learner, on: batch, settings)
    }
    inputs = Inputs(NamedInputs(of: update, batch))
    self.settings = settings
  }

  // MARK: The algorithm

  /// `y = r + γ·(min Q⁻(s′, a′) - α·log π(a′|s′))` with `a′` drawn from the policy: equations 3 and 5.
  ///
  /// - Parameters:
  ///   - values: The smaller value of the target networks, `[B]`.
  ///   - logProbabilities: `[B]`.
  ///   - temperature: α, `[]`.
  package static func targets(
    _ batch: Transitions, values: Tensor, logProbabilities: Tensor, temperature: Tensor
  ) -> Tensor {
    let worth = values - temperature.broadcast(to: values.shape) * logProbabilities
    return batch.rewards + batch.discounts * worth
  }

  /// Half the mean squared error of each critic's values `[B]`, all added up: equation 5.
  package static func criticLoss(values: [Tensor], targets: Tensor) -> Tensor {
    values.map { 0.5 * squaredError($0, targets) }.reduce(Tensor(0), +)
  }

  /// The mean of `α·log π(a|s) - min Q(s, a)` with `a` drawn from the policy: equation 7.
  package static func actorLoss(
    values: Tensor, logProbabilities: Tensor, temperature: Tensor
  ) -> Tensor {
    (temperature.broadcast(to: values.shape) * logProbabilities - values).mean()
  }

  /// One step of everything on a batch, with what was measured on the way.
  package static func update(
    _ learner: inout Learner, on batch: Batch, _ settings: SACSettings
  ) -> Measured {
    let transitions = batch.transitions
    let temperature = learner.temperature.value

    // Critics
    let next = learner.actor.policy(transitions.nextObservations).sample(noise: batch.nextNoise)
    let targets = targets(
      transitions, values: learner.targets.smallest(transitions.nextObservations, next.actions),
      logProbabilities: next.logProbability, temperature: temperature
    ).withoutGradient()
    let values = learner.critics.values(transitions.observations, transitions.actions)
    let criticLoss = criticLoss(values: values, targets: targets)
    learner.criticOptimizer.update(
      &learner.critics, along: gradient(of: criticLoss, withRespectTo: learner.critics),
      learningRate: batch.criticRate)

    // Actor
    let now = learner.actor.policy(transitions.observations).sample(noise: batch.noise)
    let actorLoss = actorLoss(
      values: learner.critics.smallest(transitions.observations, now.actions),
      logProbabilities: now.logProbability, temperature: temperature)
    learner.actorOptimizer.update(
      &learner.actor, along: gradient(of: actorLoss, withRespectTo: learner.actor),
      learningRate: batch.actorRate)

    let width = transitions.actions.shape[1]
    learner.temperature.adapt(
      to: now.logProbability,
      targetEntropy: settings.temperature.targetEntropy(orElse: -Double(width)),
      learningRate: batch.temperatureRate)
    learner.targets.move(to: learner.critics, by: settings.targetRate)
    return Measured(
      criticLoss: criticLoss, actorLoss: actorLoss, entropy: -now.logProbability.mean(),
      temperature: temperature, meanValue: values[0].mean())
  }

  // MARK: Acting and remembering

  public var steps: Int { experience.progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }

  public func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  public func act() -> ActionRows {
    if experience.isDue(every: settings.exploration.interval) {
      experience.progress.exploration.fillNormal(explorer.noise)
    }
    if experience.actsAtRandom {
      experience.takeRandomActions()
    } else {
      experience.take(explorer.unstretched(for: experience.replay.newestObservations))
    }
    return experience.stretchedActions()
  }

  public func remember(_ environment: any BatchedEnvironment) { experience.remember(environment) }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = experience.updatesDue
    guard due > 0 else { return }
    setLearningRates()
    for _ in 0..<due {
      experience.sample(into: inputs.rows)
      experience.fillNoise(inputs.nextNoise)
      experience.fillNoise(inputs.noise)
      update.run()
      experience.progress.updates += 1
      try experience.check(update, outputs: 2, Self.metrics)
    }
    guard experience.takesRecord() else { return }
    for metric in Self.metrics.indices { record(metric, update.output(metric)[0]) }
  }

  private func setLearningRates() {
    inputs.actorRate[0] = Float(settings.actorOptimizer.learningRate(steps))
    inputs.criticRate[0] = Float(settings.criticOptimizer.learningRate(steps))
    inputs.temperatureRate[0] = settings.temperature.learningRate(at: steps)
  }

  // MARK: Measuring

  /// What is measured during an update; single numbers.
  package struct Measured: Traceable {
    package var criticLoss, actorLoss, entropy, temperature, meanValue: Tensor

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("criticLoss", &criticLoss)
      visitor.visit("actorLoss", &actorLoss)
      visitor.visit("entropy", &entropy)
      visitor.visit("temperature", &temperature)
      visitor.visit("meanValue", &meanValue)
    }
  }

  // In the order of `Measured`.
  public static let metrics = [
    Metric(
      "loss/critic", unit: "reward²", meaning: "Half the squared errors of both critics, added."),
    Metric("loss/actor", unit: "reward", meaning: "The mean of α·log π(a|s) - min Q(s, a)."),
    Metric(
      "policy/entropy", unit: "nat", meaning: "The policy's entropy, of actions from -1 to 1."),
    Metric("policy/temperature", unit: "reward/nat", meaning: "α: how much entropy is worth."),
    Metric(
      "actionValue/mean", unit: "reward",
      meaning: "The first critic's mean Q(s, a) of an update's transitions."),
  ]

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
    var noise = Array(explorer.noise)
    try visitor.visit("explorationNoise", &noise)
    for (place, number) in zip(explorer.noise.indices, noise) { explorer.noise[place] = number }
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.actor.namedTensors + (experience.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    ContinuousPolicy(
      experience.surroundings.with(environments: count), experience.range, variables,
      experience.normalizer
    ) { learner, rows, _ in learner.actor.policy(rows).mode }
  }

  /// The policy of saved weights, without an agent: the hyperbolic tangent of the mean.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  public static func policy(
    _ settings: SACSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    let range = try ActionRange(of: surroundings, for: "sac")
    var unused = Seeds(root: 0)["initialization"]
    var actor = GaussianActor(
      settings.network, exploration: settings.exploration, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &actor, in: surroundings, discountFactor: settings.discountFactor)
    return ContinuousPolicy(surroundings, range, Variables(actor), normalizer) { actor, rows, _ in
      actor.policy(rows).mode
    }
  }
}
