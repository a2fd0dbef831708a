import Agents
import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness
import Simulators
import Testing

/// REINFORCE against closed forms, what it keeps, and that it learns.
@Suite struct ReinforceTests {
  private func surroundings(_ environments: Int) -> Surroundings {
    Surroundings(environments: environments, observationSize: 1, actions: .discrete(count: 3))
  }

  /// Logits and baseline that are biases only.
  private var linear: ReinforceSettings {
    var settings = ReinforceSettings()
    settings.network.hidden = []
    settings.network.policyInitializer = .zeros
    settings.network.valueInitializer = .zeros
    settings.optimizer = .sgd(SGD.Settings())
    settings.baselineOptimizer = .sgd(SGD.Settings())
    return settings
  }

  // On a bandit with a softmax over preferences the gradient is `(R - b)·(1{a} - π(a))`: Sutton &
  // Barto (2018), eq. 2.12.
  @Test func `the gradient is that of the gradient bandit algorithm`() throws {
    var random = Seeds(root: 1)["initialization"]
    var networks = ActorCritic(linear.network, in: surroundings(1), using: &random)
    networks.actor.layers[0].bias = Tensor([0.5, -0.2, 0.1])
    networks.critic.layers[0].bias = Tensor([0.3])
    let variables = Variables(Reinforce.Learner(networks, linear))
    var chunk = Reinforce.Chunk(count: 4, surroundings(1))
    let (actions, rewards): ([Float], [Float]) = ([0, 2, 2, 1], [1, -0.5, 2, 100])
    chunk.actions = Tensor(actions)
    chunk.returns = Tensor(rewards)
    chunk.advantages = Tensor(rewards.map { $0 - 0.3 })
    // Three episodes of one step; the fourth row is none.
    chunk.policyWeights = Tensor([1 / 3, 1 / 3, 1 / 3, 0])
    chunk.baselineWeights = chunk.policyWeights
    let accumulation = Plan(updating: variables, inputs: chunk) { learner, chunk in
      Reinforce.accumulate(&learner, chunk, linear)
    }
    for (index, tensor) in chunk.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() {
        accumulation.input(index)[place] = number
      }
    }
    accumulation.run()
    let before = bias(variables.value.gradients.actor)
    let powers = [0.5, -0.2, 0.1].map { exp($0) }
    let probabilities = powers.map { $0 / powers.reduce(0, +) }
    for arm in 0..<3 {
      var slope = 0.0
      for pull in 0..<3 {
        let isPulled = Int(actions[pull]) == arm ? 1.0 : 0
        slope += Double(rewards[pull] - 0.3) * (isPulled - probabilities[arm]) / 3
      }
      #expect(abs(Double(before[arm]) + slope) < 1e-5)  // of the loss, which falls
    }
    let error = rewards[..<3].map { 0.3 - $0 }.reduce(0, +) / 3
    #expect(abs(bias(variables.value.gradients.critic)[0] - error) < 1e-5)

    // Adding the same chunk doubles the gradients; an update goes along them and forgets them.
    accumulation.run()
    let twice = bias(variables.value.gradients.actor)
    #expect(zip(twice, before).allSatisfy { abs($0 - 2 * $1) < 1e-5 })
    let update = Plan(updating: variables, inputs: Reinforce.Rates()) { learner, rates in
      Reinforce.update(&learner, rates, linear)
    }
    update.input(0)[0] = 0.1
    update.run()
    let learner = variables.value
    for arm in 0..<3 {
      let moved = bias(learner.networks.actor)[arm]
      #expect(abs(moved - ([0.5, -0.2, 0.1][arm] - 0.1 * twice[arm])) < 1e-5)
    }
    #expect(learner.gradients.tensors.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }

