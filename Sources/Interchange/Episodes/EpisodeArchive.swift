import HDF5Store

/// Episodes in one HDF5 file of few large arrays, which is read faster and damaged less easily than a
/// group for each episode.
///
/// Attributes `format` = "fledge episodes", `version` = 1, `id`; texts `observation_space`,
/// `action_space` (JSON). `observations [Σ(T + 1), O]` and `actions [ΣT, A]` are float32, `rewards
/// [ΣT]` float64, one episode after another; for each episode `lengths` (T), `endings` (0 left off,
/// 1 terminated, 2 truncated, 3 both) and `seeds` (-1 unknown), int64.
package struct EpisodeArchive: Equatable, Sendable {
  package var id: String
  package var observations: MinariSpace
  package var actions: MinariSpace
  package var episodes: [PlayedEpisode]

  package init(
    id: String, observations: MinariSpace, actions: MinariSpace, episodes: [PlayedEpisode]
  ) {
    (self.id, self.observations, self.actions) = (id, observations, actions)
    self.episodes = episodes
  }

  private static let format = "fledge episodes"
  private static let version: Int64 = 1

  /// Writes the file, whole or not at all.
  package func write(to path: String, replaces: Bool) throws {
    try OutputFile.requireFree(path, replaces: replaces)
    let steps = episodes.reduce(0) { $0 + $1.length }
    let (seen, done) = (observations.width, actions.width)
    try HDF5File.replaceAtomically(at: path) { root in
      try root.setAttribute("format", to: Self.format)
      try root.setAttribute("version", to: Self.version)
      try root.setAttribute("id", to: id)
      try root.writeText(observations.json.description, named: "observation_space")
      try root.writeText(actions.json.description, named: "action_space")
      try root.write(
        episodes.flatMap(\.observations), shape: [steps + episodes.count, seen],
        named: "observations")
      try root.write(episodes.flatMap(\.actions), shape: [steps, done], named: "actions")
      try root.write(episodes.flatMap(\.rewards), shape: [steps], named: "rewards")
      let count = [episodes.count]
      try root.write(episodes.map { Int64($0.length) }, shape: count, named: "lengths")
      try root.write(
        episodes.map { Int64($0.isTerminated ? 1 : 0) + ($0.isTruncated ? 2 : 0) }, shape: count,
        named: "endings")
      try root.write(
        episodes.map { $0.seed.map { Int64(bitPattern: $0) } ?? -1 }, shape: count, named: "seeds")
    }
  }

  /// Reads a file.
  ///
  /// - Throws: a sentence where it is none of this kind, or does not agree with itself.
  package init(reading path: String) throws {
    let root = try HDF5File.open(path, isOurs: true).root
    func refused(_ why: String) -> InterchangeError {
      InterchangeError(
        "'\(path)' is no archive of episodes (\(why)); `fledge import minari` writes one")
    }
    guard try root.hasAttribute("format"), try root.textAttribute("format") == Self.format else {
      throw refused("it says nothing of its format")
    }
    guard try root.attribute("version", as: Int64.self) == Self.version else {
      throw refused("it is of another version")
    }
    func space(_ name: String) throws -> MinariSpace {
      let what = "the \(name) of '\(path)'"
      let json = try JSONValue(parsing: root.text(name).utf8, what: what)
      return try MinariSpace(json: json, what: what)
    }
    id = try root.textAttribute("id")
    observations = try space("observation_space")
    actions = try space("action_space")
    let lengths = try root.array("lengths", of: Int64.self).scalars.map { Int($0) }
    let endings = try root.array("endings", of: Int64.self).scalars
    let seeds = try root.array("seeds", of: Int64.self).scalars
    let seen = try root.array("observations", of: Float.self)
    let done = try root.array("actions", of: Float.self)
    let paid = try root.array("rewards", of: Double.self).scalars
    guard lengths.allSatisfy({ 0...paid.count ~= $0 }), lengths.reduce(0, +) == paid.count,
      endings.count == lengths.count, seeds.count == lengths.count,
      seen.shape == [paid.count + lengths.count, observations.width],
      done.shape == [paid.count, actions.width]
    else { throw refused("its arrays do not fit together") }
    episodes = []
    var start = 0
    for (index, length) in lengths.enumerated() {
      var episode = PlayedEpisode()
      let rows = (start + index) * observations.width
      let nextRows = rows + (length + 1) * observations.width
      episode.observations = Array(seen.scalars[rows..<nextRows])
      episode.actions = Array(
        done.scalars[start * actions.width..<(start + length) * actions.width])
      episode.rewards = Array(paid[start..<start + length])
      episode.isTerminated = endings[index] & 1 != 0
      episode.isTruncated = endings[index] & 2 != 0
      episode.seed = seeds[index] < 0 ? nil : UInt64(seeds[index])
      episodes.append(episode)
      start += length
    }
  }
}
