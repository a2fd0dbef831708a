public import Environments
import NeuralNetworks
public import Randomness

/// Plays whole episodes with a policy and returns them all.
///
/// Every copy of the environment plays the same number of episodes, because the first ones to
/// finish in a batch are the short ones and would bend the mean. The environments are the caller's
/// own, apart from those that the agent learns in.
///
/// - Parameters:
///   - policy: Made for as many environments as there are copies.
///   - environment: Reset here.
///   - episodes: Per copy.
///   - seed: Of the environments.
///   - maximumSteps: An episode that goes on for so many steps counts as truncated there, and its
///     copy plays no further: for environments without a time limit of their own.
/// - Returns: The episodes, by copy and then in the order in which they were played.
public func evaluate(
  _ policy: any Policy, in environment: any BatchedEnvironment, episodes: Int, seed: UInt64,
  maximumSteps: Int = 100_000
) -> [FinishedEpisode] {
  let size = environment.count * environment.observationSize
  let observations = UnsafeMutablePointer<Float>.allocate(capacity: max(size, 1))
  defer { observations.deallocate() }
  observations.initialize(repeating: 0, count: max(size, 1))
  environment.reset(seed: seed, into: observations)

  for copy in 0..<environment.count { policy.beginEpisode(in: copy) }
  var copies = [PlayingCopy](repeating: PlayingCopy(), count: environment.count)
  while copies.contains(where: { $0.episodes.count < episodes && !$0.isCut }) {
    let actions = policy.actions(for: observations, masks: environment.actionMasks)
    environment.step(actions, into: observations)
    for copy in copies.indices { copies[copy].steps += 1 }
    for episode in environment.finishedEpisodes {
      copies[episode.environment].finish(episode)
      policy.beginEpisode(in: episode.environment)
    }
    for copy in copies.indices where copies[copy].steps >= maximumSteps {
      copies[copy].cut(environment.runningEpisode(of: copy), environment: copy)
    }
  }
  return copies.flatMap { $0.episodes.prefix(episodes) }
}

/// What one copy of the environment has played.
private struct PlayingCopy {
  var episodes: [FinishedEpisode] = []
  var isCut = false
  /// Of the episode being played, in the policy's steps.
  var steps = 0

  mutating func finish(_ episode: FinishedEpisode) {
    if !isCut { episodes.append(episode) }
    steps = 0
  }

  mutating func cut(_ running: (return: Double, length: Int), environment: Int) {
    guard !isCut else { return }
    isCut = true
    episodes.append(
      FinishedEpisode(
        environment: environment, return: running.return, length: running.length,
        ending: .truncated))
  }
}

/// A policy that acts at random with a small fixed probability, as evaluations of DQN sometimes do.
///
/// Mnih et al. (2015) evaluate with ε = 0.05.
public final class EpsilonGreedyPolicy: Policy {
  private let greedy: any Policy
  private let choices: Int
  private let environments: Int
  private let epsilon: Double
  private var random: RandomStream
  private let chosen: UnsafeMutablePointer<Int32>

  /// - Precondition: The greedy policy chooses among `choices` discrete actions.
  public init(
    _ greedy: any Policy, choices: Int, environments: Int, epsilon: Double,
    using random: RandomStream
  ) {
    self.greedy = greedy
    self.choices = choices
    self.epsilon = epsilon
    self.random = random
    self.environments = environments
    chosen = .allocate(capacity: environments)
    chosen.initialize(repeating: 0, count: environments)
  }

  deinit { chosen.deallocate() }

  public func beginEpisode(in environment: Int) { greedy.beginEpisode(in: environment) }

  public func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    _ = RandomActions.explore(
      chosen, count: environments, choices: choices, masks: masks, epsilon: epsilon,
      using: &random)
    // Also where all explore: a policy with a memory has to see every observation.
    guard case .discrete(let best) = greedy.actions(for: observations, masks: masks) else {
      preconditionFailure("an ε-greedy policy needs discrete actions")
    }
    for place in 0..<environments where chosen[place] == RandomActions.undecided {
      chosen[place] = best[place]
    }
    return .discrete(chosen)
  }
}
