import Agents
import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness
import Testing

/// The pieces of PPO and A2C against numbers worked out by hand.
@Suite struct OnPolicyMathematicsTests {
  @Test func `the clipped objective takes the worse of two, and the worse only`() {
    // Ratio far above, far below and within the range, with both signs of the advantage.
    let ratios = Tensor([1.5, 1.5, 0.5, 0.5, 1.1])
    let advantages = Tensor([1, -1, 1, -1, 2])
    let loss = PPO.policyLoss(ratios: ratios, advantages: advantages, clipRange: Tensor(0.2))
    let terms: [Float] = [1.2, -1.5, 0.5, -0.8, 2.2]
    #expect(abs(loss.scalar + terms.reduce(0, +) / 5) < 1e-6)
  }

  @Test func `no gradient flows where clipping improved the objective`() {
    let slope = gradient { (ratios: Tensor) in
      PPO.policyLoss(
        ratios: ratios, advantages: Tensor([1, -1, 1, -1]), clipRange: Tensor(0.2))
    }(Tensor([1.5, 1.5, 0.5, 0.5]))
    #expect(slope.scalars == [0, 0.25, -0.25, 0])
  }

  @Test func `the value's error is the larger of the free and the clipped one`() {
    let values = Tensor([2, 0.1, 1])
    let old = Tensor([1, 0, 1])
    let returns = Tensor([2, 0.1, 3])
    let free = PPO.valueLoss(values: values, oldValues: old, returns: returns, clipRange: nil)
    #expect(abs(free.scalar - 0.5 * (0 + 0 + 4) / 3) < 1e-6)
    let clipped = PPO.valueLoss(
      values: values, oldValues: old, returns: returns, clipRange: Tensor(0.2))
    #expect(abs(clipped.scalar - 0.5 * (0.64 + 0 + 4) / 3) < 1e-6)
  }

  @Test func `a forbidden choice has no probability and no share in the entropy`() {
    let policy = Categorical(
      logits: Tensor(shape: [2, 3], scalars: [0, 0, 50, 1, 2, 3]),
      allowed: Tensor(shape: [2, 3], scalars: [1, 1, 0, 0, 1, 0]))
    #expect(abs(policy.entropy.scalars[0] - 0.6931472) < 1e-6 && policy.entropy.scalars[1] == 0)
    #expect(policy.probabilities.scalars[2] == 0)
    #expect(policy.mode.scalars == [0, 1])
    #expect(abs(policy.logProbability(of: Tensor([1, 1])).scalars[0] + 0.6931472) < 1e-6)
  }

  /// The density of a squashed normal number must add up to 1 over (-1, 1).
  @Test func `the density of a squashed number adds up to 1`() {
    let count = 4000
    // Even steps of the noise; the density of an action times its width.
    let noise = (0..<count).map { Float(-8 + 16 * (Double($0) + 0.5) / Double(count)) }
    let column = [count, 1]
    let policy = SquashedGaussian(
      mean: .filled(with: 0.4, shape: column), logDeviation: .filled(with: -0.3, shape: column))
    let (actions, logProbabilities) = policy.sample(noise: Tensor(shape: column, scalars: noise))
    let widths = (1 - actions.flattened().squared()) * (exp(-0.3) * 16 / Double(count))
    let sum = (logProbabilities.exp() * widths).sum().scalar
    #expect(abs(sum - 1) < 1e-3)
  }
}

/// What PPO and A2C keep, and that they learn.
@Suite struct OnPolicyAgentTests {
  private func world(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
  }

  private var smallPPO: PPOSettings {
    var settings = PPOSettings()
    settings.network.hidden = [8]
    (settings.segmentLength, settings.minibatchSize, settings.epochs) = (10, 4, 2)
    settings.optimizer = .adam(learningRate: 0.01)
    return settings
  }

