public import Environments
import Foundation
public import Tracking

extension ExperimentRunner.Job {
  /// Begins one seed of a cell.
  static func starting(
    _ cell: MultiTaskConfig, seed: UInt64, in folder: RunFolder, command: [String],
    sharing work: SharedWork
  ) -> ExperimentRunner.Job {
    ExperimentRunner.Job(seed: seed, folder: folder.path, variant: cell.variant) { stop, progress in
      try SupervisedRun(
        starting: cell, seed: seed, in: folder, command: command, sharing: work, until: stop,
        progress: progress
      ).run(until: stop, progress: progress)
    }
  }

  /// Goes on with a run with several tasks, or begins it again where it had not begun.
  ///
  /// - Parameters:
  ///   - folder: The run.
  ///   - expected: The comparison that the caller believes the run to be of, if any.
  ///   - command: The words of the command line, for the run's provenance.
  ///   - work: What runs of one comparison share, such as its data.
  ///   - catalogue: Holds strategies and architectures that the run may name.
  /// - Throws: a sentence where it cannot go on.
  public static func resuming(
    multiTask folder: RunFolder, expecting expected: Comparison?, command: [String],
    catalogue: Catalogue = Catalogue([]), sharing work: SharedWork
  ) throws -> ExperimentRunner.Job {
    let (config, seed) = try SupervisedRun.recorded(in: folder, catalogue: catalogue)
    if let expected { try requireSame(expected.cell(like: config), as: config, in: folder) }
    return try resuming(config, seed: seed, in: folder, command: command, sharing: work)
  }

  static func resuming(
    _ config: MultiTaskConfig, seed: UInt64, in folder: RunFolder, command: [String],
    sharing work: SharedWork
  ) throws -> ExperimentRunner.Job {
    if try RunReader(folder).status == .finished {
      throw ResumeError.finished(folder: folder.path)
    }
    let hasNotBegun = try TrainingRun.hasNotBegun(folder)
    guard hasNotBegun || folder.hasCheckpoint else {
      throw ResumeError.noCheckpoint(folder: folder.path)
    }
    return ExperimentRunner.Job(
      seed: seed, folder: folder.path, variant: config.variant
    ) { stop, progress in
      let run =
        hasNotBegun
        ? try SupervisedRun(
          starting: config, seed: seed, in: folder, command: command, sharing: work, until: stop,
          progress: progress, replacingUnbegun: true)
        : try SupervisedRun(
          resuming: folder, config, seed: seed, command: command, sharing: work)
      return try run.run(until: stop, progress: progress)
    }
  }
}

/// What is to be done for a comparison, and what is done already.
public struct ComparisonJobs: Sendable {
  /// Those that are not finished.
  public var jobs: [ExperimentRunner.Job] = []
  /// The folders of runs that are finished.
  public var finished: [String] = []
}

extension Comparison {
  /// The runs of these cells and seeds: those that are there go on, those that are finished stay,
  /// and the others begin; all cells of one seed before the next.
  ///
  /// - Throws: a sentence where a run that is there has another configuration or cannot go on.
  public func jobs(
    cells: [MultiTaskConfig], seeds: [UInt64], output: String, command: [String]
  ) throws -> ComparisonJobs {
    var list = ComparisonJobs()
    let examples = try config.recordedExamples(sharing: work)
    for seed in seeds {
      for cell in cells {
        let folder = try RunFolder(
          output: output, experiment: cell.name, variant: cell.variant, seed: seed)
        guard folder.hasRun else {
          list.jobs.append(
            .starting(cell, seed: seed, in: folder, command: command, sharing: work))
          continue
        }
        let (config, _) = try SupervisedRun.recorded(in: folder, catalogue: catalogue)
        try requireSame(cell, as: config, in: folder)
        try RunReader(folder).multitask?.examples?.requireSame(examples, in: folder)
        do {
          list.jobs.append(
            try .resuming(config, seed: seed, in: folder, command: command, sharing: work))
        } catch ResumeError.finished {
          list.finished.append(folder.path)
        }
      }
    }
    return list
  }
}
