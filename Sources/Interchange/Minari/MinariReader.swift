import Glibc
import HDF5Store

/// Reads a data set of Minari's, episode by episode.
///
/// Spaces with parts become rows in which the parts lie side by side, in the order in which the
/// space names them. Images stored as JPEG and texts are refused.
package final class MinariReader {
  package let path: String
  package let id: String
  package let observations: MinariSpace
  package let actions: MinariSpace
  package let algorithm: String
  package let episodeCount: Int
  package let stepCount: Int
  private let root: HDF5Group

  /// Opens a data set.
  ///
  /// - Parameter place: The folder of a data set, with or without `data`, or an id such as
  ///   `D4RL/pen/human-v2` below `MINARI_DATASETS_PATH` or `~/.minari/datasets`.
  package init(_ place: String) throws {
    path = try Self.folder(of: place)
    let file = path + "/metadata.json"
    let metadata = try JSONValue(
      parsing: InputFile.bytes(of: file, limit: 1 << 28), what: "'\(file)'")
    let format = metadata["data_format"]?.text ?? "hdf5"
    guard format == "hdf5" else {
      throw InterchangeError(
        "'\(path)' is stored as \(format); only hdf5 is read, which `minari` writes unless told "
          + "otherwise")
    }
    func space(_ key: String) throws -> MinariSpace {
      guard let text = metadata[key]?.text else {
        throw InterchangeError("'\(file)' has no \(key); write the data set again with its spaces")
      }
      let what = "the \(key) of '\(file)'"
      return try MinariSpace(json: JSONValue(parsing: text.utf8, what: what), what: what)
    }
    observations = try space("observation_space")
    actions = try space("action_space")
    id = metadata["dataset_id"]?.text ?? place
    algorithm = metadata["algorithm_name"]?.text ?? ""
    root = try HDF5File.open(path + "/main_data.hdf5").root
    guard let count = metadata["total_episodes"]?.integer, count >= 0,
      let steps = metadata["total_steps"]?.integer, steps >= 0
    else { throw InterchangeError("'\(file)' does not say how many episodes and steps there are") }
    (episodeCount, stepCount) = (count, steps)
  }

  /// The files that are read.
  package var files: [String] { [path + "/metadata.json", path + "/main_data.hdf5"] }

  /// The folder that Minari looks for data sets in.
  package static var datasetsFolder: String {
    let home = getenv("HOME").map { String(cString: $0) } ?? "."
    return getenv("MINARI_DATASETS_PATH").map { String(cString: $0) } ?? home + "/.minari/datasets"
  }

  /// Where a data set lies.
  private static func folder(of place: String) throws(InterchangeError) -> String {
    let root = datasetsFolder
    for folder in [place, place + "/data", "\(root)/\(place)/data"]
    where access(folder + "/metadata.json", F_OK) == 0 { return folder }
    throw InterchangeError(
      "there is no Minari data set '\(place)': neither a folder with data/metadata.json nor an id "
        + "below '\(root)', where `minari download` puts them")
  }

  /// An episode, by its number from 0.
  package func episode(_ number: Int) throws -> PlayedEpisode {
    let group = try root.group("episode_\(number)")
    var episode = PlayedEpisode()
    episode.rewards = try doubles("rewards", in: group).numbers
    let length = episode.length
    episode.observations = try rows(
      "observations", of: observations, in: group, count: length + 1)
    episode.actions = try rows("actions", of: actions, in: group, count: length)
    let terminations = try doubles("terminations", in: group).numbers
    let truncations = try doubles("truncations", in: group).numbers
    guard terminations.count == length, truncations.count == length else {
      throw damaged(group, "has \(length) rewards but other numbers of endings")
    }
    // Some data sets have several endings in one episode; only the last step's is its end.
    episode.isTerminated = terminations.last.map { $0 != 0 } ?? false
    episode.isTruncated = truncations.last.map { $0 != 0 } ?? false
    if try group.hasAttribute("seed"), let seed = try? group.attribute("seed", as: Int64.self) {
      episode.seed = UInt64(bitPattern: seed)
    }
    if try group.hasAttribute("task") { episode.task = try? group.textAttribute("task") }
    return episode
  }

  private func damaged(_ group: HDF5Group, _ why: String) -> InterchangeError {
    InterchangeError("'\(path)': \(group.path) \(why); download or write the data set again")
  }

  /// Rows `[count, width]` of a space, its parts side by side.
  private func rows(
    _ name: String, of space: MinariSpace, in group: HDF5Group, count: Int
  ) throws -> [Float] {
    switch space {
    case .dictionary(let parts):
      return try joined(parts.map { ("\(name)/\($0.name)", $0.space) }, in: group, count: count)
    case .tuple(let parts):
      return try joined(
        parts.enumerated().map { ("\(name)/_index_\($0)", $1) }, in: group, count: count)
    default:
      let (numbers, shape) = try doubles(name, in: group)
      guard shape.first == count, numbers.count == count * space.width else {
        throw damaged(
          group, "has \(name) of the shape \(shape), but \(count) rows of \(space) are wanted")
      }
      return numbers.map { Float($0) }
    }
  }

  private func joined(
    _ parts: [(name: String, space: MinariSpace)], in group: HDF5Group, count: Int
  ) throws -> [Float] {
    let columns = try parts.map { part in
      try rows(part.name, of: part.space, in: group, count: count)
    }
    return (0..<count).flatMap { row in
      zip(parts, columns).flatMap { part, column in
        column[row * part.space.width..<(row + 1) * part.space.width]
      }
    }
  }

  /// Numbers of whatever kind.
  private func doubles(
    _ name: String, in group: HDF5Group
  ) throws -> (numbers: [Double], shape: [Int]) {
    guard case .numbers(let kind, let shape) = try group.child(name) else {
      throw damaged(group, "has no numbers '\(name)'")
    }
    func read<Scalar: HDF5Scalar>(_: Scalar.Type, _ number: (Scalar) -> Double) throws -> [Double] {
      try group.array(name, of: Scalar.self).scalars.map(number)
    }
    let numbers: [Double] =
      switch kind {
      case .float32: try read(Float.self) { Double($0) }
      case .float64: try read(Double.self) { $0 }
      case .int32: try read(Int32.self) { Double($0) }
      case .int64: try read(Int64.self) { Double($0) }
      case .uint8: try read(UInt8.self) { Double($0) }
      case .uint64: try read(UInt64.self) { Double($0) }
      case .boolean: try read(HDF5Boolean.self) { $0.isTrue ? 1 : 0 }
      }
    return (numbers, shape)
  }
}