  /// One episode of 150 steps is three chunks; its update must be that of all steps at once.
  @Test func `episodes of any length make one update`() throws {
    var settings = linear
    settings.discountFactor = 1
    settings.discountsSteps = true
    let environment = EnvironmentBatch(TimeLimit(Switch(), maximumSteps: 150), count: 1)
    let agent = try Reinforce(
      settings, in: Surroundings(of: environment), seeds: Seeds(root: 2))
    let training = Training(agent, in: environment)
    let before = agent.variables.value.networks
    try training.run(steps: 150)
    // A reward of 1 for action 1; all episodes are truncated, where the baseline says 0.
    let actions = training.actions.map { Float($0[0]) }
    var (sum, slope) = (Float(0), Float(0))
    for action in actions.reversed() {
      sum += action
      slope += sum * (action - 0.5)
    }
    #expect(bias(before.actor) == [0, 0])
    let after = bias(agent.variables.value.networks.actor)
    #expect(abs(after[1] - 0.01 * slope) < 1e-3 * abs(0.01 * slope))
    #expect(abs(after[0] + after[1]) < 1e-3)
  }

  @Test
  func `what follows a truncation is the baseline's word, what follows a termination nothing`()
    throws
  {
    func returns(_ isTruncated: Bool) throws -> Float {
      var settings = linear
      settings.discountFactor = 0.5
      settings.network.valueInitializer = .constant(4)
      settings.baselineOptimizer = .adam(learningRate: 0)
      let environment: any BatchedEnvironment =
        isTruncated
        ? EnvironmentBatch(TimeLimit(Switch(pay: 1), maximumSteps: 2), count: 1)
        : EnvironmentBatch(Switch(pay: 1, length: 2), count: 1)
      let agent = try Reinforce(
        settings, in: Surroundings(of: environment), recordingInterval: 1, seeds: Seeds(root: 2))
      let training = Training(agent, in: environment)
      try training.run(steps: 2)
      // Half the squared error of the baseline, 4, against the returns of both steps.
      return try #require(training.records.first { $0.metric == 1 }).value
    }
    // Rewards of 1: returns of 1.5 and 1, or with what follows of 2.5 and 3.
    let expected: [(Bool, Float)] = [(false, 0.25 * (6.25 + 9)), (true, 0.25 * (2.25 + 1))]
    for (isTruncated, loss) in expected {
      #expect(abs(try returns(isTruncated) - loss) < 1e-4)
    }
  }

