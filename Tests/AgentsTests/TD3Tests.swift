import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Replay
import Testing

/// The equations of TD3 and DDPG against numbers worked out by hand.
@Suite struct TD3MathematicsTests {
  @Test func `the target's actions are blurred by clipped noise and stay in range`() {
    var smoothing = TD3Settings.Smoothing()
    smoothing.deviation = 0.2
    smoothing.limit = 0.5
    let actions = Tensor(shape: [5, 1], scalars: [0, 0, 0.9, -0.9, 0.5])
    let noise = Tensor(shape: [5, 1], scalars: [1, -10, 2, -2, 0])
    let blurred = TD3.smoothed(actions, noise: noise, smoothing)
    #expect(blurred.scalars.isClose(to: [0.2, -0.5, 1, -1, 0.5]))
  }

  @Test func `targets are rewards and discounted values, without them after a termination`() {
    let batch = Transitions(
      observations: .zeros([3, 1]), actions: .zeros([3, 1]), rewards: Tensor([1, 2, 3]),
      discounts: Tensor([0.5, 0, 0.5]), nextObservations: .zeros([3, 1]))
    #expect(TD3.targets(batch, values: Tensor([4, 5, 6])).scalars == [3, 2, 6])
    #expect(DDPG.targets(batch, values: Tensor([4, 5, 6])).scalars == [3, 2, 6])
  }

  @Test func `losses are mean squared errors and the negative mean value`() {
    let (values, targets) = (Tensor([1, 2]), Tensor([2, 4]))
    #expect(TD3.criticLoss(values: [values, targets], targets: targets).scalar == 2.5)
    #expect(DDPG.criticLoss(values: values, targets: targets).scalar == 2.5)
    #expect(TD3.actorLoss(values: values).scalar == -1.5)
    #expect(DDPG.actorLoss(values: values).scalar == -1.5)
  }

  @Test func `an Ornstein-Uhlenbeck walk is drawn back to zero and spreads as stated`() {
    var settings = ExplorationNoise.OrnsteinUhlenbeck()
    (settings.deviation, settings.reversion, settings.timeStep) = (0, 0.5, 0.25)
    var random = Seeds(root: 1)["noise"]
    var noise: [Float] = [1, -2]
    ExplorationNoise.ornsteinUhlenbeck(settings).advance(&noise, using: &random)
    #expect(noise == [0.875, -1.75])

    // After many steps its variance is σ²Δt / (1 - (1 - θΔt)²).
    (settings.deviation, settings.timeStep) = (0.3, 1)
    noise = [Float](repeating: 0, count: 4000)
    for _ in 0..<30 {
      ExplorationNoise.ornsteinUhlenbeck(settings).advance(&noise, using: &random)
    }
    let variance = noise.map { Double($0 * $0) }.reduce(0, +) / 4000
    #expect(abs(variance - 0.09 / 0.75) < 0.01)
  }

  /// A linear learner, whose critics see `[s, a]`.
  private func learner(critics: Int) -> DeterministicLearner {
    func linear(_ weights: [Float], _ output: Activation) -> MLP {
      MLP(
        layers: [
          Dense(
            weight: Tensor(shape: [weights.count, 1], scalars: weights), bias: Tensor([0]))
        ], activation: .relu, outputActivation: output)
    }
    var descent = SGD.Settings()
    descent.learningRate = .constant(0.1)
    var learner = DeterministicLearner(
      actor: linear([0.5], .tanh),
      critics: Critics(
        networks: [linear([1, 2], .identity), linear([-1, 1], .identity)].prefix(critics) + []),
      actorOptimizer: .sgd(descent), criticOptimizer: .sgd(descent))
    learner.actorTarget = linear([1], .tanh)
    return learner
  }

