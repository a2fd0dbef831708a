import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Testing

/// SAC for choices: its equations against numbers worked out by hand, and what it does over time.
@Suite struct SACDiscreteTests {
  // Probabilities 1/4 and 3/4 at the first row, 1/2 and 1/2 at the second.
  private let policy = Categorical(
    logits: Tensor(shape: [2, 2], scalars: [0, 1.0986123, 2, 2]))
  private let entropies: [Float] = [0.56233514, 0.6931472]

  @Test func `targets are means over all choices with their entropy, none after a termination`() {
    let batch = Transitions(
      observations: .zeros([2, 1]), actions: .zeros([2]), rewards: Tensor([1, 2]),
      discounts: Tensor([0.5, 0]), nextObservations: .zeros([2, 1]))
    let targets = DiscreteSAC.targets(
      batch, values: Tensor(shape: [2, 2], scalars: [4, 8, 1, 1]), policy: policy,
      temperature: Tensor(0.2))
    #expect(targets.scalars.isClose(to: [1 + 0.5 * (7 + 0.2 * entropies[0]), 2]))
  }

  @Test func `the actor's loss weighs values and entropies by the probabilities`() {
    let loss = DiscreteSAC.actorLoss(
      values: Tensor(shape: [2, 2], scalars: [4, 8, 1, 3]), policy: policy,
      temperature: Tensor(0.2))
    let expected: Float = -(7 + 2 + 0.2 * (entropies[0] + entropies[1])) / 2
    #expect([loss.scalar].isClose(to: [expected]))
  }

  @Test func `a masked choice has no share in a target, however much it would be worth`() {
    let masked = Categorical(
      logits: Tensor(shape: [1, 2], scalars: [0, 5]),
      allowed: Tensor(shape: [1, 2], scalars: [1, 0]))
    let batch = Transitions(
      observations: .zeros([1, 1]), actions: .zeros([1]), rewards: Tensor([1]),
      discounts: Tensor([0.5]), nextObservations: .zeros([1, 1]))
    let targets = DiscreteSAC.targets(
      batch, values: Tensor(shape: [1, 2], scalars: [4, 1000]), policy: masked,
      temperature: Tensor(0.2))
    #expect(targets.scalars == [3])
  }

  private func settings(_ change: (inout DiscreteSACSettings) -> Void = { _ in })
    -> DiscreteSACSettings
  {
    var settings = DiscreteSACSettings()
    settings.network.hidden = [8]
    settings.actorOptimizer = .adam(learningRate: 0.01)
    settings.criticOptimizer = .adam(learningRate: 0.01)
    settings.replay = .tiny
    settings.randomSteps = 10
    change(&settings)
    return settings
  }

  private func training(
    _ settings: DiscreteSACSettings, in environment: any BatchedEnvironment, seed: UInt64 = 1
  ) throws -> Training<DiscreteSAC> {
    let agent = try DiscreteSAC(
      settings, in: Surroundings(of: environment), recordingInterval: 1, seeds: Seeds(root: seed))
    return Training(agent, in: environment)
  }

