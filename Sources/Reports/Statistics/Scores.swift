/// Scores of several runs on one or more tasks, stored task after task.
///
/// A task is a stratum: the bootstrap draws runs within it and never across. Tasks may have
/// different numbers of runs (a crashed seed takes only its own scores away).
package struct Scores: Equatable, Sendable {
  /// All scores, task after task.
  package var values: [Double]
  /// Where each task starts in `values`, and at the end where the last one stops.
  package let bounds: [Int]

  /// Scores of one task, one number a run.
  package init(_ runs: [Double]) {
    self.init(tasks: [runs])
  }

  /// Scores by task: `tasks[t][r]` is run r on task t.
  package init(tasks: [[Double]]) {
    values = tasks.flatMap { $0 }
    bounds = tasks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// Scores as rliable lays them out, [runs, tasks]: `rows[r][t]` is run r on task t.
  package init(runs rows: [[Double]]) {
    let taskCount = rows.first?.count ?? 0
    precondition(
      rows.allSatisfy { $0.count == taskCount },
      "every run needs a score for each of the \(taskCount) tasks of the first run")
    self.init(tasks: (0..<taskCount).map { task in rows.map { $0[task] } })
  }

  package var taskCount: Int { bounds.count - 1 }

  /// The scores of one task, one number a run.
  package func task(_ index: Int) -> ArraySlice<Double> {
    values[bounds[index]..<bounds[index + 1]]
  }

  /// The number of runs of the task that has the fewest.
  package var fewestRuns: Int {
    (0..<taskCount).map { bounds[$0 + 1] - bounds[$0] }.min() ?? 0
  }

  /// Each task's scores mapped to (score - low) / (high - low), as for human-normalised scores.
  package func normalized(low: [Double], high: [Double]) -> Scores {
    precondition(
      low.count == taskCount && high.count == taskCount,
      "\(taskCount) tasks need as many bounds, not \(low.count) and \(high.count)")
    return Scores(
      tasks: (0..<taskCount).map { index in
        task(index).map { ($0 - low[index]) / (high[index] - low[index]) }
      })
  }

  /// How far the scores stay, on average, below `threshold`; those above it count as the threshold.
  package func optimalityGap(threshold: Double = 1) -> Double {
    threshold - values.lazy.map { Swift.min($0, threshold) }.mean
  }

  /// Replaces every score by one drawn from the same task of `origin`, independently of all others.
  mutating func redraw(from origin: Scores, using indices: inout some IndexSource) {
    for index in 0..<taskCount {
      let start = bounds[index]
      let runs = bounds[index + 1] - start
      for place in start..<(start + runs) {
        values[place] = origin.values[start + indices.index(below: runs)]
      }
    }
  }
}

/// What one number is made of scores, with rliable's definitions.
///
/// Source: Agarwal et al. 2021.
package enum Aggregate: String, Codable, CaseIterable, Sendable {
  /// The mean over tasks of each task's mean over runs.
  case mean
  /// The median over tasks of each task's mean over runs. With one task this is that task's mean.
  case median
  /// The interquartile mean of all scores of all tasks together.
  case interquartileMean
  /// 1 - mean(min(score, 1)) over all scores: how far they stay, on average, below a score of 1.
  case optimalityGap

  package func callAsFunction(_ scores: Scores) -> Double {
    switch self {
    case .mean: (0..<scores.taskCount).map { scores.task($0).mean }.mean
    case .median: (0..<scores.taskCount).map { scores.task($0).mean }.median
    case .interquartileMean: scores.values.interquartileMean
    case .optimalityGap: scores.optimalityGap()
    }
  }

  /// The name as a table shows it.
  package var title: String {
    switch self {
    case .mean: "mean"
    case .median: "median"
    case .interquartileMean: "IQM"
    case .optimalityGap: "optimality gap"
    }
  }
}
