/// What a trial tells a model.
package enum Outcome: Equatable, Sendable {
  /// Smaller is better, whatever the goal.
  case cost(Double)
  /// It has no score: it counts as the worst that is known.
  case failed
  /// Nothing is known yet.
  case running
}

extension Goal {
  /// A score with the sign that makes small values good.
  package func cost(_ score: Double) -> Double { self == .minimize ? score : -score }
}

extension Study {
  /// What each trial tells a model, in the order of the trials.
  ///
  /// A finished trial counts by its score. A stopped one counts by its last report, but never as
  /// better than the median of the finished ones: it was stopped because most were better, and a
  /// score early on the way is not one at the end. A score that is infinite or not a number, a
  /// stopped trial without a finite last report, and a failed trial all count as failed.
  package var outcomes: [Outcome] {
    let finished = trials.compactMap { trial -> Double? in
      guard case .finished(let score) = trial.state, score.isFinite else { return nil }
      return goal.cost(score)
    }
    let median = median(finished)
    return trials.map { trial in
      switch trial.state {
      case .running: return .running
      case .failed: return .failed
      case .finished(let score): return score.isFinite ? .cost(goal.cost(score)) : .failed
      case .stopped:
        guard let last = trial.reports.last?.score, last.isFinite else { return .failed }
        return .cost(max(goal.cost(last), median ?? -.infinity))
      }
    }
  }

  /// The finished trial with the best score; the earliest of several.
  public var best: Trial? {
    var best: (trial: Trial, cost: Double)?
    for trial in trials {
      guard case .finished(let score) = trial.state, score.isFinite else { continue }
      if best.map({ goal.cost(score) < $0.cost }) ?? true { best = (trial, goal.cost(score)) }
    }
    return best?.trial
  }
}

/// The middle of numbers, or the mean of the two in the middle.
package func median(_ numbers: [Double]) -> Double? {
  guard !numbers.isEmpty else { return nil }
  let sorted = numbers.sorted()
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2)
    ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
}
