import Agents
import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness
import Testing

/// State-dependent exploration of PPO and A2C.
@Suite struct StateDependentNoiseTests {
  private let surroundings = Surroundings(
    environments: 2, observationSize: 3, actions: .continuous(low: [-1, -1], high: [1, 1]))

  private func networks(logDeviation: Double) -> ActorCritic {
    var settings = ActorCriticSettings()
    settings.hidden = [5, 4]
    var noise = ActorCriticExploration.StateDependent()
    noise.logDeviation = logDeviation
    var random = Seeds(root: 1)["initialization"]
    var networks = ActorCritic(
      settings, exploration: .stateDependent(noise), in: surroundings, using: &random)
    // Different deviations, so that mixed-up places show.
    networks.logDeviation = networks.logDeviation.map { deviation in
      Tensor(
        shape: deviation.shape,
        scalars: deviation.scalars.enumerated().map { $1 + 0.1 * Float($0) })
    }
    return networks
  }

  private let observations = Tensor(shape: [2, 3], scalars: [0.3, -1, 0.7, 2, 0.1, -0.4])

  @Test func `the deviation is that of a weighted sum of the features`() throws {
    let networks = networks(logDeviation: -1)
    let features = networks.actor.features(observations).scalars
    let weights = try #require(networks.logDeviation).scalars.map { exp(Double($0)) }
    guard case .numbers(let policy) = networks.policy(observations) else {
      Issue.record("no numbers")
      return
    }
    for row in 0..<2 {
      for number in 0..<2 {
        var variance = 1e-6
        for feature in 0..<4 {
          let part = Double(features[4 * row + feature]) * weights[2 * feature + number]
          variance += part * part
        }
        let told = Double(policy.logDeviation.scalars[2 * row + number])
        #expect(abs(told - 0.5 * log(variance)) < 1e-5)
      }
    }
    #expect(policy.mean.scalars == networks.actor(observations).scalars)
  }

  @Test func `actions scatter as the distribution says`() {
    let networks = networks(logDeviation: -0.5)
    guard case .numbers(let policy) = networks.policy(observations) else {
      Issue.record("no numbers")
      return
    }
    var random = RandomStream(key: 4)
    var squares = [Double](repeating: 0, count: 4)
    for _ in 0..<4000 {
      let noise = Tensor(shape: [2, 4, 2], scalars: (0..<16).map { _ in random.normal() })
      let actions = networks.act(observations, noise: noise)
      for (place, number) in (actions - policy.mean).scalars.enumerated() {
        squares[place] += Double(number) * Double(number)
      }
    }
    for (place, sum) in squares.enumerated() {
      let ratio = (sum / 4000).squareRoot() / exp(Double(policy.logDeviation.scalars[place]))
      #expect(abs(ratio - 1) < 0.06)  // five standard errors
    }
  }

  @Test func `the noise does not train the features`() {
    let networks = networks(logDeviation: 0)
    let slopes = gradient(of: { (networks: ActorCritic) in
      networks.policy(self.observations).entropy.sum()
    })(networks)
    for (name, slope) in slopes.actor.namedTensors {
      #expect(slope.scalars.allSatisfy { $0 == 0 }, "\(name)")
    }
    #expect(slopes.logDeviation?.scalars.allSatisfy { $0 > 0 } == true)
  }

  @Test(arguments: [(nil, [0, 4, 8]), (3, [0, 3, 4, 7, 8]), (1, Array(0..<10))])
  func `noise stays for as many steps, and no longer than a segment`(
    interval: Int?, changes: [Int]
  ) throws {
    var settings = A2CSettings()
    settings.network.hidden = [8]
    settings.segmentLength = 4
    settings.optimizer = .adam(learningRate: 0)
    var noise = ActorCriticExploration.StateDependent()
    (noise.resampleEvery, noise.logDeviation) = (interval, -3)
    settings.exploration = .stateDependent(noise)
    let environment = EnvironmentBatch(TimeLimit(Still(), maximumSteps: 100), count: 2)
    let agent = try A2C(
      settings, in: Surroundings(of: environment), totalSteps: 100, seeds: Seeds(root: 1))
    environment.reset(seed: 1, into: agent.observationRows)
    agent.begin(environment)
    var (last, found): ([Float], [Int]) = ([], [])
    for step in 0..<10 {
      let rows = agent.act()
      guard case .continuous(let numbers) = rows else { break }
      // The two environments, whose observations are equal, have noise of their own.
      #expect(numbers[0] != numbers[1])
      let now = [numbers[0], numbers[1]]
      if now != last { found.append(step) }
      last = now
      environment.step(rows, into: agent.observationRows)
      agent.remember(environment)
      try agent.learn { _, _ in }
    }
    #expect(found == changes)
  }

  @Test func `a resumed agent goes on with the same noise`() throws {
    func world() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Still(), maximumSteps: 9), count: 2)
    }
    func agent(_ root: UInt64) throws -> PPO {
      var settings = PPOSettings()
      settings.network.hidden = [8]
      (settings.segmentLength, settings.minibatchSize) = (10, 4)
      var noise = ActorCriticExploration.StateDependent()
      noise.resampleEvery = 4
      settings.exploration = .stateDependent(noise)
      return try PPO(
        settings, in: Surroundings(of: world()), totalSteps: 400, seeds: Seeds(root: root))
    }
    let whole = Training(try agent(1), in: world())
    try whole.run(steps: 60)
    for instant in [3, 17, 30] {
      let first = Training(try agent(1), in: world())
      try first.run(steps: instant)
      let checkpoint = try Checkpoint(of: &first.agent)
      let environment = world()
      try environment.restoreState(first.environment.encodedState())
      var restored = try agent(2)
      try checkpoint.restore(&restored)
      let second = Training(resuming: restored, in: environment)
      try second.run(steps: 60 - instant)
      for (left, right) in zip(second.agent.weights, whole.agent.weights) {
        #expect(left.tensor.scalars == right.tensor.scalars, "\(left.name) from \(instant)")
      }
    }
  }

  @Test func `choices cannot be moved by noise`() {
    var settings = PPOSettings()
    settings.exploration = .stateDependent(.init())
    let choices = Surroundings(
      environments: 8, observationSize: 2, actions: .discrete(count: 2))
    let error = #expect(throws: SettingsError.self) {
      try PPO(settings, in: choices, totalSteps: 10_000, seeds: Seeds(root: 1))
    }
    #expect(error?.path == "exploration")
  }
}

/// Shows the same at every step.
struct Still: Environment {
  struct State: Codable, Sendable { var steps = 0 }
  var actions: Interval { Interval(-100...100) }
  var observations: Box { Box(low: [1], high: [1]) }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Float, using random: inout PCG64) -> Step<State> {
    .transition(to: State(steps: state.steps + 1), reward: -Double(action * action))
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}
