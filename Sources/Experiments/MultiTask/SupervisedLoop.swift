import Autodiff
import Glibc
import Tracking

extension SupervisedRun {
  /// Steps between two looks at the clock and at the request to stop.
  private static let stepsBetweenLooks = 16

  /// Trains until the budget is used up, patience is, or a stop is requested.
  ///
  /// - Throws: a sentence where training diverged, a strategy has no answer, or a file refuses. The
  ///   run is then marked as failed where its file can still be written, and its last checkpoint
  ///   stays.
  public func run(
    until stop: StopSignal, progress: (RunProgress) -> Void
  ) throws -> RunResult {
    var watch = Watch(config: config.checkpoint, step: training.position.step)
    // The first checkpoint was written when the run began.
    watch.noteCheckpoint()
    watch.goOn()
    do {
      report(.training, watch, progress)
      while !training.isOver {
        for _ in 0..<Self.stepsBetweenLooks where !training.isOver { try step() }
        if stop.isRequested, !training.isOver { return try interrupt(watch, progress) }
        if !training.isOver { try lookAround(&watch, progress) }
      }
      return try finish(watch, progress)
    } catch {
      try? writer.fail("\(error)")
      report(.failed("\(error)"), watch, progress)
      throw error
    }
  }

  private func step() throws {
    let rate = training.learningRate
    let isLogged = training.position.step.isMultiple(of: config.logging.every)
    try training.step()
    let step = training.position.step
    if isLogged {
      try recorder.record(
        training.learner.report, probabilities: training.probabilities, learningRate: rate,
        step: Int64(step))
    }
    if training.isEvaluationDue {
      let evaluation = try training.evaluate()
      if let validation = evaluation.validation {
        try recorder.record(validation, of: .validation, step: Int64(step))
      }
      try recorder.record(evaluation.test, of: .test, step: Int64(step))
    }
    // A checkpoint from the end would go on with a run that is over.
    let period = config.checkpoint.steps
    if period > 0, step.isMultiple(of: period), !training.isOver { try writeCheckpoint() }
  }

  private func lookAround(_ watch: inout Watch, _ progress: (RunProgress) -> Void) throws {
    let step = training.position.step
    watch.look(at: step)
    try writer.flushIfDue(at: watch.seconds)
    if watch.isCheckpointDue {
      try writeCheckpoint()
      watch.noteCheckpoint()
    }
    if watch.isReportDue {
      let speed = watch.recentSpeed(at: step)
      try recorder.record(
        elapsed: watch.seconds, stepTime: speed > 0 ? 1000 / speed : nil, step: Int64(step))
      report(.training, watch, progress)
      watch.noteReport(at: step)
    }
    writer.stepsDone = Int64(step)
  }

  private func interrupt(
    _ watch: Watch, _ progress: (RunProgress) -> Void
  ) throws -> RunResult {
    try writeCheckpoint()
    try writer.interrupt()
    report(.interrupted, watch, progress)
    return result(isFinished: false, watch)
  }

  private func finish(_ watch: Watch, _ progress: (RunProgress) -> Void) throws -> RunResult {
    var watch = watch
    let step = training.position.step
    if let chosen = training.position.best {
      try recorder.record(selected: chosen.test, step: Int64(step))
    }
    watch.look(at: step)
    let speed = watch.meanSpeed(at: step)
    try recorder.record(
      elapsed: watch.seconds, stepTime: speed > 0 ? 1000 / speed : nil, step: Int64(step))
    writer.stepsDone = Int64(step)
    let last = Dictionary(
      uniqueKeysWithValues: training.learner.weights.map { ($0.name, $0.tensor) })
    let best = Dictionary(uniqueKeysWithValues: training.best.map { ($0.name, $0.tensor) })
    func numbers(_ array: WeightArray) throws -> [Float] {
      guard let tensor = last[array.name] else {
        throw TrackingError.inconsistent(
          path: folder.runPath, reason: "it has no place for the weights '\(array.name)'")
      }
      return tensor.scalars
    }
    let earlyEnd = training.earlyEnd
    try writer.finish(early: earlyEnd) { array in
      try best[array.name]?.scalars ?? numbers(array)
    } weights: {
      try numbers($0)
    }
    unlink(folder.checkpointPath)
    report(.finished, watch, progress)
    var result = result(isFinished: true, watch)
    result.earlyEnd = earlyEnd
    return result
  }

  private func result(isFinished: Bool, _ watch: Watch) -> RunResult {
    RunResult(
      seed: seed, isFinished: isFinished, earlyEnd: nil, step: training.position.step,
      finalReturns: [], recentReturn: nil, seconds: watch.seconds)
  }

  private func report(
    _ phase: RunProgress.Phase, _ watch: Watch, _ progress: (RunProgress) -> Void
  ) {
    progress(
      RunProgress(
        seed: seed, variant: config.variant, phase: phase, step: training.position.step,
        budget: training.totalSteps, stepsPerSecond: watch.meanSpeed(at: training.position.step),
        episodes: 0, recentReturn: nil, validationScore: training.position.lastScore))
  }
}
