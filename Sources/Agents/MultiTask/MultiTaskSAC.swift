public import Autodiff
public import Environments
package import MultiTask
package import NeuralNetworks
public import Randomness
import Replay

/// Soft actor-critic of several tasks, each with something of its own in actor and critics and a
/// temperature of its own, under strategies that decide how much each counts for what they share.
///
/// The losses of each task are those of `SAC`, over transitions of this task alone: every batch has
/// as many of each, drawn from what its own environments lived through. One strategy combines the
/// tasks' gradients of the critics, one those of the actor; what values are learned toward depends
/// on neither. A temperature for each task is Yu et al. (2020), "Meta-World", section 4.
///
/// An update takes three plans, in the order of `SAC`: critics; actor, by the critics just updated;
/// temperatures and target networks.
///
/// Shapes: `K` tasks, `B` batch of `B/K` transitions a task, `D` numbers in an action, `N`
/// environments.
public final class MultiTaskSAC: Agent {
  /// What was asked for.
  public let settings: SACSettings
  package let variables: Variables<Learner>
  package let experience: ContinuousExperience
  private let tasks: TaskCopies
  private let explorer: ContinuousPolicy
  private let criticUpdate: TaskStep<Learner, MultiTaskCritics, SAC.Batch>
  private let actorUpdate: TaskStep<Learner, MultiTaskGaussianActor, ActorBatch>
  private let settling: Plan
  private let inputs: Inputs
  private var strategies: (critics: any Strategy, actor: any Strategy)
  /// What the strategies draw from.
  private var strategyRandom: RandomStream

