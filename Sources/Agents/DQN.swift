package import Autodiff
public import Environments
package import NeuralNetworks
public import Randomness
import Replay

/// Deep Q-learning with experience replay and a target network.
///
/// Mnih et al. (2015), "Human-level control through deep reinforcement learning", Algorithm 1; the
/// double-Q target is eq. 4 of van Hasselt, Guez & Silver (2016), "Deep reinforcement learning with
/// double Q-learning". Further switches, up to Rainbow (Hessel et al. 2018), are each in a file of
/// `ValueBased/`, which names its source. Endings follow Pardo et al. (2018), "Time limits in
/// reinforcement learning": only a termination ends the sum of rewards, so what follows a
/// truncation is still estimated, from the last observation of the old episode.
///
/// After each step of all environments, in this order: the transitions are stored; if due, batches
/// are drawn and the network is updated, each update with targets of its own; then, if due, the
/// target network becomes a copy of it. An action is chosen by the weights after all earlier
/// updates, with ε at the number of steps taken before it; a noisy network draws its noise anew for
/// each step and each update. Masked actions are neither explored nor chosen, by either network.
///
/// Shapes: `B` batch, `A` actions, `N` environments.
public final class DQN: Agent {
  /// What it was told.
  public let settings: DQNSettings
  private let totalSteps: Int

  package let variables: Variables<Learner>
  package let experience: ChoiceExperience<Progress>
  private let greedy: GreedyPolicy
  private let update: Plan
  private let copyToTarget: Plan
  private let inputs: Batch.Inputs
  private let extra: ExtraOutputs

  /// Where the noise of a noisy network comes from.
  var noise: RandomStream