  @Test func `an update of DDPG moves the critic, then the actor along it, then the targets`() {
    var settings = DDPGSettings()
    settings.targetRate = 0.25
    var batch = DeterministicBatch(
      Transitions(
        observations: Tensor(shape: [1, 1], scalars: [2]),
        actions: Tensor(shape: [1, 1], scalars: [-0.5]), rewards: Tensor([0.25]),
        discounts: Tensor([0.5]), nextObservations: Tensor(shape: [1, 1], scalars: [1])))
    (batch.actorRate, batch.criticRate) = (Tensor(0.1), Tensor(0.1))
    let variables = Variables(learner(critics: 1))
    let plan = Plan(updating: variables, inputs: batch) { learner, batch in
      let critic = DDPG.updateCritics(&learner, on: batch, settings)
      return [critic.loss, DDPG.updateActor(&learner, on: batch, settings)]
    }
    for (index, tensor) in batch.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() { plan.input(index)[place] = number }
    }
    plan.run()
    // y = 0.25 + 0.5·(1 + 2·tanh 1), Q(2, -0.5) = 1; the loss is e², its derivative 2e.
    let error = Float(1 - (0.25 + 0.5 * (1 + 2 * 0.76159416)))
    let learned = variables.value
    let critic = learned.critics.networks[0].layers[0].weight.scalars
    #expect(critic.isClose(to: [1 - 0.1 * 2 * error * 2, 2 + 0.1 * 2 * error * 0.5]))
    #expect([plan.output(0)[0]].isClose(to: [error * error]))
    let slope = critic[1] * Float(1 - 0.76159416 * 0.76159416) * 2
    let actor = learned.actor.layers[0].weight.scalars
    #expect(actor.isClose(to: [0.5 + 0.1 * slope]))
    #expect(
      learned.actorTarget.layers[0].weight.scalars.isClose(to: [1 + 0.25 * (actor[0] - 1)]))
    #expect(
      learned.criticTargets.networks[0].layers[0].weight.scalars.isClose(
        to: [1 + 0.25 * (critic[0] - 1), 2 + 0.25 * (critic[1] - 2)]))
  }
}

