import Agents
import Environments
import Randomness

/// Plays episodes with an agent's policy in environments of its own.
///
/// The seeds follow from the run's seed and the step alone, so evaluating more or less often changes
/// nothing else.
final class Evaluator {
  private let catalogue: Catalogue
  private let settings: EnvironmentSettings
  private let isStochastic: Bool
  private var environments: [Int: any BatchedEnvironment] = [:]

  /// More copies would be faster only where the network is the slower part.
  private static let mostCopies = 32

  /// - Parameter config: Its environment, and whether actions are drawn or the likeliest.
  init(of config: ExperimentConfig, in catalogue: Catalogue) {
    settings = config.environment
    isStochastic = config.evaluation.stochastic
    self.catalogue = catalogue
  }

  /// Episodes by the policy that `makePolicy` gives for so many copies: as many of each task, those
  /// of the first task first.
  ///
  /// The policy is made anew each time: one that draws from a stream of its own would otherwise go
  /// on where the last evaluation left it, which no checkpoint knows.
  func evaluate(
    episodes: Int, seed: UInt64, makePolicy: (Int) throws -> any Policy
  ) throws -> [FinishedEpisode] {
    let tasks = settings.taskNames.count
    let copiesOfTask = min(episodes, max(1, Self.mostCopies / tasks))
    let copies = copiesOfTask * tasks
    let environment: any BatchedEnvironment
    if let present = environments[copies] {
      environment = present
    } else {
      environment = try settings.makeBatch(count: copies, in: catalogue)
      environments[copies] = environment
    }
    let policy = try makePolicy(copies)
    if isStochastic, let policy = policy as? any StochasticPolicy {
      policy.draw(using: Seeds(root: seed)["policy"])
    }
    // Every copy plays the same number, and what is too much is left out whatever it was.
    let rounds = (episodes + copiesOfTask - 1) / copiesOfTask
    let played = Agents.evaluate(policy, in: environment, episodes: rounds, seed: seed)
    if let finding = environment.nonFinite { throw finding }
    return (0..<tasks).flatMap { task in
      played.filter { $0.environment / copiesOfTask == task }.prefix(episodes)
    }
  }

  /// The seed of the evaluation after `step` environment steps.
  static func seed(of run: UInt64, at step: Int) -> UInt64 {
    var stream = Seeds(root: run)["evaluation/\(step)"]
    return stream.next() >> 1
  }
}