  /// Everything that an update changes.
  package struct Learner: Traceable {
    package var online: ValueNetwork
    package var target: ValueNetwork
    package var optimizer: AnyOptimizer

    package init(online: ValueNetwork, target: ValueNetwork, optimizer: OptimizerSettings) {
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
  package struct Progress: ReplayCounters, Equatable {
    /// Environment steps taken.
    package var steps = 0
    /// Updates made.
    package var updates = 0
    /// The step from which on the next update is recorded.
    package var nextRecord = 0
    package var exploration: RandomStream
    package var sampling: RandomStream

    init(_ seeds: Seeds) {
      (exploration, sampling) = (seeds["exploration"], seeds["replay"])
    }
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments, with discrete actions.
  ///   - totalSteps: Environment steps of the whole run, for what takes a share of it.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration", "replay" and "noise" are drawn from.
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  public init(
    _ settings: DQNSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    try settings.check(in: surroundings)
    experience = try ChoiceExperience(
      settings, Progress(seeds), in: surroundings, recordingInterval: recordingInterval,
      prioritization: Self.prioritization(settings))

    var random = seeds["initialization"]
    let online = try Self.network(settings, surroundings, using: &random)
    variables = Variables(
      Learner(online: online, target: online, optimizer: settings.optimizer))
    let estimate = settings.estimate
    greedy = GreedyPolicy(
      surroundings, variables, experience.normalizer, noiseCount: online.noiseCount
    ) { learner, rows, noise in
      estimate.values(learner.online(rows, noise: noise))
    }
    let shapes = Batch(settings, surroundings, noiseCount: online.noiseCount)
    update = Plan(updating: variables, inputs: shapes) { learner, batch in
      Self.update(&learner, on: batch, settings)
    }
    inputs = Batch.Inputs(of: update, shapes)
    extra = ExtraOutputs(settings)
    copyToTarget = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.target = learner.online
      return NoTensors()
    }

    self.settings = settings
    self.totalSteps = totalSteps
    noise = seeds["noise"]
  }

  // MARK: The algorithm

  /// What the target network says of `(s′, a*)`, where `a*` has the largest `Q⁻(s′, a*)`, or the
  /// largest `Q(s′, a*)` for double-Q; `[B]`, or `[B, K]` of a distribution.
  ///
  /// - Parameters:
  ///   - kind: Whose values choose.
  ///   - estimate: How values follow from what networks say.
  ///   - online: From observations to `[B, A]`, or `[B, A, K]`.
  ///   - target: The same of the target network.
  ///   - batch: Its `s′` is of the same episode after a truncation.
  package static func next(
    _ kind: DQNSettings.Target, _ estimate: some ValueEstimate, online: (Tensor) -> Tensor,
    target: (Tensor) -> Tensor, _ batch: Batch
  ) -> Tensor {
    let outputs = target(batch.nextObservations)
    let values =
      switch kind {
      case .maximum: estimate.values(outputs)
      case .double: estimate.values(online(batch.nextObservations))
      }
    return outputs.numbers(of: batch.allowed(values).argmax(axis: 1))
  }

  /// One gradient step on a batch, with what was measured on the way.
  package static func update(_ learner: inout Learner, on batch: Batch, _ settings: DQNSettings)
    -> Measured
  {
    let (estimate, noise) = (settings.estimate, batch.noise)
    let next = next(
      settings.target, estimate, online: { learner.online($0, noise: noise?.choice) },
      target: { learner.target($0, noise: noise?.target) }, batch
    ).withoutGradient()
    let predicted = learner.online(batch.observations, noise: noise?.online)
      .numbers(of: batch.actions)  // [B], or [B, K]
    let errors = estimate.errors(
      of: predicted, next: next, rewards: batch.rewards, discounts: batch.discounts)
    let loss = (batch.weights.map { $0 * errors.losses } ?? errors.losses).mean()

    var gradients = gradient(of: loss, withRespectTo: learner.online)
    let norm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(
      &learner.online, along: gradients, learningRate: batch.learningRate)
    if case .polyak(let rate) = settings.targetUpdate {
      learner.target.move(to: learner.online, by: rate)
    }
    var measured = Measured(
      loss: loss, gradientNorm: norm, meanValue: estimate.values(predicted).mean())
    measured.deviation = learner.online.meanDeviation
    if batch.weights != nil {
      measured.priorities = errors.priorities
      measured.meanPriority = errors.priorities.mean()
    }
    return measured
  }

  // MARK: Acting and remembering

  public var steps: Int { experience.progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }
  public func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  public func act() -> ActionRows {
    if experience.explore(epsilon, among: greedy.choices) {
      noise.fillNormal(greedy.noise)
      experience.choose(by: greedy)
    }
    return experience.actions
  }

  public func remember(_ environment: any BatchedEnvironment) { experience.remember(environment) }

  /// The probability of a random action after the steps taken so far.
  package var epsilon: Double {
    steps < settings.randomSteps ? 1 : settings.exploration.epsilon(at: steps, of: totalSteps)
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = experience.updatesDue
    if due > 0 {
      inputs.learningRate.pointee = Float(settings.optimizer.learningRate(steps))
      for _ in 0..<due { try learnFromSample() }
      if experience.takesRecord() { recordMetrics(record) }
    }
    if experience.isDue(settings.targetUpdate) { copyToTarget.run() }
  }

  private func learnFromSample() throws(TrainingError) {
    sample()
    for part in inputs.noise { noise.fillNormal(part) }
    update.run()
    experience.progress.updates += 1
    try experience.check(update, outputs: 2, Self.metrics)
    try updatePriorities()
  }

  /// Draws a batch into the plan's inputs.
  private func sample() {
    if let correction, let weights = inputs.weights {
      experience.samplePrioritized(
        into: inputs.rows, weights: weights, steps: settings.returnSteps, correction: correction)
    } else {
      experience.sample(into: inputs.rows, steps: settings.returnSteps)
    }
  }

  /// β at this step; `nil` without priorities.
  private var correction: Double? {
    settings.correction(at: steps, of: totalSteps)
  }

  /// Gives the transitions of an update the priorities of their new errors.
  private func updatePriorities() throws(TrainingError) {
    guard let output = extra.priorities, let errors = update.output(output).baseAddress
    else { return }
    do throws(ReplayError) {
      try experience.replay.updatePriorities(errors: errors, count: settings.replay.batchSize)
    } catch {
      throw .nonFinite(metric: Self.metrics[0].name, step: steps)
    }
  }

  /// In the order of `metrics(of:)`.
  private func recordMetrics(_ record: (_ metric: Int, _ value: Float) -> Void) {
    for metric in 0..<3 { record(metric, update.output(metric)[0]) }
    record(3, Float(epsilon))
    record(4, inputs.learningRate.pointee)
    if let output = extra.deviation { record(5, update.output(output)[0]) }
    if let output = extra.meanPriority, let correction {
      let first = extra.deviation == nil ? 5 : 6
      record(first, update.output(output)[0])
      record(first + 1, Float(correction))
    }
  }
}
