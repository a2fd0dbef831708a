public import Autodiff
public import Environments
package import NeuralNetworks
public import Randomness
package import Replay

/// Deep Q-learning with experience replay and a target network.
///
/// Mnih et al. (2015), "Human-level control through deep reinforcement learning", Algorithm 1; the
/// double-Q target is eq. 4 of van Hasselt, Guez & Silver (2016), "Deep reinforcement learning with
/// double Q-learning". Endings follow Pardo et al. (2018), "Time limits in reinforcement learning":
/// only a termination ends the sum of rewards, so what follows a truncation is still estimated,
/// from the last observation of the old episode.
///
/// After each step of all environments, in this order: the transitions are stored; if due, batches
/// are drawn and the network is updated, each update with targets of its own; then, if due, the
/// target network becomes a copy of it. An action is chosen by the weights after all earlier
/// updates, with ε at the number of steps taken before it. Masked actions are neither explored nor
/// chosen, by either network.
///
/// Shapes: `B` batch, `A` actions, `N` environments.
public final class DQN: Agent {
  public let settings: DQNSettings
  private let surroundings: Surroundings
  private let totalSteps: Int
  private let recordingInterval: Int

  package let variables: Variables<Learner>
  private let greedy: GreedyPolicy
  package let normalizer: Normalizer?
  private let update: Plan
  private let copyToTarget: Plan
  private let inputs: Batch.Inputs

  /// The actions taken last, `[N]`.
  private let chosen: UnsafeMutablePointer<Int32>
  package private(set) var replay: ReplayBuffer
  package private(set) var progress: Progress

  /// Everything that an update changes.
  package struct Learner: Traceable {
    package var online: MLP
    package var target: MLP
    package var optimizer: AnyOptimizer

    package init(online: MLP, target: MLP, optimizer: OptimizerSettings) {
      (self.online, self.target) = (online, target)
      self.optimizer = AnyOptimizer(for: online, optimizer)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("online", &online)
      visitor.visit("target", &target)
      visitor.visit("optimizer", &optimizer)
    }
  }

  /// Counters and random streams.
  package struct Progress: Codable, Equatable {
    /// Environment steps taken.
    package var steps = 0
    /// Updates made.
    package var updates = 0
    /// The step from which on the next update is recorded.
    package var nextRecord = 0
    package var exploration: RandomStream
    package var sampling: RandomStream
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments, with discrete actions.
  ///   - totalSteps: Environment steps of the whole run, for what takes a share of it.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration" and "replay" are drawn from.
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  public init(
    _ settings: DQNSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    let layout = try ReplayLayout(
      capacity: settings.replay.capacity, environments: surroundings.environments,
      observationSize: surroundings.observationSize, actions: surroundings.actions,
      masked: surroundings.masked)
    try layout.check(against: .now())

    var random = seeds["initialization"]
    let online = try Self.network(settings.network, surroundings, using: &random)
    variables = Variables(
      Learner(online: online, target: online, optimizer: settings.optimizer))
    normalizer = try Normalizer(for: surroundings, discountFactor: settings.discountFactor)
    greedy = GreedyPolicy(surroundings, variables, normalizer) { learner, rows in
      learner.online(rows)
    }
    let shapes = Batch(count: settings.replay.batchSize, surroundings)
    update = Plan(updating: variables, inputs: shapes) { learner, batch in
      Self.update(&learner, on: batch, settings)
    }
    inputs = Batch.Inputs(of: update, masked: surroundings.masked)
    copyToTarget = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.target = learner.online
      return NoTensors()
    }

    self.settings = settings
    self.surroundings = surroundings
    self.totalSteps = totalSteps
    self.recordingInterval = max(1, recordingInterval)
    replay = try ReplayBuffer(layout: layout)
    progress = Progress(exploration: seeds["exploration"], sampling: seeds["replay"])
    chosen = .allocate(capacity: surroundings.environments)
    chosen.initialize(repeating: 0, count: surroundings.environments)
  }

  deinit { chosen.deallocate() }

  // MARK: The algorithm

  /// `y = r + γ·max Q⁻(s′, ·)`, or `y = r + γ·Q⁻(s′, argmax Q(s′, ·))` for double-Q; `[B]`.
  ///
  /// The batch's `γ` is 0 after a termination, and `s′` is of the same episode after a truncation.
  package static func targets(
    _ kind: DQNSettings.Target, online: (Tensor) -> Tensor, target: (Tensor) -> Tensor,
    _ batch: Batch
  ) -> Tensor {
    let values = target(batch.nextObservations)  // [B, A]
    let best =
      switch kind {
      case .maximum: batch.allowed(values).maximum(axis: 1)  // [B]
      case .double:
        values.picked(at: batch.allowed(online(batch.nextObservations)).argmax(axis: 1))  // [B]
      }
    return batch.rewards + batch.discounts * best
  }

  /// The mean error of the values `Q(s, a)` of the actions taken, both `[B]`; shape `[]`.
  package static func loss(_ kind: DQNSettings.Loss, values: Tensor, targets: Tensor) -> Tensor {
    switch kind {
    case .squared: squaredError(values, targets)
    case .huber(let delta): huberLoss(values, targets, delta: delta)
    }
  }

