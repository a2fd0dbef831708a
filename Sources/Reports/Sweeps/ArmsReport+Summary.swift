import Sweeps

// The findings for scripts.
extension ArmsReport: SweepFindings {
  /// One arm for scripts.
  package struct ArmLine: Encodable {
    package let arm: String
    package let plannedTrials: Int
    package let seedsPerTrial: Int
    /// Steps of each seed of a trial that is not stopped.
    package let stepsPerSeed: Int
    /// Steps that its trials took, over all seeds.
    package let steps: Int
    package let best: Int?
    package let bestScore: Double?
    package let importances: [SweepReport.Importance]
    /// Mean of the best point over the fresh seeds.
    package let confirmed: Estimate?
    /// The best point's scores by fresh seed.
    package let confirmedScores: [String: Double]
    /// Missing where trials are lines of their own.
    package var trials: [SweepSummary.TrialLine]?
  }

  /// All of it for scripts.
  package struct Summary: Encodable {
    package let name: String
    package let metric: String
    package let goal: String
    package let arms: [ArmLine]
    package let comparisons: [PairedComparison]
    package let headline: [String]
  }

  package func summary(withTrials: Bool) -> Summary {
    let lines = arms.map { arm in
      let (about, best) = (arm.search.about, arm.search.state.best)
      return ArmLine(
        arm: arm.name, plannedTrials: about.trials, seedsPerTrial: about.seedsPerTrial,
        stepsPerSeed: about.budget, steps: arm.steps, best: best?.trial.number,
        bestScore: best?.score, importances: arm.search.importances, confirmed: estimate(arm),
        confirmedScores: Dictionary(
          uniqueKeysWithValues: arm.confirmed.map { (String($0.key), $0.value) }),
        trials: withTrials ? arm.search.trialLines : nil)
    }
    return Summary(
      name: about.title, metric: about.metric, goal: isMaximized ? "maximize" : "minimize",
      arms: lines, comparisons: comparisons, headline: headline)
  }

  package var record: any Encodable { summary(withTrials: true) }
  package var recordWithoutTrials: any Encodable { summary(withTrials: false) }
  package var trialLines: [SweepSummary.TrialLine] { arms.flatMap(\.search.trialLines) }
  package var lacksBest: Bool { arms.contains(where: \.search.lacksBest) }

  package var mainFigure: String { comparisonFigure?.svg() ?? progressFigure.svg() }

  package var awaitsConfirmation: Bool {
    arms.contains { !$0.search.lacksBest && $0.confirmed.count < planned }
  }
}
