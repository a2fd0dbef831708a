public import HDF5Store

/// Everything that a run needs to go on, in one file that is replaced in one step.
///
/// It holds named tensors, named bytes (JSON, random streams), groups that others fill (the
/// replay), the experiment's text and the lengths of the log's columns.
public enum Checkpoint {
  /// Writes a checkpoint in the place of the old one; until the last moment the old one stays.
  ///
  /// Call `RunWriter.prepareForCheckpoint()` first and pass its answer.
  ///
  /// - Throws: `HDF5Error`, for instance when the disk is full; the old checkpoint is whole then.
  public static func write(
    to path: String, config: String, lengths: RunLengths,
    _ body: (CheckpointWriter) throws -> Void
  ) throws {
    try HDF5File.replaceAtomically(at: path) { root in
      try RunLayout.mark(root, format: RunLayout.checkpointFormat)
      try root.writeText(config, named: RunLayout.config)
      try write(lengths, to: root)
      let writer = CheckpointWriter(root: root)
      try body(writer)
      try root.writeText(writer.components.joined(separator: "\n"), named: "components")
    }
  }

  private static func write(_ lengths: RunLengths, to root: HDF5Group) throws(HDF5Error) {
    let sorted = lengths.rows.sorted { $0.key < $1.key }
    try root.writeText(sorted.map(\.key).joined(separator: "\n"), named: "lengths/columns")
    try root.write(sorted.map { Int64($0.value) }, shape: [sorted.count], named: "lengths/rows")
  }
}

/// Takes the components of a checkpoint one after another.
public final class CheckpointWriter {
  private let root: HDF5Group
  fileprivate private(set) var components = [String]()

  fileprivate init(root: HDF5Group) { self.root = root }

  /// Writes a tensor.
  ///
  /// - Parameters:
  ///   - name: such as `network/hidden/0/weight`.
  ///   - shape: sizes of the axes; empty for a single number.
  ///   - scalars: its numbers, row-major.
  public func write(
    tensor name: String, shape: [Int], _ scalars: UnsafeBufferPointer<Float>
  ) throws(HDF5Error) {
    try root.write(scalars, shape: shape, named: "tensors/" + name)
    components.append("tensors/" + name)
  }

  /// Writes a tensor.
  public func write(tensor name: String, shape: [Int], _ scalars: [Float]) throws(HDF5Error) {
    try root.write(scalars, shape: shape, named: "tensors/" + name)
    components.append("tensors/" + name)
  }

  /// Writes bytes, such as JSON.
  public func write(bytes: [UInt8], named name: String) throws(HDF5Error) {
    try root.write(bytes, shape: [bytes.count], named: "bytes/" + name)
    components.append("bytes/" + name)
  }

  /// Lets somebody else write a component: a group with whatever belongs into it.
  public func write(group name: String, _ body: (HDF5Group) throws -> Void) throws {
    try body(root.createGroup("groups/" + name))
    components.append("groups/" + name)
  }
}

/// Reads a checkpoint.
///
/// A component that is not there is an error that names it.
public final class CheckpointReader {
  /// The file.
  public let path: String
  /// The experiment with all defaults, as text.
  public let config: String
  /// How many rows of the log's columns belong to it.
  public let lengths: RunLengths
  /// What it holds, in the order of writing: `tensors/…`, `bytes/…`, `groups/…`.
  public let components: [String]

  private let root: HDF5Group

  /// Opens a checkpoint.
  ///
  /// - Throws: `HDF5Error` when it is missing or damaged, `TrackingError` when it is of another
  ///   kind or version.
  public init(_ path: String) throws {
    self.path = path
    root = try RunLayout.open(path, format: RunLayout.checkpointFormat, kind: "checkpoint")
    config = try root.text(RunLayout.config)
    components = try root.text("components").split(separator: "\n").map(String.init)
    let columns = try root.text("lengths/columns").split(separator: "\n").map(String.init)
    let rows = try root.array("lengths/rows", of: Int64.self).scalars
    guard rows.count == columns.count, rows.allSatisfy({ $0 >= 0 }) else {
      throw TrackingError.inconsistent(path: path, reason: "its lengths do not fit its columns")
    }
    let pairs = zip(columns, rows.map { Int($0) })
    lengths = RunLengths(rows: Dictionary(pairs, uniquingKeysWith: { $1 }))
  }

  /// Names of the tensors, in the order of writing.
  public var tensorNames: [String] {
    components.filter { $0.hasPrefix("tensors/") }.map { String($0.dropFirst("tensors/".count)) }
  }

  /// A tensor: its shape and its numbers, row-major.
  public func tensor(_ name: String) throws -> HDF5Array<Float> {
    try require("tensors/" + name)
    return try root.array("tensors/" + name, of: Float.self)
  }

  /// Reads a tensor, which must have this shape, straight into memory.
  public func read(
    tensor name: String, shape: [Int], into memory: UnsafeMutableBufferPointer<Float>
  ) throws {
    try require("tensors/" + name)
    try root.read("tensors/" + name, shape: shape, into: memory)
  }

  /// The bytes of that name.
  public func bytes(_ name: String) throws -> [UInt8] {
    try require("bytes/" + name)
    return try root.array("bytes/" + name, of: UInt8.self).scalars
  }

  /// The group of that name.
  public func group(_ name: String) throws -> HDF5Group {
    try require("groups/" + name)
    return try root.group("groups/" + name)
  }

  /// Makes sure before anything is changed that these components are there, such as
  /// `tensors/network/bias`.
  public func require(_ names: [String]) throws(TrackingError) {
    for name in names { try require(name) }
  }

  private func require(_ name: String) throws(TrackingError) {
    guard !components.contains(name) else { return }
    throw .missingComponent(path: path, name: name)
  }
}
