public import Environments
import Foundation
import Glibc
public import Sweeps
public import Tracking

/// A sweep on disk: `sweep.yaml`, `journal.jsonl`, the workers' locks, the runs of its trials in
/// `trials/<number>/<seed>/` and those of its confirmation in `confirm/trial-<number>/<seed>/` and
/// `confirm/base/<seed>/`.
public struct SweepFolder: Hashable, Sendable {
  /// Where it lies.
  public let path: String

  /// The folder at a path, whether there is one or not.
  public init(path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The folder of a sweep within an output folder.
  public init(output: String, name: String) throws {
    let run = try RunFolder(output: output, experiment: name, variant: "trials", seed: 0).path
    self.init(
      path: ((run as NSString).deletingLastPathComponent as NSString)
        .deletingLastPathComponent)
  }

  /// The file after defaults, which never changes.
  public var configPath: String { path + "/sweep.yaml" }

  /// Whether a sweep lies here.
  public var hasSweep: Bool { access(configPath, F_OK) == 0 }

  /// The run of a trial with one seed.
  public func run(trial: Int, seed: UInt64) -> RunFolder {
    RunFolder(path: "\(path)/trials/\(trial)/\(seed)")
  }

  /// The run of the confirmation with one seed.
  public func run(confirming role: ConfirmRole, seed: UInt64) -> RunFolder {
    RunFolder(path: "\(path)/confirm/\(role)/\(seed)")
  }

  /// Makes the folder for a sweep, or makes sure that it is this sweep's.
  ///
  /// - Throws: `ConfigError` where another sweep or something else lies there.
  func prepare(for config: SweepConfig) throws {
    try RunFolder(path: path).makeFolder()
    // Looked at before the file: whoever makes it at this moment puts more beside it afterwards.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard !hasSweep else { return try requireSame(config) }
    let foreign = names.first { !$0.hasPrefix("sweep.yaml") && !$0.hasPrefix(".") }
    if let foreign {
      throw ConfigError(
        path: "name", place: path,
        problem: "the folder holds something else already ('\(foreign)'); give the sweep another "
          + "name or output folder")
    }
    // Several processes may begin at the same moment: the first one's file counts.
    let temporary = "\(configPath).\(getpid())-\(UInt32.random(in: .min ... .max))"
    do { try Data(config.yaml().utf8).write(to: URL(filePath: temporary)) } catch {
      throw JournalError.unusable(path: temporary, reason: error.localizedDescription)
    }
    defer { unlink(temporary) }
    if link(temporary, configPath) != 0 {
      guard errno == EEXIST else {
        throw JournalError.unusable(
          path: configPath, reason: String(cString: strerror(errno)))
      }
      try requireSame(config)
    }
  }

  /// Refuses a sweep other than the one that lies here; only the number of trials may grow.
  private func requireSame(_ config: SweepConfig) throws {
    let theirs = try ConfigText.tree(ConfigText.read(configPath), name: configPath)
    let free = ConfigNode(.null)
    let difference = ExperimentConfig.difference(
      between: config.tree.setting(["trials"], to: free),
      and: theirs.setting(["trials"], to: free), at: "")
    guard let difference else { return }
    throw ConfigError(
      path: "", place: configPath,
      problem: "this folder holds a sweep of another file: \(difference); give the sweep another "
        + "name or output folder")
  }

  /// Reads the sweep that lies here.
  ///
  /// - Parameters:
  ///   - trials: How many there are to be, if not as many as it says.
  ///   - catalogue: The environments that the experiment may name.
  public func config(trials: Int? = nil, catalogue: Catalogue) throws -> SweepConfig {
    guard hasSweep else {
      throw ConfigError(
        path: "", place: path, problem: "holds no sweep (no sweep.yaml); name a sweep's YAML file")
    }
    var choices = SweepConfig.Choices()
    choices.trials = trials
    return try SweepConfig.load(path: configPath, choices: choices, catalogue: catalogue)
  }

  /// What its journal says.
  public func state(of config: SweepConfig) throws -> JournalState {
    guard access(Journal.path(in: path), F_OK) == 0 else {
      return JournalState(space: config.space, goal: config.metric.goal)
    }
    return try Journal.read(in: path, space: config.space, goal: config.metric.goal)
  }
}

/// The two points that a confirmation compares.
public enum ConfirmRole: Hashable, Sendable, CustomStringConvertible {
  /// The best of the trials, by its number.
  case best(trial: Int)
  /// The experiment as it is.
  case base

  /// The name of its folder.
  public var description: String {
    switch self {
    case .best(let trial): "trial-\(trial)"
    case .base: "base"
    }
  }
}

extension RunFolder {
  /// Makes the folder, as it is done for a run.
  fileprivate func makeFolder() throws {
    do { try prepare() } catch TrackingError.runExists {}
  }
}