  private func ppo(_ copies: Int, seed: UInt64 = 1) throws -> PPO {
    try PPO(
      smallPPO, in: Surroundings(of: world(copies)), totalSteps: 400, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  private func a2c(_ copies: Int, seed: UInt64 = 1) throws -> A2C {
    var settings = A2CSettings()
    settings.network.hidden = [8]
    settings.network.sharedTrunk = true
    return try A2C(
      settings, in: Surroundings(of: world(copies)), totalSteps: 400, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  @Test(arguments: [2, 6]) func `resuming gives the bits of a run never interrupted`(
    copies: Int
  ) throws {
    var random = Seeds(root: UInt64(copies))["interruption"]
    let instants = (0..<4).map { _ in random.integer(below: 100) }
    try expectExactResumption(
      at: instants, of: 100, in: { world(copies) }, learner: \PPO.variables,
      make: { try ppo(copies, seed: $1) })
    try expectExactResumption(
      at: instants, of: 100, in: { world(copies) }, learner: \A2C.variables,
      make: { try a2c(copies, seed: $1) })
  }

  @Test func `values after a truncation are those of the old episode's last observation`() throws {
    // Two steps an episode, rewards of 1, so that with γ = 1 nothing but the bootstrap differs.
    struct Clock: Environment {
      struct State: Codable, Sendable { var time = 0 }
      var actions: Discrete { Discrete(2) }
      var observations: Box { Box(low: [0], high: [10]) }
      func initialState(using random: inout PCG64) -> State { State() }
      func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
        .transition(to: State(time: state.time + 1), reward: 1)
      }
      func observe(_ state: State, into features: inout OutputSpan<Float>) {
        features.append(Float(state.time))
      }
    }
    var settings = smallPPO
    (settings.segmentLength, settings.minibatchSize, settings.epochs) = (4, 4, 1)
    settings.optimizer = .sgd(SGD.Settings())
    let environment = EnvironmentBatch(TimeLimit(Clock(), maximumSteps: 2), count: 1)
    let agent = try PPO(
      settings, in: Surroundings(of: environment), totalSteps: 100, seeds: Seeds(root: 3))
    let networks = agent.variables.value.networks
    let training = Training(agent, in: environment)
    try training.run(steps: 4)
    let segment = training.agent.variables.value.segment
    let last = networks.values(Tensor(shape: [1, 1], scalars: [2])).scalars[0]
    #expect(abs(segment.finalValues.scalars[1] - last) < 1e-6)
    #expect(segment.endings.scalars == [0, 2, 0, 2])
    let before = segment.values.scalars[1]
    #expect(abs(segment.advantages.scalars[1] - (1 + 0.99 * last - before)) < 1e-5)
  }

  @Test func `PPO and A2C walk the chain to its end`() throws {
    func mean(_ agent: some Agent) throws -> Double {
      let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 50), count: 4)
      let training = Training(agent, in: environment)
      try training.run(steps: 2000)
      let test = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 50), count: 1)
      return evaluate(
        training.agent.makePolicy(environments: 1), in: test, episodes: 1, seed: 1)[0].return
    }
    let chain = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 50), count: 4)
    var settings = smallPPO
    settings.entropyCoefficient = 0
    let ppo = try PPO(
      settings, in: Surroundings(of: chain), totalSteps: 8000, seeds: Seeds(root: 1))
    #expect(abs(try mean(ppo) - 0.6) < 1e-6)
    var plain = A2CSettings()
    plain.network.hidden = [8]
    plain.optimizer = .rmsProp(learningRate: 0.01)
    let a2c = try A2C(plain, in: Surroundings(of: chain), totalSteps: 8000, seeds: Seeds(root: 1))
    #expect(abs(try mean(a2c) - 0.6) < 1e-6)
  }

  @Test(arguments: [0, 10_001, .max])
  func `so many epochs that nobody could stop them are refused`(epochs: Int) {
    var settings = PPOSettings()
    settings.epochs = epochs
    let error = #expect(throws: SettingsError.self) { try settings.validate() }
    #expect(error?.path == "epochs")
  }

  @Test func `a minibatch that does not divide the segment is refused`() throws {
    var settings = smallPPO
    settings.minibatchSize = 7
    #expect(throws: SettingsError.self) {
      try PPO(settings, in: Surroundings(of: world(2)), totalSteps: 100, seeds: Seeds(root: 1))
    }
  }
}
