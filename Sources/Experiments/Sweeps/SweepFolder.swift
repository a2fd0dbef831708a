public import Environments
import Foundation
import Glibc
public import Sweeps
public import Tracking

/// A sweep on disk: `sweep.yaml`, `journal.jsonl`, the workers' locks, the runs of its trials in
/// `trials/<number>/<seed>/` and those of its confirmation in `confirm/trial-<number>/<seed>/` and
/// `confirm/base/<seed>/`.
///
/// Where arms are compared, each has all but `sweep.yaml` in a folder of its own, `arms/<name>/`.
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

  /// The file after defaults; of it only what no trial depends on may change.
  public var configPath: String { path + "/sweep.yaml" }

  /// Whether a sweep lies here.
  public var hasSweep: Bool { access(configPath, F_OK) == 0 }

  /// Where one of the searches lies: here, or in its arm's folder.
  public func folder(of search: SweepConfig) -> SweepFolder {
    search.arm.map { SweepFolder(path: "\(path)/arms/\($0)") } ?? self
  }

  /// The run of a trial with one seed.
  public func run(trial: Int, seed: UInt64) -> RunFolder {
    RunFolder(path: "\(path)/trials/\(trial)/\(seed)")
  }

  /// The run of the confirmation with one seed.
  public func run(confirming role: ConfirmRole, seed: UInt64) -> RunFolder {
    RunFolder(path: "\(path)/confirm/\(role)/\(seed)")
  }

  /// Makes the folder of one of the searches.
  func prepare() throws { try RunFolder(path: path).makeFolder() }

  /// Makes the folder for a sweep, or makes sure that it is this sweep's.
  ///
  /// - Throws: `ConfigError` where another sweep or something else lies there.
  func prepare(for plan: SweepPlan) throws {
    try prepare()
    for search in plan.searches { try folder(of: search).requireJournal() }
    // Looked at before the file: whoever makes it at this moment puts more beside it afterwards.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard !hasSweep else { return try adopt(plan) }
    let foreign = names.first { !$0.hasPrefix("sweep.yaml") && !$0.hasPrefix(".") }
    if let foreign {
      throw ConfigError(
        path: "name", place: path,
        problem: "the folder holds something else already ('\(foreign)'); give the sweep another "
          + "name or output folder")
    }
    // Several processes may begin at the same moment: the first one's file counts.
    let failure = try write(plan.tree) { link($0, configPath) == 0 ? 0 : errno }
    if failure == EEXIST { return try adopt(plan) }
    try requireWritten(failure)
  }

  /// Keys that may change while a sweep goes on, because no trial depends on them.
  private static let free = ["question", "trials", "giveUpAfter", "confirm"]

  /// Refuses a sweep other than the one that lies here, and keeps what may change of this one.
  private func adopt(_ plan: SweepPlan) throws {
    let theirs = try ConfigText.tree(ConfigText.read(configPath), name: configPath)
    func fixed(_ tree: ConfigNode) -> ConfigNode {
      Self.free.reduce(tree) { $0.setting([$1], to: ConfigNode(.null)) }
    }
    let difference = ExperimentConfig.difference(
      between: fixed(plan.tree), and: fixed(theirs), at: "")
    if let difference {
      throw ConfigError(
        path: "", place: configPath,
        problem: "this folder holds a sweep of another file: \(difference); give the sweep another "
          + "name or output folder")
    }
    // Fewer trials are this process's own choice.
    let most = max(plan.common.trials, theirs.count(at: "trials"))
    let own = plan.tree.setting(["trials"], to: ConfigNode(.scalar("\(most)")))
    guard own != theirs else { return }
    try requireWritten(write(own) { rename($0, configPath) == 0 ? 0 : errno })
  }

  private func requireWritten(_ failure: Int32) throws {
    guard failure != 0 else { return }
    throw JournalError.unusable(path: configPath, reason: String(cString: strerror(failure)))
  }

  /// Puts a file of a sweep in its place as a whole.
  ///
  /// - Parameter place: puts the file with this name there, and gives the system's error, or 0.
  /// - Returns: what `place` gave.
  private func write(_ tree: ConfigNode, _ place: (String) -> Int32) throws -> Int32 {
    let temporary = "\(configPath).\(getpid())-\(UInt32.random(in: .min ... .max))"
    defer { unlink(temporary) }
    do { try Data(YAMLText.write(tree).utf8).write(to: URL(filePath: temporary)) } catch {
      throw JournalError.unusable(path: temporary, reason: error.localizedDescription)
    }
    return place(temporary)
  }

  /// Reads the sweep that lies here.
  ///
  /// - Parameters:
  ///   - trials: How many there are to be, if not as many as it says.
  ///   - catalogue: The environments that the experiment may name.
  public func plan(trials: Int? = nil, catalogue: Catalogue) throws -> SweepPlan {
    guard hasSweep else {
      throw ConfigError(
        path: "", place: path, problem: "holds no sweep (no sweep.yaml); name a sweep's YAML file")
    }
    var choices = SweepPlan.Choices()
    choices.trials = trials
    return try SweepPlan.load(path: configPath, choices: choices, catalogue: catalogue)
  }

  /// What the journal of one of the searches says.
  public func state(of search: SweepConfig) throws -> JournalState {
    let place = folder(of: search)
    try place.requireJournal()
    guard access(Journal.path(in: place.path), F_OK) == 0 else {
      return JournalState(space: search.space, goal: search.metric.goal, arm: search.arm)
    }
    return try Journal.read(
      in: place.path, space: search.space, goal: search.metric.goal, arm: search.arm)
  }

  /// Refuses to begin anew where there are trials of which a journal must have told.
  private func requireJournal() throws {
    // In this order: whoever begins a trial has written the journal's first line before.
    let trials = path + "/trials"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: trials)) ?? []
    guard !names.isEmpty, try !Journal.hasBegun(in: path) else { return }
    throw JournalError.lost(path: Journal.path(in: path), trials: trials)
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

extension ConfigNode {
  /// The whole number at a key; 0 where there is none.
  fileprivate func count(at key: String) -> Int {
    guard case .scalar(let text)? = self[key]?.content else { return 0 }
    return Int(text) ?? 0
  }
}
