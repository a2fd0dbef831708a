package import Tracking

/// A run of an agent in worlds of several tasks, with its place among those that it is compared
/// with.
package struct FamilyRun: Sendable {
  package var summary: RunSummary
  /// Its tasks, in the order in which its evaluations number them.
  package var record: TaskRecord
  /// Whether it acts at random.
  package var isRandom: Bool
  /// How many tasks there are in all.
  package var familySize: Int

  package init(
    _ summary: RunSummary, record: TaskRecord, isRandom: Bool, familySize: Int
  ) {
    self.summary = summary
    self.record = record
    self.isRandom = isRandom
    self.familySize = familySize
  }

  /// The mean return of each task in each evaluation.
  var returns: [Series] {
    record.tasks.indices.map { task in
      let own = summary.evaluations.filter { $0.task == task && !$0.returns.isEmpty }
      return Series(
        name: "return", steps: own.map(\.step), values: own.map(\.returns.mean))
    }
  }
}

extension MultiTaskRun {
  /// The runs of agents as a comparison takes them: returns are scores, and those of the random
  /// agent are where normalized scores begin.
  ///
  /// A run's score in a task is the mean return of its last evaluation. Steps are counted over all
  /// tasks together, so those of a run with one task are multiplied by the number of tasks.
  package static func family(_ runs: [FamilyRun]) -> [MultiTaskRun] {
    var random: [String: [Double]] = [:]
    for run in runs where run.isRandom && run.summary.state == .finished {
      for (task, series) in zip(run.record.tasks, run.returns) {
        if let last = series.values.last { random[task.name, default: []].append(last) }
      }
    }
    return runs.filter { !$0.isRandom }.map { run in
      var run = run
      for place in run.record.tasks.indices {
        let own = random[run.record.tasks[place].name]
        run.record.tasks[place].scores[0].trivial = own.map(\.mean)
      }
      return MultiTaskRun(family: run)
    }
  }

  private init(family run: FamilyRun) {
    let summary = run.summary
    (experiment, variant, seed) = (summary.experiment, summary.variant, summary.seed)
    (state, failure, steps) = (summary.state, summary.failure, summary.lastStep)
    record = run.record
    let factor = record.cell.role == .singleTask ? Int64(run.familySize) : 1
    let returns = run.returns
    test = [:]
    selected = [:]
    for (task, series) in zip(record.tasks, returns) {
      let key = "\(task.name)/\(task.scores[0].name)"
      test[key] = Series(
        name: key, steps: series.steps.map { $0 * factor }, values: series.values)
      if summary.state == .finished { selected[key] = series.values.last }
    }
    validation = [:]
    let metrics = Dictionary(
      summary.metrics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let logged = record.tasks.compactMap { metrics["weights/\($0.name)"] }
    weights = logged.count == record.tasks.count && logged.count > 1 ? logged : []
    (turns, conflict) = ([], nil)
    // The sum over tasks is then what a step of all of them takes.
    stepTime = summary.stepsPerSecond.map { 1000 / ($0 * Double(factor)) }
    (problem, split) = ("", "")
    procedure = [:]
    hasDiverged =
      selected.values.contains { !$0.isFinite }
      || (state == .failed && !(failure.map(Self.isOfTheMachine) ?? false))
  }
}

extension MultiTaskSummary {
  /// Whether scores are returns of agents.
  package var isOfAgents: Bool { tasks.allSatisfy { $0.scores.first?.name == "return" } }

  /// How scores of different tasks are put on one scale.
  var scaleMeaning: String {
    guard isOfAgents, scale == .normalized else { return scale.meaning }
    return "Normalized score: (return - random) / (single-task - random), 0 for an agent that acts "
      + "at random and 1 for the mean of agents that learned the task alone from as many steps of it; "
      + "of a run, the mean over tasks. Higher is better."
  }

  /// How far a mean return is from the best that there is, as a row's last column tells.
  func regret(_ mean: Estimate, _ score: RecordedScore) -> Estimate? {
    guard let optimum = score.optimum else { return nil }
    return Estimate(
      value: optimum - mean.value,
      interval: mean.interval.map {
        Interval(lower: optimum - $0.upper, upper: optimum - $0.lower)
      }, runs: mean.runs)
  }
}

extension MultiTaskComparison {
  /// What is said of agents in place of what is said of predictors.
  var agentNotes: [String] {
    [
      "A run's score in a task is the mean return of its last evaluation; the best one along the "
        + "training is never taken.",
      "A run that failed counts as the worst score of all runs, or the random one where that is "
        + "worse; only a failure of the machine (disk, file, memory) leaves it out.",
      "Single-task agents have the copies, rows of a batch, updates and steps that their task has "
        + "among all; steps of figures are counted over all tasks together.",
      "The random agent counts with the mean of its runs, which is not resampled.",
    ]
      + (table.columns.contains { $0.score.optimum != nil }
        ? [
          "Regret: the best expected return, computed from the world's table, less the mean return."
        ] : [])
  }
}