  /// Everything that an update changes.
  package struct Learner: Traceable {
    package var actor: MultiTaskGaussianActor
    package var critics: MultiTaskCritics
    package var targets: MultiTaskCritics
    /// Of each task; with scales in deviations of its values.
    package var temperatures: [EntropyTemperature]
    /// Of the values, where they have any.
    package var scales: ValueScales?
    package var actorOptimizer: AnyOptimizer
    package var criticOptimizer: AnyOptimizer

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("actor", &actor)
      visitor.visit("critics", &critics)
      visitor.visit("targets", &targets)
      visitor.visit("temperatures", &temperatures)
      visitor.visit("scales", &scales)
      visitor.visit("actorOptimizer", &actorOptimizer)
      visitor.visit("criticOptimizer", &criticOptimizer)
    }
  }

  /// Where a batch lies.
  private struct Inputs {
    let rows: BatchRows
    let observations, nextNoise, noise: UnsafeMutableBufferPointer<Float>
    let actorObservations, actorNoise: UnsafeMutableBufferPointer<Float>

    init(_ critics: NamedInputs, _ actor: NamedInputs) {
      rows = critics.rows("transitions")
      observations = critics["transitions/observations"]
      (nextNoise, noise) = (critics["nextNoise"], critics["noise"])
      (actorObservations, actorNoise) = (actor["observations"], actor["noise"])
    }
  }

  /// Makes an agent that has seen nothing yet; as that of `SAC`.
  ///
  /// - Throws: `SettingsError`, also where there is no `settings.tasks`, `AgentError`,
  ///   `ReplayError`.
  public init(
    _ settings: SACSettings, in surroundings: Surroundings, recordingInterval: Int = 100,
    seeds: Seeds
  ) throws {
    try settings.validate()
    guard let learning = settings.tasks else {
      throw SettingsError(path: "tasks", problem: "must be given: {} for heads with equal weights")
    }
    tasks = surroundings.tasks
    let count = tasks.names.count
    try learning.check(tasks, reserved: ["critic", "actor"])
    try require(
      settings.replay.batchSize.isMultiple(of: count), "replay.batchSize",
      "must be a multiple of the number of tasks (\(count))", found: settings.replay.batchSize)
    experience = try ContinuousExperience(
      of: "sac", settings, in: surroundings, recordingInterval: recordingInterval, seeds: seeds)
    variables = Variables(try Self.learner(settings, learning, in: surroundings, seeds: seeds))
    let noise = Tensor.zeros([settings.replay.batchSize, surroundings.actions.width])
    explorer = ContinuousPolicy(
      surroundings, experience.range, variables, experience.normalizer,
      noise: .zeros([surroundings.environments, surroundings.actions.width])
    ) { learner, rows, noise in noise.map { learner.actor.act(rows, noise: $0) } ?? rows }

    strategies = (
      try learning.strategy(for: count), try learning.actorStrategy(for: count)
    )
    let batch = SAC.Batch(
      Transitions(count: settings.replay.batchSize, surroundings), nextNoise: noise, noise: noise)
    let actorBatch = ActorBatch(observations: batch.transitions.observations, noise: noise)
    let tasks = tasks
    do throws(TaskStepError) {
      criticUpdate = try TaskStep(
        updating: variables, parameters: \.critics, optimizer: \.criticOptimizer, inputs: batch,
        taskCount: count, needs: strategies.critics.needs, settings: learning.step(limit: nil),
        hasOwnRows: true, owner: { tasks.present(MultiTaskCritics.owner($0)) }
      ) { learner, batch in Self.criticLosses(of: learner, on: batch, taskCount: count) }
      actorUpdate = try TaskStep(
        updating: variables, parameters: \.actor, optimizer: \.actorOptimizer, inputs: actorBatch,
        taskCount: count, needs: strategies.actor.needs,
        settings: learning.step(limit: nil, for: learning.actorStrategy), hasOwnRows: true,
        owner: { tasks.present(MultiTaskValues.owner($0)) }
      ) { learner, batch in Self.actorLosses(of: learner, on: batch, taskCount: count) }
    } catch { throw SettingsError(path: "tasks", problem: "cannot be: \(error)") }
    let widths = tasks.numbers.map { surroundings.actionWidths[$0] }
    settling = Plan(updating: variables, inputs: Outcome(taskCount: count)) { learner, outcome in
      let temperatures = learner.temperatures.map(\.value)
      Self.settle(&learner, after: outcome, settings, actionWidths: widths)
      return temperatures
    }
    inputs = Inputs(
      NamedInputs(of: criticUpdate.plan, batch), NamedInputs(of: actorUpdate.plan, actorBatch))
    self.settings = settings
    strategyRandom = seeds["strategy"]
  }

  private static func learner(
    _ settings: SACSettings, _ learning: TaskLearningSettings, in surroundings: Surroundings,
    seeds: Seeds
  ) throws(SettingsError) -> Learner {
    var random = seeds["initialization"]
    let actor = try MultiTaskGaussianActor(
      settings.network, learning, in: surroundings, using: &random)
    let critics = try MultiTaskCritics(
      2, settings.network, learning, in: surroundings, using: &random)
    let scales = ValueScales(learning, surroundings.tasks)
    if scales != nil { try ValueScales.check(critics.networks[0]) }
    return Learner(
      actor: actor, critics: critics, targets: critics,
      temperatures: surroundings.tasks.names.map { _ in EntropyTemperature(settings.temperature) },
      scales: scales, actorOptimizer: AnyOptimizer(for: actor, settings.actorOptimizer),
      criticOptimizer: AnyOptimizer(for: critics, settings.criticOptimizer))
  }

  // MARK: The algorithm

  /// The loss of each task's critics on its part of a batch; measured are, of each task, the first
  /// critic's mean value, and mean and variance of the targets.
  ///
  /// - Parameter batch: Transitions of the first task, then those of the second, as many of each.
  package static func criticLosses(
    of learner: Learner, on batch: SAC.Batch, taskCount: Int
  ) -> TracedLosses {
    let parts = (0..<taskCount).map { task in
      let own = batch.transitions.part(task, of: taskCount)
      let next = learner.actor.sample(
        of: task, own.nextObservations, noise: batch.nextNoise.part(task, of: taskCount))
      let answers = learner.targets.smallest(of: task, own.nextObservations, next.actions)
      let temperature = learner.temperatures[task].value
      // With scales, a temperature counts in deviations.
      let targets = SAC.targets(
        own, values: learner.scales?.denormalized(answers, of: task) ?? answers,
        logProbabilities: next.logProbability,
        temperature: learner.scales.map { temperature * $0.deviation(of: task) } ?? temperature
      ).withoutGradient()
      let values = learner.critics.values(of: task, own.observations, own.actions)
      let loss = SAC.criticLoss(
        values: values, targets: learner.scales?.normalized(targets, of: task) ?? targets)
      let mean = targets.mean()
      return (
        loss: loss, value: (learner.scales?.denormalized(values[0], of: task) ?? values[0]).mean(),
        target: mean, variance: targets.variance(around: mean)
      )
    }
    return TracedLosses(
      parts.map(\.loss),
      measured: parts.map(\.value)
        + (learner.scales == nil ? [] : parts.map(\.target) + parts.map(\.variance)))
  }

  /// The loss of each task's policy; measured is the mean `log π` of each task.
  ///
  /// With scales, values count in deviations, too.
  package static func actorLosses(
    of learner: Learner, on batch: ActorBatch, taskCount: Int
  ) -> TracedLosses {
    let parts = (0..<taskCount).map { task in
      let observations = batch.observations.part(task, of: taskCount)
      let now = learner.actor.sample(
        of: task, observations, noise: batch.noise.part(task, of: taskCount))
      let loss = SAC.actorLoss(
        values: learner.critics.smallest(of: task, observations, now.actions),
        logProbabilities: now.logProbability, temperature: learner.temperatures[task].value)
      return (loss: loss, logProbability: now.logProbability.mean())
    }
    return TracedLosses(parts.map(\.loss), measured: parts.map(\.logProbability))
  }

  /// Moves each task's temperature by the entropy of its policy, the target networks after the
  /// critics, and the scales after the targets.
  package static func settle(
    _ learner: inout Learner, after outcome: Outcome, _ settings: SACSettings, actionWidths: [Int]
  ) {
    for (task, width) in actionWidths.enumerated() {
      learner.temperatures[task].adapt(
        to: outcome.logProbabilities[task].reshaped(to: [1]),
        targetEntropy: settings.temperature.targetEntropy(orElse: -Double(width)),
        learningRate: outcome.temperatureRate)
    }
    learner.targets.move(to: learner.critics, by: settings.targetRate)
    guard
      let before = learner.scales?.update(
        towardMeans: outcome.targetMeans, variances: outcome.targetVariances)
    else { return }
    for index in learner.critics.networks.indices {
      learner.scales?.preserve(&learner.critics.networks[index], since: before)
      learner.scales?.preserve(&learner.targets.networks[index], since: before)
    }
  }

  // MARK: Acting and remembering

  public var steps: Int { experience.progress.steps }
  public var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }

  public func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  public func act() -> ActionRows {
    experience.progress.exploration.fillNormal(explorer.noise)
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
    for _ in 0..<due { try learnFromSample() }
    guard experience.takesRecord() else { return }
    recordMetrics(record)
  }

  private func learnFromSample() throws(TrainingError) {
    experience.sampleTasks(into: inputs.rows)
    experience.fillNoise(inputs.nextNoise)
    experience.fillNoise(inputs.noise)
    _ = inputs.actorObservations.update(fromContentsOf: inputs.observations)
    _ = inputs.actorNoise.update(fromContentsOf: inputs.noise)
    let step = experience.progress.updates
    do throws(TaskStepError) {
      try criticUpdate.run(
        &strategies.critics, learningRate: settings.criticOptimizer.learningRate(steps),
        step: step, using: &strategyRandom)
    } catch { throw TrainingError(error, tasks, step: steps) }
    do throws(TaskStepError) {
      try actorUpdate.run(
        &strategies.actor, learningRate: settings.actorOptimizer.learningRate(steps), step: step,
        using: &strategyRandom)
    } catch { throw TrainingError(error, tasks, metric: "actorLoss", step: steps) }
    settle()
    experience.progress.updates += 1
  }

  private func settle() {
    let count = tasks.names.count
    for task in 0..<count {
      settling.input(task)[0] = actorUpdate.measured(task)
      guard settings.tasks?.popArt != nil else { continue }
      settling.input(count + task)[0] = criticUpdate.measured(count + task)
      settling.input(2 * count + task)[0] = criticUpdate.measured(2 * count + task)
    }
    settling.input(3 * count)[0] = settings.temperature.learningRate(at: steps)
    settling.run()
  }

  // MARK: Measuring

  private func recordMetrics(_ record: (_ metric: Int, _ value: Float) -> Void) {
    let count = tasks.names.count
    func mean(_ number: (Int) -> Float) -> Float {
      (0..<count).reduce(0) { $0 + number($1) } / Float(count)
    }
    let (critics, actor) = (criticUpdate.report, actorUpdate.report)
    record(0, mean { Float(critics.losses[$0]) })
    record(1, mean { Float(actor.losses[$0]) })
    record(2, mean { criticUpdate.measured($0) })
    record(3, Float(critics.residual))
    record(4, Float(actor.residual))
    let numbers: [(Int) -> Float] = [
      { Float(critics.losses[$0]) }, { Float(actor.losses[$0]) },
      { -self.actorUpdate.measured($0) }, { self.settling.output($0)[0] },
      { Float(critics.weights[$0]) }, { Float(actor.weights[$0]) },
    ]
    for (place, number) in numbers.enumerated() {
      for task in 0..<count { record(Self.metrics.count + place * count + task, number(task)) }
    }
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
    try visitor.visitStrategy(&strategies.critics)
    try visitor.visitStrategy(&strategies.actor, as: "actorStrategy")
    try visitor.visit("strategyRandom", &strategyRandom)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.actor.namedTensors + (experience.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    let surroundings = experience.surroundings.with(environments: count)
    let tasks = surroundings.tasks
    return ContinuousPolicy(
      surroundings, experience.range, variables, experience.normalizer,
      actionsOfTask: { $0.actor.arranged(as: tasks).mode(of: $1, $2) },
      actions: { learner, rows, _ in learner.actor.arranged(as: tasks).mode(rows) })
  }

  /// The policy of saved weights, without an agent; for some of the family's tasks or all.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  package static func policy(
    _ settings: SACSettings, _ tasks: TaskLearningSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    let range = try ActionRange(of: surroundings, for: "sac")
    var unused = Seeds(root: 0)["initialization"]
    var actor = try MultiTaskGaussianActor(
      settings.network, tasks, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &actor, in: surroundings, discountFactor: settings.discountFactor)
    return ContinuousPolicy(
      surroundings, range, Variables(actor), normalizer,
      actionsOfTask: { $0.mode(of: $1, $2) }, actions: { actor, rows, _ in actor.mode(rows) })
  }
}
