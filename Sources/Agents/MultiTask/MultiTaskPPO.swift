public import Autodiff
public import Environments
import Glibc
package import MultiTask
import NeuralNetworks
public import Randomness

/// Proximal policy optimization of several tasks, each with something of its own in policy and
/// value, under a strategy that decides how much each counts for what they share.
///
/// The objective of each task is that of `PPO`, over steps of this task alone: every minibatch has
/// as many of each task, in an order of its own, and advantages are normalized within the task. The
/// strategy combines the gradients of these objectives; what values are learned toward, and what
/// the advantages are, does not depend on it.
///
/// Shapes: `K` tasks, `B` minibatch of `B/K` steps a task, `N` environments of `N/K` copies a task,
/// `T` steps of a segment.
public final class MultiTaskPPO: Agent {
  package typealias Learner = SegmentLearner<MultiTaskActorCritic>

  /// What it was told.
  public let settings: PPOSettings
  private let taskCount: Int

  package let variables: Variables<Learner>
  private let collector: SegmentCollector<Learner, PPO.Progress>
  private let update: TaskStep<Learner, MultiTaskActorCritic.Learned, Minibatch.Inputs>
  /// Moves the scales of the values, where they have any.
  private let rescaling: Plan?
  private var strategy: any Strategy
  /// What the strategy draws from.
  private var strategyRandom: RandomStream
  /// The order in which each task's steps of a segment are gone through, `[K][T·N/K]`.
  package private(set) var orders: [[Int32]]

  /// Makes an agent that has seen nothing yet; as that of `PPO`.
  ///
  /// - Throws: `SettingsError`, also where there is no `settings.tasks`.
  public init(
    _ settings: PPOSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    guard let tasks = settings.tasks else {
      throw SettingsError(path: "tasks", problem: "must be given: {} for heads with equal weights")
    }
    let names = surroundings.tasks.names
    try tasks.check(surroundings.tasks, reserved: ["policy", "critic"])
    try settings.check(surroundings.tasks, totalSteps: totalSteps, in: surroundings)
    taskCount = names.count
    strategy = try tasks.strategy(for: names.count)

    var random = seeds["initialization"]
    let networks = try MultiTaskActorCritic(
      settings.network, tasks, in: surroundings, using: &random)
    variables = Variables(
      Learner(
        networks, AnyOptimizer(for: networks.learned, settings.optimizer),
        segmentLength: settings.segmentLength, in: surroundings))
    collector = try SegmentCollector(
      variables, PPO.Progress(seeds), segmentLength: settings.segmentLength,
      discountFactor: settings.discountFactor, in: surroundings, totalSteps: totalSteps,
      recordingInterval: recordingInterval)
    do throws(TaskStepError) {
      update = try TaskStep(
        updating: variables, parameters: \.networks.learned, optimizer: \.optimizer,
        inputs: Minibatch.Inputs(rows: .zeros([settings.minibatchSize])), taskCount: names.count,
        needs: strategy.needs, settings: tasks.step(limit: settings.maximumGradientNorm),
        hasOwnRows: true, owner: { surroundings.tasks.present(MultiTaskActorCritic.owner($0)) }
      ) { learner, inputs in Self.losses(of: learner, inputs, settings, taskCount: names.count) }
    } catch { throw SettingsError(path: "tasks", problem: "cannot be: \(error)") }

    let share = settings.share(of: tasks.popArt ?? .init(), in: surroundings)
    rescaling =
      tasks.popArt == nil
      ? nil
      : Plan(updating: variables, inputs: NoTensors()) { learner, _ in
        learner.networks.rescale(toward: learner.segment.returns, share: share)
        return NoTensors()
      }
    self.settings = settings
    strategyRandom = seeds["strategy"]
    orders = names.indices.map { task in
      (0..<settings.segmentLength).flatMap { step in
        (0..<surroundings.environments).filter { surroundings.tasks.task(of: $0) == task }
          .map { Int32(step * surroundings.environments + $0) }
      }
    }
  }

  // MARK: The algorithm

