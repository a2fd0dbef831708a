import Randomness
import Sweeps

/// What a sweep has found that compares arms: the search of each, what its best point comes to on
/// seeds that chose none of them, and which arm is better.
package struct ArmsReport: Sendable {
  /// One of those that are compared.
  package struct Arm: Sendable {
    package let name: String
    package let search: SweepReport
    /// The scores of its best point on the fresh seeds, by seed.
    package let confirmed: [UInt64: Double]

    package init(_ name: String, _ search: SweepReport, confirmed: [UInt64: Double]) {
      (self.name, self.search, self.confirmed) = (name, search, confirmed)
    }

    /// Steps that its trials took, over all seeds.
    package var steps: Int {
      search.state.trials.reduce(0) { sum, trial in
        var steps = trial.trial.reports.last?.step ?? 0
        if case .finished = trial.trial.state { steps = search.about.budget }
        return sum + steps * search.about.seedsPerTrial
      }
    }
  }

  package let about: SweepReport.Description
  package let arms: [Arm]
  /// Fresh seeds with which each arm's best point is to run.
  package let planned: Int
  /// Each pair of arms whose best points have run, the one with the higher mean first.
  package let comparisons: [PairedComparison]

  /// - Parameters:
  ///   - about: what the sweep is.
  ///   - arms: two or more, in the order of the file.
  ///   - planned: fresh seeds with which each arm's best point is to run.
  package init(_ about: SweepReport.Description, _ arms: [Arm], planned: Int) {
    (self.about, self.arms, self.planned) = (about, arms, planned)
    comparisons = Self.compared(arms)
  }

  var isMaximized: Bool { arms.first?.search.isMaximized ?? true }

  /// All pairs as one family, scores with the sign that makes high ones good.
  private static func compared(_ arms: [Arm]) -> [PairedComparison] {
    let sign = arms.first?.search.isMaximized ?? true ? 1.0 : -1
    let known = arms.filter { !$0.confirmed.isEmpty }
    var family: [PairedComparison] = []
    for (place, first) in known.enumerated() {
      for second in known[(place + 1)...] {
        var pair = [first, second].map { ($0.name, $0.confirmed.mapValues { sign * $0 }) }
        if Array(pair[0].1.values).mean < Array(pair[1].1.values).mean { pair.swapAt(0, 1) }
        family.append(compared(pair[0], pair[1]))
      }
    }
    return PairedComparison.judged(family)
  }

  private static func compared(
    _ own: (String, [UInt64: Double]), _ other: (String, [UInt64: Double])
  ) -> PairedComparison {
    var stream = Seeds(root: 1)["sweep/arms/\(own.0)/\(other.0)"]
    func list(_ scores: [UInt64: Double]) -> Scores {
      Scores(scores.sorted { $0.key < $1.key }.map(\.value))
    }
    let improvement = Bootstrap.estimates.estimate(
      of: list(own.1), and: list(other.1), isShare: true, using: &stream
    ) { probabilityOfImprovement(of: $0, over: $1) }
    return PairedComparison(
      of: own.0, own.1, with: other.0, other.1, improvement: improvement, bootstrap: .estimates,
      using: &stream)
  }

  /// Mean over the fresh seeds with its interval; `nil` where none has run.
  func estimate(_ arm: Arm) -> Estimate? {
    arm.confirmed.isEmpty ? nil : arm.search.estimate(arm.confirmed, arm.name)
  }

  // MARK: Figures

  /// The arms' best points with the scores of their seeds.
  package var comparisonFigure: BarFigure? {
    let known = arms.enumerated().filter { !$1.confirmed.isEmpty }
    guard !known.isEmpty else { return nil }
    return BarFigure(
      title: "Best points on fresh seeds", yLabel: about.metric,
      bars: known.map { place, arm in
        let own = estimate(arm)
        return .init(
          name: arm.name, color: place, value: own?.value ?? .nan, interval: own?.interval,
          members: arm.confirmed.keys.sorted().compactMap { arm.confirmed[$0] })
      })
  }

  /// The best score so far over the trials of each arm.
  package var progressFigure: Figure {
    let curves = arms.enumerated().compactMap { place, arm -> Figure.Curve? in
      let line = arm.search.progressFigure.front
      guard !line.isEmpty else { return nil }
      return Figure.Curve(
        name: arm.name, color: place, line: Polyline(xs: line.map(\.x), ys: line.map(\.y)))
    }
    return Figure(
      title: "Best score so far", xLabel: "trial", yLabel: about.metric, curves: curves)
  }
}
