import Agents
import Autodiff
import Environments
import MultiTask
import NeuralNetworks
import Randomness
import Replay
import TestSupport
import Testing

/// Deep Q-learning with heads for several tasks and a strategy.
@Suite struct MultiTaskDQNTests {
  private func world() throws -> any BatchedEnvironment { try noiseAndChain() }

  private func settings(_ strategy: StrategySettings = StrategySettings()) -> DQNSettings {
    var settings = DQNSettings.tiny
    settings.replay.capacity = 80
    settings.target = .double
    var tasks = TaskLearningSettings()
    tasks.strategy = strategy
    settings.tasks = tasks
    return settings
  }

  private func agent(
    _ settings: DQNSettings, for world: any BatchedEnvironment, totalSteps: Int = 1000,
    seed: UInt64 = 1
  ) throws -> MultiTaskDQN {
    try MultiTaskDQN(
      settings, in: Surroundings(of: world), totalSteps: totalSteps, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  @Test(arguments: [
    StrategySettings(), StrategySettings(PCGrad()), StrategySettings(UncertaintyWeights()),
    StrategySettings(FAMO()),
  ])
  func `resuming gives the bits of a run never interrupted`(strategy: StrategySettings) throws {
    var settings = settings(strategy)
    settings.targetUpdate = .polyak(rate: 0.1)
    try expectExactResumption(at: [3, 31], of: 60, in: world, learner: \.variables) {
      try agent(settings, for: $0, seed: $1)
    }
  }

  @Test func `every metric is recorded, those of tasks under their names`() throws {
    let training = Training(try agent(settings(), for: world()), in: try world())
    try training.run(steps: 1)
    let metrics = MultiTaskDQN.metrics(of: ["noise", "chain"])
    #expect(training.records.map(\.metric) == Array(metrics.indices))
    #expect(metrics[5].name == "loss/noise" && metrics[8].name == "weights/chain")
    #expect(training.records.suffix(2).map(\.value) == [1, 1])
  }

  @Test func `the error of each task is that of DQN on its own transitions`() throws {
    let settings = settings()
    let training = Training(try agent(settings, for: world()), in: try world())
    try training.run(steps: 20)
    let learner = training.agent.variables.value
    var random = Seeds(root: 3)["batch"]
    func numbers(_ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      return Tensor(shape: shape, scalars: (0..<count).map { _ in random.uniform() })
    }
    let batch = DQN.Batch(
      observations: numbers([6, 5]), actions: Tensor([0, 1, 2, 1, 0, 1]), rewards: numbers([6]),
      discounts: Tensor([0.9, 0, 0.9, 0.9, 0.9, 0]), nextObservations: numbers([6, 5]),
      nextMasks: Tensor(
        shape: [6, 3], scalars: [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0]))
    let traced = MultiTaskDQN.losses(of: learner, on: batch, settings, taskCount: 2)
    for task in 0..<2 {
      var total: Float = 0
      for row in 3 * task..<3 * task + 3 {
        func one(_ rows: Tensor) -> Tensor { rows.sliced(axis: 0, from: row, count: 1) }
        let next = one(batch.nextObservations)
        let online = learner.online.values(of: task, next).scalars
        let allowed = try #require(batch.nextMasks).scalars[3 * row..<3 * row + 3]
        let best = zip(online, allowed).enumerated().filter { $0.element.1 != 0 }
          .max { $0.element.0 < $1.element.0 }
        let following = learner.target.values(of: task, next).scalars[try #require(best).offset]
        let target = batch.rewards.scalars[row] + batch.discounts.scalars[row] * following
        let value = learner.online.values(of: task, one(batch.observations))
          .scalars[Int(batch.actions.scalars[row])]
        total += (target - value) * (target - value)
      }
      expectClose(traced.losses[task].scalars, [total / 3], relative: 1e-5, "task \(task)")
    }
  }

  @Test func `transitions are drawn from a task's own environments, all of them`() throws {
    let layout = try ReplayLayout(
      capacity: 40, environments: 4, observationSize: 1, actions: .discrete(count: 2),
      masked: false)
    let choices = UnsafeMutablePointer<Int32>.allocate(capacity: 4)
    choices.initialize(repeating: 0, count: 4)
    defer { choices.deallocate() }
    var replay = try ReplayBuffer(layout: layout)
    replay.begin()
    // Rewards tell environment and step; the ring is full and has begun again.
    for step in 0..<15 {
      let rewards = (0..<4).map { Float(100 * $0 + step) }
      replay.append(
        actions: .discrete(choices), rewards: rewards, endings: [0, 0, 0, 0],
        finalObservations: [0, 0, 0, 0])
    }
    let plan = Plan(
      updating: Variables(NoTensors()), inputs: (0..<5).map { _ in Tensor.zeros([600]) }
    ) { _, inputs in inputs }
    let bases = try (0..<5).map { try #require(plan.input($0).baseAddress) }
    let rows = BatchRows(
      observations: bases[0], actions: bases[1], rewards: bases[2], discounts: bases[3],
      nextObservations: bases[4])
    var random = Seeds(root: 1)["replay"]
    replay.sample(590, of: 2..<4, discountFactor: 0.9, using: &random, into: rows, at: 10)
    let expected = Set((5..<15).flatMap { [200 + Float($0), 300 + Float($0)] })
    #expect(Set(plan.input(2)[10...]) == expected)
    #expect(plan.input(2)[..<10].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [StrategySettings(), StrategySettings(UncertaintyWeights())])
  func `heads learn opposite tasks that look the same`(strategy: StrategySettings) throws {
    func world(_ copies: Int) throws -> any BatchedEnvironment {
      try TaskFamily(
        [false, true].map {
          .init(
            $0 ? "turned" : "straight",
            EnvironmentBatch(
              TimeLimit(TurnedChain(isTurned: $0), maximumSteps: 20), count: copies))
        }, showsTask: false)
    }
    var settings = settings(strategy)
    settings.network.hidden = [16]
    (settings.replay.capacity, settings.replay.batchSize) = (2000, 32)
    settings.targetUpdate = .hard(every: 100)
    settings.trainFrequency = 2
    let training = Training(
      try agent(settings, for: world(1), totalSteps: 2000), in: try world(1))
    try training.run(steps: 1000)
    for policy in [
      training.agent.makePolicy(environments: 2),
      try MultiTaskDQN.policy(
        settings, try #require(settings.tasks), in: Surroundings(of: world(1)),
        weights: training.agent.weights),
    ] {
      let played = evaluate(policy, in: try world(1), episodes: 2, seed: 1)
      for episode in played {
        #expect(abs(episode.return - 0.6) < 1e-6, "environment \(episode.environment)")
      }
    }
  }

  @Test func `what cannot be is refused in words`() throws {
    func refusal(
      in world: (any BatchedEnvironment)? = nil, _ change: (inout DQNSettings) -> Void
    ) throws -> String {
      var settings = settings()
      change(&settings)
      let world = try world ?? self.world()
      return AgentsTests.refusal { try agent(settings, for: world) }
    }
    let single = EnvironmentBatch(Chain(), count: 4)
    #expect(try refusal(in: single) { _ in }.contains("name them in environment.tasks"))
    #expect(try refusal { $0.replay.batchSize = 5 }.contains("number of tasks (2)"))
    #expect(try refusal { $0.network.dueling = true }.contains("network.dueling"))
    #expect(try refusal { $0.distribution = .quantile(.init()) }.contains("distribution"))
    #expect(try refusal { $0.network.hidden = [] }.contains("a layer for the tasks to share"))
    #expect(try refusal { $0.tasks?.gradients = .representation }.contains("tasks.gradients"))
    #expect(try refusal { $0.tasks?.architecture = .mmoe(.init()) }.contains("not heeded"))
    // Without passes over data these would be equal weights, or those of si, for ever.
    for strategy in [StrategySettings(DynamicWeightAverage()), .init(SmoothTchebycheff())] {
      let words = try refusal { $0.tasks?.strategy = strategy }
      #expect(words.contains("tasks.strategy") && words.contains("{every: 1000}"))
    }
    var every = SmoothTchebycheff.Settings()
    every.every = 1000
    #expect(
      try refusal { $0.tasks?.strategy = StrategySettings(SmoothTchebycheff(every)) } == "accepted")
  }
}

/// A chain whose prize is at the end, by choosing 1; or by choosing 0, which looks the same.
struct TurnedChain: Environment {
  var isTurned: Bool
  typealias State = Chain.State
  var actions: Discrete { Discrete(2) }
  var observations: Box { Chain().observations }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    Chain().step(from: state, taking: isTurned ? 1 - action : action, using: &random)
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    Chain().observe(state, into: &features)
  }
}