  @Test func `actions are drawn as often as their probabilities say`() throws {
    let settings = settings {
      $0.randomSteps = 0
      $0.replay.learningStarts = 1_000_000
    }
    // Always at the corridor's first cell or next to it: one observation is enough.
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 1), count: 1)
    let training = try training(settings, in: environment)
    try training.run(steps: 4000)
    let logits = training.agent.variables.value.actor(
      Tensor(shape: [1, 5], scalars: [1, 0, 0, 0, 0]))
    let expected = Categorical(logits: logits).probabilities.scalars[1]
    let share = Float(training.actions.count { $0 == [1] }) / 4000
    #expect(abs(share - expected) < 0.03)
  }

  @Test(arguments: [1, 3])
  func `resuming under masks gives the bits of a run never interrupted`(copies: Int) throws {
    // Noise stops the process when a forbidden action is taken.
    func environment() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
    }
    let whole = try training(settings(), in: environment())
    try whole.run(steps: 60)
    for instant in [3, 17, 44] {
      let first = try training(settings(), in: environment())
      try first.run(steps: instant)
      let checkpoint = try Checkpoint(of: &first.agent)
      let world = environment()
      try world.restoreState(first.environment.encodedState())
      var agent = try DiscreteSAC(
        settings(), in: Surroundings(of: world), recordingInterval: 1, seeds: Seeds(root: 77))
      try checkpoint.restore(&agent)
      let second = Training(resuming: agent, in: world)
      try second.run(steps: 60 - instant)
      #expect(first.actions + second.actions == whole.actions)
      #expect(first.records + second.records == whole.records)
      #expect(
        second.agent.weights.map(\.tensor.scalars) == whole.agent.weights.map(\.tensor.scalars))
    }
  }

  @Test func `SAC learns to go to the end of a corridor`() throws {
    let settings = settings {
      $0.network.hidden = [16]
      $0.replay.capacity = 2000
      $0.replay.batchSize = 32
      $0.temperature = .fixed(0.05)
      $0.targetRate = 0.05
    }
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 30), count: 1)
    let training = try training(settings, in: environment)
    try training.run(steps: 1500)
    let episodes = evaluate(
      training.agent.makePolicy(environments: 1),
      in: EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 30), count: 1), episodes: 1, seed: 5)
    #expect(episodes.map(\.length) == [4])
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `under masks what is shown at the beginning of an episode is learned from, too`(
    seed: UInt64
  ) throws {
    let settings = settings {
      $0.network.hidden = [16]
      $0.replay.capacity = 500
      $0.replay.batchSize = 32
      $0.temperature = .fixed(0.05)
      $0.targetRate = 0.05
    }
    let training = try training(
      settings, in: EnvironmentBatch(OneGuess(), count: 1), seed: seed)
    try training.run(steps: 400)
    let policy = Categorical(
      logits: training.agent.variables.value.actor(Tensor(shape: [1, 2], scalars: [1, 0])),
      allowed: Tensor(shape: [1, 3], scalars: [1, 1, 0]))
    #expect(policy.probabilities.scalars[1] > 0.9)
  }

  @Test func `the actor follows the critics where it acted, over what was allowed there`() {
    func network(_ outputs: [Float]) -> MLP {
      MLP(
        layers: [Dense(weight: Tensor(shape: [1, 3], scalars: outputs), bias: .zeros([3]))],
        activation: .relu)
    }
    var temperature = SACSettings.AutomaticTemperature()
    temperature.initial = 0.5
    let settings = settings { $0.temperature = .automatic(temperature) }
    let variables = Variables(
      DiscreteSAC.Learner(
        actor: network([0, 0, 0]), critics: [network([1, 3, 100]), network([1, 3, 100])],
        settings))
    let transitions = Transitions(
      observations: .ones([1, 1]), actions: .zeros([1]), rewards: Tensor([0]),
      discounts: Tensor([0]), nextObservations: .filled(with: -7, shape: [1, 1]))
    var batch = DiscreteSAC.Batch(
      transitions, masks: Tensor(shape: [1, 3], scalars: [1, 1, 0]), nextMasks: .zeros([1, 3]))
    batch.temperatureRate = Tensor(0.1)
    let plan = Plan(updating: variables, inputs: batch) { learner, batch in
      DiscreteSAC.update(&learner, on: batch, settings)
    }
    for (index, tensor) in batch.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() { plan.input(index)[place] = number }
    }
    plan.run()
    // Chances are even, values 1 and 3.
    let entropy: Float = 0.6931472
    let measured = (0..<3).map { plan.output($0)[0] }
    #expect(measured[1...].elementsEqual([-(2 + 0.5 * entropy), entropy]) { abs($0 - $1) < 1e-5 })
    // That nothing is allowed at the end is nothing that the policy has to keep undecided.
    #expect(variables.value.temperature.value.scalar.isFinite)
  }

  @Test func `continuous actions are refused in a sentence`() {
    let error = #expect(throws: AgentError.self) {
      _ = try DiscreteSAC(
        settings(),
        in: Surroundings(
          environments: 1, observationSize: 3, actions: .continuous(low: [-2], high: [2])),
        seeds: Seeds(root: 1))
    }
    #expect(error?.description.hasPrefix("discreteSac chooses among discrete actions") == true)
  }
}

/// One choice, then the end: what the beginning shows is never shown again.
///
/// Choice 1 pays.
private struct OneGuess: Environment {
  struct State: Codable, Sendable { var isOver = false }

  var actions: Discrete { Discrete(3) }
  var observations: Box { Box(low: [0, 0], high: [1, 1]) }
  static var masksActions: Bool { true }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    .termination(at: State(isOver: true), reward: action == 1 ? 1 : 0)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(state.isOver ? 0 : 1)
    features.append(state.isOver ? 1 : 0)
  }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    for action in 0..<3 { mask.append(!state.isOver && action < 2 ? 1 : 0) }
  }
}
