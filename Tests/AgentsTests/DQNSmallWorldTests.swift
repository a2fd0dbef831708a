import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Replay
import Testing

/// Worlds so small that the exact values are known.
@Suite struct DQNSmallWorldTests {
  private func settings(_ change: (inout DQNSettings) -> Void = { _ in }) -> DQNSettings {
    var settings = DQNSettings.small
    change(&settings)
    return settings
  }

  /// The values that an agent gives to the actions at an observation.
  private func values(of agent: DQN, at observation: [Float]) -> [Float] {
    agent.variables.value.online(Tensor(shape: [1, observation.count], scalars: observation))
      .scalars
  }

  @Test(arguments: [1, 2, 8], DQNSettings.Target.alternatives.map(\.standard))
  func `a corridor is solved with its exact return and values`(
    copies: Int, target: DQNSettings.Target
  ) throws {
    let chain = Chain(length: 6)
    let environment = EnvironmentBatch(TimeLimit(chain, maximumSteps: 30), count: copies)
    let agent = try DQN(settings { $0.target = target }, for: environment, totalSteps: 4000)
    let training = Training(agent, in: environment)
    try training.run(steps: 4000 / copies)

    let other = EnvironmentBatch(TimeLimit(chain, maximumSteps: 30), count: 1)
    let played = evaluate(
      training.agent.makePolicy(environments: 1), in: other, episodes: 1, seed: 1)
    #expect(played.map(\.length) == [5])
    #expect(played.allSatisfy { abs($0.return - 0.5) < 1e-9 })

    // Going right from the last cell but one is worth 0.9; each step further off costs 0.1.
    var exact: Float = 0.9
    for position in stride(from: 4, through: 0, by: -1) {
      var observation = [Float](repeating: 0, count: 6)
      observation[position] = 1
      #expect(abs(values(of: training.agent, at: observation)[1] - exact) < 0.05)
      exact = -0.1 + 0.9 * exact
    }
  }

  @Test func `a time limit does not lower the values, a termination does`() throws {
    // A reward of 1 for ever, γ = 0.5: worth 2. Ending for good at every third step, unseen: 1.5.
    func value(_ environment: any BatchedEnvironment) throws -> Float {
      let agent = try DQN(
        settings {
          $0.discountFactor = 0.5
          $0.optimizer = .adam(learningRate: 0.001)
        }, for: environment)
      let training = Training(agent, in: environment)
      try training.run(steps: 3000)
      return values(of: training.agent, at: [1])[0]
    }
    let truncated = try value(
      EnvironmentBatch(TimeLimit(Payment(lastStep: nil), maximumSteps: 3), count: 1))
    let terminated = try value(EnvironmentBatch(Payment(lastStep: 3), count: 1))
    #expect(abs(truncated - 2) < 0.02)
    #expect(abs(terminated - 1.5) < 0.1)
  }

  @Test func `masked actions are excluded from what is learned`() throws {
    // The forbidden action would pay 10 at every step; nobody may count on it.
    let environment = EnvironmentBatch(TimeLimit(Forbidden(), maximumSteps: 10), count: 2)
    let agent = try DQN(settings { $0.discountFactor = 0.5 }, for: environment)
    let training = Training(agent, in: environment)
    try training.run(steps: 1500)
    #expect(training.actions.allSatisfy { !$0.contains(1) })
    #expect(abs(values(of: training.agent, at: [1])[0] - 2) < 0.05)
  }

  @Test func `learning goes as it always went`() throws {
    let environment = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: 2)
    var settings = DQNSettings.tiny
    settings.target = .double
    settings.maximumGradientNorm = 10
    let training = Training(try DQN(settings, for: environment), in: environment)
    try training.run(steps: 30)
    // Actions depend on every stream and on the weights; the last bits of the rest depend on the
    // processor.
    let actions = training.actions.flatMap { $0 }.map(String.init).joined()
    #expect(actions == "121212011210111020122022210201212211110222120122022121101110")
    let losses = training.records.filter { $0.metric == 0 }.suffix(4).map(\.value)
    for (loss, expected) in zip(losses, [0.024611251, 0.082669705, 0.040171117, 0.07595551]) {
      #expect(abs(Double(loss) - expected) < 1e-4 * expected)
    }
    #expect(losses.count == 4)
  }
}

/// Pays 1 at every step and shows always the same; ends for good after `lastStep` steps.
private struct Payment: Environment {
  var lastStep: Int?

  struct State: Codable, Sendable { var step = 0 }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [0], high: [1]) }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let next = State(step: state.step + 1)
    return next.step == lastStep
      ? .termination(at: next, reward: 1) : .transition(to: next, reward: 1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}

/// Pays 1 for action 0, and would pay 10 for action 1, which is never allowed.
private struct Forbidden: Environment {
  struct State: Codable, Sendable {}

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [0], high: [1]) }
  static var masksActions: Bool { true }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    .transition(to: state, reward: action == 0 ? 1 : 10)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    mask.append(1)
    mask.append(0)
  }
}
