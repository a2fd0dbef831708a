package import Environments
import Randomness
import Simulators
package import Tracking

/// What the episodes of a run earned: returns without noise, in the world's own units.
///
/// Rewards that chance alone decides are the same whatever the agent does, and the run's seed gives
/// them again; so they are drawn once more and taken away exactly. Where the length of an episode
/// says all (cart and pole, mountain car), it is the length that is read.
package struct EarnedReturns {
  private let world: any DiagnosticWorld
  private var copies: [PCG64]

  /// Prepares for the episodes of a run, from its first on.
  ///
  /// `nil` where the run's world is none of the suite's.
  package init?(_ config: ExperimentConfig, seed: UInt64, catalogue: Catalogue) throws {
    let settings = config.environment.settings
    let world = try catalogue[config.environment.id].makeEnvironment(settings: settings)
    guard let world = world as? any DiagnosticWorld else { return nil }
    self.world = world
    let first = TrainingRun.environmentSeed(seed)
    copies = (0..<config.environment.copies).map { PCG64(seed: first &+ UInt64($0)) }
  }

  /// What each episode earned, in the order in which they ended; `nil` where that is not known.
  package mutating func callAsFunction(_ episodes: [EpisodeRow]) -> [Double?] {
    episodes.enumerated().map { index, episode in
      // Episodes whose luck is known are all of one length, so copies end theirs in turn.
      guard let luck = world.drawLuck(using: &copies[index % copies.count]) else {
        return earnedByLength(episode)
      }
      guard luck.isTelling else { return nil }
      let earned = (episode.return - luck.reward) / world.signal.scale
      guard let sea = world as? DeepSea else { return earned }
      return abs(earned - (1 - sea.moveCost)) < 1e-6 ? 1 : 0
    }
  }

  /// What an episode earned in a world where the number of steps depends on the actions.
  private func earnedByLength(_ episode: EpisodeRow) -> Double {
    let (payment, length) = (episode.return, Double(episode.length))
    guard world.signal.noise > 0 else { return payment / world.signal.scale }
    switch world {
    case is BsuiteMountainCar: return -length
    case let pole as BsuiteCartPole:
      // All steps pay 1 but the one in which the pole fell.
      let isOver = length * pole.physics.timeStep > pole.maximumTime
      return isOver ? length : length - 1
    default: return payment / world.signal.scale
    }
  }
}
