import Agents
import Environments
import HDF5Store
import Randomness
import Sweeps
import Tracking

/// One search as this process carries it on: takes trials from its journal and runs them.
final class SweepSearch: Sendable {
  let config: SweepConfig
  let folder: SweepFolder
  let journal: Journal
  private let command: [String]
  private let stop: StopSignal
  private let watch: @Sendable (SweepRunner.Event) -> Void

  init(
    _ config: SweepConfig, in folder: SweepFolder, command: [String], stop: StopSignal,
    watch: @escaping @Sendable (SweepRunner.Event) -> Void
  ) throws {
    (self.config, self.command, self.stop, self.watch) = (config, command, stop, watch)
    self.folder = folder
    try folder.prepare()
    journal = try Journal(
      in: folder.path, space: config.space, goal: config.metric.goal, arm: config.arm)
  }

  /// How many trials there are to be.
  static func planned(_ config: SweepConfig, _ state: JournalState) -> Int {
    max(state.trials.count, config.trials)
  }

  /// Whether every trial has ended.
  func isDone() throws -> Bool {
    let state = try journal.state()
    return state.endedCount == Self.planned(config, state)
  }

  /// How many trials have been begun.
  func begunCount() throws -> Int { try journal.state().trials.count }

  /// Trials that other processes run at this moment.
  func countElsewhere() throws -> Int {
    try journal.state().trials.count {
      !$0.trial.hasEnded && Journal.isAlive($0.worker, in: folder.path)
        && $0.worker != journal.workerName
    }
  }

  /// Takes a trial and runs it; `false` if there is none to take.
  func workOnce() throws -> Bool {
    try giveUpIfHopeless()
    let seeds = Seeds(root: config.settings.seed)
    let sampler = config.method.sampler
    let job = try journal.next(of: config.trials) { number, study in
      try sampler.values(forTrial: number, of: study, seeds: seeds)
    }
    guard let job else { return false }
    watch(.began(job.trial, isTakenOver: job.isTakenOver))
    try run(job.trial)
    return true
  }

  private func run(_ trial: Trial) throws {
    let number = trial.number
    switch try attempt(trial) {
    case .interrupted: return watch(.interrupted(trial: number))
    case .stopped: break
    case .finished(let score, let seedScores):
      try journal.finish(number, score: score, seedScores: seedScores)
    case .failed(let reason): try journal.fail(number, reason: reason)
    }
    watch(.ended(try journal.state().trials[number].trial))
  }

  private func attempt(_ trial: Trial) throws -> SweepTrial.Ending {
    let number = trial.number
    let rule = config.earlyTerminate?.rule
    do {
      let made = try config.experiment(
        with: trial.values, variant: config.variant(ofTrial: number), seeds: config.seeds)
      let work = try SweepTrial(
        made, metric: config.metric,
        folders: config.seeds.map { ($0, folder.run(trial: number, seed: $0)) },
        command: command, catalogue: config.catalogue, stop: stop
      ) { [watch] in watch(.progress(trial: number, $0)) }
      return try work.run { [journal] score, step in
        try journal.report(
          score, at: step, of: number,
          stoppingBy: step < made.budget.steps ? rule : nil)
      }
    } catch  where Self.isOwnFault(error) {
      return .failed(reason: "\(error)")
    }
  }

  /// Whether an error lies in a trial's values, and not in the files or the machine.
  private static func isOwnFault(_ error: any Error) -> Bool {
    !(error is HDF5Error || error is TrackingError || error is JournalError || error is ResumeError
      || error is SearchError)
  }

  private func giveUpIfHopeless() throws {
    let count = config.settings.giveUpAfter
    let first = try journal.state().trials.prefix(count)
    guard count > 0, first.count == count else { return }
    var reasons: [String] = []
    for trial in first {
      guard case .failed(let reason) = trial.trial.state else { return }
      reasons.append(reason)
    }
    throw HopelessSweep(arm: config.arm, count: count, reason: reasons[0])
  }
}

/// A sweep none of whose first trials came to anything.
private struct HopelessSweep: Error, CustomStringConvertible {
  let arm: String?
  let count: Int
  let reason: String

  var description: String {
    let whose = arm.map { " of arm '\($0)'" } ?? ""
    let first = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    return
      "the first \(count) trials\(whose) all failed, so the sweep ends here; the first of them "
      + "says: \(first); change the parameters and give the sweep another name, or go on with "
      + "--set giveUpAfter=0"
  }
}
