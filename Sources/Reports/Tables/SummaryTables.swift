extension ExperimentSummary {
  /// The IQM and its company, a row a variant.
  package var variantTable: Table {
    let all = variants.flatMap { variant in
      [variant.interquartileMean?.value, variant.mean?.value].compactMap { $0 }
    }
    let decimals = NumberText.decimals(for: all)
    let level = NumberText.significant(level * 100, digits: 3).withoutZeros
    var columns = [
      Table.Column("Variant", isNumeric: false), .init("Seeds"), .init("IQM"),
      .init("\(level) % interval"), .init("Mean"),
    ]
    if tasks.count > 1 { columns.append(.init("Median")) }
    columns += [
      .init("Std. dev."), .init("Std. error"), .init("Training return"), .init("Time a seed"),
      .init("Steps/s"),
    ]
    let rows = variants.map { variant -> [String] in
      var row = [
        variant.name, "\(variant.countedRuns)" + (variant.isPreliminary ? " (not ended)" : ""),
        text(variant.interquartileMean?.value, decimals),
        text(variant.interquartileMean?.interval, decimals), text(variant.mean?.value, decimals),
      ]
      if tasks.count > 1 { row.append(text(variant.median?.value, decimals)) }
      row += [
        text(variant.standardDeviation, decimals), text(variant.standardError, decimals),
        text(variant.trainingReturn, decimals),
        variant.wallTime.map(NumberText.duration) ?? "",
        variant.stepsPerSecond.map { NumberText.grouped(Int64($0.rounded())) } ?? "",
      ]
      return row
    }
    return Table(caption: score.title.capitalizedFirst, columns: columns, rows: rows)
      .withoutEmptyColumns
  }

  /// Every run, a row each.
  package var seedTable: Table {
    let decimals = NumberText.decimals(for: variants.flatMap(\.seeds).compactMap(\.score))
    let columns: [Table.Column] = [
      .init("Variant", isNumeric: false), .init("Seed"), .init("State", isNumeric: false),
      .init("Steps"), .init(score == .evaluation ? "Final evaluation" : "Final training"),
      .init("Episodes"), .init("Best kept"), .init("Training return"), .init("Time"),
      .init("Steps/s"),
    ]
    let rows = variants.flatMap { variant in
      variant.seeds.map { [variant.name] + cells(of: $0, decimals) }
    }
    return Table(caption: "Runs", columns: columns, rows: rows).withoutEmptyColumns
  }

  /// What the table of runs says of one seed.
  private func cells(of seed: SeedSummary, _ decimals: Int) -> [String] {
    let best = seed.best.map {
      text($0.score, decimals) + " at " + NumberText.grouped($0.step)
    }
    let state = seed.earlyEnd == nil ? seed.state.rawValue : "finished early"
    let speed = seed.stepsPerSecond.map { NumberText.grouped(Int64($0.rounded())) }
    return [
      String(seed.seed), state, NumberText.grouped(seed.steps), text(seed.score, decimals),
      seed.scoreEpisodes > 0 ? String(seed.scoreEpisodes) : "", best ?? "",
      score == .evaluation ? text(seed.trainingReturn, decimals) : "",
      seed.wallTime.map(NumberText.duration) ?? "", speed ?? "",
    ]
  }

  /// The IQM on each task, a row a task and a column a variant; no rows where there is one task.
  package var taskTable: Table {
    let columns =
      [Table.Column("Task", isNumeric: false)]
      + variants.map { .init($0.name) }
    guard tasks.count > 1 else { return Table(columns: columns, rows: []) }
    let rows = tasks.indices.map { task in
      let decimals = NumberText.decimals(for: variants.compactMap { $0.tasks[task]?.value })
      return [tasks[task]]
        + variants.map { text($0.tasks[task], decimals) }
    }
    return Table(caption: "IQM by task, with its interval", columns: columns, rows: rows)
  }

  /// Each variant against the baseline; no rows where there is one variant.
  package var comparisonTable: Table {
    let decimals = NumberText.decimals(
      for: comparisons.flatMap { comparison in
        [comparison.difference.value, comparison.pairedDifference?.value ?? 0]
      })
    let columns: [Table.Column] = [
      .init("Variant", isNumeric: false), .init("Difference of IQM"), .init("Paired by seed"),
      .init("P(better)"), .init("p (Holm)"), .init("In words", isNumeric: false),
    ]
    let rows = comparisons.map { comparison in
      [
        comparison.variant, text(comparison.difference, decimals),
        text(comparison.pairedDifference, decimals),
        text(comparison.probabilityOfImprovement, 2),
        comparison.adjustedPValue.map(NumberText.probability) ?? "", comparison.verdict,
      ]
    }
    let baseline = comparisons.first.map { " with \($0.baseline)" } ?? ""
    return Table(caption: "Comparison\(baseline)", columns: columns, rows: rows)
      .withoutEmptyColumns
  }

  /// Every run with all digits, for a program to read.
  package var csv: String {
    let columns = [
      "experiment", "variant", "seed", "state", "steps", "score", "score_step", "score_episodes",
      "counted", "training_return", "wall_time_s", "steps_per_second",
    ]
    let rows = variants.flatMap { variant in
      variant.seeds.map { seed in
        [
          experiment, variant.name, String(seed.seed), seed.state.rawValue, String(seed.steps),
          digits(seed.score), digits(seed.scoreStep), String(seed.scoreEpisodes),
          seed.isCounted ? "1" : "0", digits(seed.trainingReturn), digits(seed.wallTime),
          digits(seed.stepsPerSecond),
        ]
      }
    }
    return Table(columns: columns.map { .init($0) }, rows: rows).csv
  }

  private func digits(_ value: (some CustomStringConvertible)?) -> String {
    value?.description ?? ""
  }

  private func text(_ value: Double?, _ decimals: Int) -> String {
    value.map { NumberText.fixed($0, decimals: decimals) } ?? ""
  }

  /// A value and, in parentheses, its interval.
  private func text(_ estimate: Estimate?, _ decimals: Int) -> String {
    guard let estimate else { return "" }
    let value = text(estimate.value, decimals)
    return estimate.interval == nil ? value : "\(value) (\(text(estimate.interval, decimals)))"
  }

  private func text(_ interval: Interval?, _ decimals: Int) -> String {
    interval.map {
      "\(NumberText.fixed($0.lower, decimals: decimals)) to "
        + NumberText.fixed($0.upper, decimals: decimals)
    } ?? ""
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
