package import Randomness

/// Variants in one environment, or on one task, compared over seeds.
package struct VariantComparison: Sendable {
  package struct Settings: Sendable {
    package var title: String?
    /// The variant that the others are compared with; the first unless given.
    package var baseline: String?
    /// A return: the steps and the time until it is reached are told.
    package var threshold: Double?
    /// A difference of scores of which the seeds needed to find it are told; otherwise a tenth of
    /// the baseline's score.
    package var effect: Double?
    package var bootstrap = Bootstrap(repetitions: 10_000)
    package var curves = CurveSettings()
    /// Where the bootstrap's draws come from: equal roots give equal intervals.
    package var seeds = Seeds(root: 0)

    package init() {}
  }

  /// All numbers of a comparison.
  package struct Summary: Codable, Sendable {
    /// The environment or task.
    package var environment: String
    package var score: ScoreSource
    package var level: Double
    package var baseline: String
    package var variants: [VariantSummary]
    /// By variant, what its rows have beside the mean and the IQM.
    package var aggregates: [Aggregates]
    /// Each other variant against the baseline, by common seeds.
    package var comparisons: [PairedComparison]
    /// What the comparisons could find, one for each that has two common seeds.
    package var power: [Power]
    package var threshold: Double?
    /// By variant.
    package var efficiency: [SampleEfficiency]
    /// What the configurations differ in, key by key.
    package var settings: [SettingDifference]
    package var verdicts: [String]
    package var warnings: [String]
  }

  /// Further numbers that stand for the scores of a variant.
  package struct Aggregates: Codable, Sendable {
    /// The median over seeds.
    package var median: Estimate?
    /// How far scores stay, on average, below the threshold; missing without one.
    package var optimalityGap: Estimate?
  }

  /// A key of the configuration and its value in each variant, in the order of `variants`.
  package struct SettingDifference: Codable, Equatable, Sendable {
    package var key: String
    /// Missing where the variant has no such key.
    package var values: [String?]
  }

  package let summary: Summary
  let report: ExperimentReport
  let settings: Settings

  package init(of runs: [RunSummary], settings: Settings = Settings()) throws(ReportError) {
    var inner = ExperimentReport.Settings(title: settings.title, baseline: settings.baseline)
    inner.estimates = settings.bootstrap
    inner.curves = settings.curves
    inner.seeds = settings.seeds
    inner.comparesVariants = false
    inner.references =
      settings.threshold.map {
        [Figure.Reference(value: $0, label: NumberText.significant($0).withoutZeros)]
      } ?? []
    report = try ExperimentReport(of: runs, settings: inner)
    self.settings = settings
    summary = Self.summary(of: report, settings)
  }

  private static func summary(of report: ExperimentReport, _ settings: Settings) -> Summary {
    let whole = report.summary
    let baseline = settings.baseline ?? whole.variants.first?.name ?? ""
    let comparisons = comparisons(of: report, with: baseline, settings)
    let effect = settings.effect ?? wholeEffect(of: whole, baseline)
    return Summary(
      environment: whole.experiment, score: whole.score, level: whole.level, baseline: baseline,
      variants: whole.variants, aggregates: whole.variants.map { aggregates(of: $0, settings) },
      comparisons: comparisons, power: comparisons.compactMap { Power(of: $0, effect: effect) },
      threshold: settings.threshold,
      efficiency: SampleEfficiency.all(
        of: report.variants, source: whole.score, threshold: settings.threshold,
        bootstrap: settings.bootstrap, window: settings.curves.episodeWindow,
        seeds: settings.seeds),
      settings: differences(of: report.variants),
      verdicts: comparisons.map { "\($0.name): \($0.words)." },
      warnings: whole.warnings + unpaired(comparisons) + whole.variants.compactMap(groups))
  }

  /// A tenth of the baseline's score.
  private static func wholeEffect(of summary: ExperimentSummary, _ baseline: String) -> Double? {
    let score = summary.variants.first { $0.name == baseline }?.interquartileMean?.value
    return score.flatMap { $0 != 0 && $0.isFinite ? abs($0) / 10 : nil }
  }

  private static func aggregates(of variant: VariantSummary, _ settings: Settings) -> Aggregates {
    let scores = variant.seeds.filter(\.isCounted).compactMap(\.score)
    guard !scores.isEmpty else { return Aggregates(median: nil, optimalityGap: nil) }
    var random = settings.seeds["aggregates/\(variant.name)"]
    let median = settings.bootstrap.estimate(of: Scores(scores), using: &random) {
      $0.values.median
    }
    let gap = settings.threshold.map { threshold in
      settings.bootstrap.estimate(of: Scores(scores), using: &random) {
        $0.optimalityGap(threshold: threshold)
      }
    }
    return Aggregates(median: median, optimalityGap: gap)
  }

  /// The keys that not all variants have alike, by the first run of each.
  static func differences(of variants: [ExperimentReport.Variant]) -> [SettingDifference] {
    let settings = variants.map { variant -> [FlatSettings.Entry] in
      FlatSettings(yaml: variant.runs.first?.configuration ?? "").compared
    }
    let values = settings.map {
      Dictionary($0.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
    return settings.flatMap { $0.map(\.key) }.uniqued.compactMap { key in
      let own = values.map { $0[key] }
      return Set(own).count > 1 ? SettingDifference(key: key, values: own) : nil
    }
  }
}

extension VariantComparison {
  fileprivate static func comparisons(
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
        of: list(first), and: list(second), isShare: true, using: &random
      ) { probabilityOfImprovement(of: $0, over: $1) }
      return PairedComparison(
        of: variant.name, first, with: baseline, second, improvement: improvement,
        bootstrap: settings.bootstrap, using: &random)
    }
    return PairedComparison.judged(family, level: settings.bootstrap.level)
  }

  fileprivate static func unpaired(_ comparisons: [PairedComparison]) -> [String] {
    comparisons.filter { $0.unpairedSeeds > 0 }.map { comparison in
      "\(comparison.name) and \(comparison.baseline) have "
        + "\(counted(comparison.differences.count, "seed")) in common; paired differences are of these."
    }
  }

  fileprivate static func groups(_ variant: VariantSummary) -> String? {
    TwoGroups(variant.seeds.filter(\.isCounted).compactMap(\.score)).map {
      "\(variant.name): seeds fall into \($0.words); look at the seeds."
    }
  }
}
