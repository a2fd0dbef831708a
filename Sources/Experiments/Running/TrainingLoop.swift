import Agents
import Autodiff
import Environments
import Glibc
import Tracking

/// How a run ended.
public struct RunResult: Sendable {
  /// What the run drew from.
  public var seed: UInt64
  /// `false` for a run that was stopped on request and can be resumed.
  public var isFinished: Bool
  /// Why a finished run ended before its budget was used up; `nil` for one that went all the way.
  public var earlyEnd: String?
  /// Environment steps taken.
  public var step: Int
  /// Returns of the episodes of the evaluation at the end; empty if the run is not finished.
  public var finalReturns: [Double]
  /// Mean return of the last (at most) 100 training episodes.
  public var recentReturn: Double?
  /// Seconds since this process began or resumed the run.
  public var seconds: Double
}

extension TrainingRun {
  /// Steps between two looks at the clock, at the request to stop and at what is due.
  private static let stepsBetweenLooks = 64

  /// Whether a hook has ended the training.
  private var isEnded: Bool { hooks.stopReason != nil }

  /// Trains until the budget is used up, a hook ends the run, or a stop is requested.
  ///
  /// - Throws: `TrainingError`, `NonFiniteNumber` or an error of the files. The run is then marked
  ///   as failed where its file can still be written, and its last checkpoint stays.
  public func run(
    until stop: StopSignal, progress: (RunProgress) -> Void
  ) throws -> RunResult {
    try train(to: config.budget.steps, until: stop, progress: progress)
    return try isTrained ? finish(progress: progress) : interrupt(progress: progress)
  }

  /// Whether there is nothing left to train.
  package var isTrained: Bool { position.step >= config.budget.steps || isEnded }

  /// Trains until so many steps are taken, a hook ends the run, or a stop is requested; several
  /// runs that do so by turns see what they would have seen one after another.
  ///
  /// - Throws: as ``run(until:progress:)``.
  package func train(
    to limit: Int, until stop: StopSignal, progress: (RunProgress) -> Void
  ) throws {
    let limit = min(limit, config.budget.steps)
    watch.goOn()
    defer { watch.pause() }
    try failing(progress) {
      report(.training, progress)
      while position.step < limit, !isEnded {
        for _ in 0..<Self.stepsBetweenLooks where position.step < limit {
          try step()
          if isDue(config.evaluation.every) { try evaluate(episodes: config.evaluation.episodes) }
          // A checkpoint from here would go on with a run that has been ended.
          if isEnded { return }
          if isDue(config.checkpoint.steps) { try writeCheckpoint() }
        }
        if stop.isRequested, position.step < config.budget.steps { return }
        try lookAround(progress)
      }
    }
  }

  /// Marks the run as failed if `body` throws; its last checkpoint stays.
  private func failing<Result>(
    _ progress: (RunProgress) -> Void, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch {
      try? writer.fail("\(error)")
      report(.failed("\(error)"), progress)
      throw error
    }
  }

  /// One step of all copies of the environment, and what the agent learns from it.
  private func step() throws {
    let actions = agent.act()
    environment.step(actions, into: agent.observationRows)
    if let finding = environment.nonFinite { throw finding }
    agent.remember(environment)
    position.step += environment.count
    let step = Int64(position.step)
    for episode in environment.finishedEpisodes {
      try writer.recordEpisode(
        step: step, return: episode.return, length: Int64(episode.length),
        task: Int32(environment.tasks.task(of: episode.environment)))
      position.note(episode.return)
      if !hooks.isEmpty { try hooks.afterEpisode(episode, position, self) }
    }
    var failure: (any Error)?
    try agent.learn { metric, value in
      do { try writer.record(metric: metric, step: step, value: value) } catch { failure = error }
    }
    if let failure { throw failure }
    if hooks.hasIntervals { try hooks.afterSteps(environment.count, position, self) }
  }

  /// Whether the step just taken passed a multiple of a number of environment steps; never for 0.
  private func isDue(_ period: Int) -> Bool {
    guard period > 0, position.step < config.budget.steps else { return false }
    return position.step / period > (position.step - environment.count) / period
  }

  private func lookAround(_ progress: (RunProgress) -> Void) throws {
    watch.look(at: position.step)
    if watch.isCheckpointDue { try writeCheckpoint() }
    // Not before the first checkpoint: a log without one says that the run begins again.
    if watch.hasCheckpoint { try writer.flushIfDue(at: watch.seconds) }
    if watch.isReportDue {
      let step = Int64(position.step)
      try writer.record(timing: 0, step: step, value: watch.seconds)
      try writer.record(timing: 1, step: step, value: watch.recentSpeed(at: position.step))
      report(.training, progress)
      watch.noteReport(at: position.step)
    }
    writer.stepsDone = Int64(position.step)
  }

  // MARK: Evaluating

  @discardableResult
  private func evaluate(episodes: Int) throws -> [FinishedEpisode] {
    let played = try evaluator.evaluate(
      episodes: episodes, seed: Evaluator.seed(of: seed, at: position.step),
      makePolicy: agent.makePolicy(environments:))
    try writer.recordEvaluation(
      step: Int64(position.step), episodes: played.map { ($0.return, Int64($0.length)) },
      tasks: config.environment.taskNames.count)
    if config.evaluation.keepBest { best.consider(played, of: agent, at: position.step) }
    if !hooks.isEmpty { try hooks.afterEvaluation(played, position, self) }
    lastEvaluation = played.map(\.return).reduce(0, +) / Double(max(1, played.count))
    return played
  }

