public import Autodiff
public import Environments
import NeuralNetworks
public import Randomness

/// Proximal policy optimization with a clipped objective.
///
/// Schulman et al. (2017), "Proximal policy optimization algorithms", Algorithm 1 and eq. 9, with
/// the advantages of Schulman et al. (2016) and the details that Huang et al. (2022) found to
/// matter. `N` environments act for `T` steps; the `T·N` steps are then gone through several times,
/// in minibatches of another order each time. Endings follow Pardo et al. (2018): what follows a
/// truncation is estimated from the last observation of the old episode.
///
/// Shapes: `B` minibatch, `A` choices or `D` numbers, `N` environments, `T` steps of a segment.
public final class PPO: Agent {
  /// What it was told.
  public let settings: PPOSettings
  package let variables: Variables<OnPolicyLearner>
  private let collector: SegmentCollector<OnPolicyLearner, Progress>
  private let update: Plan
  /// The order in which the steps of a segment are gone through, `[T·N]`.
  private var order: [Int32]

  /// Counters and random streams.
  package struct Progress: SegmentCounters, Equatable {
    /// Environment steps taken.
    package var steps = 0
    /// Updates made.
    package var updates = 0
    /// The step from which on the next time of learning is recorded.
    package var nextRecord = 0
    package var exploration: RandomStream
    package var minibatches: RandomStream

    init(_ seeds: Seeds) {
      (exploration, minibatches) = (seeds["exploration"], seeds["minibatches"])
    }
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments.
  ///   - totalSteps: Environment steps of the whole run, for what takes a share of it.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration" and "minibatches" are drawn from.
  /// - Throws: `SettingsError`.
  public init(
    _ settings: PPOSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    let count = try surroundings.segmentSize(
      segmentLength: settings.segmentLength, totalSteps: totalSteps)
    try require(
      count.isMultiple(of: settings.minibatchSize), "minibatchSize",
      "must divide the \(count) steps of a segment (segmentLength times environment.copies)",
      found: settings.minibatchSize)

    var random = seeds["initialization"]
    variables = Variables(
      OnPolicyLearner(
        settings.network, settings.optimizer, exploration: settings.exploration,
        segmentLength: settings.segmentLength, in: surroundings, using: &random))
    collector = try SegmentCollector(
      variables, Progress(seeds), segmentLength: settings.segmentLength,
      discountFactor: settings.discountFactor, exploration: settings.exploration,
      in: surroundings, totalSteps: totalSteps, recordingInterval: recordingInterval)
    let inputs = Minibatch.Inputs(rows: .zeros([settings.minibatchSize]))
    update = Plan(updating: variables, inputs: inputs) { learner, inputs in
      Self.update(&learner, inputs, settings)
    }
    self.settings = settings
    order = (0..<Int32(count)).map(\.self)
  }

  // MARK: The algorithm

  /// The clipped objective, made small: `-mean min(r·A, clip(r, 1 - ε, 1 + ε)·A)`.
  ///
  /// `r` is the ratio of new to old probabilities; eq. 7 of the paper.
  ///
  /// - Parameters:
  ///   - ratios, advantages: `[B]`.
  ///   - clipRange: ε, `[]`.
  package static func policyLoss(ratios: Tensor, advantages: Tensor, clipRange: Tensor) -> Tensor {
    let range = clipRange.broadcast(to: ratios.shape)
    let clipped = minimum(maximum(ratios, 1 - range), 1 + range)
    return -minimum(ratios * advantages, clipped * advantages).mean()
  }

  /// Half the mean squared error of the values `[B]`, or the larger one of it and of that of values
  /// that stay near the old ones (detail 9); `[]`.
  package static func valueLoss(
    values: Tensor, oldValues: Tensor, returns: Tensor, clipRange: Tensor?
  ) -> Tensor {
    let errors = (values - returns).squared()
    guard let clipRange else { return 0.5 * errors.mean() }
    let range = clipRange.broadcast(to: values.shape)
    let near = oldValues + minimum(maximum(values - oldValues, -range), range)
    return 0.5 * maximum(errors, (near - returns).squared()).mean()
  }

  /// What an update makes small, with what is measured on the way; the gradient's norm is the
  /// caller's to add.
  ///
  /// - Parameter values: `[B]`, of the observations.
  package static func objective(
    _ policy: ActionDistribution, values: Tensor, _ batch: Minibatch, _ inputs: Minibatch.Inputs,
    _ settings: PPOSettings
  ) -> (loss: Tensor, measured: Measured) {
    let logRatios = policy.logProbability(of: batch.actions) - batch.logProbabilities  // [B]
    let ratios = logRatios.exp()
    let advantages =
      settings.normalizeAdvantages ? batch.advantages.standardized() : batch.advantages

    let policyLoss = policyLoss(
      ratios: ratios, advantages: advantages, clipRange: inputs.clipRange)
    let valueLoss = valueLoss(
      values: values, oldValues: batch.values, returns: batch.returns,
      clipRange: settings.clipValues ? inputs.clipRange : nil)
    let entropy = policy.entropy.mean()
    let loss =
      policyLoss + settings.valueCoefficient * valueLoss - settings.entropyCoefficient * entropy

    // Schulman's estimator: never negative, and of small variance (detail 12).
    let divergence = (ratios - 1 - logRatios).mean()
    let range = inputs.clipRange.broadcast(to: ratios.shape)
    let clipFraction = (ratios - 1).absolute().greater(than: range).mean()
    return (
      loss,
      Measured(
        policyLoss: policyLoss, valueLoss: valueLoss, entropy: entropy, divergence: divergence,
        clipFraction: clipFraction, gradientNorm: Tensor(0))
    )
  }

  /// One gradient step on a minibatch, with what was measured on the way.
  package static func update(
    _ learner: inout OnPolicyLearner, _ inputs: Minibatch.Inputs, _ settings: PPOSettings
  ) -> Measured {
    let batch = Minibatch(of: learner.segment, rows: inputs.rows)
    var (loss, measured) = objective(
      learner.networks.policy(batch.observations, allowed: batch.masks),
      values: learner.networks.values(batch.observations), batch, inputs, settings)
    var gradients = gradient(of: loss, withRespectTo: learner.networks)
    measured.gradientNorm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(
      &learner.networks, along: gradients, learningRate: inputs.learningRate)
    return measured
  }

  // MARK: Acting and remembering

  public var steps: Int { collector.counters.steps }
  public var observationRows: UnsafeMutablePointer<Float> { collector.observationRows }
  public func begin(_ environment: any BatchedEnvironment) { collector.begin(environment) }
  public func act() -> ActionRows { collector.act() }
  public func remember(_ environment: any BatchedEnvironment) { collector.remember(environment) }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    try collector.learn(by: update, settings, epoch: learnEpoch, record)
  }

