import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Testing

/// What agents of continuous actions keep, and what they refuse.
@Suite struct SACKeepingTests {
  private func settings(_ variant: Int) -> SACSettings {
    var settings = SACSettings.tiny
    if variant == 1 {
      var smooth = SACSettings.Exploration.StateDependent()
      smooth.resampleEvery = 5
      settings.exploration = .stateDependent(smooth)
      settings.temperature = .fixed(0.1)
      settings.trainFrequency = 4
      settings.gradientSteps = .collected
    }
    return settings
  }

  @Test(arguments: [1, 3], [0, 1])
  func `resuming at any step gives the bits of a run never interrupted`(
    copies: Int, variant: Int
  ) throws {
    try expectExactResumption(copies: copies, steps: 60) { surroundings, root in
      try SAC(
        settings(variant), in: surroundings, recordingInterval: 1, seeds: Seeds(root: root))
    }
  }

  @Test func `normalized observations and rewards are resumed exactly, too`() throws {
    try expectExactResumption(copies: 2, steps: 40) { surroundings, root in
      var normalized = surroundings
      normalized.normalization.observations = true
      normalized.normalization.rewards = true
      return try SAC(.tiny, in: normalized, recordingInterval: 1, seeds: Seeds(root: root))
    }
  }

  @Test(arguments: [0, 1])
  func `the policy comes back from the weights alone, and does not explore`(variant: Int) throws {
    let environment = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 2)
    let surroundings = Surroundings(of: environment)
    let agent = try SAC(settings(variant), in: surroundings, seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 30)
    func play(_ policy: any Policy) -> [FinishedEpisode] {
      let other = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 2)
      return evaluate(policy, in: other, episodes: 2, seed: 5)
    }
    let saved = try SAC.policy(
      settings(variant), in: surroundings, weights: training.agent.weights)
    let policy = training.agent.makePolicy(environments: 2)
    #expect(play(saved) == play(policy))
    #expect(play(policy) == play(policy))
    var larger = SACSettings.tiny
    larger.network.hidden = [9]
    #expect(throws: NamedTensorsError.self) {
      _ = try SAC.policy(larger, in: surroundings, weights: training.agent.weights)
    }
  }

  @Test func `evaluating in between changes nothing`() throws {
    func weights(evaluating: Bool) throws -> [[Float]] {
      let environment = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 2)
      let agent = try SAC(settings(1), in: Surroundings(of: environment), seeds: Seeds(root: 1))
      let training = Training(agent, in: environment)
      for _ in 0..<4 {
        try training.run(steps: 10)
        guard evaluating else { continue }
        let other = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 3)
        _ = evaluate(agent.makePolicy(environments: 3), in: other, episodes: 2, seed: 5)
      }
      return agent.variables.value.tensors.map(\.scalars)
    }
    #expect(try weights(evaluating: true) == weights(evaluating: false))
  }

  @Test func `a reward that is no number stops the training with the step`() throws {
    let environment = EnvironmentBatch(BrokenContinuous(), count: 1)
    let agent = try SAC(.tiny, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    let error = #expect(throws: TrainingError.self) { try training.run(steps: 100) }
    guard case .nonFinite(let metric, let step) = error else { return }
    #expect(metric == "loss/critic")
    #expect(step >= 11 && step == training.agent.steps)
  }

  @Test func `choices and unbounded actions are refused in a sentence`() {
    func refusal(_ actions: ActionSpace) -> String {
      let error = #expect(throws: AgentError.self) {
        _ = try SAC(
          .tiny, in: Surroundings(environments: 1, observationSize: 3, actions: actions),
          seeds: Seeds(root: 1))
      }
      return error?.description ?? ""
    }
    #expect(refusal(.discrete(count: 2)).hasPrefix("sac gives continuous actions, but"))
    #expect(
      refusal(.continuous(low: [0], high: [.infinity])).hasPrefix("sac stretches its actions"))
  }

  @Test func `SAC learns what a step pays`() throws {
    var settings = SACSettings.tiny
    settings.network.hidden = [16]
    settings.replay.capacity = 2000
    settings.replay.batchSize = 32
    let environment = EnvironmentBatch(Copying(), count: 1)
    let agent = try SAC(settings, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 1500)
    let episodes = evaluate(
      training.agent.makePolicy(environments: 1), in: EnvironmentBatch(Copying(), count: 1),
      episodes: 100, seed: 5)
    // Doing nothing pays -1/12, acting at random -1.4.
    #expect(episodes.map(\.return).reduce(0, +) / 100 > -0.02)
  }
}

/// Trains one agent without and others with an interruption, and compares all that they know.
func expectExactResumption<A: Agent>(
  copies: Int, steps: Int, _ make: (_ surroundings: Surroundings, _ root: UInt64) throws -> A
) throws {
  func environment() -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)
  }
  let surroundings = Surroundings(of: environment())
  let whole = Training(try make(surroundings, 1), in: environment())
  try whole.run(steps: steps)

  var random = Seeds(root: UInt64(copies))["interruption"]
  for _ in 0..<3 {
    let instant = random.integer(below: steps)
    let first = Training(try make(surroundings, 1), in: environment())
    try first.run(steps: instant)
    let checkpoint = try Checkpoint(of: &first.agent)
    let world = environment()
    try world.restoreState(first.environment.encodedState())
    // Another root, so that nothing can be right by being made the same way again.
    var agent = try make(surroundings, 77)
    try checkpoint.restore(&agent)
    let second = Training(resuming: agent, in: world)
    try second.run(steps: steps - instant)

    #expect(first.records + second.records == whole.records)
    #expect(second.agent.weights.map(\.tensor.scalars) == whole.agent.weights.map(\.tensor.scalars))
    #expect(try second.environment.encodedState() == whole.environment.encodedState())
  }
}
