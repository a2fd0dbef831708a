public import Environments
import Foundation
public import Tracking

extension ExperimentRunner.Job {
  /// Begins one seed of an experiment.
  public static func starting(
    _ config: ExperimentConfig, seed: UInt64, output: String, command: [String],
    catalogue: Catalogue
  ) throws -> ExperimentRunner.Job {
    let folder = try RunFolder(
      output: output, experiment: config.name, variant: config.variant, seed: seed)
    return ExperimentRunner.Job(seed: seed, folder: folder.path) { stop, progress in
      try TrainingRun(
        starting: config, seed: seed, output: output, command: command, catalogue: catalogue
      ).run(until: stop, progress: progress)
    }
  }

  /// Goes on with a run.
  ///
  /// - Throws: a sentence where it cannot go on.
  public static func resuming(
    _ folder: RunFolder, expecting expected: ExperimentConfig?, command: [String],
    catalogue: Catalogue
  ) throws -> ExperimentRunner.Job {
    let hasNotBegun = try TrainingRun.hasNotBegun(folder)
    let seed = try RunReader(folder).provenance?.seed ?? 0
    if !hasNotBegun {
      _ = try TrainingRun.resumable(folder, expecting: expected, catalogue: catalogue)
    }
    return ExperimentRunner.Job(seed: seed, folder: folder.path) { stop, progress in
      let run =
        hasNotBegun
        ? try TrainingRun(
          restarting: folder, expecting: expected, command: command, catalogue: catalogue)
        : try TrainingRun(
          resuming: folder, expecting: expected, command: command, catalogue: catalogue)
      return try run.run(until: stop, progress: progress)
    }
  }

  /// Begins the seeds that runs beside these ask for and that were never begun.
  ///
  /// Only beside runs that lie where `starting` put them: what was moved elsewhere is left alone.
  ///
  /// - Parameters:
  ///   - folders: Runs of agents; those that cannot be read are passed over.
  ///   - command: The words of the command line, for the runs' provenance.
  ///   - catalogue: The environments that the runs may name.
  public static func unbegun(
    beside folders: [RunFolder], command: [String], catalogue: Catalogue
  ) throws -> [ExperimentRunner.Job] {
    var jobs: [ExperimentRunner.Job] = []
    var known = Set(folders)
    for folder in folders {
      guard let reader = try? RunReader(folder),
        let config = try? ExperimentConfig.parse(
          reader.config, name: folder.runPath, catalogue: catalogue)
      else { continue }
      let output = folder.parent(3)
      for seed in config.seeds.all {
        let place = try RunFolder(
          output: output, experiment: config.name, variant: config.variant, seed: seed)
        guard place.parent(1) == folder.parent(1), !place.hasRun, known.insert(place).inserted
        else { continue }
        jobs.append(
          try starting(
            config, seed: seed, output: output, command: command, catalogue: catalogue))
      }
    }
    return jobs
  }
}

extension RunFolder {
  /// The folder so many levels above.
  fileprivate func parent(_ levels: Int) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let kept = parts.dropLast(levels).joined(separator: "/")
    return kept.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : kept
  }
}