  /// Goes through the segment once, in a new order.
  private func learnEpoch(_ summary: inout MeasurementSum) throws(TrainingError) {
    collector.counters.minibatches.shuffle(&order)
    let indices = update.input(0)
    for first in stride(from: 0, to: order.count, by: settings.minibatchSize) {
      for place in indices.indices { indices[place] = Float(order[first + place]) }
      try collector.step(update, &summary)
    }
  }

  // MARK: Measuring

  public static let metrics = [
    Metric("loss/policy", meaning: "The clipped objective, made small: the mean over a segment."),
    Metric("loss/critic", unit: "reward²", meaning: "Half the squared error of the values."),
    Metric("policy/entropy", unit: "nat", meaning: "The mean entropy of the policy."),
    Metric(
      "policy/divergence", unit: "nat", meaning: "How far the policy moved: mean of r-1-log r."),
    Metric("policy/clipFraction", meaning: "The share of steps whose ratio was clipped."),
    Metric("gradient/norm", meaning: "The Euclidean norm of the gradient, before it is shortened."),
    Metric(
      "critic/explainedVariance",
      meaning: "1 - Var(returns - values) / Var(returns), before learning from them."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the optimizer."),
  ]

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try collector.visitCheckpoint(&visitor)
    try visitor.visit("order", &order)
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

// MARK: What RecurrentPPO does, too

extension SegmentCollector where Counters == PPO.Progress {
  /// Learns if a segment is full, as Algorithm 1 has it, and begins the next one.
  ///
  /// - Parameters:
  ///   - update: One gradient step on a minibatch; reads the rates of the optimizer and of clipping
  ///     from its inputs 1 and 2, and gives `Measured`.
  ///   - epoch: Goes through the segment once, in minibatches.
  func learn(
    by update: Plan, _ settings: PPOSettings,
    epoch: (inout MeasurementSum) throws(TrainingError) -> Void,
    _ record: (_ metric: Int, _ value: Float) -> Void
  ) throws(TrainingError) {
    guard isFull else { return }
    estimate(discountFactor: settings.discountFactor, traceDecay: settings.traceDecay)
    let rates = rates(settings)
    (update.input(1)[0], update.input(2)[0]) = (rates.learningRate, rates.clipRange)
    var summary = MeasurementSum()
    for _ in 0..<settings.epochs {
      try epoch(&summary)
      let divergence = update.output(3)[0]  // of the last minibatch
      if let target = settings.targetDivergence, divergence > Float(target) { break }
    }
    if takesRecord() {
      for index in 0..<MeasurementSum.count { record(index, summary.mean(index)) }
      record(6, rows.explainedVariance)
      record(7, rates.learningRate)
    }
    beginAgain()
  }

  /// One gradient step on a minibatch.
  func step(_ update: Plan, _ summary: inout MeasurementSum) throws(TrainingError) {
    update.run()
    counters.updates += 1
    summary.add(update)
    try check(update, outputs: [0, 1, 5], PPO.metrics)
  }

  /// The learning rate and the clip range at a full segment.
  func rates(_ settings: PPOSettings) -> (learningRate: Float, clipRange: Float) {
    // As CleanRL counts: the first updates have the full rate, the last ones a share above 0.
    let left = shareLeft(after: counters.steps - rows.steps * rows.environments)
    return (
      Float(
        settings.optimizer.learningRate(counters.steps) * (settings.annealLearningRate ? left : 1)),
      Float(settings.clipRange * (settings.annealClipRange ? left : 1))
    )
  }
}