  // MARK: Ending

  /// Writes a checkpoint to go on from, and leaves the run there.
  package func interrupt(progress: (RunProgress) -> Void) throws -> RunResult {
    try failing(progress) {
      try writeCheckpoint()
      try writer.interrupt()
      report(.interrupted, progress)
      return result(isFinished: false, finalReturns: [])
    }
  }

  /// Evaluates the trained agent and writes the run's end.
  package func finish(progress: (RunProgress) -> Void) throws -> RunResult {
    try failing(progress) {
      watch.goOn()
      report(.evaluating, progress)
      // What ends now has not been ended early by what is said of its last evaluation.
      let earlyEnd = position.step < config.budget.steps ? hooks.stopReason : nil
      let played = try evaluate(episodes: config.evaluation.finalEpisodes)
      try writeEnd(early: earlyEnd)
      report(.finished, progress)
      var result = result(isFinished: true, finalReturns: played.map(\.return))
      result.earlyEnd = earlyEnd
      return result
    }
  }

  /// Ends the run here for a reason from outside: with its weights, without another evaluation.
  package func end(because reason: String, progress: (RunProgress) -> Void) throws {
    try failing(progress) {
      try writeEnd(early: reason)
      report(.finished, progress)
    }
  }

  private func writeEnd(early reason: String?) throws {
    watch.look(at: position.step)
    try writer.record(timing: 0, step: Int64(position.step), value: watch.seconds)
    try writer.record(
      timing: 1, step: Int64(position.step), value: watch.meanSpeed(at: position.step))
    writer.stepsDone = Int64(position.step)
    var weights = agent.weights.makeIterator()
    func misfit(_ array: WeightArray) -> TrackingError {
      .inconsistent(
        path: folder.runPath, reason: "it has no place for the weights '\(array.name)'")
    }
    try writer.finish(early: reason) { array in
      guard let scalars = best.scalars(of: array.name, orOf: agent) else { throw misfit(array) }
      return scalars
    } weights: { array in
      guard let (name, tensor) = weights.next(), name == array.name else { throw misfit(array) }
      return tensor.scalars
    }
    // What it held is no longer needed, and the replay in it may be large.
    unlink(folder.checkpointPath)
  }

  private func result(isFinished: Bool, finalReturns: [Double]) -> RunResult {
    RunResult(
      seed: seed, isFinished: isFinished, earlyEnd: nil, step: position.step,
      finalReturns: finalReturns,
      recentReturn: position.recentReturn, seconds: watch.seconds)
  }

  private func report(_ phase: RunProgress.Phase, _ progress: (RunProgress) -> Void) {
    progress(
      RunProgress(
        seed: seed, phase: phase, step: position.step, budget: config.budget.steps,
        stepsPerSecond: watch.meanSpeed(at: position.step), episodes: position.episodes,
        recentReturn: position.recentReturn))
  }
}

extension TrainingRun.Position {
  /// Takes note of a training episode's return.
  mutating func note(_ value: Double) {
    episodes += 1
    if recentReturns.count == 100 { recentReturns.removeFirst() }
    recentReturns.append(value)
  }

  /// Mean return of the last (at most) 100 training episodes.
  var recentReturn: Double? {
    recentReturns.isEmpty ? nil : recentReturns.reduce(0, +) / Double(recentReturns.count)
  }
}

/// The clock beside a run; what it says decides only when something is written.
///
/// It stands still until it is told to go on, and pauses with the training, as runs that train by
/// turns do.
struct Watch {
  private var start: Double?
  private var before = 0.0
  private let firstStep: Int
  private let checkpointInterval: Double
  /// When the last checkpoint was written; `nil` before the first one.
  private var lastCheckpoint: Double?
  private var lastReport = 0.0
  private var lastReportStep: Int
  /// Seconds of training by this process.
  private(set) var seconds = 0.0

  init(config: CheckpointSettings, step: Int) {
    (firstStep, lastReportStep) = (step, step)
    checkpointInterval = config.seconds
  }

  mutating func goOn() { if start == nil { start = Self.now() } }

  mutating func pause() {
    seconds = elapsed
    (before, start) = (seconds, nil)
  }

  mutating func look(at step: Int) { seconds = elapsed }

  private var elapsed: Double { before + (start.map { Self.now() - $0 } ?? 0) }

  /// Seconds until the first checkpoint: a run that takes less writes none, and one that is killed
  /// before simply begins again.
  private static let firstCheckpoint = 1.0

  var hasCheckpoint: Bool { lastCheckpoint != nil }
  var isCheckpointDue: Bool {
    guard let lastCheckpoint else { return seconds >= Self.firstCheckpoint }
    return checkpointInterval > 0 && seconds - lastCheckpoint >= checkpointInterval
  }
  mutating func noteCheckpoint() { lastCheckpoint = seconds }

  var isReportDue: Bool { seconds - lastReport >= 0.5 }
  mutating func noteReport(at step: Int) { (lastReport, lastReportStep) = (seconds, step) }

  func meanSpeed(at step: Int) -> Double {
    seconds > 0 ? Double(step - firstStep) / seconds : 0
  }

  func recentSpeed(at step: Int) -> Double {
    seconds > lastReport ? Double(step - lastReportStep) / (seconds - lastReport) : 0
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
