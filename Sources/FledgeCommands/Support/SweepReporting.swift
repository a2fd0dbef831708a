import Experiments
import Reports
import Sweeps
import Tracking

extension SweepReport {
  /// The report on a sweep that lies in a folder.
  init(in folder: SweepFolder) throws {
    let config = try folder.config(catalogue: Extensions.environments)
    try self.init(config, in: folder, state: folder.state(of: config))
  }

  init(_ config: SweepConfig, in folder: SweepFolder, state: JournalState) throws {
    let description = Description(
      title: config.name, question: config.settings.question, metric: config.metric.meaning,
      method: config.method.name, stopping: config.earlyTerminate?.name,
      seedsPerTrial: config.settings.seedsPerTrial, trials: max(config.trials, state.trials.count),
      budget: config.budget, file: config.yaml(), author: "Fledge \(FledgeVersion.current)")
    var confirmation: Confirmation?
    if let planned = config.settings.confirm?.seeds {
      let found = try state.best.flatMap {
        try config.confirmation(of: $0.trial.number, in: folder)
      }
      confirmation = Confirmation(
        best: found?.best ?? [:], base: found?.base ?? [:], planned: planned)
    }
    self.init(description, state, confirmation)
  }
}

/// The sweeps among the folders that a user names.
enum SweepLookup {
  /// The one sweep that the folders mean; `nil` where they mean runs.
  static func sweep(in paths: [String]) throws -> SweepFolder? {
    let sweeps = paths.map(SweepFolder.init(path:)).filter(\.hasSweep)
    guard let first = sweeps.first else { return nil }
    guard paths.count == 1 else {
      throw CommandFailure(
        "'\(first.path)' is a sweep, which is shown by itself; name it alone, or the runs in its "
          + "folder trials")
    }
    return first
  }
}