  /// The objective of each task on its part of a minibatch, with the means over the tasks of what
  /// is measured on the way.
  ///
  /// - Parameter inputs: Rows of the first task, then those of the second, as many of each.
  package static func losses(
    of learner: Learner, _ inputs: Minibatch.Inputs, _ settings: PPOSettings, taskCount: Int
  ) -> TracedLosses {
    let size = inputs.rows.count / taskCount
    let parts = (0..<taskCount).map { task in
      var batch = Minibatch(
        of: learner.segment,
        rows: inputs.rows.sliced(axis: 0, from: task * size, count: size))
      if let scales = learner.networks.scales {
        batch.values = scales.normalized(batch.values, of: task)
        batch.returns = scales.normalized(batch.returns, of: task)
      }
      return PPO.objective(
        learner.networks.policy(of: task, batch.observations, allowed: batch.masks),
        values: learner.networks.values(of: task, batch.observations), batch, inputs, settings)
    }
    func mean(_ number: (Measured) -> Tensor) -> Tensor {
      parts.dropFirst().reduce(number(parts[0].measured)) { $0 + number($1.measured) }
        / Double(taskCount)
    }
    return TracedLosses(
      parts.map(\.loss),
      measured: [
        mean(\.policyLoss), mean(\.valueLoss), mean(\.entropy), mean(\.divergence),
        mean(\.clipFraction),
      ])
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
    let rates = collector.rates(settings)
    update.input(2)[0] = rates.clipRange
    rescaling?.run()
    var summary = TaskSummary(taskCount: taskCount)
    for _ in 0..<settings.epochs {
      let divergence = try learnEpoch(rates.learningRate, &summary)
      if let target = settings.targetDivergence, divergence > Float(target) { break }
    }
    if collector.takesRecord() { recordMetrics(summary, rates.learningRate, record) }
    collector.beginAgain()
  }

  /// Goes through the segment once, each task in a new order; the divergence in the last minibatch.
  private func learnEpoch(
    _ learningRate: Float, _ summary: inout TaskSummary
  ) throws(TrainingError) -> Float {
    for task in orders.indices { collector.counters.minibatches.shuffle(&orders[task]) }
    let indices = update.input(0)
    let size = indices.count / taskCount
    for first in stride(from: 0, to: orders[0].count, by: size) {
      for task in orders.indices {
        for place in 0..<size { indices[task * size + place] = Float(orders[task][first + place]) }
      }
      try step(learningRate)
      collector.counters.updates += 1
      summary.add(update)
    }
    return update.measured(3)
  }

  private func step(_ learningRate: Float) throws(TrainingError) {
    do throws(TaskStepError) {
      try update.run(
        &strategy, learningRate: Double(learningRate), step: collector.counters.updates,
        using: &strategyRandom)
    } catch { throw TrainingError(error, collector.surroundings.tasks, step: steps) }
  }

  // MARK: Measuring

