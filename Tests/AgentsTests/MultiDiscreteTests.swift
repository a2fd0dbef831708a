import Agents
import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness
import Simulators
import Testing

/// Several choices made at once.
@Suite struct MultiDiscreteTests {
  @Test func `probabilities of several choices are those of all combinations`() {
    let logits = Tensor(shape: [2, 5], scalars: [0.3, -1, 2, 0.5, 0.1, 1, 1, -2, 0, 3])
    let allowed = Tensor(shape: [2, 5], scalars: [1, 1, 1, 1, 1, 1, 0, 1, 1, 1])
    let policy = MultiCategorical(logits: logits, counts: [3, 2], allowed: allowed)
    let probabilities = policy.probabilities.scalars
    for row in 0..<2 {
      var (sum, entropy) = (0.0, 0.0)
      for first in 0..<3 {
        for second in 0..<2 {
          let joint = Double(probabilities[5 * row + first] * probabilities[5 * row + 3 + second])
          let actions = Tensor(
            shape: [2, 2], scalars: [Float(first), Float(second), Float(first), Float(second)])
          let told = Double(policy.logProbability(of: actions).scalars[row])
          if joint > 0 {
            #expect(abs(told - log(joint)) < 1e-5)
            entropy -= joint * log(joint)
          } else {
            #expect(told < -1e29)
          }
          sum += joint
        }
      }
      #expect(abs(sum - 1) < 1e-6)
      #expect(abs(Double(policy.entropy.scalars[row]) - entropy) < 1e-5)
    }
  }

  @Test func `agents for one choice refuse several in words`() throws {
    let surroundings = Surroundings(
      environments: 1, observationSize: 2, actions: .multiDiscrete(counts: [3, 2]))
    let error = #expect(throws: AgentError.self) {
      try DQN(DQNSettings(), in: surroundings, totalSteps: 100, seeds: Seeds(root: 1))
    }
    #expect("\(error, default: "")".contains("is 2 whole numbers from 0 to [2, 1]"))
    #expect(throws: AgentError.self) {
      try SAC(SACSettings(), in: surroundings, seeds: Seeds(root: 1))
    }
  }

  @Test func `random actions respect each choice's mask`() throws {
    let environment = EnvironmentBatch(TimeLimit(Switches(), maximumSteps: 9), count: 3)
    let agent = try RandomAgent(in: Surroundings(of: environment), seeds: Seeds(root: 1))
    // The world stops the process when a forbidden action is taken.
    try Training(agent, in: environment).run(steps: 200)
  }

  @Test func `PPO and A2C open the lock the shorter way`() throws {
    var lock = CombinationLock()
    (lock.dials, lock.positions) = (2, 5)
    func mean(_ agent: some Agent, steps: Int) throws -> Double {
      let environment = EnvironmentBatch(TimeLimit(lock, maximumSteps: 20), count: 8)
      let training = Training(agent, in: environment)
      try training.run(steps: steps)
      let test = EnvironmentBatch(TimeLimit(lock, maximumSteps: 20), count: 4)
      let returns = evaluate(
        training.agent.makePolicy(environments: 4), in: test, episodes: 100, seed: 1
      ).map(\.return)
      return returns.reduce(0, +) / Double(returns.count)
    }
    let world = EnvironmentBatch(TimeLimit(lock, maximumSteps: 20), count: 8)
    var settings = PPOSettings()
    settings.network.hidden = [32, 32]
    (settings.segmentLength, settings.minibatchSize) = (16, 32)
    settings.optimizer = .adam(learningRate: 0.003, epsilon: 1e-5)
    let ppo = try mean(
      PPO(settings, in: Surroundings(of: world), totalSteps: 16_384, seeds: Seeds(root: 1)),
      steps: 2048)
    #expect(abs(ppo - lock.bestReturn) < 0.06, "\(ppo)")
    var plain = A2CSettings()
    plain.network.hidden = [32, 32]
    plain.normalizeAdvantages = true
    plain.entropyCoefficient = 0.01
    plain.optimizer = .rmsProp(learningRate: 0.003, epsilon: 1e-5)
    let a2c = try mean(
      A2C(plain, in: Surroundings(of: world), totalSteps: 24_000, seeds: Seeds(root: 1)),
      steps: 3000)
    #expect(abs(a2c - lock.bestReturn) < 0.1, "\(a2c)")
  }

  @Test func `one choice may come as a row of one`() throws {
    var lock = CombinationLock()
    lock.dials = 1
    let world = EnvironmentBatch(TimeLimit(lock, maximumSteps: 5), count: 2)
    let surroundings = Surroundings(of: world)
    var settings = A2CSettings()
    settings.network.hidden = [4]
    let a2c = try A2C(settings, in: surroundings, totalSteps: 100, seeds: Seeds(root: 1))
    try Training(a2c, in: world).run(steps: 20)
    let reinforce = try Reinforce(
      ReinforceSettings(), in: surroundings, seeds: Seeds(root: 1))
    try Training(reinforce, in: world).run(steps: 20)
  }

  @Test func `a resumed agent goes on with the same choices, forbidden ones left out`() throws {
    func world() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Switches(), maximumSteps: 7), count: 2)
    }
    func agent(_ root: UInt64) throws -> PPO {
      var settings = PPOSettings()
      settings.network.hidden = [8]
      (settings.segmentLength, settings.minibatchSize) = (10, 4)
      return try PPO(
        settings, in: Surroundings(of: world()), totalSteps: 400, seeds: Seeds(root: root))
    }
    let whole = Training(try agent(1), in: world())
    try whole.run(steps: 60)
    let first = Training(try agent(1), in: world())
    try first.run(steps: 27)
    let checkpoint = try Checkpoint(of: &first.agent)
    let environment = world()
    try environment.restoreState(first.environment.encodedState())
    var restored = try agent(2)
    try checkpoint.restore(&restored)
    let second = Training(resuming: restored, in: environment)
    try second.run(steps: 33)
    #expect(first.actions + second.actions == whole.actions)
    for (left, right) in zip(second.agent.weights, whole.agent.weights) {
      #expect(left.tensor.scalars == right.tensor.scalars, "\(left.name)")
    }
  }
}

/// Two choices among three and two actions; one of the first is always forbidden, one of the second
/// at times.
struct Switches: Environment {
  struct State: Codable, Sendable {
    var forbidden = 0
    var isHalf = false
  }

  var actions: MultiDiscrete { MultiDiscrete([3, 2]) }
  var observations: Box { Box(low: [0, 0], high: [2, 1]) }
  static var masksActions: Bool { true }

  func initialState(using random: inout PCG64) -> State {
    State(forbidden: random.integer(below: 3), isHalf: random.integer(below: 2) == 1)
  }

  func step(
    from state: State, taking action: MultiDiscreteAction, using random: inout PCG64
  ) -> Step<State> {
    precondition(
      action[0] != state.forbidden && !(state.isHalf && action[1] == 0),
      "a forbidden action was taken")
    return .transition(
      to: initialState(using: &random), reward: Double(action[0]) - Double(action[1]))
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.forbidden))
    features.append(state.isHalf ? 1 : 0)
  }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    for action in 0..<3 { mask.append(action == state.forbidden ? 0 : 1) }
    mask.append(state.isHalf ? 0 : 1)
    mask.append(1)
  }
}
