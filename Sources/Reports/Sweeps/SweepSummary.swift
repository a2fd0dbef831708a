package import Sweeps

/// A sweep's findings for scripts.
package struct SweepSummary: Encodable {
  package struct TrialLine: Encodable {
    /// Its arm, where arms are compared.
    package let arm: String?
    package let trial: Int
    package let state: String
    package let score: Double?
    /// Values by path.
    package let values: [String: PlainValue]
    package let seedScores: [String: Double]
    package let steps: Int?
    package let takeovers: Int
    package let problem: String?

    package init(_ trial: JournaledTrial, _ space: SearchSpace, arm: String? = nil) {
      self.arm = arm
      self.trial = trial.trial.number
      (state, problem) =
        switch trial.trial.state {
        case .running: ("running", nil)
        case .finished: ("finished", nil)
        case .stopped: ("stopped", nil)
        case .failed(let reason): ("failed", reason)
        }
      score = trial.score
      values = Dictionary(
        zip(space.parameters.map(\.path), trial.trial.values.map(PlainValue.init)),
        uniquingKeysWith: { $1 })
      seedScores = Dictionary(
        uniqueKeysWithValues: trial.seedScores.map { (String($0), $1) })
      steps = trial.trial.reports.last?.step
      takeovers = trial.takeovers
    }
  }

  package let name: String
  package let metric: String
  package let goal: String
  package let plannedTrials: Int
  package let trials: [TrialLine]
  package let best: Int?
  package let importances: [SweepReport.Importance]
  package let confirmation: PairedComparison?
  package let headline: [String]

  /// All but the trials.
  package var findings: Findings {
    Findings(
      name: name, best: best, importances: importances, confirmation: confirmation,
      headline: headline)
  }

  package struct Findings: Encodable {
    package let name: String
    package let best: Int?
    package let importances: [SweepReport.Importance]
    package let confirmation: PairedComparison?
    package let headline: [String]
  }
}

extension SweepReport {
  package var summary: SweepSummary {
    SweepSummary(
      name: about.title, metric: about.metric, goal: state.goal.rawValue,
      plannedTrials: about.trials,
      trials: state.trials.map { .init($0, state.space, arm: about.arm) },
      best: state.best?.trial.number,
      importances: importances,
      confirmation: comparison, headline: headline)
  }
}
