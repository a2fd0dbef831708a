/// Settings of asynchronous successive halving.
public struct SuccessiveHalvingSettings: SearchSettings {
  /// One in so many trials goes on from each rung to the next; 2 or more.
  public var reductionFactor = 4
  /// The step of the first rung; without it, the maximum divided by the reduction factor cubed.
  public var minimumResource: Int?
  /// The steps of a whole trial; without it, the most steps that a finished trial has reported, and
  /// no trial is stopped before one has finished.
  public var maximumResource: Int?

  public init() {}

  public func check() throws(SearchError) {
    try checkResources(reductionFactor, minimumResource, maximumResource)
  }
}

/// Ends trials at rungs: of those that have come so far, one in `reductionFactor` goes on.
///
/// Li et al. (2020), "A system for massively parallel hyperparameter tuning" (ASHA), in its form
/// without pauses: the rungs lie at `minimum · factorᵏ` steps, and a trial that comes to a rung goes
/// on if it is among the best `n / factor` of the `n` that have come there, rounded down but at
/// least one, itself included. Nobody waits for others, so the first at a rung always goes on. A
/// report that is not a number is worse than every number.
public struct SuccessiveHalving: StoppingRule {
  /// How it divides the budget.
  public let settings: SuccessiveHalvingSettings

  /// A rule with these settings.
  public init(_ settings: SuccessiveHalvingSettings = SuccessiveHalvingSettings()) {
    self.settings = settings
  }

  public func shouldStop(trial number: Int, of study: Study) -> Bool {
    guard
      let rungs = Rungs(
        factor: settings.reductionFactor, minimum: settings.minimumResource,
        maximum: settings.maximumResource, study: study)
    else { return false }
    return rungs.shouldStop(trial: number, among: study.trials, goal: study.goal)
  }
}

/// The steps at which trials are compared.
struct Rungs {
  /// In ascending order.
  let steps: [Int]
  let factor: Int

  /// - Returns: nothing if the steps of a whole trial are not known yet.
  init?(factor: Int, minimum: Int?, maximum: Int?, skipping skipped: Int = 0, study: Study) {
    guard let most = maximum ?? Self.longest(study), most >= 1 else { return nil }
    self.factor = max(2, factor)
    let first = max(1, minimum ?? most / (self.factor * self.factor * self.factor))
    var steps: [Int] = []
    var step = first
    while step < most {
      steps.append(step)
      let (next, overflow) = step.multipliedReportingOverflow(by: self.factor)
      if overflow { break }
      step = next
    }
    self.steps = Array(steps.dropFirst(skipped))
  }

  /// The most steps that a finished trial has reported.
  private static func longest(_ study: Study) -> Int? {
    study.trials.compactMap { trial -> Int? in
      guard case .finished = trial.state else { return nil }
      return trial.reports.last?.step
    }.max()
  }

  /// Whether a trial's latest report brought it to a rung where it is not among the best.
  func shouldStop(trial number: Int, among trials: [Trial], goal: Goal) -> Bool {
    guard let trial = trials.last(where: { $0.number == number }),
      let latest = trial.reports.last?.step
    else { return false }
    let before = trial.reports.dropLast().last?.step ?? .min
    return steps.contains { step in
      guard step > before, step <= latest, let own = Self.cost(of: trial, at: step, goal) else {
        return false
      }
      let costs = trials.compactMap { Self.cost(of: $0, at: step, goal) }
      let places = max(1, costs.count / factor)
      return costs.count { $0 < own } >= places
    }
  }

  /// What a trial had reported when it came to a rung; nothing if it has not come there.
  private static func cost(of trial: Trial, at step: Int, _ goal: Goal) -> Double? {
    guard let report = trial.reports.first(where: { $0.step >= step }) else { return nil }
    return report.score.isNaN ? .infinity : goal.cost(report.score)
  }
}

/// The checks that all rules with rungs share.
func checkResources(
  _ reductionFactor: Int, _ minimum: Int?, _ maximum: Int?
) throws(SearchError) {
  try require(
    reductionFactor >= 2 && reductionFactor <= 1000, "reductionFactor", "must be from 2 to 1000",
    found: reductionFactor)
  if let minimum {
    try require(minimum >= 1, "minimumResource", "must be 1 or more", found: minimum)
  }
  guard let maximum else { return }
  try require(maximum >= 1, "maximumResource", "must be 1 or more", found: maximum)
  if let minimum {
    try require(
      maximum >= minimum, "maximumResource", "must be at least minimumResource, \(minimum)",
      found: maximum)
  }
}
