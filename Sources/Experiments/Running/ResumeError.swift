import Agents
import Environments
import Foundation
public import Tracking

/// Why a run cannot go on, in one sentence with the remedy.
public enum ResumeError: Error, Equatable, CustomStringConvertible {
  /// There is nothing left to do.
  case finished(folder: String)
  /// There is nothing to go on from.
  case noCheckpoint(folder: String)
  /// The run was begun with another configuration.
  case otherConfiguration(folder: String, difference: String)
  /// The checkpoint belongs to another run.
  case otherCheckpoint(folder: String)

  public var description: String {
    switch self {
    case .finished(let folder):
      "the run in '\(folder)' is finished, so there is nothing to resume; `fledge report \(folder)` "
        + "shows it"
    case .noCheckpoint(let folder):
      "the run in '\(folder)' has no checkpoint.h5 to go on from; put it back, or delete the folder "
        + "and run again"
    case .otherConfiguration(let folder, let difference):
      "the run in '\(folder)' has another configuration (\(difference)); resume it without a "
        + "configuration, or begin a new run under another name, variant or output folder"
    case .otherCheckpoint(let folder):
      "checkpoint.h5 in '\(folder)' belongs to another configuration or seed than run.h5 beside it; "
        + "restore both from the same copy"
    }
  }
}

/// A configuration as a run holds it.
protocol RunConfig {
  var seeds: SeedSettings { get set }
  /// The tree after defaults.
  func yaml() throws -> String
  /// Gives settings that a run cannot depend on the other's values.
  mutating func takeOverWhatMakesNoDifference(from other: Self)
}

extension RunConfig {
  mutating func takeOverWhatMakesNoDifference(from other: Self) {}
}

extension ExperimentConfig: RunConfig {}
extension MultiTaskConfig: RunConfig {
  /// Where a file lies: which examples are in it is told by their digest.
  mutating func takeOverWhatMakesNoDifference(from other: MultiTaskConfig) {
    guard let path = other.dataset.path else { return }
    dataset.changePath { _ in path }
  }
}

/// Refuses a run that was begun with another configuration than the caller believes, if any.
func requireSame<Config: RunConfig>(
  _ expected: Config?, as config: Config, in folder: RunFolder
) throws {
  // Which seeds were asked for beside this one makes no difference to it.
  var expected = expected
  expected?.seeds = config.seeds
  expected?.takeOverWhatMakesNoDifference(from: config)
  guard let expected, try expected.yaml() != config.yaml() else { return }
  let difference = try firstDifference(expected.yaml(), config.yaml())
  throw ResumeError.otherConfiguration(folder: folder.path, difference: difference)
}

private func firstDifference(_ asked: String, _ had: String) -> String {
  let (asked, had) = (asked.split(separator: "\n"), had.split(separator: "\n"))
  for (line, other) in zip(asked, had) where line != other {
    let words = (line, other)
    return "'\(words.0.trimmingPrefix { $0 == " " })' was asked for, "
      + "'\(words.1.trimmingPrefix { $0 == " " })' is in the run"
  }
  return "one has more settings than the other"
}

extension TrainingRun {
  /// The configuration and seed of a run that can go on; throws where it cannot.
  static func resumable(
    _ folder: RunFolder, expecting expected: ExperimentConfig?, catalogue: Catalogue
  ) throws -> (config: ExperimentConfig, seed: UInt64) {
    if try RunReader(folder).status == .finished {
      throw ResumeError.finished(folder: folder.path)
    }
    let found = try recorded(in: folder, expecting: expected, catalogue: catalogue)
    guard folder.hasCheckpoint else {
      // One that has just begun has none yet.
      if folder.isBeingWritten { throw TrackingError.beingWritten(folder: folder.path) }
      throw ResumeError.noCheckpoint(folder: folder.path)
    }
    return found
  }

  /// The configuration and seed that a run was begun with.
  static func recorded(
    in folder: RunFolder, expecting expected: ExperimentConfig?, catalogue: Catalogue
  ) throws -> (config: ExperimentConfig, seed: UInt64) {
    let reader = try RunReader(folder)
    guard let seed = reader.provenance?.seed else {
      throw TrackingError.inconsistent(path: folder.runPath, reason: "it has no provenance")
    }
    let config = try ExperimentConfig.parse(
      reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
    try requireSame(expected, as: config, in: folder)
    return (config, seed)
  }

  /// Whether a run was stopped before its first checkpoint, so that it simply begins again.
  public static func hasNotBegun(_ folder: RunFolder) throws -> Bool {
    guard !folder.hasCheckpoint else { return false }
    let reader = try RunReader(folder)
    return try reader.isUnbegun && reader.status != .running
  }
}
