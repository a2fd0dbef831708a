import Environments
import Experiments
import Foundation
import Simulators
import TestSupport
import Testing

/// The expected return of a run's policy, from the table of its world.
@Suite struct ExactEvaluationTests {
  private func yaml(_ environment: String, agent: String, steps: Int) -> String {
    """
    name: exact
    seeds: {root: 3, runs: 1}
    environment: {id: \(environment)}
    agent: \(agent)
    budget: {steps: \(steps)}
    evaluation: {finalEpisodes: 2000}
    """
  }

  private func run(_ yaml: String, in place: URL) throws -> TrainingRun {
    let run = try Samples.begin(try Samples.read(yaml), in: place)
    try run.go()
    return run
  }

  @Test(arguments: [
    ("FrozenLake-v1", "{qLearning: {learningRate: 0.1}}", 20_000),
    ("FrozenLake-v1", "{dqn: {network: {hidden: [16]}, replay: {learningStarts: 100}}}", 600),
    ("Blackjack-v1", "{monteCarlo: {learningRate: 0.02, discountFactor: 1}}", 20_000),
  ])
  func `it is what many episodes come to`(environment: String, agent: String, steps: Int) throws {
    try withTemporaryDirectory { place in
      let run = try run(yaml(environment, agent: agent, steps: steps), in: place)
      let exact = try exactReturn(of: run.folder, catalogue: Samples.catalogue)
      let played = try evaluateFinishedRun(
        run.folder, episodes: 4000, seed: 5, catalogue: Samples.catalogue
      ).map(\.return)
      let mean = played.reduce(0, +) / Double(played.count)
      // A return lies in -1...1, so that its standard error is at most 1 / √4000 = 0.016.
      #expect(abs(mean - exact) < 5 * 0.016, "\(exact), played \(mean)")
      let optimum = try #require(try Samples.catalogue[environment].optimum()).expectedReturn
      #expect(exact <= optimum + 1e-12)
    }
  }

  @Test func `a learned shortest way has exactly its return`() throws {
    try withTemporaryDirectory { place in
      let agent = "{qLearning: {learningRate: 0.5, discountFactor: 1}}"
      let run = try run(yaml("CliffWalking-v1", agent: agent, steps: 20_000), in: place)
      #expect(try exactReturn(of: run.folder, catalogue: Samples.catalogue) == -13)
    }
  }

  @Test(arguments: [
    ("CartPole-v1", "random", "CartPole-v1 has no table of its states"),
    ("FrozenLake-v1", "random", "draws its actions"),
    ("FrozenLake-v1, wrappers: [oneHot]", "dqn", "the run's wrappers change FrozenLake-v1"),
    ("FrozenLake-v1", "recurrentDqn", "acts by what it remembers"),
    (
      "FrozenLake-v1", "{ppo: {network: {recurrence: gru}, segmentLength: 10, minibatchSize: 10}}",
      "acts by what it remembers"
    ),
  ])
  func `where it cannot be had, a sentence says why`(
    environment: String, agent: String, words: String
  ) throws {
    try withTemporaryDirectory { place in
      let run = try run(yaml(environment, agent: agent, steps: 50), in: place)
      let error = #expect(throws: ExactEvaluationError.self) {
        try exactReturn(of: run.folder, catalogue: Samples.catalogue)
      }
      let sentence = "\(try #require(error))"
      #expect(sentence.contains(words) && sentence.contains("leave out --exact"), "\(sentence)")
    }
  }
}
