import Randomness

/// Several environments together.
package struct OverallSummary: Codable, Sendable {
  /// One variant over all environments in which all compared variants have runs.
  package struct Row: Codable, Sendable {
    package var variant: String
    /// Runs over all environments.
    package var runs: Int
    /// Of normalized scores, with rliable's definitions; missing without normalization.
    package var interquartileMean: Estimate?
    package var median: Estimate?
    package var mean: Estimate?
    package var optimalityGap: Estimate?
    /// The difference of the IQM from the baseline's.
    package var difference: Estimate?
    /// The mean over environments of P(a run is better than one of the baseline).
    package var probabilityOfImprovement: Estimate?
  }

  /// The environments that count: those in which every variant has a score.
  package var environments: [String]
  /// Scores that are mapped to 0 and 1, by environment; empty without normalization.
  package var references: [Interval]
  package var rows: [Row]
  package var verdicts: [String]
  package var warnings: [String]
  /// Normalized scores by variant and environment.
  let scores: [[[Double]]]

  /// Nothing where there are fewer than two environments to be put together.
  init?(
    of places: [VariantComparison.Summary], methods: [String], baseline: String,
    _ settings: RunComparison.Settings
  ) throws(ReportError) {
    guard places.count > 1 else { return nil }
    let common = Self.common(places, methods)
    warnings = []
    let shown = common.isEmpty ? places : common
    guard shown.count > 1 else { return nil }
    let rowed = methods.filter { method in
      shown.allSatisfy { !Self.scores(of: method, in: $0).isEmpty }
    }
    let names = shown.map(\.environment)
    environments = names
    if common.isEmpty {
      warnings.append(
        "no environment has runs of every row; together are told those that are in all of them.")
    } else if common.count < places.count {
      let left = places.map(\.environment).filter { !names.contains($0) }
      warnings.append("\(listed(left)): not every row has runs there, so it is not in the totals.")
    }
    let raw = rowed.map { method in shown.map { Self.scores(of: method, in: $0) } }
    references = try Self.references(of: shown, raw, settings.normalization)
    let ranges = references
    scores = raw.map { places in
      places.enumerated().map { place, values in
        ranges.isEmpty
          ? values
          : values.map { ($0 - ranges[place].lower) / (ranges[place].upper - ranges[place].lower) }
      }
    }
    rows = []
    verdicts = []
    let base = rowed.firstIndex(of: baseline)
    for (place, method) in rowed.enumerated() {
      rows.append(row(of: method, place, against: place == base ? nil : base, settings))
    }
    verdicts = rows.compactMap { row in row.words(against: baseline, settings.bootstrap.level) }
    if settings.normalization == .observed {
      warnings.append(
        "scores are normalized by the lowest and highest of these runs; other runs give others.")
    }
  }

  private static func scores(
    of method: String, in place: VariantComparison.Summary
  ) -> [Double] {
    place.variants.first { $0.name == method }?.seeds.filter(\.isCounted)
      .compactMap(\.score) ?? []
  }

  /// Environments with scores of every row: variants that are missing in most environments do not
  /// take these away from the others.
  private static func common(
    _ places: [VariantComparison.Summary], _ methods: [String]
  ) -> [VariantComparison.Summary] {
    places.filter { place in methods.allSatisfy { !scores(of: $0, in: place).isEmpty } }
  }

  /// Why environments are not put together, and what was given for it is not used.
  static func absence(
    of places: [VariantComparison.Summary], methods: [String], _ rule: Normalization
  ) -> [String] {
    guard places.count > 1 else {
      if rule == .none { return [] }
      return [
        "there is one environment, so scores are not normalized; --reference and --normalize are "
          + "for several."
      ]
    }
    let unused = rule == .none ? "" : ", and scores are not normalized"
    let names = common(places, methods).map(\.environment)
    let left = places.map(\.environment).filter { !names.contains($0) }
    return [
      "\(listed(left)): not every row has runs there, which leaves \(listed(names)) alone; so "
        + "environments are not put together\(unused)."
    ]
  }

  private static func references(
    of places: [VariantComparison.Summary], _ scores: [[[Double]]], _ rule: Normalization
  ) throws(ReportError) -> [Interval] {
    switch rule {
    case .none: return []
    case .observed:
      return places.indices.map { place in
        let all = scores.flatMap { $0[place] }
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        return Interval(lower: low, upper: high > low ? high : low + 1)
      }
    case .references(let known):
      let missing = places.map(\.environment).filter { known[$0] == nil }
      guard missing.isEmpty else { throw .missingReferences(missing) }
      return places.compactMap { known[$0.environment] }
    }
  }

  private func row(
    of method: String, _ place: Int, against base: Int?, _ settings: RunComparison.Settings
  ) -> Row {
    let own = Scores(tasks: scores[place])
    var random = settings.seeds["overall/\(method)"]
    var row = Row(variant: method, runs: scores[place].reduce(0) { $0 + $1.count })
    if !references.isEmpty {
      func estimate(_ aggregate: Aggregate) -> Estimate {
        settings.bootstrap.estimate(of: own, using: &random, aggregate.callAsFunction)
      }
      row.interquartileMean = estimate(.interquartileMean)
      row.median = estimate(.median)
      row.mean = estimate(.mean)
      row.optimalityGap = estimate(.optimalityGap)
    }
    guard let base else { return row }
    let other = Scores(tasks: scores[base])
    if !references.isEmpty {
      row.difference = settings.bootstrap.estimate(of: own, and: other, using: &random) {
        Aggregate.interquartileMean($0) - Aggregate.interquartileMean($1)
      }
    }
    row.probabilityOfImprovement = settings.bootstrap.estimate(
      of: own, and: other, isShare: true, using: &random
    ) { Reports.probabilityOfImprovement(of: $0, over: $1) }
    return row
  }
}

extension OverallSummary.Row {
  fileprivate func words(against baseline: String, _ level: Double) -> String? {
    guard let chance = probabilityOfImprovement else { return nil }
    let better =
      "a run of it is better than one of \(baseline) with probability "
      + NumberText.fixed(chance.value, decimals: 2)
    guard let interval = chance.interval else { return "\(variant), over all: \(better)." }
    let range =
      " [\(NumberText.fixed(interval.lower, decimals: 2)), "
      + "\(NumberText.fixed(interval.upper, decimals: 2))]"
    let judged =
      difference
      ?? Estimate(
        value: chance.value - 0.5,
        interval: Interval(lower: interval.lower - 0.5, upper: interval.upper - 0.5),
        runs: chance.runs)
    // Where no draw differs from another, the interval says nothing of chance.
    let verdict =
      switch judged.interval {
      case let own? where own.lower >= own.upper:
        "no verdict against \(baseline), as the interval has no width"
      case let own? where own.excludesZero:
        judged.value > 0 ? "better than \(baseline)" : "worse than \(baseline)"
      default: "indistinguishable from \(baseline) at \(percent(level))"
      }
    let shown = difference.map { " (normalized IQM \(PairedComparison.text($0)))" } ?? ""
    return "\(variant), over all environments: \(verdict)\(shown); \(better)\(range)."
  }
}
