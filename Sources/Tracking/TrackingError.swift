/// What is wrong with a run on disk, in one sentence with the place and the remedy.
///
/// Trouble with a file as such (missing, damaged, disk full) is an `HDF5Error`.
public enum TrackingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder already holds a run.
  case runExists(folder: String)
  /// Another process writes this run.
  case beingWritten(folder: String)
  /// The run is finished: there is nothing to go on with.
  case alreadyFinished(folder: String)
  /// The folder cannot be made or written.
  case folderNotWritable(folder: String, reason: String)
  /// The name of an experiment, a variant, a metric or a component cannot be used.
  case badName(String, of: String, reason: String)
  /// The file is of another kind.
  case notA(kind: String, path: String)
  /// The file has a version of the layout that this program does not read.
  case unknownVersion(path: String, found: Int64, known: Int64)
  /// The file contradicts itself.
  case inconsistent(path: String, reason: String)
  /// The log is shorter than the checkpoint says it was.
  case logTooShort(path: String, column: String, rows: Int, needed: Int)
  /// The checkpoint was written by a run with other columns than the log has.
  case otherColumns(path: String, column: String)
  /// A part of a checkpoint is not there.
  case missingComponent(path: String, name: String)
  /// The run has no metric of this name.
  case noSuchMetric(path: String, name: String, known: [String])

  public var description: String {
    switch self {
    case .runExists(let folder):
      "'\(folder)' already holds a run; resume it, delete it or choose another output folder."
    case .beingWritten(let folder):
      "the run in '\(folder)' is being written by another process; wait for it or stop it first."
    case .alreadyFinished(let folder):
      "the run in '\(folder)' is finished, so there is nothing to resume; `fledge report \(folder)` "
        + "shows it."
    case .folderNotWritable(let folder, let reason):
      "'\(folder)' cannot be written (\(reason)); choose another output folder."
    case .badName(let name, let what, let reason):
      "'\(name)' cannot be the name of \(what): \(reason); choose another name."
    case .notA(let kind, let path):
      "'\(path)' is an HDF5 file but not a \(kind); check that this is the file you mean."
    case .unknownVersion(let path, let found, let known):
      found > known
        ? "'\(path)' has version \(found) of its layout and this program reads up to \(known); "
          + "update fledge."
        : "'\(path)' has version \(found) of its layout, which this program no longer reads; "
          + "use the version of fledge that wrote it."
    case .inconsistent(let path, let reason):
      "'\(path)' contradicts itself (\(reason)); restore it from a copy or run it again."
    case .logTooShort(let path, let column, let rows, let needed):
      "'\(column)' in '\(path)' has \(rows) rows and the checkpoint needs \(needed); the two files "
        + "do not belong together, so restore both from the same copy."
    case .otherColumns(let path, let column):
      "'\(path)' and its checkpoint differ in the column '\(column)'; the two files do not belong "
        + "together, so restore both from the same copy."
    case .missingComponent(let path, let name):
      "the checkpoint '\(path)' lacks '\(name)'; it was written by another version or another "
        + "agent, so resume with the program that wrote it."
    case .noSuchMetric(let path, let name, let known):
      "'\(path)' has no metric '\(name)'; it has: \(known.joined(separator: ", "))."
    }
  }
}
