import Agents
import Environments
import Randomness
import Testing

@Suite struct RandomAgentTests {
  @Test func `forbidden actions are never taken and all others are`() throws {
    let environment = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 9), count: 3)
    let agent = try RandomAgent(in: Surroundings(of: environment), seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    // Noise stops the process when a forbidden action is taken.
    try training.run(steps: 200)
    #expect(Set(training.actions.flatMap { $0 }) == [0, 1, 2])
    #expect(training.agent.steps == 600)
  }

  @Test func `a resumed random agent goes on with the same actions`() throws {
    func environment() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 9), count: 2)
    }
    func agent(_ root: UInt64) throws -> RandomAgent {
      try RandomAgent(in: Surroundings(of: environment()), seeds: Seeds(root: root))
    }
    let whole = Training(try agent(1), in: environment())
    try whole.run(steps: 50)
    let first = Training(try agent(1), in: environment())
    try first.run(steps: 20)
    let checkpoint = try Checkpoint(of: &first.agent)
    let world = environment()
    try world.restoreState(first.environment.encodedState())
    var restored = try agent(2)
    try checkpoint.restore(&restored)
    let second = Training(resuming: restored, in: world)
    try second.run(steps: 30)
    #expect(first.actions + second.actions == whole.actions)
  }

  @Test func `continuous actions lie between their bounds, which must be finite`() throws {
    let surroundings = Surroundings(
      environments: 100, observationSize: 1,
      actions: .continuous(low: [-2, 5], high: [-1, 6]))
    let policy = try RandomPolicy(in: surroundings, using: Seeds(root: 1)["exploration"])
    let nothing: [Float] = [0]
    guard case .continuous(let rows) = policy.actions(for: nothing, masks: nil) else {
      Issue.record("discrete actions for a continuous space")
      return
    }
    for index in 0..<100 {
      #expect((-2...(-1)).contains(rows[2 * index]))
      #expect((5...6).contains(rows[2 * index + 1]))
    }
    #expect(throws: AgentError.self) {
      _ = try RandomPolicy(
        in: Surroundings(
          environments: 1, observationSize: 1,
          actions: .continuous(low: [-.infinity], high: [1])),
        using: Seeds(root: 1)["exploration"])
    }
  }
}
