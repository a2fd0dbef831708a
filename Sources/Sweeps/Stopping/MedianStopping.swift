/// Settings of the median stopping rule.
public struct MedianStoppingSettings: SearchSettings {
  /// Finished trials that must exist before any trial is stopped; 1 or more.
  public var startupTrials = 5
  /// No trial is stopped before it has reported a step of at least this.
  public var warmupSteps = 0

  public init() {}

  public func check() throws(SearchError) {
    try require(startupTrials >= 1, "startupTrials", "must be 1 or more", found: startupTrials)
    try require(warmupSteps >= 0, "warmupSteps", "must be 0 or more", found: warmupSteps)
  }
}

/// Ends a trial whose best score so far is worse than the median of the others' averages.
///
/// Golovin et al. (2017), "Google Vizier: a service for black-box optimization", section 3.2.2: at
/// step `s` the trial's best report up to `s` is held against the median, over finished trials, of
/// the mean of their reports up to `s`. The best trial of all at its step is never stopped. Reports
/// that are not numbers are left out; a trial that has no others is worse than all that have some.
public struct MedianStopping: StoppingRule {
  /// When it begins to stop.
  public let settings: MedianStoppingSettings

  /// A rule with these settings.
  public init(_ settings: MedianStoppingSettings = MedianStoppingSettings()) {
    self.settings = settings
  }

  public func shouldStop(trial number: Int, of study: Study) -> Bool {
    guard let trial = study.trials.last(where: { $0.number == number }),
      let step = trial.reports.last?.step, step >= settings.warmupSteps
    else { return false }
    let averages = study.trials.compactMap { other -> Double? in
      guard case .finished = other.state, other.number != number, !other.reports.isEmpty else {
        return nil
      }
      return Self.mean(Self.costs(of: other, upTo: step, in: study)) ?? .infinity
    }
    guard averages.count >= settings.startupTrials, let middle = median(averages) else {
      return false
    }
    let best = Self.costs(of: trial, upTo: step, in: study).min() ?? .infinity
    return best > middle
  }

  private static func costs(of trial: Trial, upTo step: Int, in study: Study) -> [Double] {
    trial.reports.filter { $0.step <= step && !$0.score.isNaN }.map { study.goal.cost($0.score) }
  }

  private static func mean(_ numbers: [Double]) -> Double? {
    numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
  }
}
