package import Randomness

/// Runs of any experiments, agents and environments compared: worked out once, written in any form.
///
/// Each environment (or task of one) is compared by itself; several are put together by scores that
/// reference scores normalize, where these are given, as in rliable.
package struct RunComparison: Sendable {
  package struct Settings: Sendable {
    package var title: String?
    package var baseline: String?
    /// What names the rows; chosen by what tells the runs apart, where missing.
    package var key: String?
    /// Whether environments of one name with different settings are compared by themselves.
    package var separatesSettings = false
    /// Returns to be reached, by environment; the one without a name holds for all others.
    package var thresholds: [String: Double] = [:]
    package var effect: Double?
    package var normalization = Normalization.none
    package var bootstrap = Bootstrap(repetitions: 10_000)
    package var curves = CurveSettings(gridPoints: 100, bootstrap: Bootstrap(repetitions: 1000))
    /// Where the bootstrap's draws come from: equal roots give equal intervals.
    package var seeds = Seeds(root: 0)
    package var author: String?
    /// Sentences that the caller has to say, such as which runs could not be read.
    package var remarks: [String] = []

    package init() {}
  }

  package struct Summary: Codable, Sendable {
    package var title: String
    /// What the rows are: "Variant", "Agent", "Experiment".
    package var rows: String
    package var baseline: String
    package var variants: [String]
    package var environments: [VariantComparison.Summary]
    /// All environments together; missing where there is one.
    package var overall: OverallSummary?
    package var verdicts: [String]
    package var warnings: [String]
  }

  package let summary: Summary
  let places: [VariantComparison]
  let settings: Settings

  package init(of runs: [RunSummary], settings: Settings = Settings()) throws(ReportError) {
    let groups = try MethodGroups(
      of: runs, by: settings.key, separatesSettings: settings.separatesSettings)
    if let baseline = settings.baseline, !groups.methods.contains(baseline) {
      throw .unknownBaseline(baseline, known: groups.methods)
    }
    try Self.check(settings, against: groups.places.map(\.name))
    let baseline = settings.baseline ?? groups.methods[0]
    var places: [VariantComparison] = []
    var missing: [String] = []
    for place in groups.places {
      let isThere = place.runs.contains { $0.variant == baseline }
      if !isThere { missing.append(place.name) }
      var own = VariantComparison.Settings()
      own.title = place.name
      own.baseline = isThere ? baseline : nil
      own.threshold = settings.thresholds[place.name] ?? settings.thresholds[""]
      own.effect = settings.effect
      own.bootstrap = settings.bootstrap
      own.curves = settings.curves
      own.seeds = groups.places.count > 1 ? settings.seeds.branch(place.name) : settings.seeds
      places.append(try VariantComparison(of: place.runs, settings: own))
    }
    self.places = places
    self.settings = settings
    let overall = try OverallSummary(
      of: places.map(\.summary), methods: groups.methods, baseline: baseline, settings)
    let apart =
      overall == nil
      ? OverallSummary.absence(
        of: places.map(\.summary), methods: groups.methods, settings.normalization) : []
    func prefixed(_ sentences: (VariantComparison.Summary) -> [String]) -> [String] {
      places.map(\.summary).flatMap { place in
        sentences(place).map { places.count > 1 ? "\(place.environment): \($0)" : $0 }
      }
    }
    let absent = missing.map {
      "\($0): there is no run of \(baseline), so the first row is the baseline there."
    }
    let names = runs.map(\.experiment).uniqued
    summary = Summary(
      title: settings.title
        ?? (names.count > 3 ? "\(names.count) experiments" : names.joined(separator: ", ")),
      rows: groups.noun, baseline: baseline, variants: groups.methods,
      environments: places.map(\.summary), overall: overall,
      verdicts: (overall?.verdicts ?? []) + prefixed(\.verdicts),
      warnings: settings.remarks + groups.remarks + absent + apart
        + (overall?.warnings ?? []) + prefixed(\.warnings))
  }

  /// What names environments has to name some that there are.
  private static func check(_ settings: Settings, against names: [String]) throws(ReportError) {
    var named = settings.thresholds.keys.filter { !$0.isEmpty }
    if case .references(let ranges) = settings.normalization {
      named += ranges.keys
      if let empty = ranges.first(where: { $0.value.lower == $0.value.upper }) {
        throw .emptyReference(empty.key)
      }
    }
    let unknown = named.filter { !names.contains($0) }.sorted()
    guard unknown.isEmpty else { throw .unknownEnvironments(unknown, known: names) }
  }

  /// The color of a row in every figure.
  func color(of variant: String) -> Int { summary.variants.firstIndex(of: variant) ?? 0 }
}

/// How scores of several environments become comparable.
package enum Normalization: Equatable, Sendable {
  case none
  /// From the lowest to the highest score of any run here: only for these runs among themselves.
  case observed
  /// (score - lower) / (upper - lower), by environment.
  case references([String: Interval])
}
