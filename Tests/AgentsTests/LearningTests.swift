import Agents
import Environments
import NeuralNetworks
import Randomness
import Simulators
import Testing

/// Slow: agents that must reach a stated return on stated seeds.
@Suite struct LearningTests {
  /// The mean return of the last 100 training episodes after 50,000 steps of CartPole-v1.
  private func finalReturn(_ settings: DQNSettings, seed: UInt64) throws -> Double {
    let environment = EnvironmentBatch(TimeLimit(CartPole(), maximumSteps: 500), count: 1)
    let agent = try DQN(
      settings, in: Surroundings(of: environment), totalSteps: 50_000, recordingInterval: 500,
      seeds: Seeds(root: seed))
    let training = Training(agent, in: environment, seed: seed)
    try training.run(steps: 50_000)
    let last = training.episodes.suffix(100).map(\.return)
    return last.reduce(0, +) / Double(last.count)
  }

  // CleanRL itself, with its `dqn.py` on three seeds: 183, 142, 253.
  @Test func `CleanRL's settings balance the pole as long as CleanRL does`() throws {
    let returns = try (1...5).map { try finalReturn(DQNSettings(), seed: $0) }
    #expect(returns.reduce(0, +) / 5 > 150)
    #expect(returns.allSatisfy { $0 > 100 })
  }
}
