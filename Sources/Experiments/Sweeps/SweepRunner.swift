import Agents
import Environments
import HDF5Store
import Randomness
public import Sweeps
import Synchronization
import Tracking

/// Carries on a sweep in this process: takes trials from its journal until none is left, a few at a
/// time, and runs the confirmation when all have ended.
public final class SweepRunner: Sendable {
  /// What there is to see while it works.
  public enum Event: Sendable {
    /// A trial began, or one of a dead process is gone on with.
    case began(Trial, isTakenOver: Bool)
    /// A trial has come so far.
    case progress(trial: Int, RunProgress)
    /// A trial ended.
    case ended(Trial)
    /// A trial was stopped and can be gone on with.
    case interrupted(trial: Int)
    /// A run of the confirmation has come so far.
    case confirming(seed: UInt64, ConfirmRole, RunProgress)
  }

  /// How it ended.
  public struct Result: Sendable {
    /// All that the journal says.
    public var state: JournalState
    /// How many trials there are to be.
    public var planned: Int
    /// Trials that other processes run at this moment.
    public var elsewhere: Int
    /// Whether it was stopped before its end.
    public var isInterrupted: Bool
    /// Why it ended before its time.
    public var problem: String?
  }

  /// The sweep.
  public let config: SweepConfig
  /// Where it lies.
  public let folder: SweepFolder
  private let journal: Journal
  private let command: [String]
  private let stop: StopSignal
  private let watch: @Sendable (Event) -> Void
  private let problem = Mutex<String?>(nil)
  private let taken = Atomic<Int>(0)

  /// Opens or begins the sweep.
  ///
  /// - Throws: a sentence where its folder holds something else.
  public init(
    _ config: SweepConfig, in folder: SweepFolder, command: [String], stop: StopSignal,
    watch: @escaping @Sendable (Event) -> Void
  ) throws {
    (self.config, self.command, self.stop, self.watch) = (config, command, stop, watch)
    self.folder = folder
    try folder.prepare(for: config)
    journal = try Journal(in: folder.path, space: config.space, goal: config.metric.goal)
  }

  /// Works until nothing is left to do.
  ///
  /// - Parameters:
  ///   - width: Trials that run at the same time.
  ///   - limit: Trials that this process takes at most; `nil` for as many as there are.
  public func run(width: Int, limit: Int? = nil) throws -> Result {
    ExperimentRunner.inThreads(max(1, width)) { [self] in
      do { while try workOnce(limit: limit) {} } catch { halt("\(error)") }
    }
    var state = try journal.state()
    let isDone = state.endedCount == max(state.trials.count, config.trials)
    if isDone, problem.withLock({ $0 == nil }), !stop.isRequested, limit == nil {
      try confirm(state, width: width)
      state = try journal.state()
    }
    return Result(
      state: state, planned: max(state.trials.count, config.trials),
      elsewhere: state.trials.count {
        !$0.trial.hasEnded && Journal.isAlive($0.worker, in: folder.path)
          && $0.worker != journal.workerName
      },
      isInterrupted: stop.isRequested && problem.withLock { $0 == nil },
      problem: problem.withLock { $0 })
  }

  /// Ends the work for a reason that lies not in one trial.
  private func halt(_ reason: String) {
    problem.withLock { if $0 == nil { $0 = reason } }
    stop.request()
  }

  // MARK: Trials

  /// Takes a trial and runs it.
  ///
  /// - Returns: whether there may be more to do.
  private func workOnce(limit: Int?) throws -> Bool {
    guard !stop.isRequested else { return false }
    try giveUpIfHopeless()
    if let limit, taken.wrappingAdd(1, ordering: .relaxed).oldValue >= limit { return false }
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
        with: trial.values, variant: "\(number)", seeds: config.seeds)
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
    throw HopelessSweep(count: count, reason: reasons[0])
  }

  // MARK: Confirmation

  /// Runs the best point and the experiment as it is with fresh seeds.
  private func confirm(_ state: JournalState, width: Int) throws {
    guard let confirm = config.settings.confirm, let best = state.best else { return }
    let command = command, catalogue = config.catalogue
    var jobs: [ExperimentRunner.Job] = []
    var roles: [String: ConfirmRole] = [:]
    for role in [ConfirmRole.best(trial: best.trial.number), .base] {
      let made =
        role == .base
        ? try config.baseExperiment(seeds: confirm.all)
        : try config.experiment(
          with: best.trial.values, variant: "\(role)", seeds: confirm.all)
      for seed in confirm.all {
        let place = folder.run(confirming: role, seed: seed)
        guard !place.isBeingWritten, try !place.hasRun || !ScoredRun(place).isFinished else {
          continue
        }
        roles[place.path] = role
        if place.hasRun {
          jobs.append(
            try .resuming(place, expecting: made, command: command, catalogue: catalogue))
        } else {
          jobs.append(
            ExperimentRunner.Job(seed: seed, folder: place.path, variant: "\(role)") {
              try TrainingRun(
                beginning: made, seed: seed, in: place, command: command, catalogue: catalogue
              ).run(until: $0, progress: $1)
            })
        }
      }
    }
    try run(jobs, width: width, roles: roles)
  }

  private func run(
    _ jobs: [ExperimentRunner.Job], width: Int, roles: [String: ConfirmRole]
  ) throws {
    guard !jobs.isEmpty else { return }
    // A job's progress does not say whose it is.
    let named = jobs.map { job in
      let role = roles[job.folder] ?? .base
      return ExperimentRunner.Job(seed: job.seed, folder: job.folder, variant: "\(role)") {
        [watch] stop, _ in
        try job.body(stop) { watch(.confirming(seed: job.seed, role, $0)) }
      }
    }
    let outcomes = ExperimentRunner(jobs: named, width: width).run(until: stop) { _ in }
    for (seed, folder, outcome) in outcomes {
      guard case .failed(let reason) = outcome else { continue }
      // Another process may have begun it in the meantime.
      if RunFolder(path: folder).isBeingWritten { continue }
      halt("the confirmation's run with seed \(seed) failed: \(reason)")
    }
  }
}

/// A sweep none of whose first trials came to anything.
private struct HopelessSweep: Error, CustomStringConvertible {
  let count: Int
  let reason: String

  var description: String {
    "the first \(count) trials all failed, so the sweep ends here; the first of them says: "
      + "\(reason); change the parameters and give the sweep another name, or set giveUpAfter to 0"
  }
}

extension SweepConfig {
  /// The experiment as it is, as the confirmation runs it.
  func baseExperiment(seeds: [UInt64]) throws -> ExperimentConfig {
    try SweepConfig(self, space: SearchSpace([]))
      .experiment(with: [], variant: "base", seeds: seeds)
  }

  /// What the confirmation's finished runs came to, by seed; `nil` if there are none.
  public func confirmation(
    of best: Int, in folder: SweepFolder
  ) throws -> (best: [UInt64: Double], base: [UInt64: Double])? {
    guard let confirm = settings.confirm else { return nil }
    func scores(_ role: ConfirmRole) throws -> [UInt64: Double] {
      var scores: [UInt64: Double] = [:]
      for seed in confirm.all {
        let place = folder.run(confirming: role, seed: seed)
        guard place.hasRun, !place.isBeingWritten else { continue }
        let run = try ScoredRun(place)
        if run.isFinished { scores[seed] = try run.score(metric) }
      }
      return scores
    }
    let both = (best: try scores(.best(trial: best)), base: try scores(.base))
    return both.best.isEmpty && both.base.isEmpty ? nil : both
  }
}
