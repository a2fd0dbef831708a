import Agents
import Environments
import Experiments
import Interchange
import Randomness

/// Plays episodes one after another in one copy of an environment, and keeps every step.
///
/// Episode `i` begins with the first state of `seed + i`, so that each can be played again alone.
final class EpisodePlayer {
  private let environment: any BatchedEnvironment
  private let policy: any Policy
  private let task: String?
  private var seed: UInt64
  private var observations: [Float]
  /// An episode that goes on for so long is cut there, as evaluations do it.
  private static let mostSteps = 100_000

  init(
    _ policy: any Policy, in environment: any BatchedEnvironment, seed: UInt64,
    task: String? = nil
  ) {
    precondition(environment.count == 1, "episodes are played in one copy")
    (self.policy, self.environment, self.seed, self.task) = (policy, environment, seed, task)
    observations = Array(repeating: 0, count: environment.observationSize)
  }

  /// The space of an action's mask; 0 where all actions always are allowed.
  static func maskWidth(of environment: any BatchedEnvironment) -> Int {
    environment.actionMasks == nil ? 0 : environment.actionSpace.maskSize
  }

  /// Plays the next episode.
  ///
  /// - Throws: a sentence where the environment shows or pays what is no finite number.
  func next() throws -> PlayedEpisode {
    var episode = PlayedEpisode()
    (episode.seed, episode.task) = (seed, task)
    observations.withUnsafeMutableBufferPointer { rows in
      if let base = rows.baseAddress { environment.reset(seed: seed, into: base) }
    }
    policy.beginEpisode(in: 0)
    keepObservation(observations, environment.actionMasks, in: &episode)
    while !episode.isTerminated && !episode.isTruncated { step(&episode) }
    if let finding = environment.nonFinite { throw finding }
    seed &+= 1
    return episode
  }

  private func step(_ episode: inout PlayedEpisode) {
    observations.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      let actions = policy.actions(for: base, masks: environment.actionMasks)
      keep(actions, in: &episode)
      environment.step(actions, into: base)
    }
    episode.rewards.append(Double(environment.rewards[0]))
    let ending = environment.endings[0]
    episode.isTerminated = ending & Ending.terminated.rawValue != 0
    episode.isTruncated = ending & Ending.truncated.rawValue != 0
    if ending == 0 {
      keepObservation(observations, environment.actionMasks, in: &episode)
      episode.isTruncated = episode.length >= Self.mostSteps
    } else {
      let finals = UnsafeBufferPointer(
        start: environment.finalObservations, count: observations.count)
      keepObservation(Array(finals), environment.finalActionMasks, in: &episode)
    }
  }

  private func keep(_ actions: ActionRows, in episode: inout PlayedEpisode) {
    let width = environment.actionSpace.width
    switch actions {
    case .discrete(let rows):
      for place in 0..<width { episode.actions.append(Float(rows[place])) }
    case .continuous(let rows):
      for place in 0..<width { episode.actions.append(rows[place]) }
    }
  }

  private func keepObservation(
    _ row: [Float], _ masks: UnsafePointer<UInt8>?, in episode: inout PlayedEpisode
  ) {
    episode.observations += row
    let width = Self.maskWidth(of: environment)
    guard width > 0 else { return }
    // Of a last observation some environments say nothing: then everything counts as allowed.
    episode.masks +=
      masks.map { Array(UnsafeBufferPointer(start: $0, count: width)) }
      ?? Array(repeating: 1, count: width)
  }
}