/// What agents with a deterministic actor do over time.
@Suite struct TD3Tests {
  private func environment(copies: Int = 1) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)
  }

  private func bits(_ value: some Traceable) -> [[Float]] { value.tensors.map(\.scalars) }

  @Test func `actor and targets follow every second update of the critics`() throws {
    let environment = environment()
    let agent = try DeterministicAgent<TD3>(
      .tiny, in: Surroundings(of: environment), recordingInterval: 1, seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 5)
    for update in 1...8 {
      let before = agent.variables.value
      try training.run(steps: 1)
      let now = agent.variables.value
      #expect(agent.experience.progress.updates == update)
      #expect(bits(now.critics) != bits(before.critics))
      let moves = update.isMultiple(of: 2)
      #expect((bits(now.actor) != bits(before.actor)) == moves)
      #expect((bits(now.actorTarget) != bits(before.actorTarget)) == moves)
      #expect((bits(now.criticTargets) != bits(before.criticTargets)) == moves)
      // The actor's loss is that of its last update, once there was one.
      let recorded = training.records.filter { $0.step == agent.steps }
      #expect(recorded.count == (update > 1 ? 3 : 2))
      #expect(
        recorded.last?.value
          == (update > 1 ? agent.experience.progress.actorLoss : recorded[1].value))
    }
  }

  @Test func `without noise the actor's own action is played`() throws {
    var settings = TD3Settings.tiny
    var still = ExplorationNoise.Gaussian()
    still.deviation = 0
    settings.exploration = .gaussian(still)
    settings.randomSteps = 0
    let environment = environment(copies: 2)
    let agent = try DeterministicAgent<TD3>(
      settings, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let policy = agent.makePolicy(environments: 2)
    let training = Training(agent, in: environment)
    for _ in 0..<20 {
      try training.run(steps: 1)
      guard
        case .continuous(let expected) = policy.actions(
          for: agent.experience.replay.newestObservations, masks: nil),
        case .continuous(let played) = agent.act()
      else { return }
      for place in 0..<4 { #expect(played[place] == expected[place]) }
    }
  }

  @Test(arguments: [1, 3], [false, true])
  func `resuming TD3 gives the bits of a run never interrupted`(
    copies: Int, walks: Bool
  ) throws {
    var settings = TD3Settings.tiny
    if walks {
      settings.exploration = .ornsteinUhlenbeck(ExplorationNoise.OrnsteinUhlenbeck())
      settings.policyDelay = 3
    }
    try expectExactResumption(copies: copies, steps: 60) { surroundings, root in
      try DeterministicAgent<TD3>(
        settings, in: surroundings, recordingInterval: 1, seeds: Seeds(root: root))
    }
  }

  @Test func `resuming DDPG gives the bits of a run never interrupted`() throws {
    try expectExactResumption(copies: 2, steps: 60) { surroundings, root in
      try DeterministicAgent<DDPG>(
        .tiny, in: surroundings, recordingInterval: 1, seeds: Seeds(root: root))
    }
  }

  @Test func `the policy comes back from the weights alone`() throws {
    let environment = environment(copies: 2)
    let surroundings = Surroundings(of: environment)
    let agent = try DeterministicAgent<TD3>(.tiny, in: surroundings, seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 30)
    let saved = try DeterministicAgent<TD3>.policy(
      .tiny, in: surroundings, weights: agent.weights)
    func play(_ policy: any Policy) -> [FinishedEpisode] {
      evaluate(policy, in: self.environment(copies: 2), episodes: 2, seed: 5)
    }
    #expect(play(saved) == play(agent.makePolicy(environments: 2)))
  }

  @Test func `choices are refused in a sentence that names the agent`() {
    let surroundings = Surroundings(
      environments: 1, observationSize: 3, actions: .discrete(count: 2))
    let error = #expect(throws: AgentError.self) {
      _ = try DeterministicAgent<TD3>(.tiny, in: surroundings, seeds: Seeds(root: 1))
    }
    #expect(error?.description.hasPrefix("td3 gives continuous actions") == true)
    let other = #expect(throws: AgentError.self) {
      _ = try DeterministicAgent<DDPG>(.tiny, in: surroundings, seeds: Seeds(root: 1))
    }
    #expect(other?.description.hasPrefix("ddpg gives continuous actions") == true)
  }

  @Test func `TD3 and DDPG learn what a step pays`() throws {
    func learned<Rule: DeterministicRule>(
      _ rule: Rule.Type, _ settings: Rule.Settings
    ) throws -> Double {
      let environment = EnvironmentBatch(Copying(), count: 1)
      let agent = try DeterministicAgent<Rule>(
        settings, in: Surroundings(of: environment), seeds: Seeds(root: 1))
      try Training(agent, in: environment).run(steps: 1500)
      let episodes = evaluate(
        agent.makePolicy(environments: 1), in: EnvironmentBatch(Copying(), count: 1),
        episodes: 100, seed: 5)
      return episodes.map(\.return).reduce(0, +) / 100
    }
    var twin = TD3Settings.tiny
    twin.network.hidden = [16]
    twin.replay.capacity = 2000
    twin.replay.batchSize = 32
    twin.randomSteps = 300
    twin.actorOptimizer = .adam(learningRate: 0.01)
    twin.criticOptimizer = .adam(learningRate: 0.01)
    var single = DDPGSettings.tiny
    (single.network, single.replay, single.randomSteps) = (twin.network, twin.replay, 300)
    (single.actorOptimizer, single.criticOptimizer) = (twin.actorOptimizer, twin.criticOptimizer)
    // Doing nothing pays -1/12, acting at random -1.4.
    #expect(try learned(TD3.self, twin) > -0.02)
    #expect(try learned(DDPG.self, single) > -0.02)
  }
}
