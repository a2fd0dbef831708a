public import Autodiff
public import Environments
package import NeuralNetworks
public import Randomness
import Replay

/// Deep Q-learning by a network with a memory, for worlds that do not show everything.
///
/// Hausknecht & Stone (2015), "Deep recurrent Q-learning for partially observable MDPs": sequences
/// of consecutive steps are drawn and the network is unrolled over them. Kapturowski et al. (2019),
/// "Recurrent experience replay in distributed reinforcement learning", section 3: a sequence begins
/// with the state in which the agent acted there, and a burn-in of some steps, which are not learned
/// from, brings it up to date with today's weights. Targets, exploration and the order of things
/// are those of `DQN`.
///
/// The state is zero at the beginning of an episode, also in the middle of a sequence. The target of
/// a step takes one step more from the state after it, with the observation that followed in the
/// same episode: what comes after a truncation is estimated from the old episode's last observation
/// and all that was remembered of that episode.
///
/// Shapes: `B` sequences, `L` steps of each, `T` of which are learned from, `A` actions, `N`
/// environments, `S` numbers of state.
public final class RecurrentDQN: Agent {
  /// What it was told.
  public let settings: RecurrentDQNSettings
  private let totalSteps: Int

  package let variables: Variables<Learner>
  package let experience: ChoiceExperience<DQN.Progress>
  private let greedy: GreedyPolicy
  private let update: Plan
  private let copyToTarget: Plan
  private let inputs: Inputs

  /// Everything that acting and learning change.
  package struct Learner: Traceable {
    package var online: RecurrentValues
    package var target: RecurrentValues
    package var optimizer: AnyOptimizer
    /// What is remembered now of each environment's episode, `[N, S]`.
    package var state: Tensor

    package init(_ network: RecurrentValues, _ optimizer: OptimizerSettings, environments: Int) {
      (online, target) = (network, network)
      self.optimizer = AnyOptimizer(for: network, optimizer)
      state = .zeros([environments, network.memory.stateSize])
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("online", &online)
      visitor.visit("target", &target)
      visitor.visit("optimizer", &optimizer)
      visitor.visit("state", &state)
    }
  }

