import Agents
import Environments
import HDF5Store
import Sweeps
import Tracking

/// The runs of one trial: its seeds, which train by turns from one evaluation to the next.
///
/// So the trial has a score of all its seeds at each evaluation, by which it may be stopped.
final class SweepTrial {
  /// How a trial ended here.
  enum Ending {
    case finished(score: Double, seedScores: [UInt64: Double])
    /// The stopping rule ended it; the journal says so already.
    case stopped
    case failed(reason: String)
    /// A stop was requested; checkpoints hold all that is needed to go on.
    case interrupted
  }

  private let config: ExperimentConfig
  private let metric: SweepMetric
  private var members: [Member]
  private let stop: StopSignal
  private let progress: (RunProgress) -> Void

  /// Begins the runs, or goes on with those that are there.
  init(
    _ config: ExperimentConfig, metric: SweepMetric, folders: [(seed: UInt64, folder: RunFolder)],
    command: [String], catalogue: Catalogue, stop: StopSignal,
    progress: @escaping (RunProgress) -> Void
  ) throws {
    (self.config, self.metric, self.stop, self.progress) = (config, metric, stop, progress)
    members = try folders.map {
      try Member(
        config, seed: $0.seed, in: $0.folder, command: command, catalogue: catalogue)
    }
  }

  /// Trains to the end, or until the rule or a request stops it.
  ///
  /// - Parameter report: notes the mean over seeds at an evaluation; `true` if the trial is to stop.
  func run(report: (_ score: Double, _ step: Int) throws -> Bool) throws -> Ending {
    let every = config.evaluation.every
    if every > 0 {
      for step in stride(from: every, to: config.budget.steps, by: every) {
        for member in members {
          try member.train(to: step, until: stop, progress: progress)
          if stop.isRequested, !member.isTrained { return try interrupt() }
        }
        let score = members.map { $0.evaluation(at: step) }.mean
        guard score.isFinite else { return .failed(reason: "an evaluation's mean is \(score)") }
        if try report(score, step) { return try end(at: step) }
      }
    }
    for member in members {
      try member.train(to: config.budget.steps, until: stop, progress: progress)
      guard member.isTrained else { return try interrupt() }
      try member.finish(progress)
    }
    return try judge(report)
  }

  private func interrupt() throws -> Ending {
    for member in members { try member.interrupt(progress) }
    return .interrupted
  }

  private func end(at step: Int) throws -> Ending {
    for member in members { try member.end(at: step, progress) }
    return .stopped
  }

  /// What the finished runs came to, read from their files.
  private func judge(_ report: (Double, Int) throws -> Bool) throws -> Ending {
    var scores: [UInt64: Double] = [:]
    var finals: [Double] = []
    for member in members {
      let scored = try ScoredRun(member.folder)
      guard let score = try scored.score(metric), score.isFinite else {
        let what = try scored.score(metric).map { "is \($0)" } ?? "was never measured"
        return .failed(reason: "the \(metric.meaning) of seed \(member.seed) \(what)")
      }
      scores[member.seed] = score
      if let last = scored.evaluations.last?.mean { finals.append(last) }
    }
    if metric.isReturn, !finals.isEmpty, finals.mean.isFinite { _ = try report(finals.mean, config.budget.steps) }
    return .finished(
      score: members.compactMap { scores[$0.seed] }.mean, seedScores: scores)
  }
}

/// One seed of a trial.
private final class Member {
  let seed: UInt64
  let folder: RunFolder
  /// `nil` once it is finished.
  private var run: TrainingRun?
  private var evaluations: [Evaluation] = []

  init(
    _ config: ExperimentConfig, seed: UInt64, in folder: RunFolder, command: [String],
    catalogue: Catalogue
  ) throws {
    (self.seed, self.folder) = (seed, folder)
    guard folder.hasRun else {
      run = try TrainingRun(
        beginning: config, seed: seed, in: folder, command: command, catalogue: catalogue)
      return
    }
    if try TrainingRun.hasNotBegun(folder) {
      run = try TrainingRun(
        restarting: folder, expecting: config, command: command, catalogue: catalogue)
      return
    }
    let found = try ScoredRun(folder)
    evaluations = found.evaluations
    guard !found.isFinished else { return }
    let run = try TrainingRun(
      resuming: folder, expecting: config, command: command, catalogue: catalogue)
    // What was measured after the checkpoint is measured again.
    evaluations.removeAll { $0.step > run.stepsTaken }
    self.run = run
  }

  var isTrained: Bool { run?.isTrained ?? true }

  func train(
    to step: Int, until stop: StopSignal, progress: (RunProgress) -> Void
  ) throws {
    guard let run, run.stepsTaken < step, !run.isTrained else { return }
    try run.train(to: step, until: stop, progress: progress)
    if let mean = run.lastEvaluation, evaluations.last?.step ?? -1 < run.stepsTaken, run.stepsTaken >= step {
      evaluations.append(Evaluation(step: run.stepsTaken, mean: mean))
    }
  }

  /// Mean return of the first evaluation at or after a step; of a run that ended before, the last.
  func evaluation(at step: Int) -> Double {
    (evaluations.first { $0.step >= step } ?? evaluations.last)?.mean ?? .nan
  }

  func finish(_ progress: (RunProgress) -> Void) throws {
    _ = try run?.finish(progress: progress)
    run = nil
  }

  func interrupt(_ progress: (RunProgress) -> Void) throws {
    // A run that a hook has ended has nothing to go on with.
    guard let run else { return }
    _ = try run.isTrained ? run.finish(progress: progress) : run.interrupt(progress: progress)
    self.run = nil
  }

  func end(at step: Int, _ progress: (RunProgress) -> Void) throws {
    try run?.end(because: "the sweep stopped its trial at step \(step)", progress: progress)
    run = nil
  }
}

/// The mean return of the episodes of one evaluation.
private struct Evaluation {
  var step: Int
  var mean: Double
}

/// What a run's file says of its scores.
struct ScoredRun {
  let isFinished: Bool
  fileprivate let evaluations: [Evaluation]
  private let reader: RunReader

  init(_ folder: RunFolder) throws {
    reader = try RunReader(folder)
    isFinished = try reader.status == .finished
    var rows: [[EvaluationRow]] = []
    for row in try reader.evaluations() {
      // Two evaluations may take place at one step, as at the end of a run that a hook ended.
      if row.episode == 0 || rows.isEmpty {
        rows.append([row])
      } else {
        rows[rows.count - 1].append(row)
      }
    }
    evaluations = rows.map { Evaluation(step: Int($0[0].step), mean: $0.map(\.return).mean) }
  }

  /// The run's score; `nil` if there is none.
  func score(_ metric: SweepMetric) throws -> Double? {
    switch metric.name {
    case "finalReturn": evaluations.last?.mean
    case "bestReturn": evaluations.map(\.mean).max()
    case "meanReturn": evaluations.isEmpty ? nil : evaluations.map(\.mean).mean
    case "trainingReturn":
      try reader.episodes().suffix(100).map(\.return).nonEmptyMean
    default: try reader.series(metric.name).values.last.map(Double.init)
    }
  }
}

extension [Double] {
  fileprivate var nonEmptyMean: Double? { isEmpty ? nil : mean }
}