  @Test func `only episodes begun after the last update are learned from`() throws {
    // Environment 0 ends after 2 steps, 4, …; environment 1 after 3, 6, …
    var episodes = WholeEpisodes(wanted: 1, environments: 2)
    var rounds: [[Float]] = []
    for step in 1...12 {
      for environment in 0..<2 {
        let row: [Float] = [Float(step)]
        row.withUnsafeBufferPointer { row in
          episodes.append(
            of: environment, observation: row, action: row,
            mask: UnsafeBufferPointer(rebasing: row[..<0]))
        }
        episodes.append(of: environment, reward: 1)
        if step.isMultiple(of: 2 + environment) {
          episodes.end(of: environment, bootstrap: 0, discountFactor: 1)
        }
      }
      guard episodes.isComplete else { continue }
      rounds.append(episodes.round.observations)
      episodes.beginRound()
    }
    // Environment 0's third step began before the first update, at step 3.
    #expect(
      rounds == [[1, 2, 1, 2, 3], [5, 6, 4, 5, 6], [7, 8, 7, 8, 9], [11, 12, 10, 11, 12]])
  }

  private func world(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
  }

  private func agent(_ copies: Int, seed: UInt64) throws -> Reinforce {
    var settings = ReinforceSettings()
    settings.network.hidden = [8]
    settings.normalizeAdvantages = true
    settings.entropyCoefficient = 0.01
    return try Reinforce(
      settings, in: Surroundings(of: world(copies)), recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  @Test(arguments: [1, 3]) func `resuming gives the bits of a run never interrupted`(
    copies: Int
  ) throws {
    let whole = Training(try agent(copies, seed: 1), in: world(copies))
    try whole.run(steps: 100)
    var random = Seeds(root: UInt64(copies))["interruption"]
    for _ in 0..<4 {
      let instant = random.integer(below: 100)
      let first = Training(try agent(copies, seed: 1), in: world(copies))
      try first.run(steps: instant)
      let checkpoint = try Checkpoint(of: &first.agent)
      let environment = world(copies)
      try environment.restoreState(first.environment.encodedState())
      var restored = try agent(copies, seed: 77)
      try checkpoint.restore(&restored)
      let second = Training(resuming: restored, in: environment)
      try second.run(steps: 100 - instant)
      #expect(first.actions + second.actions == whole.actions)
      #expect(first.records + second.records == whole.records)
      for (left, right) in zip(second.agent.weights, whole.agent.weights) {
        #expect(left.tensor.scalars == right.tensor.scalars, "\(left.name) from \(instant)")
      }
    }
  }

  /// The mean return of the learned policy.
  private func learned(
    _ settings: ReinforceSettings, _ make: (Int) -> any BatchedEnvironment, steps: Int
  ) throws -> Double {
    let environment = make(4)
    let agent = try Reinforce(
      settings, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: steps)
    let returns = evaluate(
      training.agent.makePolicy(environments: 1), in: make(1), episodes: 50, seed: 1
    ).map(\.return)
    return returns.reduce(0, +) / 50
  }

  @Test func `choices, several choices and numbers are learned`() throws {
    var settings = ReinforceSettings()
    settings.network.hidden = [16]
    settings.optimizer = .adam(learningRate: 0.01)
    settings.baselineOptimizer = .adam(learningRate: 0.01)
    let chain = try learned(
      settings, { EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 50), count: $0) }, steps: 2000)
    #expect(abs(chain - 0.6) < 1e-6)
    var lock = CombinationLock()
    (lock.dials, lock.positions) = (2, 4)
    settings.network.hidden = [32, 32]
    settings.normalizeAdvantages = true
    settings.entropyCoefficient = 0.01
    let opened = try learned(
      settings, { EnvironmentBatch(TimeLimit(lock, maximumSteps: 20), count: $0) }, steps: 3000)
    #expect(abs(opened - lock.bestReturn) < 0.2, "\(opened)")
    // The best number is 2.
    settings.network.hidden = [16]
    (settings.normalizeAdvantages, settings.entropyCoefficient) = (false, 0)
    let placed = try learned(
      settings, { EnvironmentBatch(TimeLimit(Target(), maximumSteps: 1), count: $0) }, steps: 1500)
    #expect(placed > -0.02)
  }

  // Its advantage less the mean, which is itself, would be 0: nothing would ever be learned.
  @Test func `a single step keeps its advantage where advantages are normalized`() throws {
    var settings = linear
    settings.normalizeAdvantages = true
    let environment = EnvironmentBatch(Switch(pay: 1, length: 1), count: 1)
    let agent = try Reinforce(
      settings, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 1)
    let taken = Int(training.actions[0][0])
    // The rate times `1{a} - π(a)`, with even chances.
    let rate = Float(settings.optimizer.learningRate(0))
    let moved = bias(training.agent.variables.value.networks.actor)
    #expect(abs(moved[taken] - 0.5 * rate) < 1e-6 && abs(moved[1 - taken] + 0.5 * rate) < 1e-6)
  }

  @Test func `a common trunk is refused`() throws {
    var settings = ReinforceSettings()
    settings.network.sharedTrunk = true
    let error = #expect(throws: SettingsError.self) {
      try Reinforce(settings, in: surroundings(1), seeds: Seeds(root: 1))
    }
    #expect(error?.path == "network.sharedTrunk")
  }
}

private func bias(_ network: MLP) -> [Float] { network.layers[0].bias?.scalars ?? [] }

/// Pays for action 1, or a fixed amount; ends by itself after `length` steps.
private struct Switch: Environment {
  var pay: Double?
  var length = 1000
  struct State: Codable, Sendable { var steps = 0 }
  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [1], high: [1]) }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let next = State(steps: state.steps + 1)
    let reward = pay ?? Double(action)
    return next.steps == length
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}

/// Pays minus the squared distance of a number from 2.
private struct Target: Environment {
  struct State: Codable, Sendable { var isOver = false }
  var actions: Interval { Interval(-5...5) }
  var observations: Box { Box(low: [1], high: [1]) }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Float, using random: inout PCG64) -> Step<State> {
    .termination(
      at: State(isOver: true), reward: -Double((action - 2) * (action - 2)))
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}
