extension VariantComparison.Summary {
  /// Final scores and differences, a row a variant.
  func mainTable(rows title: String) -> Table {
    let decimals = NumberText.decimals(for: variants.compactMap { $0.interquartileMean?.value })
    let cells = variants.enumerated().map { place, variant -> [String] in
      let against = comparisons.first { $0.name == variant.name }
      return [
        variant.name, "\(variant.countedRuns)" + (variant.isPreliminary ? " (not ended)" : ""),
        text(variant.interquartileMean, decimals), text(aggregates[place].median, decimals),
        text(variant.mean, decimals), text(aggregates[place].optimalityGap, decimals),
        variant.name == baseline ? "baseline" : text(against?.difference, decimals, signed: true),
        against.map { comparison in
          comparison.adjustedPValue.map(NumberText.probability)
            ?? "no test (n=\(comparison.differences.count))"
        } ?? "", text(against?.probabilityOfImprovement, 2),
        against.map { $0.verdict == .untested ? "no test" : $0.verdict.rawValue } ?? "",
      ]
    }
    let level = percent(level)
    return Table(
      caption: score.title.capitalizedFirst,
      columns: [
        .init(title, isNumeric: false), .init("Seeds"), .init("IQM [\(level)]"),
        .init("Median [\(level)]"), .init("Mean [\(level)]"), .init("Optimality gap"),
        .init("Against \(baseline)"), .init("p (Holm)"), .init("P(better)"),
        .init("Verdict", isNumeric: false),
      ], rows: cells
    ).withoutEmptyColumns
  }

  /// What was learned with how many steps and how much time, a row a variant.
  func efficiencyTable(rows title: String) -> Table {
    let decimals = NumberText.decimals(for: efficiency.compactMap { $0.meanReturn?.value })
    func steps(_ value: Double) -> String { NumberText.grouped(Int64(value.rounded())) }
    let goal = threshold.map { NumberText.significant($0).withoutZeros } ?? ""
    let range = efficiency.first { $0.range.count == 2 }?.range
    let rows = zip(efficiency, variants).map { own, variant -> [String] in
      [
        own.variant, text(own.meanReturn, decimals), own.steps?.text(steps) ?? "",
        own.seconds?.text { NumberText.significant($0, digits: 3).withoutZeros } ?? "",
        own.steps.map { "\($0.reached) of \($0.times.count)" } ?? "",
        variant.wallTime.map(NumberText.duration) ?? "",
        variant.stepsPerSecond.map { NumberText.grouped(Int64($0.rounded())) } ?? "",
      ]
    }
    let over = range.map { " over steps \(steps($0[0])) to \(steps($0[1]))" } ?? ""
    return Table(
      caption: "Sample efficiency",
      columns: [
        .init(title, isNumeric: false), .init("Mean return\(over)"),
        .init("Steps to \(goal)"), .init("Seconds to \(goal)"), .init("Reached"),
        .init("Time a seed"), .init("Steps/s"),
      ], rows: rows
    ).withoutEmptyColumns
  }

  /// What so many seeds can find, a row a comparison.
  func powerTable(rows title: String) -> Table {
    guard let effect = power.compactMap(\.effect).first else {
      return Table(columns: [.init(title, isNumeric: false)], rows: [])
    }
    func number(_ value: Double) -> String {
      NumberText.significant(value, digits: 2).withoutZeros
    }
    return Table(
      caption: "What these seeds can find, in 8 of 10 such experiments",
      columns: [
        .init("\(title) against \(baseline)", isNumeric: false), .init("Seeds in common"),
        .init("Smallest difference found"), .init("Seeds to find \(number(effect))"),
      ],
      rows: power.map { own in
        [
          own.name, "\(own.seeds)", number(own.minimalDetectableEffect),
          own.seedsNeeded.map(String.init) ?? "over 1,000",
        ]
      })
  }

  /// The keys in which configurations differ, a column a variant.
  ///
  /// - Parameter isShort: whether keys that only some variants have are left out.
  func settingsTable(isShort: Bool = false) -> Table {
    let shown = isShort ? settings.filter { !$0.values.contains(nil) } : settings
    let left = settings.count - shown.count
    return Table(
      caption: "Settings that differ"
        + (left > 0 ? " (\(counted(left, "key")) that not all have: see --output)" : ""),
      columns: [.init("Key", isNumeric: false)] + variants.map { .init($0.name, isNumeric: false) },
      rows: shown.map { difference in
        [difference.key] + difference.values.map { $0.map { $0.isEmpty ? "none" : $0 } ?? "–" }
      })
  }
}

extension OverallSummary {
  /// All environments together, a row a variant.
  func table(rows title: String, level: String) -> Table {
    Table(
      caption: "Over \(counted(environments.count, "environment"))"
        + (references.isEmpty ? "" : ", scores normalized"),
      columns: [
        .init(title, isNumeric: false), .init("Runs"), .init("IQM [\(level)]"),
        .init("Median [\(level)]"), .init("Mean [\(level)]"), .init("Optimality gap"),
        .init("Difference of IQM"), .init("P(better)"),
      ],
      rows: rows.map { row in
        [
          row.variant, "\(row.runs)", text(row.interquartileMean, 3), text(row.median, 3),
          text(row.mean, 3), text(row.optimalityGap, 3), text(row.difference, 3, signed: true),
          text(row.probabilityOfImprovement, 2),
        ]
      }
    ).withoutEmptyColumns
  }

  /// What is 0 and 1, a row an environment.
  var referenceTable: Table {
    Table(
      caption: "Scores that are mapped to 0 and 1",
      columns: [.init("Environment", isNumeric: false), .init("0"), .init("1")],
      rows: zip(environments, references).map { name, range in
        [
          name, NumberText.significant(range.lower).withoutZeros,
          NumberText.significant(range.upper).withoutZeros,
        ]
      })
  }
}

/// "0.042 [0.040, 0.045]"; nothing for a number that is missing.
private func text(_ estimate: Estimate?, _ decimals: Int, signed: Bool = false) -> String {
  guard let estimate else { return "" }
  func number(_ value: Double) -> String {
    signed
      ? NumberText.signed(value, decimals: decimals) : NumberText.fixed(value, decimals: decimals)
  }
  let value = number(estimate.value)
  guard let interval = estimate.interval else { return value }
  return "\(value) [\(number(interval.lower)), \(number(interval.upper))]"
}