  /// The metrics of all tasks together.
  public static let metrics = [
    Metric("loss/policy", meaning: "The clipped objective, made small: the mean over the tasks."),
    Metric("loss/critic", unit: "reward²", meaning: "Half the squared error of the values."),
    Metric("policy/entropy", unit: "nat", meaning: "The mean entropy of the policies."),
    Metric(
      "policy/divergence", unit: "nat", meaning: "How far the policies moved: mean of r-1-log r."),
    Metric("policy/clipFraction", meaning: "The share of steps whose ratio was clipped."),
    Metric(
      "critic/explainedVariance",
      meaning: "1 - Var(returns - values) / Var(returns), before learning from them."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the optimizer."),
    residual,
  ]

  /// How well the strategy found its weights.
  static let residual = Metric(
    "strategy/residual",
    meaning: "How far the strategy's weights are from what defines them; 0 is exact.")

  /// How much each of these tasks counts.
  static func weights(of tasks: [String]) -> [Metric] {
    tasks.map {
      Metric("weights/\($0)", meaning: "How much the gradient of \($0) counts for what is shared.")
    }
  }

  /// Those and, for each task of this name, what it adds to the loss and how much it counts.
  public static func metrics(of tasks: [String]) -> [Metric] {
    metrics
      + tasks.map { Metric("loss/\($0)", meaning: "The objective of \($0), made small.") }
      + weights(of: tasks)
  }

  private func recordMetrics(
    _ summary: TaskSummary, _ learningRate: Float,
    _ record: (_ metric: Int, _ value: Float) -> Void
  ) {
    for index in 0..<5 { record(index, summary.measured(index)) }
    record(5, collector.rows.explainedVariance)
    record(6, learningRate)
    record(7, summary.residual)
    let first = Self.metrics.count
    for task in 0..<taskCount { record(first + task, summary.loss(task)) }
    for task in 0..<taskCount { record(first + taskCount + task, summary.weight(task)) }
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try collector.visitCheckpoint(&visitor)
    try visitor.visit("orders", &orders)
    try visitor.visitStrategy(&strategy)
    try visitor.visit("strategyRandom", &strategyRandom)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.networks.namedTensors + (collector.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    let surroundings = collector.surroundings.with(environments: count)
    return ActionSampler(surroundings, variables, collector.normalizer) {
      $0.networks.arranged(as: surroundings.tasks)
    }
  }

  /// The policy of saved weights, without an agent; for some of the family's tasks or all.
  ///
  /// - Throws: `NamedTensorsError` if the weights are of other networks.
  package static func policy(
    _ settings: PPOSettings, _ tasks: TaskLearningSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var networks = try MultiTaskActorCritic(
      settings.network, tasks, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &networks, in: surroundings, discountFactor: settings.discountFactor)
    return ActionSampler(surroundings, Variables(networks), normalizer) { $0 }
  }
}

/// The means of what was measured over the updates from one segment.
private struct TaskSummary {
  private var sums = [Float](repeating: 0, count: 5)
  private var losses: [Double]
  private var weights: [Double]
  private var residuals = 0.0
  private var updates = 0.0

  init(taskCount: Int) {
    losses = Array(repeating: 0, count: taskCount)
    weights = losses
  }

  mutating func add<State, Parameters, Inputs>(_ step: TaskStep<State, Parameters, Inputs>) {
    for index in sums.indices { sums[index] += step.measured(index) }
    for task in losses.indices {
      losses[task] += step.report.losses[task]
      weights[task] += step.report.weights[task]
    }
    residuals += step.report.residual
    updates += 1
  }

  func measured(_ index: Int) -> Float { sums[index] / Float(max(1, updates)) }
  func loss(_ task: Int) -> Float { Float(losses[task] / max(1, updates)) }
  func weight(_ task: Int) -> Float { Float(weights[task] / max(1, updates)) }
  var residual: Float { Float(residuals / max(1, updates)) }
}

extension PPOSettings {
  /// What a segment counts where each of its gradient steps would count what PopArt says.
  fileprivate func share(of popArt: PopArt.Settings, in surroundings: Surroundings) -> Double {
    let steps = epochs * (segmentLength * surroundings.environments / minibatchSize)
    return 1 - pow(1 - popArt.beta, Double(steps))
  }

  /// Refuses environments, segments and minibatches that cannot be parted among the tasks.
  fileprivate func check(
    _ tasks: TaskCopies, totalSteps: Int, in surroundings: Surroundings
  ) throws(SettingsError) {
    let count = try surroundings.segmentSize(
      segmentLength: segmentLength, totalSteps: totalSteps)
    try require(
      minibatchSize.isMultiple(of: tasks.names.count) && count.isMultiple(of: minibatchSize),
      "minibatchSize",
      "must be a multiple of the number of tasks (\(tasks.names.count)) and divide the \(count) "
        + "steps of a segment (segmentLength times environment.copies)", found: minibatchSize)
    try require(
      !normalizeAdvantages || minibatchSize > tasks.names.count, "minibatchSize",
      "must have 2 steps of each task or more where advantages are normalized",
      found: minibatchSize)
  }
}
