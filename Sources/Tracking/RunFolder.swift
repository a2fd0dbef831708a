import Glibc
import HDF5Store

/// Where one run lies: `runs/<experiment>/<variant>/<seed>/`, with its two files.
public struct RunFolder: Hashable, Sendable {
  /// The folder itself.
  public let path: String

  /// A folder that may or may not hold a run.
  public init(path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The folder of a run within an output folder.
  ///
  /// Letters, digits and `-_.=,+@` are kept in the names, all else becomes `-`.
  /// - Throws: `TrackingError.badName` for a name of which nothing is left.
  public init(
    output: String, experiment: String, variant: String, seed: UInt64
  ) throws(TrackingError) {
    let names = (
      try Self.folderName(experiment, of: "an experiment"),
      try Self.folderName(variant, of: "a variant")
    )
    self.init(path: "\(output)/\(names.0)/\(names.1)/\(seed)")
  }

  /// Everything that was measured, readable while the run goes on.
  public var runPath: String { path + "/run.h5" }
  /// Everything that is needed to go on.
  public var checkpointPath: String { path + "/checkpoint.h5" }

  /// Whether there is a log.
  public var hasRun: Bool { access(runPath, F_OK) == 0 }
  /// Whether there is a checkpoint.
  public var hasCheckpoint: Bool { access(checkpointPath, F_OK) == 0 }

  /// Makes the folder for a new run and makes sure that it can be written.
  ///
  /// - Throws: `TrackingError.runExists` or `.folderNotWritable`.
  public func prepare() throws(TrackingError) {
    guard !hasRun else { throw .runExists(folder: path) }
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else { throw notWritable(made) }
    }
    guard access(path, W_OK | X_OK) == 0 else { throw notWritable(path) }
  }

  /// Every folder below `path` (or `path` itself) that holds a run, in order of name.
  public static func all(under path: String) -> [RunFolder] {
    var found = [RunFolder]()
    collect(RunFolder(path: path), depth: 0, into: &found)
    return found
  }

  private static func collect(_ folder: RunFolder, depth: Int, into found: inout [RunFolder]) {
    if folder.hasRun { found.append(folder) }
    guard depth < 8, let listing = opendir(folder.path) else { return }
    var names = [String]()
    while let entry = readdir(listing) {
      guard [UInt8(DT_DIR), UInt8(DT_UNKNOWN)].contains(entry.pointee.d_type) else { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    closedir(listing)
    for name in names.sorted(by: isOrderedNaturally) {
      collect(RunFolder(path: folder.path + "/" + name), depth: depth + 1, into: &found)
    }
  }

  /// Seed 9 before seed 10, other names by their letters.
  private static func isOrderedNaturally(_ a: String, _ b: String) -> Bool {
    if let a = UInt64(a), let b = UInt64(b) { return a < b }
    return a < b
  }

  private static func folderName(_ name: String, of what: String) throws(TrackingError) -> String {
    var kept = String(name.map { $0.isLetter || $0.isNumber || "-_.=,+@".contains($0) ? $0 : "-" })
    while kept.hasPrefix(".") { kept.removeFirst() }
    guard kept.contains(where: { $0 != "-" }) else {
      throw .badName(name, of: what, reason: "no letter or digit is left of it")
    }
    guard kept.utf8.count <= 200 else {
      throw .badName(name, of: what, reason: "it is longer than 200 bytes")
    }
    return kept
  }

  private func notWritable(_ folder: String) -> TrackingError {
    let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    return .folderNotWritable(folder: folder, reason: reason)
  }
}

extension RunFolder {
  /// Whether a living process writes the run at this moment.
  public var isBeingWritten: Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Claims the run for this process until the answer is let go of or the process ends.
  ///
  /// The system forgets the claim of a killed process, so nothing stale can be left.
  func claim() throws(TrackingError) -> RunClaim {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw notWritable(path) }
    // Somebody may be asking `isBeingWritten` at this very moment, which is over at once.
    for attempt in 0..<10 {
      if attempt > 0 { usleep(10_000) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return RunClaim(descriptor: descriptor) }
      guard errno == EWOULDBLOCK else { break }
    }
    let isTaken = errno == EWOULDBLOCK
    let reason = notWritable(path)
    close(descriptor)
    throw isTaken ? .beingWritten(folder: path) : reason
  }
}

/// The right to write a run: a lock on its folder.
final class RunClaim {
  private let descriptor: Int32
  init(descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }
}
