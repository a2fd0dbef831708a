import Agents
import Environments
import Experiments
import Foundation
import Interchange
import Randomness

extension Export {
  /// Episodes as a Minari data set: played by an agent, or of an archive.
  func exportEpisodes() throws {
    guard runs.count == 1 else {
      throw CommandFailure("minari plays with one agent; name one run, not \(runs.count) folders")
    }
    if runs[0].hasSuffix(".h5"), !runs[0].hasSuffix("/run.h5"), agent == nil {
      return try exportArchive(EpisodeArchive(reading: runs[0]))
    }
    let (episodes, seed) = (episodes ?? 100, seed ?? 0)
    let source = try agent == nil ? runSource(seed) : randomSource(seed)
    let id = dataID(or: "fledge/\(source.name)-v0")
    let folder = output ?? id
    guard let first = source.players.first else { return }
    let description = try MinariDescription(
      id: id, observations: first.observations, actions: first.actions,
      algorithm: source.algorithm,
      description:
        "Episodes of \(source.algorithm) in \(source.environment), played by Fledge "
        + FledgeVersion.current, maskWidth: first.maskWidth)
    var played = 0
    let total = try MinariWriter.write(description, to: folder, replaces: force) {
      guard played < episodes * source.players.count else { return nil }
      defer { played += 1 }
      return try source.players[played / episodes].player.next()
    }
    tell(total, folder, id)
  }

  /// Turns an archive that `fledge import minari` wrote back into a data set.
  private func exportArchive(_ archive: EpisodeArchive) throws {
    let id = dataID(or: archive.id)
    let folder = output ?? id
    let description = try MinariDescription(
      id: id, observations: archive.observations, actions: archive.actions, algorithm: "",
      description: "Written by Fledge \(FledgeVersion.current) from an archive of episodes")
    var rest = archive.episodes[...]
    let total = try MinariWriter.write(description, to: folder, replaces: force) {
      rest.popFirst()
    }
    tell(total, folder, id)
  }

  private func tell(_ total: (episodes: Int, steps: Int), _ folder: String, _ id: String) {
    let place = "\(MinariReader.datasetsFolder)/\(id)"
    let hint =
      absolute(folder) == absolute(place)
      ? "minari loads it by the id \(id)" : "for minari to load it as \(id), move it to \(place)"
    print("\(total.episodes) episodes with \(total.steps) steps in \(folder); \(hint)")
  }

  /// The data set's name: the one given, or that under which Minari finds the output, or another.
  private func dataID(or other: String) -> String {
    if let datasetID { return datasetID }
    guard let output else { return other }
    let (place, root) = (absolute(output), absolute(MinariReader.datasetsFolder) + "/")
    guard place.hasPrefix(root) else { return MinariDescription.id(atEndOf: output) ?? other }
    let id = String(place.dropFirst(root.count))
    return MinariDescription.isName(id) ? id : other
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// An agent that plays, in each of its tasks.
  private struct Source {
    var name: String
    var environment: String
    var algorithm: String
    /// Of each task.
    var players:
      [(
        player: EpisodePlayer, observations: MinariSpace, actions: MinariSpace, maskWidth: Int
      )] = []

    mutating func add(
      _ policy: any Policy, in batch: any BatchedEnvironment, seed: UInt64, task: String?
    ) {
      players.append(
        (
          EpisodePlayer(policy, in: batch, seed: seed, task: task),
          MinariSpace(observations: batch.observationBounds),
          MinariSpace(actions: batch.actionSpace), EpisodePlayer.maskWidth(of: batch)
        ))
    }
  }

  private func runSource(_ seed: UInt64) throws -> Source {
    let run = try AgentLookup.agent(at: runs[0], best: best, weightFile: weights).agent
    let (config, names) = (run.config, run.taskNames)
    var source = Source(
      name: "\(config.name)-\(config.variant)", environment: config.environment.id,
      algorithm: config.agent.name)
    source.name = String(
      source.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
    for task in names.isEmpty ? [nil] : names.map(Optional.some) {
      let batch = try run.makeBatch(count: 1, only: task)
      let policy = try run.makePolicy(for: batch, seed: seed)
      if config.evaluation.stochastic, let policy = policy as? any StochasticPolicy {
        policy.draw(using: Seeds(root: seed)["policy"])
      }
      source.add(policy, in: batch, seed: seed, task: task)
    }
    return source
  }

  private func randomSource(_ seed: UInt64) throws -> Source {
    let entry = try Extensions.environments[runs[0]]
    let batch = try entry.makeBatch(count: 1)
    let policy = try RandomAgent(in: Surroundings(of: batch), seeds: Seeds(root: seed))
      .makePolicy(environments: 1)
    let name = String(entry.id.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" })
    var source = Source(name: name + "-random", environment: entry.id, algorithm: "random")
    source.add(policy, in: batch, seed: seed, task: nil)
    return source
  }
}
