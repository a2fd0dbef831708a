import Agents
import Autodiff
import Environments
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Soft actor-critic with heads for several tasks, and strategies.
@Suite struct MultiTaskSACTests {
  /// Whose action is one number, with the first of the bounds that `Drift` has.
  private struct Narrow: Environment {
    struct State: Codable, Sendable { var goal = 0.0 }

    var actions: Interval { Interval(-1...3) }
    var observations: Box { Box(symmetric: [1]) }

    func initialState(using random: inout PCG64) -> State {
      State(goal: random.uniform(in: -1...1))
    }

    func step(
      from state: State, taking action: Float, using random: inout PCG64
    ) -> Step<State> {
      let miss = Double(action) - state.goal
      return .termination(at: initialState(using: &random), reward: -miss * miss)
    }

    func observe(_ state: State, into features: inout OutputSpan<Float>) {
      features.append(Float(state.goal))
    }
  }

  /// Pays for half the number shown, or for minus that, times `scale`.
  private struct Turned: Environment {
    var sign = 1.0
    var scale = 1.0
    let world = Copying()

    var actions: Interval { world.actions }
    var observations: Box { world.observations }

    func initialState(using random: inout PCG64) -> Copying.State {
      world.initialState(using: &random)
    }

    func step(
      from state: Copying.State, taking action: Float, using random: inout PCG64
    ) -> Step<Copying.State> {
      let miss = Double(action) - 0.5 * sign * state.goal
      return .termination(at: initialState(using: &random), reward: -scale * miss * miss)
    }

    func observe(_ state: Copying.State, into features: inout OutputSpan<Float>) {
      world.observe(state, into: &features)
    }
  }

