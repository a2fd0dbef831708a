public import Autodiff
public import Environments
package import MultiTask
package import NeuralNetworks
public import Randomness
import Replay

/// Deep Q-learning of several tasks, each with something of its own in the network, under a strategy
/// that decides how much each counts for what they share.
///
/// The error of each task is that of `DQN`, over transitions of this task alone: every batch has as
/// many of each, drawn from what its own environments lived through. What values are learned toward
/// does not depend on the strategy.
///
/// Shapes: `K` tasks, `B` batch of `B/K` transitions a task, `A` actions, `N` environments.
public final class MultiTaskDQN: Agent {
  /// What it was told.
  public let settings: DQNSettings
  private let totalSteps: Int
  private let taskCount: Int

  package let variables: Variables<Learner>
  package let experience: ChoiceExperience<DQN.Progress>
  private let greedy: GreedyPolicy
  private let update: TaskStep<Learner, MultiTaskValues, DQN.Batch>
  private let copyToTarget: Plan
  /// Moves the scales of the values, where they have any.
  private let rescaling: Plan?
  private let inputs: DQN.Batch.Inputs
  private var strategy: any Strategy
  /// What the strategy draws from.
  private var strategyRandom: RandomStream

  /// Everything that an update changes.
  package struct Learner: Traceable {
    package var online: MultiTaskValues
    package var target: MultiTaskValues
    package var optimizer: AnyOptimizer
    /// Of the values, where they have any.
    package var scales: ValueScales?

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("online", &online)
      visitor.visit("target", &target)
      visitor.visit("optimizer", &optimizer)
      visitor.visit("scales", &scales)
    }
  }

  /// Makes an agent that has seen nothing yet; as that of `DQN`.
  ///
  /// - Throws: `SettingsError`, also where there is no `settings.tasks`, `AgentError`,
  ///   `ReplayError`.
  public init(
    _ settings: DQNSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    guard let tasks = settings.tasks else {
      throw SettingsError(path: "tasks", problem: "must be given: {} for heads with equal weights")
    }
    let count = surroundings.tasks.names.count
    try tasks.check(surroundings.tasks, reserved: ["td"])
    try require(
      settings.replay.batchSize.isMultiple(of: count), "replay.batchSize",
      "must be a multiple of the number of tasks (\(count))", found: settings.replay.batchSize)
    experience = try ChoiceExperience(
      settings, DQN.Progress(seeds), in: surroundings, recordingInterval: recordingInterval)

    var random = seeds["initialization"]
    let online = try MultiTaskValues(settings, tasks, in: surroundings, using: &random)
    let scales = ValueScales(tasks, surroundings.tasks)
    if scales != nil { try ValueScales.check(online.network) }
    variables = Variables(
      Learner(
        online: online, target: online, optimizer: AnyOptimizer(for: online, settings.optimizer),
        scales: scales))
    greedy = GreedyPolicy(surroundings, variables, experience.normalizer) {
      $0.online.values($1)
    }
    strategy = try tasks.strategy(for: count)
    let shapes = DQN.Batch(settings, surroundings, noiseCount: 0)
    do throws(TaskStepError) {
      update = try TaskStep(
        updating: variables, parameters: \.online, optimizer: \.optimizer, inputs: shapes,
        taskCount: count, needs: strategy.needs,
        settings: tasks.step(limit: settings.maximumGradientNorm), hasOwnRows: true,
        owner: { surroundings.tasks.present(MultiTaskValues.owner($0)) },
        finish: { learner, _ in
          guard case .polyak(let rate) = settings.targetUpdate else { return }
          learner.target.move(to: learner.online, by: rate)
        }
      ) { learner, batch in Self.losses(of: learner, on: batch, settings, taskCount: count) }
    } catch { throw SettingsError(path: "tasks", problem: "cannot be: \(error)") }
    inputs = DQN.Batch.Inputs(of: update.plan, shapes)
    rescaling = scales == nil ? nil : Self.rescaling(of: variables, taskCount: count)
    copyToTarget = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.target = learner.online
      return NoTensors()
    }

    taskCount = count
    self.settings = settings
    self.totalSteps = totalSteps
    strategyRandom = seeds["strategy"]
  }

  // MARK: The algorithm

  /// The error of each task on its part of a batch; measured are the means over the tasks of error
  /// and value.
  ///
  /// - Parameter batch: Transitions of the first task, then those of the second, as many of each.
  package static func losses(
    of learner: Learner, on batch: DQN.Batch, _ settings: DQNSettings, taskCount: Int
  ) -> TracedLosses {
    let estimate = settings.estimate
    var targets: [Tensor] = []
    let parts = (0..<taskCount).map { task in
      var own = batch.part(task, of: taskCount)
      var next = DQN.next(
        settings.target, estimate, online: { learner.online.values(of: task, $0) },
        target: { learner.target.values(of: task, $0) }, own
      ).withoutGradient()
      let predicted = learner.online.values(of: task, own.observations).numbers(of: own.actions)
      if let scales = learner.scales {
        next = scales.denormalized(next, of: task)
        targets.append(own.rewards + own.discounts * next)
        // What is learned toward is (r + γ·next − μ)/σ.
        own.rewards = scales.normalized(own.rewards, of: task)
        next = next / scales.deviation(of: task).broadcast(to: next.shape)
      }
      let errors = estimate.errors(
        of: predicted, next: next, rewards: own.rewards, discounts: own.discounts)
      return (
        loss: errors.losses.mean(),
        value: (learner.scales?.denormalized(predicted, of: task) ?? predicted).mean()
      )
    }
    func mean(_ number: (Int) -> Tensor) -> Tensor {
      parts.indices.dropFirst().reduce(number(0)) { $0 + number($1) } / Double(taskCount)
    }
    let means = targets.map { $0.mean() }
    return TracedLosses(
      parts.map(\.loss),
      measured: [mean { parts[$0].loss }, mean { parts[$0].value }] + means
        + zip(targets, means).map { $0.variance(around: $1) })
  }

  /// The plan that moves the scales toward targets whose means and variances are its inputs, and
  /// both networks so that their values stay what they were.
  private static func rescaling(of variables: Variables<Learner>, taskCount: Int) -> Plan {
    let numbers = (0..<2 * taskCount).map { _ in Tensor(0) }
    return Plan(updating: variables, inputs: numbers) { learner, numbers in
      let before = learner.scales?.update(
        towardMeans: Array(numbers[..<taskCount]), variances: Array(numbers[taskCount...]))
      guard let before else { return NoTensors() }
      learner.scales?.preserve(&learner.online.network, since: before)
      learner.scales?.preserve(&learner.target.network, since: before)
      return NoTensors()
    }
  }

  // MARK: Acting and remembering

  public var steps: Int { experience.progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }
  public func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  public func act() -> ActionRows {
    if experience.explore(epsilon, among: greedy.choices) { experience.choose(by: greedy) }
    return experience.actions
  }

  public func remember(_ environment: any BatchedEnvironment) { experience.remember(environment) }

  /// The probability of a random action after the steps taken so far.
  private var epsilon: Double {
    steps < settings.randomSteps ? 1 : settings.exploration.epsilon(at: steps, of: totalSteps)
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = experience.updatesDue
    if due > 0 {
      let learningRate = settings.optimizer.learningRate(steps)
      for _ in 0..<due { try learnFromSample(learningRate) }
      if experience.takesRecord() { recordMetrics(Float(learningRate), record) }
    }
    if experience.isDue(settings.targetUpdate) { copyToTarget.run() }
  }

  private func learnFromSample(_ learningRate: Double) throws(TrainingError) {
    experience.sampleTasks(into: inputs.rows, steps: settings.returnSteps)
    do throws(TaskStepError) {
      try update.run(
        &strategy, learningRate: learningRate, step: experience.progress.updates,
        using: &strategyRandom)
    } catch { throw TrainingError(error, experience.surroundings.tasks, step: steps) }
    experience.progress.updates += 1
    guard let rescaling else { return }
    for index in 0..<2 * taskCount { rescaling.input(index)[0] = update.measured(2 + index) }
    rescaling.run()
  }

  // MARK: Measuring

  /// The metrics of all tasks together.
  public static let metrics = [
    Metric("loss/td", unit: "reward²", meaning: "The mean error of an update, as `loss` says."),
    Metric("actionValue/mean", unit: "reward", meaning: DQN.metrics[2].meaning),
    DQN.metrics[3], DQN.metrics[4], MultiTaskPPO.residual,
  ]

  /// Those and, for each task of this name, its error and how much it counts.
  public static func metrics(of tasks: [String]) -> [Metric] {
    metrics
      + tasks.map { Metric("loss/\($0)", unit: "reward²", meaning: "The mean error of \($0).") }
      + MultiTaskPPO.weights(of: tasks)
  }

  private func recordMetrics(
    _ learningRate: Float, _ record: (_ metric: Int, _ value: Float) -> Void
  ) {
    for index in 0..<2 { record(index, update.measured(index)) }
    record(2, Float(epsilon))
    record(3, learningRate)
    record(4, Float(update.report.residual))
    let (first, report) = (Self.metrics.count, update.report)
    for task in 0..<taskCount { record(first + task, Float(report.losses[task])) }
    for task in 0..<taskCount { record(first + taskCount + task, Float(report.weights[task])) }
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
    try visitor.visitStrategy(&strategy)
    try visitor.visit("strategyRandom", &strategyRandom)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.online.namedTensors + (experience.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    let surroundings = experience.surroundings.with(environments: count)
    return GreedyPolicy(surroundings, variables, experience.normalizer) {
      $0.online.arranged(as: surroundings.tasks).values($1)
    }
  }

  /// The greedy policy of saved weights, without an agent; for some of the family's tasks or all.
  ///
  /// - Throws: `NamedTensorsError` if the weights are of another network.
  package static func policy(
    _ settings: DQNSettings, _ tasks: TaskLearningSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var network = try MultiTaskValues(settings, tasks, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &network, in: surroundings, discountFactor: settings.discountFactor)
    return GreedyPolicy(
      surroundings, Variables(network), normalizer,
      valuesOfTask: { $0.values(of: $1, $2) }, values: { $0.values($1) })
  }
}

extension DQN.Batch {
  /// The transitions of one of so many tasks, which lie one after another, as many of each.
  fileprivate func part(_ task: Int, of taskCount: Int) -> DQN.Batch {
    func own(_ rows: Tensor) -> Tensor { rows.part(task, of: taskCount) }
    return DQN.Batch(
      observations: own(observations), actions: own(actions), rewards: own(rewards),
      discounts: own(discounts), nextObservations: own(nextObservations),
      nextMasks: nextMasks.map(own))
  }
}
