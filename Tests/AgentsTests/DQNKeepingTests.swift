import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Replay
import Testing

/// What a DQN keeps: checkpoints, weights, and the same results from the same seeds.
@Suite struct DQNKeepingTests {
  private func settings(_ variant: Int) -> DQNSettings {
    var settings = DQNSettings.tiny
    switch variant {
    case 0: break
    case 1:
      settings.target = .double
      settings.targetUpdate = .polyak(rate: 0.05)
      settings.loss = .huber(delta: 1)
      settings.maximumGradientNorm = 1
      settings.gradientSteps = .collected
      settings.trainFrequency = 5
    default:
      settings.optimizer = .rmsProp(RMSProp.Settings())
      settings.replay.learningStarts = 30
      settings.exploration = .linearFraction(from: 1, to: 0.1, fraction: 0.5)
    }
    return settings
  }

  private func bits(_ agent: DQN) -> [UInt32] {
    agent.variables.value.tensors.flatMap { $0.scalars.map(\.bitPattern) }
  }

  @Test(arguments: [1, 2, 8], [0, 1, 2])
  func `resuming at any step gives the bits of a run never interrupted`(
    copies: Int, variant: Int
  ) throws {
    try expectExactResume(settings(variant), copies: copies, seed: UInt64(10 * copies + variant))
  }

  @Test(arguments: DQNSwitch.allCases)
  func `resuming is exact with every switch`(change: DQNSwitch) throws {
    var settings = DQNSettings.tiny
    change.apply(to: &settings)
    try expectExactResume(settings, copies: 1, seed: 3)
    try expectExactResume(settings, copies: 3, seed: 4)
  }

  private func expectExactResume(_ settings: DQNSettings, copies: Int, seed: UInt64) throws {
    func environment() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
    }
    var random = Seeds(root: seed)["interruption"]
    try expectExactResumption(
      at: (0..<3).map { _ in random.integer(below: 120) }, of: 120, in: environment,
      learner: \.variables,
      make: { try DQN(settings, for: $0, totalSteps: 200, seed: $1) },
      compare: { #expect($0.experience.progress == $1.experience.progress) })
  }

  @Test(arguments: [nil, DQNSwitch.rainbow])
  func `evaluating in between changes nothing`(change: DQNSwitch?) throws {
    var settings = DQNSettings.tiny
    change?.apply(to: &settings)
    func run(evaluating: Bool) throws -> Training<DQN> {
      let environment = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: 2)
      let training = Training(try DQN(settings, for: environment), in: environment)
      for _ in 0..<10 {
        try training.run(steps: 10)
        guard evaluating else { continue }
        let other = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: 3)
        _ = evaluate(training.agent.makePolicy(environments: 3), in: other, episodes: 2, seed: 5)
      }
      return training
    }
    let (plain, evaluated) = (try run(evaluating: false), try run(evaluating: true))
    #expect(bits(plain.agent) == bits(evaluated.agent))
    #expect(plain.actions == evaluated.actions)
  }

  @Test(arguments: [nil] + DQNSwitch.allCases)
  func `the greedy policy comes back from the weights alone`(change: DQNSwitch?) throws {
    var settings = DQNSettings.tiny
    change?.apply(to: &settings)
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: 2)
    let training = Training(try DQN(settings, for: environment), in: environment)
    try training.run(steps: 50)
    let surroundings = Surroundings(of: environment)
    let saved = try DQN.policy(settings, in: surroundings, weights: training.agent.weights)
    let policy = training.agent.makePolicy(environments: 2)
    func play(_ policy: any Policy) -> [FinishedEpisode] {
      let other = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: 2)
      return evaluate(policy, in: other, episodes: 2, seed: 5)
    }
    #expect(play(saved) == play(policy))
    var larger = settings
    larger.network.hidden = [9]
    #expect(throws: NamedTensorsError.self) {
      _ = try DQN.policy(larger, in: surroundings, weights: training.agent.weights)
    }
  }

  @Test func `a reward that is no number stops the training with the step`() throws {
    let environment = EnvironmentBatch(Broken(), count: 1)
    let training = Training(try DQN(.tiny, for: environment), in: environment)
    let error = #expect(throws: TrainingError.self) { try training.run(steps: 100) }
    guard case .nonFinite(let metric, let step) = error else { return }
    #expect(metric == "loss/td")
    #expect(step >= 11 && step == training.agent.steps)
  }

  @Test func `continuous actions are refused in a sentence`() {
    let error = #expect(throws: AgentError.self) {
      _ = try DQN(
        .tiny,
        in: Surroundings(
          environments: 1, observationSize: 3, actions: .continuous(low: [-2], high: [2])),
        totalSteps: 10, seeds: Seeds(root: 1))
    }
    #expect(error?.description.contains("dqn chooses among discrete actions") == true)
  }

  @Test func `a replay that does not fit is refused before anything runs`() {
    var settings = DQNSettings.tiny
    settings.replay.capacity = 1_000_000_000
    let error = #expect(throws: (any Error).self) {
      _ = try DQN(
        settings,
        in: Surroundings(
          environments: 1, observationSize: 100_000, actions: .discrete(count: 2)),
        totalSteps: 10, seeds: Seeds(root: 1))
    }
    #expect(error.map { "\($0)" }?.contains("replay.capacity") == true)
  }
}
