import Glibc
import HDF5Store

/// What a data set says of itself.
package struct MinariDescription: Sendable {
  /// With Minari's form: `namespace/name-v0`.
  package var id: String
  package var observations: MinariSpace
  package var actions: MinariSpace
  package var algorithm: String
  package var description: String
  package var author: String
  /// The numbers in a mask of allowed actions; 0 where there is none.
  package var maskWidth = 0

  package init(
    id: String, observations: MinariSpace, actions: MinariSpace, algorithm: String,
    description: String, author: String = "fledge", maskWidth: Int = 0
  ) throws(InterchangeError) {
    try Self.check(id)
    self.id = id
    self.observations = observations
    self.actions = actions
    self.algorithm = algorithm
    self.description = description
    self.author = author
    self.maskWidth = maskWidth
  }

  /// The name at the end of a path, with the folder above if that can be a namespace; `nil` where
  /// there is none.
  package static func id(atEndOf path: String) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    return [parts.suffix(2), parts.suffix(1)].map { $0.joined(separator: "/") }
      .first { isName($0) }
  }

  /// Refuses a name that Minari could not list: it would then list none at all.
  private static func check(_ id: String) throws(InterchangeError) {
    guard isName(id) else {
      throw InterchangeError(
        "'\(id)' is no name for a Minari data set; write it as 'namespace/name-v0', with letters, "
          + "digits, - and _, and two or more of them in a namespace")
    }
  }

  /// Whether Minari could list a data set of this name.
  package static func isName(_ id: String) -> Bool {
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.last ?? ""
    let version = name.ranges(of: "-v").last
    func isWord(_ text: Substring) -> Bool {
      !text.isEmpty
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }
    let isVersioned = version.map { range in
      !name[range.upperBound...].isEmpty && name[range.upperBound...].allSatisfy(\.isASCIIDigit)
        && range.lowerBound > name.startIndex
    }
    return isVersioned == true && isWord(name)
      && parts.dropLast().allSatisfy { isWord($0) && $0.count > 1 }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

/// Writes episodes as a data set that `minari` opens: version 0.5's `data/metadata.json` and
/// `data/main_data.hdf5`.
package enum MinariWriter {
  /// A version that Minari accepts: it refuses those it does not know.
  static let minariVersion = "0.5.3"

  /// Writes `folder/data`, whole or not at all.
  ///
  /// - Parameters:
  ///   - replaces: Whether a data set that is there may go.
  ///   - next: The next episode; `nil` after the last one. No more than one is in memory.
  /// - Returns: Episodes and steps written.
  @discardableResult
  package static func write(
    _ description: MinariDescription, to folder: String, replaces: Bool,
    next: () throws -> PlayedEpisode?
  ) throws -> (episodes: Int, steps: Int) {
    let data = folder + "/data"
    guard replaces || access(data, F_OK) != 0 else {
      throw InterchangeError(
        "'\(folder)' has a data set already; name another with --output, or give --force")
    }
    // A limit on the size of files then shows as an error, not as the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    try OutputFolder.make(folder)
    let temporary = "\(folder)/.data-\(getpid())"
    remove(temporary)
    try OutputFolder.make(temporary)
    do {
      var (episodes, steps) = (0, 0)
      let main = temporary + "/main_data.hdf5"
      try HDF5File.replaceAtomically(at: main) { root in
        while let episode = try next() {
          try write(episode, description, number: episodes, into: root)
          (episodes, steps) = (episodes + 1, steps + episode.length)
        }
      }
      var status = stat()
      let size = stat(main, &status) == 0 ? Double(status.st_size) / 1_000_000 : 0
      let file = try OutputFile(temporary + "/metadata.json", replaces: true)
      try file.write(
        metadata(description, episodes: episodes, steps: steps, megabytes: size).description)
      try file.commit()
      remove(data)
      guard rename(temporary, data) == 0 else {
        throw InterchangeError(
          "'\(data)' cannot be put in its place (\(String(cString: strerror(errno)))); name another "
            + "folder with --output")
      }
      return (episodes, steps)
    } catch {
      remove(temporary)
      rmdir(folder)
      throw error
    }
  }

  /// Removes a folder of a data set, if it has nothing but what belongs into one.
  private static func remove(_ folder: String) {
    unlink(folder + "/main_data.hdf5")
    unlink(folder + "/metadata.json")
    rmdir(folder)
  }

  static func metadata(
    _ description: MinariDescription, episodes: Int, steps: Int, megabytes: Double
  ) -> JSONValue {
    .keyed([
      "total_episodes": .integer(episodes), "total_steps": .integer(steps),
      "data_format": .text("hdf5"), "jpeg_encoding": .truth(false),
      "observation_space": .text(description.observations.json.description),
      "action_space": .text(description.actions.json.description),
      "dataset_id": .text(description.id), "minari_version": .text(minariVersion),
      "algorithm_name": .text(description.algorithm),
      "author": .list([.text(description.author)]), "author_email": .list([]),
      "description": .text(description.description),
      "dataset_size": .number((megabytes * 1000).rounded() / 1000), "requirements": .list([]),
    ])
  }

  private static func write(
    _ episode: PlayedEpisode, _ description: MinariDescription, number: Int, into root: HDF5Group
  ) throws {
    let group = try root.createGroup("episode_\(number)")
    let length = episode.length
    try write(episode.observations, of: description.observations, "observations", into: group)
    try write(episode.actions, of: description.actions, "actions", into: group)
    try group.write(episode.rewards, shape: [length], named: "rewards")
    let last = length - 1
    let terminations = (0..<length).map { HDF5Boolean($0 == last && episode.isTerminated) }
    let truncations = (0..<length).map { HDF5Boolean($0 == last && episode.isTruncated) }
    try group.write(terminations, shape: [length], named: "terminations")
    try group.write(truncations, shape: [length], named: "truncations")
    let infos = try group.createGroup("infos")
    if !episode.masks.isEmpty {
      try infos.write(
        episode.masks, shape: [length + 1, description.maskWidth], named: "action_mask")
    }

    try group.setAttribute("id", to: Int64(number))
    try group.setAttribute("total_steps", to: Int64(length))
    if let seed = episode.seed { try group.setAttribute("seed", to: Int64(bitPattern: seed)) }
    if let task = episode.task { try group.setAttribute("task", to: task) }
    let mean = episode.total / Double(max(1, length))
    let squares = episode.rewards.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    try group.setAttribute("rewards_sum", to: episode.total)
    try group.setAttribute("rewards_mean", to: mean)
    try group.setAttribute("rewards_std", to: (squares / Double(max(1, length))).squareRoot())
    try group.setAttribute("rewards_min", to: episode.rewards.min() ?? 0)
    try group.setAttribute("rewards_max", to: episode.rewards.max() ?? 0)
  }

  /// Rows of numbers as the space has them: choices as whole numbers.
  private static func write(
    _ rows: [Float], of space: MinariSpace, _ name: String, into group: HDF5Group
  ) throws {
    let count = rows.count / max(1, space.width)
    switch space {
    case .discrete:
      try group.write(rows.map { Int64($0) }, shape: [count], named: name)
    case .multiDiscrete(let counts, _):
      try group.write(rows.map { Int64($0) }, shape: [count, counts.count], named: name)
    case .multiBinary(let n):
      try group.write(rows.map { UInt8($0) }, shape: [count, n], named: name)
    case .box(let shape, _, _, _):
      try group.write(rows, shape: [count] + shape, named: name)
    case .dictionary, .tuple:
      throw InterchangeError(
        "data sets whose \(name) have parts are read, but not written; write their rows as one Box")
    }
  }
}
