import Glibc

/// Settings of Hyperband.
public struct HyperbandSettings: SearchSettings {
  /// One in so many trials goes on from each rung to the next; 2 or more.
  public var reductionFactor = 3
  /// The step of the most eager bracket's first rung; without it, the maximum divided by the
  /// reduction factor cubed, which makes four brackets.
  public var minimumResource: Int?
  /// The steps of a whole trial; without it, the most steps that a finished trial has reported, and
  /// no trial is stopped before one has finished.
  public var maximumResource: Int?

  public init() {}

  public func check() throws(SearchError) {
    try checkResources(reductionFactor, minimumResource, maximumResource)
  }
}

/// Brackets of successive halving, from one that stops early to one that never stops.
///
/// Li et al. (2018), "Hyperband: a novel bandit-based approach to hyperparameter optimization".
/// Bracket 0 has all rungs of `SuccessiveHalving`, each further one begins a rung later, and the
/// last has none: so a search whose early reports mislead loses only a part of its budget. Brackets
/// take turns so that each spends about the same budget: of `b` brackets, that with `s` rungs gets
/// `⌈b / (s + 1) · factorˢ⌉` trials a round, as in the paper's algorithm 1 (27, 12, 6 and 4 for four
/// brackets and a factor of 3). A trial is compared only with those of its bracket, asynchronously.
public struct Hyperband: StoppingRule {
  /// How it divides the budget.
  public let settings: HyperbandSettings

  /// A rule with these settings.
  public init(_ settings: HyperbandSettings = HyperbandSettings()) { self.settings = settings }

  public func shouldStop(trial number: Int, of study: Study) -> Bool {
    guard let all = rungs(skipping: 0, study) else { return false }
    let turns = Self.turns(brackets: all.steps.count + 1, factor: all.factor)
    let bracket = turns[max(0, number) % turns.count]
    guard let rungs = rungs(skipping: bracket, study) else { return false }
    let rivals = study.trials.filter { turns[max(0, $0.number) % turns.count] == bracket }
    return rungs.shouldStop(trial: number, among: rivals, goal: study.goal)
  }

  private func rungs(skipping skipped: Int, _ study: Study) -> Rungs? {
    Rungs(
      factor: settings.reductionFactor, minimum: settings.minimumResource,
      maximum: settings.maximumResource, skipping: skipped, study: study)
  }

  /// The bracket of each trial in one round, which then repeats: every bracket as often as its
  /// share says, as evenly mixed as can be.
  package static func turns(brackets: Int, factor: Int) -> [Int] {
    let trials = (0..<brackets).map { bracket -> Double in
      let left = Double(brackets - bracket)
      return (Double(brackets) / left * pow(Double(factor), left - 1)).rounded(.up)
    }
    // Many brackets would make a round longer than any search: shares are kept, counts reduced.
    let reduction = max(1, (trials.max() ?? 1) / 1000)
    let counts = trials.map { Int(($0 / reduction).rounded(.up)) }
    let slots = counts.enumerated().flatMap { bracket, count in
      (0..<count).map { (time: (Double($0) + 0.5) / Double(count), bracket: bracket) }
    }
    return slots.sorted { ($0.time, $0.bracket) < ($1.time, $1.bracket) }.map(\.bracket)
  }
}
