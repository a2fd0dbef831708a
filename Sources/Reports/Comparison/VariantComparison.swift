package import Randomness

/// Variants of an experiment with one task, compared over seeds: worked out once, written in any
/// form.
package struct VariantComparison: Sendable {
  package struct Settings: Sendable {
    package var title: String?
    /// The variant that the others are compared with; the first unless given.
    package var baseline: String?
    /// A return: the steps until it is reached are told.
    package var threshold: Double?
    package var bootstrap = Bootstrap(repetitions: 10_000)
    package var curves = CurveSettings()
    /// Where the bootstrap's draws come from: equal roots give equal intervals.
    package var seeds = Seeds(root: 0)
    package var author: String?
    /// Sentences that the caller has to say, such as which runs could not be read.
    package var remarks: [String] = []

    package init() {}
  }

  /// All numbers of a comparison.
  package struct Summary: Codable, Sendable {
    package var experiment: String
    package var score: ScoreSource
    package var level: Double
    package var baseline: String
    package var variants: [VariantSummary]
    /// Each other variant against the baseline, by common seeds.
    package var comparisons: [PairedComparison]
    package var threshold: Double?
    /// By variant, as in `variants`; empty without a threshold.
    package var stepsToThreshold: [StepsToReturn]
    /// What the configurations differ in from the baseline's, by variant.
    package var settings: [Difference]
    package var verdicts: [String]
    package var warnings: [String]
  }

  /// When the runs of a variant first reached a return.
  package struct StepsToReturn: Codable, Sendable {
    package var variant: String
    /// By seed; missing where it was never reached.
    package var steps: [Int64?]
    package var reached: Int { steps.count { $0 != nil } }
    /// The median over seeds, in which one that never got there counts as later than all; missing
    /// where it is such a one.
    package var median: Double? {
      let middle = steps.map { $0.map(Double.init) ?? .infinity }.median
      return middle.isFinite ? middle : nil
    }
  }

  /// Lines of a variant's configuration that the baseline's has not, and the other way round.
  package struct Difference: Codable, Sendable {
    package var variant: String
    package var added: [String]
    package var removed: [String]
  }

  package let summary: Summary
  let report: ExperimentReport
  let settings: Settings

  package init(of runs: [RunSummary], settings: Settings = Settings()) throws(ReportError) {
    if let first = runs.first,
      let other = runs.first(where: { $0.experiment != first.experiment })
    {
      throw .differingExperiments(first.label, other.label)
    }
    if let first = runs.first,
      let other = runs.first(where: { $0.environment != first.environment })
    {
      throw .differingEnvironments(first.label, other.label)
    }
    var inner = ExperimentReport.Settings(title: settings.title, baseline: settings.baseline)
    inner.estimates = settings.bootstrap
    inner.curves = settings.curves
    inner.seeds = settings.seeds
    inner.references =
      settings.threshold.map { [Figure.Reference(value: $0, label: "return")] } ?? []
    report = try ExperimentReport(of: runs, settings: inner)
    self.settings = settings
    summary = Self.summary(of: report, settings)
  }

  private static func summary(of report: ExperimentReport, _ settings: Settings) -> Summary {
    let whole = report.summary
    let baseline = settings.baseline ?? whole.variants.first?.name ?? ""
    let comparisons = comparisons(of: report, with: baseline, settings)
    let texts = Dictionary(
      report.variants.map { ($0.name, $0.runs.first?.configuration ?? "") },
      uniquingKeysWith: { first, _ in first })
    let base = texts[baseline]?.textLines ?? []
    let differences = report.variants.filter { $0.name != baseline }.map { variant in
      let lines = LineDifference(from: base, to: (texts[variant.name] ?? "").textLines).lines
      return Difference(
        variant: variant.name,
        added: lines.compactMap { if case .added(let text) = $0 { text } else { nil } },
        removed: lines.compactMap { if case .removed(let text) = $0 { text } else { nil } })
    }
    let steps = settings.threshold.map { threshold in
      report.variants.map { variant in
        StepsToReturn(
          variant: variant.name,
          steps: variant.runs.filter { $0.state == .finished }.map {
            $0.firstStep(
              reaching: threshold, source: whole.score, window: settings.curves.episodeWindow)
          })
      }
    }
    return Summary(
      experiment: whole.experiment, score: whole.score, level: whole.level, baseline: baseline,
      variants: whole.variants, comparisons: comparisons, threshold: settings.threshold,
      stepsToThreshold: steps ?? [], settings: differences,
      verdicts: comparisons.map { "\($0.name): \($0.words)." },
      warnings: settings.remarks + whole.warnings + unpaired(comparisons)
        + whole.variants.compactMap(groups))
  }

  private static func comparisons(
    of report: ExperimentReport, with baseline: String, _ settings: Settings
  ) -> [PairedComparison] {
    func scores(_ variant: VariantSummary) -> [UInt64: Double] {
      Dictionary(
        variant.seeds.filter(\.isCounted).compactMap { seed in
          seed.score.map { (seed.seed, $0) }
        }, uniquingKeysWith: { _, last in last })
    }
    guard let base = report.summary.variants.first(where: { $0.name == baseline }) else {
      return []
    }
    let own = report.summary.variants.filter { $0.name != baseline && $0.countedRuns > 0 }
    guard base.countedRuns > 0 else { return [] }
    let family = own.map { variant in
      var random = settings.seeds["compare/\(variant.name)/\(baseline)"]
      let (first, second) = (scores(variant), scores(base))
      func list(_ scores: [UInt64: Double]) -> Scores {
        Scores(scores.sorted { $0.key < $1.key }.map(\.value))
      }
      let improvement = settings.bootstrap.estimate(
        of: list(first), and: list(second), using: &random
      ) { probabilityOfImprovement(of: $0, over: $1) }
      return PairedComparison(
        of: variant.name, first, with: baseline, second, improvement: improvement,
        bootstrap: settings.bootstrap, using: &random)
    }
    return PairedComparison.judged(family, level: settings.bootstrap.level)
  }

  private static func unpaired(_ comparisons: [PairedComparison]) -> [String] {
    comparisons.filter { $0.unpairedSeeds > 0 }.map { comparison in
      "\(comparison.name) and \(comparison.baseline) have "
        + "\(counted(comparison.differences.count, "seed")) in common; paired differences are of these."
    }
  }

  private static func groups(_ variant: VariantSummary) -> String? {
    TwoGroups(variant.seeds.filter(\.isCounted).compactMap(\.score)).map { groups in
      "\(variant.name): seeds fall into two groups (\(groups.lower.count) near "
        + "\(NumberText.significant(groups.lower.mean, digits: 3)), \(groups.upper.count) near "
        + "\(NumberText.significant(groups.upper.mean, digits: 3))), which no mean describes."
    }
  }
}

extension RunSummary {
  /// The environment as the configuration names it; empty where it does not.
  var environment: String { configuration.blocks(named: ["environment"]) }

  /// The first step at which the mean return reached a threshold: of an evaluation, or of a full
  /// window of training episodes.
  func firstStep(reaching threshold: Double, source: ScoreSource, window: Int) -> Int64? {
    switch source {
    case .evaluation:
      let series = evaluationSeries()
      return zip(series.steps, series.values).first { $0.1 >= threshold }?.0
    case .training:
      let means = runningMeans(of: episodes.returns, window: window)
      return means.indices.first { $0 >= window - 1 && means[$0] >= threshold }
        .map { episodes.endSteps[$0] }
    }
  }
}
