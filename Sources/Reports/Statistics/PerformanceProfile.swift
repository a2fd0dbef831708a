/// The share of scores that lie above each threshold: the whole distribution in one curve.
///
/// Higher is better, and a curve that lies above another everywhere is better at any threshold
/// (Dolan and Moré 2002; Agarwal et al. 2021, section 4.2).
package struct PerformanceProfile: Equatable, Sendable {
  package enum Unit: Sendable {
    /// The share of all runs of all tasks.
    case runs
    /// The share of tasks, each judged by the mean of its runs.
    case tasks
  }

  package var thresholds: [Double]
  /// One share in 0...1 for each threshold, with a pointwise interval from two runs on.
  package var shares: [Estimate]

  package init(
    of scores: Scores, at thresholds: [Double], counting unit: Unit = .runs,
    bootstrap: Bootstrap = .curves, using indices: inout some IndexSource
  ) {
    self.thresholds = thresholds
    let values = Self.shares(of: scores, at: thresholds, counting: unit)
    let runs = scores.fewestRuns
    guard runs > 1 else {
      shares = values.map { Estimate(value: $0, interval: nil, runs: runs) }
      return
    }
    var draws = thresholds.map { _ in [Double]() }
    var drawn = scores
    for _ in 0..<bootstrap.repetitions {
      drawn.redraw(from: scores, using: &indices)
      let drawnShares = Self.shares(of: drawn, at: thresholds, counting: unit)
      for (index, share) in drawnShares.enumerated() { draws[index].append(share) }
    }
    shares = zip(values, draws).map {
      Estimate(
        value: $0,
        interval: bootstrap.interval(
          of: $1, around: $0, runs: runs, degrees: scores.values.count - scores.taskCount,
          isShare: true), runs: runs)
    }
  }

  /// The share of scores (or of tasks' means) strictly above each threshold.
  package static func shares(
    of scores: Scores, at thresholds: [Double], counting unit: Unit = .runs
  ) -> [Double] {
    let judged =
      switch unit {
      case .runs: scores.values
      case .tasks: (0..<scores.taskCount).map { scores.task($0).mean }
      }
    return thresholds.map { threshold in
      Double(judged.count { $0 > threshold }) / Double(judged.count)
    }
  }
}