  private func world(_ copies: Int = 2) throws -> any BatchedEnvironment {
    try TaskFamily(
      [
        .init("drift", EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)),
        .init("narrow", EnvironmentBatch(Narrow(), count: copies)),
      ], showsTask: false)
  }

  private func settings(
    _ strategy: StrategySettings = StrategySettings(), actor: StrategySettings? = nil,
    popArt: Bool = false
  ) -> SACSettings {
    var settings = SACSettings.tiny
    var tasks = TaskLearningSettings()
    (tasks.strategy, tasks.actorStrategy) = (strategy, actor)
    if popArt { tasks.popArt = PopArt.Settings() }
    settings.tasks = tasks
    return settings
  }

  private func agent(
    _ settings: SACSettings, for world: any BatchedEnvironment, seed: UInt64 = 1
  ) throws -> MultiTaskSAC {
    try MultiTaskSAC(
      settings, in: Surroundings(of: world), recordingInterval: 1, seeds: Seeds(root: seed))
  }

  private func bits(_ value: some Traceable) -> [[UInt32]] {
    value.tensors.map { $0.scalars.map(\.bitPattern) }
  }

  // MARK: Keeping

  private static let kept: [(StrategySettings, StrategySettings?, Bool)] = [
    (StrategySettings(), nil, false),
    (StrategySettings(FAMO()), StrategySettings(GradVac()), false),
    (StrategySettings(UncertaintyWeights()), StrategySettings(PCGrad()), true),
  ]

  @Test(arguments: kept)
  func `resuming gives the bits of a run never interrupted`(
    strategy: StrategySettings, actor: StrategySettings?, popArt: Bool
  ) throws {
    let settings = settings(strategy, actor: actor, popArt: popArt)
    try expectExactResumption(at: [3, 27], of: 50, in: { try world() }, learner: \.variables) {
      try agent(settings, for: $0, seed: $1)
    }
  }

  // MARK: What it has in common with one task

  @Test func `one task is learned as by SAC, to the bit`() throws {
    let copies = 3
    func batch() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)
    }
    var plain = SACSettings.tiny
    plain.network.hidden = [16, 16]
    var own = plain
    own.tasks = TaskLearningSettings()
    let single = Training(
      try SAC(
        plain, in: Surroundings(of: batch()), recordingInterval: 1, seeds: Seeds(root: 5)),
      in: batch())
    try single.run(steps: 60)
    func family() throws -> any BatchedEnvironment {
      try TaskFamily([.init("alone", batch())], showsTask: false)
    }
    let several = Training(try agent(own, for: family(), seed: 5), in: try family())
    try several.run(steps: 60)
    let (first, second) = (single.agent.variables.value, several.agent.variables.value)
    #expect(bits(first.actor) == bits(second.actor))
    #expect(bits(first.critics) == bits(second.critics))
    #expect(bits(first.targets) == bits(second.targets))
    #expect(bits(first.temperature) == bits(second.temperatures))
    #expect(bits(first.actorOptimizer) == bits(second.actorOptimizer))
    let losses = single.records.filter { $0.metric < 2 }.map(\.value)
    #expect(losses == several.records.filter { $0.metric < 2 }.map(\.value))
  }

  @Test func `equal weights over the tasks' gradients are the plain sum`() throws {
    var learners: [MultiTaskSAC.Learner] = []
    for mode in [GradientMode.losses, .blocks, .exact] {
      var settings = settings()
      settings.tasks?.gradients = mode
      let training = Training(try agent(settings, for: world()), in: try world())
      try training.run(steps: 20)
      learners.append(training.agent.variables.value)
    }
    for learner in learners.dropFirst() {
      for (own, plain) in zip(learner.namedTensors, learners[0].namedTensors) {
        expectClose(own.tensor.scalars, plain.tensor.scalars, relative: 2e-3, "\(own.name)")
      }
    }
  }

  // MARK: Several tasks

  @Test func `a task draws and judges its own numbers alone`() throws {
    let agent = try agent(settings(), for: world())
    let learner = agent.variables.value
    let observations = Tensor(shape: [2, 3], scalars: [0.1, 0, 0, -0.4, 0, 0])
    func noise(_ second: Float) -> Tensor {
      Tensor(shape: [2, 2], scalars: [0.3, second, -0.2, second])
    }
    let (one, other) = (
      learner.actor.sample(of: 1, observations, noise: noise(0.5)),
      learner.actor.sample(of: 1, observations, noise: noise(-2))
    )
    #expect(one.actions.shape == [2, 2])
    #expect(one.actions.scalars == other.actions.scalars)
    #expect(one.actions.scalars[1] == 0 && one.actions.scalars[3] == 0)
    // The density is that of one number.
    let policy = learner.actor.policy(of: 1, observations)
    let expected = policy.sample(noise: Tensor(shape: [2, 1], scalars: [0.3, -0.2]))
    #expect(one.logProbability.scalars == expected.logProbability.scalars)
    // What was stored in the other's place does not count.
    func values(_ second: Float, of task: Int) -> [Float] {
      learner.critics.values(
        of: task, observations, Tensor(shape: [2, 2], scalars: [0.3, second, 0.1, second])
      )[0].scalars
    }
    #expect(values(0.9, of: 1) == values(-0.9, of: 1))
    #expect(values(0.9, of: 0) != values(-0.9, of: 0))
  }

  @Test func `temperatures move by the entropy of their own task, toward its own target`() throws {
    let agent = try agent(settings(), for: world())
    Plan(updating: agent.variables, inputs: NoTensors()) { learner, _ in
      var outcome = MultiTaskSAC.Outcome(taskCount: 2)
      outcome.logProbabilities = [Tensor(1.5), Tensor(1.5)]
      outcome.temperatureRate = Tensor(0.1)
      MultiTaskSAC.settle(&learner, after: outcome, agent.settings, actionWidths: [2, 1])
      return NoTensors()
    }.run()
    // -α's slope is the mean log π plus the target: 1.5 - 2 and 1.5 - 1; Adam goes by its sign.
    let moves = agent.variables.value.temperatures.map { $0.logarithm?.scalar ?? 0 }
    #expect(moves[0] < 0 && moves[1] > 0)
  }

  @Test func `the losses of each task are those of SAC on its own transitions`() throws {
    let settings = settings()
    let training = Training(try agent(settings, for: world()), in: try world())
    try training.run(steps: 20)
    let learner = training.agent.variables.value
    var random = Seeds(root: 3)["batch"]
    func numbers(_ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      return Tensor(shape: shape, scalars: (0..<count).map { _ in random.uniform() })
    }
    let transitions = Transitions(
      observations: numbers([4, 3]), actions: numbers([4, 2]), rewards: numbers([4]),
      discounts: Tensor([0.9, 0, 0.9, 0.9]), nextObservations: numbers([4, 3]))
    let batch = SAC.Batch(transitions, nextNoise: numbers([4, 2]), noise: numbers([4, 2]))
    let traced = MultiTaskSAC.criticLosses(of: learner, on: batch, taskCount: 2)
    for task in 0..<2 {
      func own(_ rows: Tensor) -> Tensor { rows.sliced(axis: 0, from: 2 * task, count: 2) }
      let seen = own(transitions.nextObservations)
      let next = learner.actor.sample(of: task, seen, noise: own(batch.nextNoise))
      let alpha = learner.temperatures[task].value.scalar
      let following = learner.targets.values(of: task, seen, next.actions).map(\.scalars)
      var total: Float = 0
      for row in 0..<2 {
        let least = min(following[0][row], following[1][row])
        let target =
          own(transitions.rewards).scalars[row]
          + own(transitions.discounts).scalars[row]
          * (least - alpha * next.logProbability.scalars[row])
        for values in learner.critics.values(
          of: task, own(transitions.observations), own(transitions.actions))
        {
          let error = values.scalars[row] - target
          total += 0.5 * error * error / 2
        }
      }
      expectClose(traced.losses[task].scalars, [total], relative: 1e-5, "task \(task)")
    }
  }

  @Test func `every metric is recorded, those of tasks under their names`() throws {
    let training = Training(try agent(settings(), for: world()), in: try world())
    try training.run(steps: 10)
    let metrics = MultiTaskSAC.metrics(of: ["drift", "narrow"])
    #expect(Set(training.records.map(\.metric)) == Set(metrics.indices))
    #expect(metrics[5].name == "loss/drift" && metrics[12].name == "temperature/narrow")
    #expect(Set(metrics.map(\.name)).count == metrics.count)
  }

  @Test(arguments: [(StrategySettings(), false), (StrategySettings(PCGrad()), true)])
  func `heads learn opposite tasks that look the same, whatever they pay`(
    strategy: StrategySettings, popArt: Bool
  ) throws {
    func world(_ copies: Int) throws -> any BatchedEnvironment {
      try TaskFamily(
        [
          .init("straight", EnvironmentBatch(Turned(), count: copies)),
          .init(
            "turned", EnvironmentBatch(Turned(sign: -1, scale: popArt ? 1000 : 1), count: copies)),
        ], showsTask: false)
    }
    var settings = settings(strategy, popArt: popArt)
    settings.network.hidden = [32]
    (settings.replay.capacity, settings.replay.batchSize) = (4000, 64)
    settings.replay.learningStarts = 100
    settings.randomSteps = 100
    settings.temperature = .fixed(0.01)
    settings.tasks?.popArt?.beta = 0.01
    let training = Training(try agent(settings, for: world(2)), in: try world(2))
    try training.run(steps: 700)
    for policy in [
      training.agent.makePolicy(environments: 2),
      try MultiTaskSAC.policy(
        settings, try #require(settings.tasks), in: Surroundings(of: world(1)),
        weights: training.agent.weights),
    ] {
      let played = evaluate(policy, in: try world(1), episodes: 20, seed: 1)
      for task in 0..<2 {
        let returns = played.filter { $0.environment == task }.map(\.return)
        let scale = task == 1 && popArt ? 1000.0 : 1
        let mean = returns.reduce(0, +) / 20
        // Doing nothing costs 1/12 on average, and the wrong sign four times that.
        #expect(mean > -0.04 * scale, "task \(task)")
      }
    }
  }

  @Test func `what cannot be is refused in words`() throws {
    func refusal(
      in world: (any BatchedEnvironment)? = nil, _ change: (inout SACSettings) -> Void
    ) throws -> String {
      var settings = settings()
      change(&settings)
      let world = try world ?? self.world()
      return AgentsTests.refusal { try agent(settings, for: world) }
    }
    let single = EnvironmentBatch(Drift(), count: 4)
    #expect(try refusal(in: single) { _ in }.contains("name them in environment.tasks"))
    #expect(try refusal { $0.replay.batchSize = 5 }.contains("number of tasks (2)"))
    #expect(
      try refusal { $0.tasks?.strategy = StrategySettings(FAMO()) }.contains("tasks.strategy"))
    #expect(
      try refusal {
        $0.tasks?.strategy = StrategySettings(FAMO())
        $0.tasks?.actorStrategy = StrategySettings()
      } == "accepted")
    #expect(try refusal { $0.exploration = .stateDependent(.init()) }.contains("exploration"))
    #expect(try refusal { $0.network.hidden = [] }.contains("a layer for the tasks to share"))
    #expect(try refusal { $0.tasks?.architecture = .mmoe(.init()) }.contains("not heeded"))
    #expect(
      try refusal {
        $0.network = OffPolicyNetworkSettings()
        $0.tasks?.architecture = .oneHot(.init())
        $0.tasks?.popArt = PopArt.Settings()
      }.contains("tasks.popArt needs an architecture"))
  }
}