  /// One gradient step on a batch, with what was measured on the way.
  package static func update(_ learner: inout Learner, on batch: Batch, _ settings: DQNSettings)
    -> Measured
  {
    let targets = targets(
      settings.target, online: learner.online.callAsFunction,
      target: learner.target.callAsFunction, batch
    ).withoutGradient()
    let values = learner.online(batch.observations).picked(at: batch.actions)  // [B]
    let loss = loss(settings.loss, values: values, targets: targets)

    var gradients = gradient(of: loss, withRespectTo: learner.online)
    let norm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(
      &learner.online, along: gradients, learningRate: batch.learningRate)
    if case .polyak(let rate) = settings.targetUpdate {
      learner.target.move(to: learner.online, by: rate)
    }
    return Measured(loss: loss, gradientNorm: norm, meanValue: values.mean())
  }

  // MARK: Acting and remembering

  public var steps: Int { progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { replay.nextObservations }

  public func begin(_ environment: any BatchedEnvironment) {
    replay.begin(masks: environment.actionMasks)
    normalizer?.note(observations: replay.newestObservations)
  }

  public func act() -> ActionRows {
    let isAnyGreedy = RandomActions.explore(
      chosen, count: surroundings.environments, choices: greedy.choices,
      masks: replay.newestMasks, epsilon: epsilon, using: &progress.exploration)
    if isAnyGreedy {
      let best = greedy.best(for: replay.newestObservations, masks: replay.newestMasks)
      for place in 0..<surroundings.environments where chosen[place] == RandomActions.undecided {
        chosen[place] = best[place]
      }
    }
    return .discrete(chosen)
  }

  public func remember(_ environment: any BatchedEnvironment) {
    replay.append(
      actions: .discrete(chosen), rewards: environment.rewards, endings: environment.endings,
      finalObservations: environment.finalObservations, masks: environment.actionMasks,
      finalMasks: environment.finalActionMasks)
    normalizer?.note(
      observations: replay.newestObservations, rewards: environment.rewards,
      endings: environment.endings)
    progress.steps += surroundings.environments
  }

  /// The probability of a random action after the steps taken so far.
  package var epsilon: Double {
    progress.steps < settings.randomSteps
      ? 1 : settings.exploration.epsilon(at: progress.steps, of: totalSteps)
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = updatesDue
    if due > 0 {
      inputs.learningRate.pointee = Float(settings.optimizer.learningRate(progress.steps))
      for _ in 0..<due { try learnFromSample() }
      if progress.steps >= progress.nextRecord { recordMetrics(record) }
    }
    if case .hard(let every) = settings.targetUpdate, passed(every) > 0 { copyToTarget.run() }
  }

  /// How many updates belong to the step just taken.
  private var updatesDue: Int {
    guard progress.steps > settings.replay.learningStarts else { return 0 }
    switch settings.gradientSteps {
    case .fixed(let count): return passed(settings.trainFrequency) * count
    case .collected: return passed(settings.trainFrequency) * settings.trainFrequency
    }
  }

  /// How many multiples of a number of environment steps lie within the step just taken.
  private func passed(_ period: Int) -> Int {
    progress.steps / period - (progress.steps - surroundings.environments) / period
  }

  private func learnFromSample() throws(TrainingError) {
    replay.sample(
      settings.replay.batchSize, discountFactor: Float(settings.discountFactor),
      using: &progress.sampling, into: inputs.rows)
    normalizer?.normalize(inputs.rows, count: settings.replay.batchSize)
    update.run()
    progress.updates += 1
    // A loss may still be finite where its gradient is not, and the weights with it.
    for measured in 0..<2 where !update.output(measured)[0].isFinite {
      throw .nonFinite(metric: Self.metrics[measured].name, step: progress.steps)
    }
  }

  // MARK: Measuring

  public static let metrics = [
    Metric("loss/td", unit: "reward²", meaning: "The mean error of an update, as `loss` says."),
    Metric(
      "gradient/norm", unit: "reward²",
      meaning: "The Euclidean norm of the gradient, before it is shortened."),
    Metric(
      "actionValue/mean", unit: "reward", meaning: "The mean Q(s, a) of an update's transitions."),
    Metric("exploration/epsilon", meaning: "The probability of a random action."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the optimiser."),
  ]

  private func recordMetrics(_ record: (_ metric: Int, _ value: Float) -> Void) {
    record(0, update.output(0)[0])
    record(1, update.output(1)[0])
    record(2, update.output(2)[0])
    record(3, Float(epsilon))
    record(4, inputs.learningRate.pointee)
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try visitor.visit("progress", &progress)
    try visitor.visit("replay", &replay)
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.online.namedTensors + (normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    GreedyPolicy(surroundings.with(environments: count), variables, normalizer) { learner, rows in
      learner.online(rows)
    }
  }

  /// The greedy policy of saved weights, without an agent.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  public static func policy(
    _ settings: DQNSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var network = try network(settings.network, surroundings, using: &unused)
    var weights = weights
    let normalizer = try Normalizer(for: surroundings, discountFactor: settings.discountFactor)
    try normalizer?.takeScales(from: &weights)
    try load(weights, into: &network)
    return GreedyPolicy(surroundings, Variables(network), normalizer) { network, rows in
      network(rows)
    }
  }

  private static func network(
    _ settings: DQNSettings.Network, _ surroundings: Surroundings, using random: inout RandomStream
  ) throws(AgentError) -> MLP {
    MLP(
      sizes: [surroundings.observationSize] + settings.hidden
        + [try surroundings.choices(for: "dqn")],
      activation: settings.activation, initializer: settings.initializer, using: &random)
  }
}
