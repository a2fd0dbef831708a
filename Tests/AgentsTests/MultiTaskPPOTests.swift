import Agents
import Autodiff
import Environments
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// PPO with heads for several tasks and a strategy.
@Suite struct MultiTaskPPOTests {
  /// Worlds of 3 and 5 features and of 3 and 2 choices, two copies of each.
  private func choices() throws -> any BatchedEnvironment { try noiseAndChain() }

  private func numbers() throws -> any BatchedEnvironment {
    try TaskFamily(
      ["left", "right"].map {
        .init($0, EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 2))
      }, showsTask: true)
  }

  private func settings(
    _ strategy: StrategySettings = StrategySettings(), _ architecture: ArchitectureSettings? = nil
  ) -> PPOSettings {
    var settings = PPOSettings()
    if architecture == nil { settings.network.hidden = [8] }
    (settings.segmentLength, settings.minibatchSize, settings.epochs) = (10, 8, 2)
    settings.optimizer = .adam(learningRate: 0.01)
    var tasks = TaskLearningSettings()
    (tasks.strategy, tasks.architecture) = (strategy, architecture)
    settings.tasks = tasks
    return settings
  }

  private func agent(
    _ settings: PPOSettings, for world: any BatchedEnvironment, seed: UInt64 = 1
  ) throws -> MultiTaskPPO {
    try MultiTaskPPO(
      settings, in: Surroundings(of: world), totalSteps: 4000, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  // MARK: Keeping

  @Test(
    arguments: [
      StrategySettings(), StrategySettings(PCGrad()), StrategySettings(NashMTL()),
      StrategySettings(GradVac()),
    ], [false, true])
  func `resuming gives the bits of a run never interrupted`(
    strategy: StrategySettings, continuous: Bool
  ) throws {
    func world() throws -> any BatchedEnvironment { try continuous ? numbers() : choices() }
    let settings = settings(strategy)
    var random = Seeds(root: 4)["interruption"]
    let instants = [10, 25, random.integer(below: 60)]
    try expectExactResumption(at: instants, of: 60, in: world, learner: \.variables) {
      try agent(settings, for: $0, seed: $1)
    }
  }

  @Test func `every metric is recorded, those of tasks under their names`() throws {
    let training = Training(try agent(settings(), for: choices()), in: try choices())
    try training.run(steps: 10)
    let metrics = MultiTaskPPO.metrics(of: ["noise", "chain"])
    #expect(training.records.map(\.metric) == Array(metrics.indices))
    #expect(
      metrics.suffix(4).map(\.name) == [
        "loss/noise", "loss/chain", "weights/noise", "weights/chain",
      ])
    #expect(training.records.suffix(2).map(\.value) == [1, 1])
    #expect(training.records.allSatisfy { $0.value.isFinite })
  }

  @Test func `saved weights make the policy of all tasks, and of one`() throws {
    let settings = settings()
    let training = Training(try agent(settings, for: choices()), in: try choices())
    try training.run(steps: 30)
    let tasks = try #require(settings.tasks)
    let world = try choices()
    let own = training.agent.makePolicy(environments: 4)
    let saved = try MultiTaskPPO.policy(
      settings, tasks, in: Surroundings(of: world), weights: training.agent.weights)
    let played = evaluate(own, in: world, episodes: 3, seed: 5)
    #expect(evaluate(saved, in: world, episodes: 3, seed: 5) == played)

    let chain = try noiseAndChain(only: 1)
    let alone = try MultiTaskPPO.policy(
      settings, tasks, in: Surroundings(of: chain), weights: training.agent.weights)
    #expect(
      evaluate(alone, in: chain, episodes: 3, seed: 7).map(\.return)
        == played.filter { $0.environment >= 2 }.map(\.return))
  }

  // MARK: Whose rows and parameters

  @Test(arguments: [false, true])
  func `each task answers for its own rows`(continuous: Bool) throws {
    let world = try continuous ? numbers() : choices()
    let agent = try agent(settings(), for: world)
    let networks = agent.variables.value.networks
    var random = Seeds(root: 3)["rows"]
    let width = world.observationSize
    // Three steps of two tasks with two copies.
    let rows = Tensor(
      shape: [12, width], scalars: (0..<12 * width).map { _ in Float(random.uniform() as Double) })
    let values = networks.values(rows).scalars
    let parameters = firstParameters(networks.policy(rows, allowed: nil))
    let wide = parameters.shape[1]
    for row in 0..<12 {
      let task = row % 4 / 2
      let one = rows.sliced(axis: 0, from: row, count: 1)
      expectClose(
        networks.values(of: task, one).scalars, [values[row]], relative: 1e-5, "row \(row)")
      expectClose(
        firstParameters(networks.policy(of: task, one, allowed: nil)).scalars,
        Array(parameters.scalars[row * wide..<(row + 1) * wide]), relative: 1e-5, "row \(row)")
    }
  }

  private func firstParameters(_ policy: ActionDistribution) -> Tensor {
    switch policy {
    case .choice(let choice): choice.probabilities
    case .choices(let choices): choices.probabilities
    case .numbers(let numbers): numbers.mean
    }
  }

  @Test func `parameters belong to a task or to all by their names`() throws {
    let agent = try agent(settings(), for: numbers())
    let names = agent.variables.value.networks.namedTensors.map(\.name)
    #expect(names.contains("logDeviations/1"))
    for name in names {
      let expected: ParameterOwner =
        if name.contains("shared/") { .shared } else {
          .task(name.contains("/0") && !name.contains("/1/") && !name.hasSuffix("/1") ? 0 : 1)
        }
      #expect(MultiTaskActorCritic.owner(name) == expected, "\(name)")
    }
  }

  // MARK: The update

  /// A learner with a whole segment, and the rows of a minibatch.
  private func situation(
    _ settings: PPOSettings
  ) throws -> (learner: MultiTaskPPO.Learner, inputs: Minibatch.Inputs) {
    let training = Training(try agent(settings, for: choices()), in: try choices())
    try training.run(steps: 19)
    // Two rows of each task in every step: 0 and 1, then 2 and 3.
    var inputs = Minibatch.Inputs(rows: Tensor([0, 5, 9, 12, 2, 7, 11, 14]))
    inputs.clipRange = Tensor(0.2)
    return (training.agent.variables.value, inputs)
  }

  private func loss(
    of task: Int, _ networks: MultiTaskActorCritic, _ learner: MultiTaskPPO.Learner,
    _ inputs: Minibatch.Inputs, _ settings: PPOSettings
  ) -> Tensor {
    let batch = Minibatch(
      of: learner.segment, rows: inputs.rows.sliced(axis: 0, from: 4 * task, count: 4))
    return PPO.objective(
      networks.policy(of: task, batch.observations, allowed: batch.masks),
      values: networks.values(of: task, batch.observations), batch, inputs, settings
    ).loss
  }

  /// One step of the learner by a strategy, with what it came to.
  private func step(
    _ learner: MultiTaskPPO.Learner, _ inputs: Minibatch.Inputs, _ settings: PPOSettings,
    by strategy: any Strategy
  ) throws -> (networks: MultiTaskActorCritic, report: StepReport) {
    let variables = Variables(learner)
    var (strategy, random) = (strategy, Seeds(root: 1)["strategy"])
    let step = try TaskStep(
      updating: variables, parameters: \.networks, optimizer: \.optimizer, inputs: inputs,
      taskCount: 2, needs: strategy.needs, hasOwnRows: true, owner: MultiTaskActorCritic.owner
    ) { learner, inputs in
      MultiTaskPPO.losses(of: learner, inputs, settings, taskCount: 2)
    }
    for (index, tensor) in inputs.tensors.enumerated() {
      _ = step.input(index).update(fromContentsOf: tensor.scalars)
    }
    try step.run(&strategy, learningRate: 0.5, step: 0, using: &random)
    return (variables.value.networks, step.report)
  }

  @Test func `equal weights of independent networks are as many separate updates`() throws {
    var settings = settings(
      StrategySettings(), .independent(Independent.Settings()))
    settings.optimizer = .sgd(SGD.Settings())
    let (learner, inputs) = try situation(settings)
    let moved = try step(learner, inputs, settings, by: EqualWeights())
    for task in 0..<2 {
      let slope = gradient { (networks: MultiTaskActorCritic) in
        loss(of: task, networks, learner, inputs, settings)
      }(learner.networks)
      for (index, parameter) in moved.networks.namedTensors.enumerated() {
        guard MultiTaskActorCritic.owner(parameter.name) == .task(task) else { continue }
        let old = learner.networks.tensors[index].scalars
        let expected = zip(old, slope.tensors[index].scalars).map { $0 - 0.5 * $1 }
        expectClose(parameter.tensor.scalars, expected, relative: 1e-4, "\(parameter.name):")
      }
    }
  }

  @Test func `a strategy is told the inner products of whole gradients`() throws {
    let settings = settings(StrategySettings(NashMTL()))
    let (learner, inputs) = try situation(settings)
    let report = try step(learner, inputs, settings, by: NashMTL()).report
    let slopes = (0..<2).map { task in
      gradient { (networks: MultiTaskActorCritic) in
        loss(of: task, networks, learner, inputs, settings)
      }(learner.networks).namedTensors
        .filter { MultiTaskActorCritic.owner($0.name) == .shared }.flatMap(\.tensor.scalars)
    }
    let gram = try #require(report.gram)
    for row in 0..<2 {
      for column in 0..<2 {
        let product = zip(slopes[row], slopes[column]).reduce(0) { $0 + Double($1.0 * $1.1) }
        expectClose(gram[row, column], product, relative: 1e-3, scale: 1e-3)
      }
    }
    #expect(gram[0, 0] > 0 && gram[1, 1] > 0)
  }

  @Test func `tasks that change places change losses and weights`() throws {
    let settings = settings(StrategySettings(NashMTL()))
    let (learner, inputs) = try situation(settings)
    func renamed(_ name: String) -> String {
      name.contains("own/0")
        ? name.replacing("own/0", with: "own/1")
        : name.replacing("own/1", with: "own/0")
    }
    var other = learner
    try load(
      learner.networks.namedTensors.map { (renamed($0.name), $0.tensor) }, into: &other.networks)
    var exchanged = inputs
    let rows = inputs.rows.scalars
    exchanged.rows = Tensor(Array(rows[4...] + rows[..<4]))
    let first = try step(learner, inputs, settings, by: NashMTL())
    let second = try step(other, exchanged, settings, by: NashMTL())
    expectClose(first.report.losses, second.report.losses.reversed(), relative: 1e-6)
    expectClose(first.report.weights, second.report.weights.reversed(), relative: 1e-3)
    #expect(first.report.losses[0] != first.report.losses[1])
  }

  @Test func `what is learned toward does not depend on the strategy`() throws {
    func segment(_ strategy: StrategySettings) throws -> [String: [UInt32]] {
      var settings = settings(strategy)
      settings.optimizer.learningRate = .constant(0)
      let training = Training(try agent(settings, for: choices()), in: try choices())
      try training.run(steps: 50)
      return bits(of: training.agent.variables).filter { $0.key.hasPrefix("segment/") }
    }
    let equal = try segment(StrategySettings())
    #expect(equal.count == 9 || equal.count == 10)
    for strategy in [StrategySettings(PCGrad()), StrategySettings(CAGrad())] {
      #expect(try segment(strategy) == equal)
    }
  }

  @Test func `each task's steps are gone through whole, in an order of its own`() throws {
    let training = Training(try agent(settings(), for: choices()), in: try choices())
    try training.run(steps: 10)
    let orders = training.agent.orders
    let own = (0..<10).flatMap { step in [0, 1].map { Int32(4 * step + $0) } }
    #expect(orders.map { $0.sorted() } == [own, own.map { $0 + 2 }])
    #expect(orders[0] != own && orders[0].map { $0 + 2 } != orders[1])
  }

  // MARK: Learning

  @Test(arguments: [StrategySettings(), StrategySettings(PCGrad())])
  func `heads learn opposite tasks that look the same`(strategy: StrategySettings) throws {
    func world(_ copies: Int) throws -> any BatchedEnvironment {
      try TaskFamily(
        [false, true].map {
          .init(
            $0 ? "turned" : "straight",
            EnvironmentBatch(TimeLimit(TurnedChain(isTurned: $0), maximumSteps: 20), count: copies))
        }, showsTask: false)
    }
    var settings = settings(strategy)
    settings.network.hidden = [16]
    (settings.segmentLength, settings.minibatchSize, settings.epochs) = (16, 32, 4)
    let training = Training(try agent(settings, for: world(4)), in: try world(4))
    try training.run(steps: 480)
    let played = evaluate(
      training.agent.makePolicy(environments: 2), in: try world(1), episodes: 3, seed: 1)
    for episode in played {
      #expect(abs(episode.return - 0.6) < 1e-6, "environment \(episode.environment)")
    }
  }

  // MARK: Refusals

  private func refusal(
    in world: (any BatchedEnvironment)? = nil, _ change: (inout PPOSettings) -> Void
  ) throws -> String {
    var settings = settings()
    change(&settings)
    let world = try world ?? choices()
    return AgentsTests.refusal { try agent(settings, for: world) }
  }

  @Test func `what cannot be is refused in words`() throws {
    let single = EnvironmentBatch(Chain(), count: 4)
    #expect(try refusal(in: single) { _ in }.contains("name them in environment.tasks"))
    #expect(try refusal { $0.minibatchSize = 5 }.contains("multiple of the number of tasks (2)"))
    #expect(try refusal { $0.minibatchSize = 2 }.contains("2 steps of each task"))
    #expect(try refusal { $0.network.sharedTrunk = true }.contains("network.sharedTrunk"))
    #expect(
      try refusal { $0.network.recurrence = .gru(.init()) }.contains("network.recurrence"))
    #expect(
      try refusal { $0.exploration = .stateDependent(.init()) }.contains("exploration"))
    #expect(try refusal { $0.network.hidden = [] }.contains("a layer for the tasks to share"))
    #expect(
      try refusal { $0.tasks?.strategy = StrategySettings(UncertaintyWeights()) }
        .contains("losses below 0"))
    #expect(try refusal { $0.tasks?.gradients = .lastLayer }.contains("tasks.gradients"))
    #expect(
      try refusal { $0.tasks?.architecture = .mmoe(.init()) }.contains("not heeded"))
    #expect(
      try refusal {
        $0.network = ActorCriticSettings()
        $0.tasks?.architecture = .independent(.init())
        $0.tasks?.strategy = StrategySettings(PCGrad())
      }.contains("share no parameters"))
  }
}
