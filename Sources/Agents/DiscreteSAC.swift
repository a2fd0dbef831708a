package import Autodiff
package import Environments
import Glibc
package import NeuralNetworks
package import Randomness
import Replay

/// Soft actor-critic for choices: rewards and the policy's entropy are made large together.
///
/// Christodoulou (2019), "Soft actor-critic for discrete action settings", Algorithm 1: the critics
/// give a value for each choice, so what SAC estimates by drawing an action is here a sum over all
/// of them. Endings follow Pardo et al. (2018): only a termination ends the sum of rewards. Masked
/// choices have no probability, and no share in any sum.
///
/// After each step of all environments, in this order: the transitions are stored; if due, batches
/// are drawn, and with each of them the critics, the actor, the temperature and the target networks
/// are updated, all from the networks and the temperature before, but for the actor, which follows
/// the critics just updated.
///
/// Shapes: `B` batch, `A` choices, `N` environments.
package final class DiscreteSAC: Agent {
  package let settings: DiscreteSACSettings
  package let variables: Variables<Learner>
  package let experience: ChoiceExperience<OffPolicyProgress>
  /// From observations, `[N, observationSize]`, to logits, `[N, A]`.
  private let logits: Plan
  private let update: Plan
  private let inputs: Inputs

  /// Everything that an update changes: logits, and values of each choice, `[B, observationSize]` →
  /// `[B, A]`.
  package typealias Learner = SoftLearner<MLP, [MLP]>

  /// What an update reads.
  package struct Batch: Traceable {
    /// Actions are `[B]` whole numbers here.
    package var transitions: Transitions
    /// `[B, A]`: 1 where a choice is allowed at the observation, and at the next one; `nil` allows
    /// everything.
    package var masks, nextMasks: Tensor?
    /// Single numbers.
    package var actorRate = Tensor(0)
    package var criticRate = Tensor(0)
    package var temperatureRate = Tensor(0)

    package init(_ transitions: Transitions, masks: Tensor? = nil, nextMasks: Tensor? = nil) {
      (self.transitions, self.masks, self.nextMasks) = (transitions, masks, nextMasks)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("transitions", &transitions)
      visitor.visit("masks", &masks)
      visitor.visit("nextMasks", &nextMasks)
      visitor.visit("actorRate", &actorRate)
      visitor.visit("criticRate", &criticRate)
      visitor.visit("temperatureRate", &temperatureRate)
    }
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments, with discrete actions.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration" and "replay" are drawn from.
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  package init(
    _ settings: DiscreteSACSettings, in surroundings: Surroundings, recordingInterval: Int = 100,
    seeds: Seeds
  ) throws {
    try settings.validate()
    var random = seeds["initialization"]
    let networks = try (0..<3).map { _ in
      try Self.network(settings.network, surroundings, using: &random)
    }
    experience = try ChoiceExperience(
      settings, OffPolicyProgress(seeds), in: surroundings, recordingInterval: recordingInterval)
    variables = Variables(
      Learner(actor: networks[0], critics: Array(networks.dropFirst()), settings))
    let rows = Tensor.zeros([surroundings.environments, surroundings.observationSize])
    logits = Plan(updating: variables, inputs: rows) { $0.actor($1) }

    let batch = Batch(count: settings.replay.batchSize, surroundings)
    update = Plan(updating: variables, inputs: batch) { learner, batch in
      Self.update(&learner, on: batch, settings)
    }
    inputs = Inputs(NamedInputs(of: update, batch), masked: surroundings.masked)
    self.settings = settings
  }

  private static func network(
    _ settings: OffPolicyNetworkSettings, _ surroundings: Surroundings,
    using random: inout RandomStream
  ) throws(AgentError) -> MLP {
    MLP(
      sizes: [surroundings.observationSize] + settings.hidden
        + [try surroundings.choices(for: "discreteSac")],
      activation: settings.activation, initializer: settings.initializer, using: &random)
  }

  // MARK: The algorithm

  /// `y = r + γ·Σ π(a|s′)·(min Q⁻(s′, a) - α·log π(a|s′))`, `[B]`: equations 4 and 10.
  ///
  /// - Parameters:
  ///   - values: The smaller values of the target networks, `[B, A]`.
  ///   - policy: At the next observations.
  ///   - temperature: α, `[]`.
  package static func targets(
    _ batch: Transitions, values: Tensor, policy: Categorical, temperature: Tensor
  ) -> Tensor {
    let worth = (policy.probabilities * values).sum(axis: 1)
    let entropy = temperature.broadcast(to: worth.shape) * policy.entropy
    return batch.rewards + batch.discounts * (worth + entropy)
  }

  /// The mean of `Σ π(a|s)·(α·log π(a|s) - min Q(s, a))`: equation 12.
  ///
  /// - Parameter values: The smaller values of the critics, `[B, A]`.
  package static func actorLoss(
    values: Tensor, policy: Categorical, temperature: Tensor
  ) -> Tensor {
    let worth = (policy.probabilities * values).sum(axis: 1)
    return -(temperature.broadcast(to: worth.shape) * policy.entropy + worth).mean()
  }

  /// One step of everything on a batch, with what was measured on the way.
  package static func update(
    _ learner: inout Learner, on batch: Batch, _ settings: DiscreteSACSettings
  ) -> SAC.Measured {
    let transitions = batch.transitions
    let temperature = learner.temperature.value
    func smallest(_ networks: [MLP], _ rows: Tensor) -> Tensor {
      networks.dropFirst().reduce(networks[0](rows)) { minimum($0, $1(rows)) }
    }

    // Critics
    let next = Categorical(
      logits: learner.actor(transitions.nextObservations), allowed: batch.nextMasks)
    let targets = targets(
      transitions, values: smallest(learner.targets, transitions.nextObservations), policy: next,
      temperature: temperature
    ).withoutGradient()
    let values = learner.critics.map {
      $0(transitions.observations).picked(at: transitions.actions)
    }
    let criticLoss = SAC.criticLoss(values: values, targets: targets)
    learner.criticOptimizer.update(
      &learner.critics, along: gradient(of: criticLoss, withRespectTo: learner.critics),
      learningRate: batch.criticRate)

    // Actor
    let seen = transitions.observations
    let policy = Categorical(logits: learner.actor(seen), allowed: batch.masks)
    let actorLoss = actorLoss(
      values: smallest(learner.critics, seen).withoutGradient(), policy: policy,
      temperature: temperature)
    learner.actorOptimizer.update(
      &learner.actor, along: gradient(of: actorLoss, withRespectTo: learner.actor),
      learningRate: batch.actorRate)

    // The largest entropy there can be is that of all choices which are allowed in a state.
    let masked = batch.masks.map { maximum($0.sum(axis: 1), 1).log() }
    let largestEntropy =
      masked ?? .filled(with: log(Float(policy.logProbabilities.shape[1])), shape: values[0].shape)
    let target = settings.temperature.targetEntropy(orElse: .nan)
    learner.temperature.adapt(
      to: target.isNaN ? 0.98 * largestEntropy - policy.entropy : -policy.entropy,
      targetEntropy: target.isNaN ? 0 : target, learningRate: batch.temperatureRate)
    learner.targets.move(to: learner.critics, by: settings.targetRate)
    return SAC.Measured(
      criticLoss: criticLoss, actorLoss: actorLoss, entropy: policy.entropy.mean(),
      temperature: temperature, meanValue: values[0].mean())
  }

  // MARK: Acting and remembering

  package var steps: Int { experience.progress.steps }
  package var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }
  package func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  package func act() -> ActionRows {
    let environments = experience.surroundings.environments
    let choices = logits.output(0).count / max(1, environments)
    guard steps >= settings.randomSteps else {
      _ = experience.explore(1, among: choices)
      return experience.actions
    }
    let rows = logits.input(0)
    for place in rows.indices { rows[place] = experience.replay.newestObservations[place] }
    if let normalizer = experience.normalizer, let base = rows.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    logits.run()
    for environment in 0..<environments {
      experience.chosen[environment] = draw(
        logits.output(0).extracting(environment * choices..<(environment + 1) * choices),
        masks: experience.replay.newestMasks.map { $0 + environment * choices })
    }
    return experience.actions
  }

  /// An allowed choice, with the probability that its logit gives it: the largest of all logits with
  /// Gumbel noise.
  private func draw(
    _ logits: UnsafeBufferPointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> Int32 {
    var (best, bestValue) = (Int32(0), -Double.infinity)
    for choice in logits.indices where masks.map({ $0[choice] != 0 }) ?? true {
      let value = Double(logits[choice]) + experience.progress.exploration.gumbel()
      if value > bestValue { (best, bestValue) = (Int32(choice), value) }
    }
    return best
  }

  package func remember(_ environment: any BatchedEnvironment) {
    experience.remember(environment)
  }

  // MARK: Learning

  package func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = experience.updatesDue
    guard due > 0 else { return }
    inputs.actorRate[0] = Float(settings.actorOptimizer.learningRate(steps))
    inputs.criticRate[0] = Float(settings.criticOptimizer.learningRate(steps))
    inputs.temperatureRate[0] = settings.temperature.learningRate(at: steps)
    for _ in 0..<due {
      experience.sample(into: inputs.rows)
      update.run()
      experience.progress.updates += 1
      try experience.check(update, outputs: 2, Self.metrics)
    }
    guard experience.takesRecord() else { return }
    for metric in Self.metrics.indices { record(metric, update.output(metric)[0]) }
  }

  package static let metrics = [
    Metric(
      "loss/critic", unit: "reward²", meaning: "Half the squared errors of both critics, added."),
    Metric(
      "loss/actor", unit: "reward", meaning: "The mean of Σ π(a|s)·(α·log π(a|s) - min Q(s, a))."),
    Metric("policy/entropy", unit: "nat", meaning: "The mean entropy of the policy."),
    Metric("policy/temperature", unit: "reward/nat", meaning: "α: how much entropy is worth."),
    Metric(
      "actionValue/mean", unit: "reward",
      meaning: "The first critic's mean Q(s, a) of an update's transitions."),
  ]

  // MARK: Keeping

  package func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
  }

  package var weights: [(name: String, tensor: Tensor)] {
    variables.value.actor.namedTensors + (experience.normalizer?.weights ?? [])
  }

  package func makePolicy(environments count: Int) -> any Policy {
    GreedyPolicy(
      experience.surroundings.with(environments: count), variables, experience.normalizer,
      output: "logits"
    ) { $0.actor($1) }
  }

  /// The policy of saved weights, without an agent: the likeliest choice.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  package static func policy(
    _ settings: DiscreteSACSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var actor = try network(settings.network, surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &actor, in: surroundings, discountFactor: settings.discountFactor)
    return GreedyPolicy(surroundings, Variables(actor), normalizer, output: "logits") {
      actor, rows in actor(rows)
    }
  }
}

extension DiscreteSAC.Batch {
  /// A batch of `count` empty transitions, which has the right shapes.
  fileprivate init(count: Int, _ surroundings: Surroundings) {
    var transitions = Transitions(count: count, surroundings)
    transitions.actions = .zeros([count])
    self.init(transitions)
    if surroundings.masked, case .discrete(let choices) = surroundings.actions {
      masks = .zeros([count, choices])
      nextMasks = masks
    }
  }
}

/// Where a batch lies.
private struct Inputs {
  var rows: BatchRows
  let actorRate, criticRate, temperatureRate: UnsafeMutableBufferPointer<Float>

  init(_ inputs: NamedInputs, masked: Bool) {
    rows = inputs.rows("transitions")
    if masked {
      rows.masks = inputs["masks"].baseAddress
      rows.nextMasks = inputs["nextMasks"].baseAddress
    }
    (actorRate, criticRate) = (inputs["actorRate"], inputs["criticRate"])
    temperatureRate = inputs["temperatureRate"]
  }
}
