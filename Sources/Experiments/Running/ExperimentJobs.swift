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
}
