package import Autodiff
package import Environments
import NeuralNetworks
package import Randomness
import Replay

/// An agent with a deterministic actor and critics that learn from stored transitions.
///
/// What it does with a batch is its rule's: ``TD3``, ``DDPG``. After each step of all
/// environments, in this order: the transitions are stored; if due, batches are drawn and the
/// critics updated with each; with every so many of these updates, also the actor and the target
/// networks.
///
/// Shapes: `B` batch, `D` numbers in an action, `N` environments.
package final class DeterministicAgent<Rule: DeterministicRule>: Agent {
  package let settings: Rule.Settings
  package let variables: Variables<DeterministicLearner>
  package let experience: ContinuousExperience
  private let explorer: ContinuousPolicy
  /// The noise of the last actions, `[N·D]`.
  private var noise: [Float]
  /// Of critics, actor and targets.
  private let update: Update
  /// Of the critics alone; as `update` where there is no delay.
  private let criticUpdate: Update

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments, with continuous actions between finite bounds.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization", "exploration", "replay" and "noise" are drawn from.
  /// - Throws: `SettingsError`, `AgentError`, `ReplayError`.
  package init(
    _ settings: Rule.Settings, in surroundings: Surroundings, recordingInterval: Int = 100,
    seeds: Seeds
  ) throws {
    try settings.validate()
    experience = try ContinuousExperience(
      of: Rule.name, settings, in: surroundings, recordingInterval: recordingInterval,
      seeds: seeds)
    var random = seeds["initialization"]
    variables = Variables(
      DeterministicLearner(
        critics: Rule.criticCount, settings, in: surroundings, using: &random))
    explorer = ContinuousPolicy(surroundings, experience.range, variables, experience.normalizer) {
      learner, rows, _ in
      learner.actor(rows)
    }
    noise = Array(
      repeating: 0, count: surroundings.environments * surroundings.actions.width)

    let batch = Rule.batch(count: settings.replay.batchSize, surroundings)
    update = Update(updating: variables, batch) { learner, batch in
      let critics = Rule.updateCritics(&learner, on: batch, settings)
      let actorLoss = Rule.updateActor(&learner, on: batch, settings)
      return [critics.loss, critics.meanValue, actorLoss]
    }
    criticUpdate =
      settings.policyDelay == 1
      ? update
      : Update(updating: variables, batch) { learner, batch in
        let critics = Rule.updateCritics(&learner, on: batch, settings)
        return [critics.loss, critics.meanValue]
      }
    self.settings = settings
  }

  /// A plan with the places of its inputs.
  private struct Update {
    let plan: Plan
    let rows: BatchRows
    let noise: UnsafeMutableBufferPointer<Float>?
    let actorRate, criticRate: UnsafeMutableBufferPointer<Float>

    init(
      updating variables: Variables<DeterministicLearner>, _ batch: DeterministicBatch,
      _ body: (inout DeterministicLearner, DeterministicBatch) -> [Tensor]
    ) {
      plan = Plan(updating: variables, inputs: batch, body)
      let inputs = NamedInputs(of: plan, batch)
      rows = inputs.rows("transitions")
      noise = batch.noise == nil ? nil : inputs["noise"]
      (actorRate, criticRate) = (inputs["actorRate"], inputs["criticRate"])
    }
  }

  // MARK: Acting and remembering

  package var steps: Int { experience.progress.steps }
  package var observationRows: UnsafeMutablePointer<Float> { experience.replay.nextObservations }

  package func begin(_ environment: any BatchedEnvironment) { experience.begin(environment) }

  package func act() -> ActionRows {
    if experience.actsAtRandom {
      experience.takeRandomActions()
    } else {
      let actions = explorer.unstretched(for: experience.replay.newestObservations)
      settings.exploration.advance(&noise, using: &experience.progress.exploration)
      for place in noise.indices {
        experience.taken[place] = min(max(actions[place] + noise[place], -1), 1)
      }
    }
    return experience.stretchedActions()
  }

  package func remember(_ environment: any BatchedEnvironment) {
    experience.remember(environment)
    let width = experience.range.width
    for copy in 0..<environment.count where environment.endings[copy] != 0 {
      for place in copy * width..<(copy + 1) * width { noise[place] = 0 }
    }
  }

  // MARK: Learning

  package func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    let due = experience.updatesDue
    guard due > 0 else { return }
    var last = update
    for _ in 0..<due {
      experience.progress.updates += 1
      let moves = experience.progress.updates.isMultiple(of: settings.policyDelay)
      last = moves ? update : criticUpdate
      try run(last)
      if moves { experience.progress.actorLoss = last.plan.output(2)[0] }
    }
    guard experience.takesRecord() else { return }
    for metric in 0..<2 { record(metric, last.plan.output(metric)[0]) }
    if let loss = experience.progress.actorLoss { record(2, loss) }
  }

  private func run(_ update: Update) throws(TrainingError) {
    update.actorRate[0] = Float(settings.actorOptimizer.learningRate(steps))
    update.criticRate[0] = Float(settings.criticOptimizer.learningRate(steps))
    experience.sample(into: update.rows)
    if let noise = update.noise { experience.fillNoise(noise) }
    update.plan.run()
    try experience.check(update.plan, outputs: update.plan.outputCount, Self.metrics)
  }

  // MARK: Measuring

  // In the order of the outputs; the last is measured where the actor is updated.
  package static var metrics: [Metric] {
    [
      Metric(
        "loss/critic", unit: "reward²", meaning: "The squared errors of the critics, added up."),
      Metric(
        "actionValue/mean", unit: "reward",
        meaning: "The first critic's mean Q(s, a) of an update's transitions."),
      Metric("loss/actor", unit: "reward", meaning: "The mean of -Q(s, a) with the actor's a."),
    ]
  }

  // MARK: Keeping

  package func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
    try visitor.visit("explorationNoise", &noise)
  }

  package var weights: [(name: String, tensor: Tensor)] {
    variables.value.actor.namedTensors + (experience.normalizer?.weights ?? [])
  }

  package func makePolicy(environments count: Int) -> any Policy {
    ContinuousPolicy(
      experience.surroundings.with(environments: count), experience.range, variables,
      experience.normalizer
    ) { learner, rows, _ in learner.actor(rows) }
  }

  /// The policy of saved weights, without an agent.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  package static func policy(
    _ settings: Rule.Settings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    let range = try ActionRange(of: surroundings, for: Rule.name)
    var unused = Seeds(root: 0)["initialization"]
    var actor = DeterministicLearner.actor(settings.network, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &actor, in: surroundings, discountFactor: settings.discountFactor)
    return ContinuousPolicy(surroundings, range, Variables(actor), normalizer) { actor, rows, _ in
      actor(rows)
    }
  }
}
