import Environments
import Sweeps
import Tracking

// The best points, tried again with seeds that did not choose them.
extension SweepRunner {
  /// Runs each search's best point with fresh seeds, and beside a search that stands alone the
  /// experiment as it is.
  func confirm(width: Int) throws {
    var jobs: [ExperimentRunner.Job] = []
    for search in searches {
      let config = search.config
      guard let best = try search.journal.state().best else { continue }
      var roles = [ConfirmRole.best(trial: best.trial.number)]
      if config.arm == nil { roles.append(.base) }
      for role in roles {
        let made =
          role == .base
          ? try config.baseExperiment(seeds: config.freshSeeds)
          : try config.experiment(
            with: best.trial.values, variant: config.variant(confirming: role),
            seeds: config.freshSeeds)
        jobs += try self.jobs(made, role, of: search)
      }
    }
    guard !jobs.isEmpty else { return }
    let outcomes = ExperimentRunner(jobs: jobs, width: width).run(until: stop) { _ in }
    for (seed, folder, outcome) in outcomes {
      guard case .failed(let reason) = outcome else { continue }
      // Another process may have begun it in the meantime, or even finished it.
      if try isTakenCareOf(RunFolder(path: folder)) { continue }
      halt("the confirmation's run with seed \(seed) in '\(folder)' failed: \(reason)")
    }
  }

  private func isTakenCareOf(_ place: RunFolder) throws -> Bool {
    try place.isBeingWritten || place.hasRun && ScoredRun(place).isFinished
  }

  /// What is left to run of one point.
  private func jobs(
    _ made: ExperimentConfig, _ role: ConfirmRole, of search: SweepSearch
  ) throws -> [ExperimentRunner.Job] {
    let (config, command, watch) = (search.config, command, watch)
    return try config.freshSeeds.compactMap { seed in
      let place = search.folder.run(confirming: role, seed: seed)
      if try isTakenCareOf(place) { return nil }
      // Whether it begins or goes on is seen when its turn comes: until then others may work on it.
      return ExperimentRunner.Job(seed: seed, folder: place.path, variant: made.variant) {
        stop, _ in
        let tell: @Sendable (RunProgress) -> Void = {
          watch(config, .confirming(seed: seed, role, $0))
        }
        guard place.hasRun else {
          return try TrainingRun(
            beginning: made, seed: seed, in: place, command: command, catalogue: config.catalogue
          ).run(until: stop, progress: tell)
        }
        return try ExperimentRunner.Job.resuming(
          place, expecting: made, command: command, catalogue: config.catalogue
        ).body(stop, tell)
      }
    }
  }
}

extension SweepConfig {
  /// The seeds of the confirmation; none where there is none.
  var freshSeeds: [UInt64] { settings.confirm?.all ?? [] }

  /// The experiment as it is, as the confirmation runs it.
  func baseExperiment(seeds: [UInt64]) throws -> ExperimentConfig {
    try varying([]).experiment(with: [], variant: variant(confirming: .base), seeds: seeds)
  }

  /// What the confirmation's finished runs of a point came to, by seed.
  ///
  /// - Parameters:
  ///   - role: which point.
  ///   - folder: the sweep's folder.
  public func confirmed(_ role: ConfirmRole, in folder: SweepFolder) throws -> [UInt64: Double] {
    var scores: [UInt64: Double] = [:]
    for seed in freshSeeds {
      let place = folder.folder(of: self).run(confirming: role, seed: seed)
      guard place.hasRun, !place.isBeingWritten else { continue }
      let run = try ScoredRun(place)
      if run.isFinished { scores[seed] = try run.score(metric) }
    }
    return scores
  }
}
