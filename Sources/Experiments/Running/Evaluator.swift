import Agents
import Environments
import Randomness

/// Plays episodes with an agent's greedy policy in environments of its own.
///
/// The seeds follow from the run's seed and the step alone, so evaluating more or less often changes
/// nothing else.
final class Evaluator {
  private let entry: EnvironmentEntry
  private let settings: [String: Double]
  private var stages: [Int: Stage] = [:]

  private struct Stage {
    let environment: any BatchedEnvironment
    let policy: any Policy
  }

  /// More copies would be faster only where the network is the slower part.
  private static let mostCopies = 32

  init(_ entry: EnvironmentEntry, _ settings: [String: Double]) {
    self.entry = entry
    self.settings = settings
  }

  /// Episodes by the policy that `makePolicy` gives for so many copies.
  ///
  /// Policies are made once for each number of copies and follow the agent as it learns.
  func evaluate(
    episodes: Int, seed: UInt64, makePolicy: (Int) throws -> any Policy
  ) throws -> [FinishedEpisode] {
    let copies = min(episodes, Self.mostCopies)
    let stage: Stage
    if let present = stages[copies] {
      stage = present
    } else {
      stage = Stage(
        environment: try entry.makeBatch(count: copies, settings: settings),
        policy: try makePolicy(copies))
      stages[copies] = stage
    }
    // Every copy plays the same number, and what is too much is left out whatever it was.
    let played = Agents.evaluate(
      stage.policy, in: stage.environment, episodes: (episodes + copies - 1) / copies, seed: seed)
    return Array(played.prefix(episodes))
  }

  /// The seed of the evaluation after `step` environment steps.
  static func seed(of run: UInt64, at step: Int) -> UInt64 {
    var stream = Seeds(root: run)["evaluation/\(step)"]
    return stream.next() >> 1
  }
}
