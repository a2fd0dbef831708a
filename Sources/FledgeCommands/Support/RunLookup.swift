import Experiments
import Foundation
import Reports
import Tracking

/// Finds runs in the folders that a user names.
enum RunLookup {
  /// Every run in or below these folders; a path may also be that of a `run.h5` itself.
  ///
  /// A run that is named twice comes once.
  static func runs(in paths: [String]) throws -> [RunFolder] {
    var seen = Set<String>()
    return try allRuns(in: paths).filter {
      seen.insert(URL(fileURLWithPath: $0.path).standardizedFileURL.path).inserted
    }
  }

  private static func allRuns(in paths: [String]) throws -> [RunFolder] {
    try paths.flatMap { path in
      let folder = path.hasSuffix("/run.h5") ? String(path.dropLast("/run.h5".count)) : path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
        throw CommandFailure("there is no folder '\(path)'; name a run or a folder that holds runs")
      }
      guard isFolder.boolValue else {
        throw CommandFailure("'\(path)' is not a folder; name a run or a folder that holds runs")
      }
      let found = RunFolder.all(under: folder)
      guard !found.isEmpty else {
        throw CommandFailure("there is no run (no run.h5) in or below '\(path)'")
      }
      return found
    }
  }

  /// Runs with several tasks, and the others.
  static func parted(
    _ folders: [RunFolder]
  ) throws -> (multiTask: [RunFolder], others: [RunFolder]) {
    var parts: (multiTask: [RunFolder], others: [RunFolder]) = ([], [])
    for folder in folders {
      // What cannot be read is told of by whoever reads it.
      if (try? RunReader(folder))?.multitask != nil {
        parts.multiTask.append(folder)
      } else {
        parts.others.append(folder)
      }
    }
    return parts
  }

  /// Whether there is a folder at a path.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The one run that a path means.
  static func run(at path: String) throws -> RunFolder {
    let found = try runs(in: [path])
    guard found.count == 1 else {
      let names = found.prefix(3).map { "'\($0.path)'" }.joined(separator: ", ")
      throw CommandFailure(
        "'\(path)' holds \(found.count) runs; name one of them, such as \(names)")
    }
    return found[0]
  }

  /// Reads the runs for a report; those that cannot be read are named on standard error.
  static func summaries(of folders: [RunFolder]) throws -> (
    runs: [RunSummary], configs: [ExperimentConfig], skipped: [String]
  ) {
    var runs: [RunSummary] = []
    var configs: [ExperimentConfig] = []
    var failures: [String] = []
    for folder in folders {
      do {
        let reader = try RunReader(folder)
        let own = try? ExperimentConfig.parse(
          reader.config, name: folder.runPath, catalogue: Extensions.environments)
        if let own { configs.append(own) }
        runs.append(
          try RunSummary(
            reading: reader, tasks: own?.environment.taskNames ?? [""],
            plannedSteps: own.map { Int64($0.budget.steps) }))
      } catch {
        failures.append("\(error)")
      }
    }
    guard !runs.isEmpty else {
      throw CommandFailure(failures.first ?? "there is no run to report on")
    }
    for failure in failures { Terminal.writeError("Skipped: \(failure)\n") }
    return (runs, configs, failures)
  }
}
