public import Environments
import Foundation
import Tracking

extension ExperimentRunner.Job {
  /// The runs of an experiment and its controls with these seeds: those that are there go on, those
  /// that are finished stay, and the others begin; all variants of one seed before the next.
  ///
  /// - Throws: a sentence where a run that is there has another configuration or cannot go on.
  public static func family(
    _ variants: [ExperimentConfig], seeds: [UInt64], output: String, command: [String],
    catalogue: Catalogue
  ) throws -> ComparisonJobs {
    var list = ComparisonJobs()
    for config in variants { try config.validate(in: catalogue) }
    for seed in seeds {
      for config in variants {
        let folder = try RunFolder(
          output: output, experiment: config.name, variant: config.variant, seed: seed)
        guard folder.hasRun else {
          var job = try starting(
            config, seed: seed, output: output, command: command, catalogue: catalogue)
          job.variant = config.variant
          list.jobs.append(job)
          continue
        }
        do {
          var job = try resuming(folder, expecting: config, command: command, catalogue: catalogue)
          job.variant = config.variant
          list.jobs.append(job)
        } catch ResumeError.finished {
          _ = try TrainingRun.recorded(in: folder, expecting: config, catalogue: catalogue)
          list.finished.append(folder.path)
        }
      }
    }
    return list
  }
}
