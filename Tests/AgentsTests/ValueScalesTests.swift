import Agents
import Autodiff
import Environments
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// PopArt in agents of several tasks.
@Suite struct ValueScalesTests {
  /// A corridor to the right and one to the left that look alike; what the second pays is `scale`
  /// times as much.
  private func corridors(_ scale: Double, copies: Int) throws -> any BatchedEnvironment {
    try TaskFamily(
      [
        .init(
          "right", EnvironmentBatch(TimeLimit(Corridors(scale: 1), maximumSteps: 20), count: copies)
        ),
        .init(
          "left",
          EnvironmentBatch(
            TimeLimit(Corridors(isTurned: true, scale: scale), maximumSteps: 20), count: copies)),
      ], showsTask: false)
  }

  private struct Corridors: Environment {
    var isTurned = false
    var scale: Double
    typealias State = Chain.State
    var actions: Discrete { Discrete(2) }
    var observations: Box { Chain().observations }
    func initialState(using random: inout PCG64) -> State { State() }
    func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
      var step = Chain().step(
        from: state, taking: isTurned ? 1 - action : action, using: &random)
      step.reward *= scale
      return step
    }
    func observe(_ state: State, into features: inout OutputSpan<Float>) {
      Chain().observe(state, into: &features)
    }
  }

  private func learning(beta: Double = 0.01) -> TaskLearningSettings {
    var tasks = TaskLearningSettings()
    tasks.popArt = PopArt.Settings()
    tasks.popArt?.beta = beta
    return tasks
  }

  private var ppo: PPOSettings {
    var settings = PPOSettings()
    settings.network.hidden = [16]
    settings.optimizer = .adam(learningRate: 0.01)
    (settings.segmentLength, settings.minibatchSize) = (20, 40)
    settings.tasks = learning(beta: 0.02)
    return settings
  }

  private var dqn: DQNSettings {
    var settings = DQNSettings.tiny
    settings.network.hidden = [16]
    (settings.replay.capacity, settings.replay.batchSize) = (2000, 32)
    settings.targetUpdate = .hard(every: 100)
    settings.trainFrequency = 2
    settings.target = .double
    settings.tasks = learning()
    return settings
  }

  private func agent(
    _ settings: PPOSettings, for world: any BatchedEnvironment, seed: UInt64 = 1
  ) throws -> MultiTaskPPO {
    try MultiTaskPPO(
      settings, in: Surroundings(of: world), totalSteps: 100_000, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  private func agent(
    _ settings: DQNSettings, for world: any BatchedEnvironment, seed: UInt64 = 1
  ) throws -> MultiTaskDQN {
    try MultiTaskDQN(
      settings, in: Surroundings(of: world), totalSteps: 2000, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  // MARK: Outputs

  @Test func `every value stays what it was when the scales move`() throws {
    let world = try corridors(1000, copies: 2)
    let learner = try agent(ppo, for: world).variables.value
    var random = Seeds(root: 9)["rows"]
    let rows = Tensor(shape: [8, 5], scalars: (0..<40).map { _ in random.normal() })
    var networks = learner.networks
    let before = networks.values(rows)
    for step in 1...50 {
      let returns = Tensor((0..<8).map { Float($0 % 4 < 2 ? $0 : 700 * $0) * Float(step) / 50 })
      networks.rescale(toward: returns, share: 0.3)
    }
    let scales = try #require(networks.scales)
    #expect(scales.popArt.deviation.scalars[1] > 100)
    // σ·y + μ in single precision: good to a few units in the last place of μ.
    let tolerance = 3e-6 * Float(scales.popArt.mean.scalars[1])
    for (own, old) in zip(networks.values(rows).scalars, before.scalars) {
      #expect(abs(own - old) <= max(1e-5, tolerance), "\(own) \(old)")
    }
  }

  @Test func `scales follow the returns of each task alone`() throws {
    let world = try corridors(1, copies: 2)
    var networks = try agent(ppo, for: world).variables.value.networks
    // Two steps of two copies of each task.
    networks.rescale(toward: Tensor([1, 3, 100, 300, 1, 3, 100, 300]), share: 1)
    let scales = try #require(networks.scales?.popArt)
    expectClose(scales.mean.scalars, [2, 200], relative: 1e-6)
    expectClose(scales.deviation.scalars, [1, 100], relative: 1e-6)
  }

  @Test func `an architecture whose tasks share their last layer is refused`() throws {
    var settings = ppo
    settings.network = ActorCriticSettings()
    settings.tasks?.architecture = .oneHot(.init())
    #expect {
      _ = try agent(settings, for: corridors(1, copies: 2))
    } throws: { "\($0)".contains("tasks.popArt needs an architecture") }
    var huber = dqn
    huber.loss = .huber(delta: 1)
    #expect { try huber.validate() } throws: { "\($0)".contains("loss must be squared") }
  }

  // MARK: Learning

  @Test func `PPO learns tasks that pay a thousandfold alike`() throws {
    let training = Training(
      try agent(ppo, for: corridors(1000, copies: 2)), in: try corridors(1000, copies: 2))
    try training.run(steps: 1600)
    let world = try corridors(1000, copies: 1)
    let policy = training.agent.makePolicy(environments: 2)
    for episode in evaluate(policy, in: world, episodes: 2, seed: 1) {
      let best = episode.environment == 0 ? 0.6 : 600
      #expect(abs(episode.return - best) < 1e-6 * best, "task \(episode.environment)")
    }
    // Both critics know what is to come from the first cell: 0.9 at the end, 0.1 a step.
    let networks = training.agent.variables.value.networks
    let first = Tensor(
      shape: [4, 5], scalars: (0..<4).flatMap { _ in [1, 0, 0, 0, 0] as [Float] })
    let values = networks.values(first).scalars
    for (value, scale) in zip(values, [Float(1), 1, 1000, 1000]) {
      #expect(abs(value - 0.57 * scale) < 0.2 * scale, "\(value)")
    }
  }

  @Test func `DQN learns tasks that pay a thousandfold alike`() throws {
    let training = Training(
      try agent(dqn, for: corridors(1000, copies: 1)), in: try corridors(1000, copies: 1))
    try training.run(steps: 1000)
    let world = try corridors(1000, copies: 1)
    let policy = training.agent.makePolicy(environments: 2)
    for episode in evaluate(policy, in: world, episodes: 2, seed: 1) {
      let best = episode.environment == 0 ? 0.6 : 600
      #expect(abs(episode.return - best) < 1e-6 * best, "task \(episode.environment)")
    }
    // The errors are on one scale.
    let metrics = MultiTaskDQN.metrics(of: ["right", "left"])
    func last(_ name: String) -> Float {
      let place = metrics.firstIndex { $0.name == name }
      return training.records.last { $0.metric == place }?.value ?? .nan
    }
    #expect(last("loss/right") < 1 && last("loss/left") < 1)
  }

  // MARK: Keeping

  @Test func `resuming gives the bits of a run never interrupted`() throws {
    func world() throws -> any BatchedEnvironment { try corridors(1000, copies: 2) }
    func check<A: Agent>(_ make: (UInt64) throws -> A, bits: (A) -> [[Float]]) throws {
      let whole = Training(try make(1), in: try world())
      try whole.run(steps: 70)
      let first = Training(try make(1), in: try world())
      try first.run(steps: 33)
      let checkpoint = try Checkpoint(of: &first.agent)
      let environment = try world()
      try environment.restoreState(try first.environment.encodedState())
      var other = try make(77)
      try checkpoint.restore(&other)
      let second = Training(resuming: other, in: environment)
      try second.run(steps: 37)
      #expect(bits(second.agent) == bits(whole.agent))
      #expect(first.records + second.records == whole.records)
    }
    try check {
      try agent(ppo, for: world(), seed: $0)
    } bits: {
      $0.variables.value.tensors.map(\.scalars)
    }
    try check {
      try agent(dqn, for: world(), seed: $0)
    } bits: {
      $0.variables.value.tensors.map(\.scalars)
    }
  }

  @Test func `saved weights make the policy, scales and all`() throws {
    let world = try corridors(1000, copies: 2)
    let training = Training(try agent(ppo, for: world), in: world)
    try training.run(steps: 60)
    #expect(training.agent.weights.contains { $0.name == "scales/mean" })
    _ = try MultiTaskPPO.policy(
      ppo, try #require(ppo.tasks), in: Surroundings(of: world), weights: training.agent.weights)
  }
}