  /// Makes an agent that has seen nothing yet; as that of `DQN`.
  ///
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  public init(
    _ settings: RecurrentDQNSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    let length = settings.replay.length
    try settings.checkCapacity(environments: surroundings.environments)
    let choices = try surroundings.choices(for: "recurrentDqn")
    experience = try ChoiceExperience(
      settings, DQN.Progress(seeds), in: surroundings, recordingInterval: recordingInterval,
      stateSize: settings.replay.storesStates ? settings.network.recurrence.stateSize : 0)

    var random = seeds["initialization"]
    let network = RecurrentValues(
      settings.network, observationSize: surroundings.observationSize, choices: choices,
      using: &random)
    variables = Variables(
      Learner(network, settings.optimizer, environments: surroundings.environments))
    greedy = GreedyPolicy(
      remembering: surroundings, variables, experience.normalizer,
      state: variables.numbers("state")
    ) { $0.online }
    let shapes = Batch(
      length: length, count: settings.replay.batchSize, stateSize: network.memory.stateSize,
      observationSize: surroundings.observationSize,
      maskedChoices: surroundings.masked ? choices : nil)
    update = Plan(updating: variables, inputs: shapes) { learner, batch in
      Self.update(&learner, on: batch, settings)
    }
    inputs = Inputs(of: update, masked: surroundings.masked)
    copyToTarget = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.target = learner.online
      return NoTensors()
    }
    self.settings = settings
    self.totalSteps = totalSteps
  }

  // MARK: The algorithm

  /// The states after each of the `T` steps that are learned from, in parts of `[T·B, units]`.
  ///
  /// The steps before these only move the state on: no gradient flows into them.
  package static func states(
    _ network: RecurrentValues, _ batch: Batch, burnIn: Int
  ) -> [Tensor] {
    let count = batch.states.shape[0]
    let length = batch.rewards.count / count
    let keep = 1 - batch.starts
    var state = network.parts(batch.states)
    if burnIn > 0 {
      let rows = burnIn * count
      let early = network.states(
        batch.observations.sliced(axis: 0, from: 0, count: rows), steps: burnIn, from: state,
        keep: keep.sliced(axis: 0, from: 0, count: rows))
      state = early[burnIn - 1].map { $0.withoutGradient() }
    }
    let states = network.states(
      batch.steps(batch.observations, from: burnIn), steps: length - burnIn, from: state,
      keep: batch.steps(keep, from: burnIn))
    return state.indices.map { part in concatenated(states.map { $0[part] }, axis: 0) }
  }

  /// `y = r + γ·max Q⁻(s′, ·)`, or `y = r + γ·Q⁻(s′, argmax Q(s′, ·))` for double-Q; `[T·B]`.
  ///
  /// - Parameters:
  ///   - online: `Q(s′, ·)`, `[T·B, A]`.
  ///   - target: `Q⁻(s′, ·)`, `[T·B, A]`.
  ///   - masks: `[T·B, A]`, 1 where an action is allowed at `s′`; `nil` allows everything.
  package static func targets(
    _ kind: DQNSettings.Target, online: Tensor, target: Tensor, rewards: Tensor,
    discounts: Tensor, masks: Tensor?
  ) -> Tensor {
    func allowed(_ values: Tensor) -> Tensor {
      guard let masks else { return values }
      // Not minus infinity, because times a discount of 0 that is no number.
      let lowest = Tensor.filled(with: -.greatestFiniteMagnitude, shape: values.shape)
      return select(masks, values, lowest)
    }
    let chooser = kind == .double ? online : target
    let best = target.picked(at: allowed(chooser).argmax(axis: 1))
    return rewards + discounts * best
  }

  /// One gradient step on a batch of sequences, with what was measured on the way.
  package static func update(
    _ learner: inout Learner, on batch: Batch, _ settings: RecurrentDQNSettings
  ) -> DQN.Measured {
    let burnIn = settings.replay.burnIn
    func learned(_ rows: Tensor) -> Tensor { batch.steps(rows, from: burnIn) }
    let seen = states(learner.online, batch, burnIn: burnIn)
    let seenByTarget = states(learner.target, batch, burnIn: burnIn)
    let next = learned(batch.nextObservations)
    let targets = targets(
      settings.target, online: learner.online.values(next, from: seen),
      target: learner.target.values(next, from: seenByTarget), rewards: learned(batch.rewards),
      discounts: learned(batch.discounts), masks: batch.nextMasks.map(learned)
    ).withoutGradient()
    let values = learner.online.head(seen[0]).picked(at: learned(batch.actions))  // [T·B]
    let loss =
      switch settings.loss {
      case .squared: squaredError(values, targets)
      case .huber(let delta): huberLoss(values, targets, delta: delta)
      }

    var gradients = gradient(of: loss, withRespectTo: learner.online)
    let norm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(
      &learner.online, along: gradients, learningRate: batch.learningRate)
    if case .polyak(let rate) = settings.targetUpdate {
      learner.target.move(to: learner.online, by: rate)
    }
    return DQN.Measured(loss: loss, gradientNorm: norm, meanValue: values.mean())
  }

  // MARK: Acting and remembering

  public var steps: Int { experience.progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }
  public func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  public func act() -> ActionRows {
    _ = experience.explore(epsilon, among: greedy.choices)
    // Also where all act at random, because what is seen has to be remembered.
    experience.choose(by: greedy)
    return experience.actions
  }

  public func remember(_ environment: any BatchedEnvironment) {
    experience.remember(environment, states: greedy.statesBefore)
    for index in 0..<environment.count where environment.endings[index] != 0 {
      greedy.beginEpisode(in: index)
    }
  }

  /// The probability of a random action after the steps taken so far.
  package var epsilon: Double {
    steps < settings.randomSteps ? 1 : settings.exploration.epsilon(at: steps, of: totalSteps)
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = updatesDue
    if due > 0 {
      inputs.learningRate.pointee = Float(settings.optimizer.learningRate(steps))
      for _ in 0..<due { try learnFromSample() }
      if experience.takesRecord() { recordMetrics(record) }
    }
    if experience.isDue(settings.targetUpdate) { copyToTarget.run() }
  }

  /// How many updates belong to the step just taken: none before a whole sequence was seen.
  private var updatesDue: Int {
    experience.replay.holdsSequences(ofLength: settings.replay.length) ? experience.updatesDue : 0
  }

  private func learnFromSample() throws(TrainingError) {
    experience.sampleSequences(into: inputs.rows, length: settings.replay.length)
    update.run()
    experience.progress.updates += 1
    try experience.check(update, outputs: 2, Self.metrics)
  }
}

// MARK: Measuring and keeping

extension RecurrentDQN {
  public static var metrics: [Metric] { DQN.metrics }

  private func recordMetrics(_ record: (_ metric: Int, _ value: Float) -> Void) {
    for measured in 0..<3 { record(measured, update.output(measured)[0]) }
    record(3, Float(epsilon))
    record(4, inputs.learningRate.pointee)
  }

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.online.namedTensors + (experience.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    GreedyPolicy(
      remembering: experience.surroundings.with(environments: count), variables,
      experience.normalizer
    ) { $0.online }
  }

  /// The greedy policy of saved weights, without an agent.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  public static func policy(
    _ settings: RecurrentDQNSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var network = RecurrentValues(
      settings.network, observationSize: surroundings.observationSize,
      choices: try surroundings.choices(for: "recurrentDqn"), using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &network, in: surroundings, discountFactor: settings.discountFactor)
    return GreedyPolicy(remembering: surroundings, Variables(network), normalizer) { $0 }
  }
}

extension RecurrentDQNSettings {
  /// Refuses a replay that never holds a whole sequence.
  fileprivate func checkCapacity(environments: Int) throws(SettingsError) {
    let (needed, overflow) = replay.length.multipliedReportingOverflow(by: environments)
    try require(
      !overflow && replay.capacity >= needed, "replay.capacity",
      "must hold \(replay.length) steps (burnIn and sequenceLength) of each of \(environments) "
        + "environments", found: replay.capacity)
  }
}
