extension VariantComparison {
  package var title: String { settings.title ?? summary.experiment }

  /// Final scores and differences, a row a variant.
  package var mainTable: Table {
    let decimals = NumberText.decimals(
      for: summary.variants.compactMap { $0.interquartileMean?.value })
    func text(_ estimate: Estimate?, _ decimals: Int, signed: Bool = false) -> String {
      guard let estimate else { return "" }
      func number(_ value: Double) -> String {
        signed
          ? NumberText.signed(value, decimals: decimals)
          : NumberText.fixed(value, decimals: decimals)
      }
      let value = number(estimate.value)
      guard let interval = estimate.interval else { return value }
      return "\(value) [\(number(interval.lower)), \(number(interval.upper))]"
    }
    let steps = Dictionary(
      summary.stepsToThreshold.map { ($0.variant, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = summary.variants.map { variant -> [String] in
      let against = summary.comparisons.first { $0.name == variant.name }
      let own = steps[variant.name]
      return [
        variant.name, "\(variant.countedRuns)", text(variant.interquartileMean, decimals),
        text(variant.mean, decimals),
        variant.name == summary.baseline
          ? "baseline" : text(against?.difference, decimals, signed: true),
        against.map { comparison in
          comparison.adjustedPValue.map(NumberText.probability)
            ?? "no test (n=\(comparison.differences.count))"
        } ?? "", text(against?.probabilityOfImprovement, 2),
        own.map { $0.median.map { NumberText.grouped(Int64($0)) } ?? "not reached" } ?? "",
        own.map { "\($0.reached) of \($0.steps.count)" } ?? "",
        against.map { $0.verdict == .untested ? "no test" : $0.verdict.rawValue } ?? "",
      ]
    }
    let level = percent(summary.level)
    let goal = summary.threshold.map { NumberText.significant($0).withoutZeros } ?? ""
    return Table(
      caption: summary.score.title.capitalizedFirst,
      columns: [
        .init("Variant", isNumeric: false), .init("Seeds"), .init("IQM [\(level)]"),
        .init("Mean [\(level)]"), .init("Against \(summary.baseline)"), .init("p (Holm)"),
        .init("P(better)"), .init("Steps to \(goal)"), .init("Reached"),
        .init("Verdict", isNumeric: false),
      ], rows: rows
    ).withoutEmptyColumns
  }

  /// The lines in which configurations differ from the baseline's.
  package var settingsTable: Table {
    let rows = summary.settings.flatMap { difference -> [[String]] in
      let count = max(difference.added.count, difference.removed.count)
      return (0..<count).map { row in
        func line(_ lines: [String]) -> String {
          lines.indices.contains(row) ? String(lines[row].drop { $0 == " " }) : ""
        }
        return [difference.variant, line(difference.removed), line(difference.added)]
      }
    }
    return Table(
      caption: "Settings that differ",
      columns: [
        .init("Variant", isNumeric: false), .init(summary.baseline, isNumeric: false),
        .init("Its own", isNumeric: false),
      ], rows: rows)
  }

  /// How each number was computed.
  package var notes: [String] {
    let level = percent(summary.level)
    return [
      summary.score == .evaluation
        ? "A run's score is the mean return of its last evaluation."
        : "A run's score is the mean return of its last training episodes, exploration included, "
          + "because not all runs were evaluated.",
      "IQM: a quarter of the seeds (rounded down) is cut from each end and the rest averaged.",
      "Intervals: percentile bootstrap over seeds, "
        + "\(NumberText.grouped(Int64(settings.bootstrap.repetitions))) draws at \(level), from a "
        + "fixed seed.",
      "Differences are between runs with one seed. p: Wilcoxon's signed-rank test, two-sided and "
        + "exact, after Holm's correction; below six pairs no outcome can reach 5 %, so no test is "
        + "made. Better or worse is what both the test and the \(level) interval say.",
      "P(better): the share of pairs of runs of both variants in which this one's is better.",
    ]
      + (summary.threshold == nil
        ? []
        : [
          "Steps to a return: the first \(summary.score.rawValue) whose mean reaches it; the median "
            + "over finished seeds, of which one that never gets there counts as later than all."
        ])
  }

  private var facts: String {
    "\(counted(summary.variants.count, "variant")) | "
      + "\(counted(summary.variants.reduce(0) { $0 + $1.countedRuns }, "run")) | "
      + "against \(summary.baseline)"
  }

  package func terminalText(columns: Int = 80) -> String {
    var parts = [title.printable + "\n" + facts.printable, mainTable.terminalText.withoutLastBreak]
    if !summary.verdicts.isEmpty {
      parts.append(
        "Verdicts\n"
          + summary.verdicts.map { "  " + wrapped($0.printable, to: columns - 2, indent: 4) }
          .joined(separator: "\n"))
    }
    if !summary.warnings.isEmpty {
      parts.append(
        summary.warnings.map { wrapped("! \($0.printable)", to: columns, indent: 2) }
          .joined(separator: "\n"))
    }
    if !settingsTable.rows.isEmpty { parts.append(settingsTable.terminalText.withoutLastBreak) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  package func markdown() -> String {
    var parts = ["# \(Table.markdownText(title))", Table.markdownText(facts)]
    parts += [summary.verdicts, summary.warnings].filter { !$0.isEmpty }.map { sentences in
      sentences.map { "- \(Table.markdownText($0))" }.joined(separator: "\n")
    }
    for table in [mainTable, settingsTable] where !table.rows.isEmpty {
      parts.append("## \(Table.markdownText(table.caption))")
      parts.append(table.markdown.withoutLastBreak)
    }
    parts.append("## How the numbers were computed")
    parts.append(notes.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A LaTeX `tabular` for booktabs, with the best IQM bold and what its interval does not exclude.
  package func latex() -> String {
    let bold = boldEntries(summary.variants.map(\.interquartileMean), higherIsBetter: true)
    let decimals = NumberText.decimals(
      for: summary.variants.compactMap { $0.interquartileMean?.value })
    let rows = summary.variants.indices.map { row -> String in
      let variant = summary.variants[row]
      let estimate = variant.interquartileMean
      let value = estimate.map { NumberText.fixed($0.value, decimals: decimals) } ?? "--"
      let range = estimate?.interval.map {
        " {\\scriptsize [\(NumberText.fixed($0.lower, decimals: decimals)), "
          + "\(NumberText.fixed($0.upper, decimals: decimals))]}"
      }
      return "\(Table.latexText(variant.name)) & \(variant.countedRuns) & "
        + (bold.contains(row) ? "\\textbf{\(value)}" : value) + (range ?? "") + " \\\\"
    }
    let lines =
      ["\\begin{tabular}{lrr}", "\\toprule", "Variant & Seeds & Return (IQM) \\\\", "\\midrule"]
      + rows + ["\\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  package var csv: String { report.summary.csv }

  package var figures: [NamedFigure] {
    let bars = summary.variants.enumerated().compactMap { index, variant -> BarFigure.Bar? in
      variant.interquartileMean.map { estimate in
        BarFigure.Bar(
          name: variant.name, color: index, value: estimate.value, interval: estimate.interval,
          members: variant.seeds.filter(\.isCounted).compactMap(\.score))
      }
    }
    let level = percent(summary.level)
    var figures = [
      NamedFigure(
        "scores",
        .bars(BarFigure(title: "Final scores", yLabel: summary.score.title, bars: bars)),
        caption: "IQM over seeds with its \(level) interval; a dot is a seed."),
      NamedFigure(
        "curves", .chart(report.mainFigure),
        caption: "IQM over seeds with pointwise \(level) intervals."),
    ]
    if summary.variants.contains(where: { $0.countedRuns > 1 }) {
      figures.append(
        NamedFigure(
          "profile", .chart(report.profileFigure),
          caption: "The share of runs whose score lies above each value."))
    }
    return figures
  }

  /// The comparison as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { $0.pageHead(title: title) }
      page.newline()
      page.element("body") { page in
        page.element("header") { page in
          page.element("h1", text: title)
          page.element("p", ["class": "facts"], text: facts)
        }
        page.element("main") { writeMain(to: &$0) }
        if let author = settings.author {
          page.element("footer") { $0.element("p", text: author) }
        }
        page.newline()
        page.element("script") { $0.embed(PageScript.text) }
      }
    }
    page.newline()
    return page.text
  }

  private func writeMain(to page: inout Markup) {
    if !summary.verdicts.isEmpty {
      page.element("section", ["class": "result", "aria-label": "Verdicts"]) { page in
        for sentence in summary.verdicts { page.element("p", text: sentence) }
      }
    }
    page.warnings(summary.warnings)
    page.element("h2", text: "Results")
    mainTable.write(to: &page)
    page.legend(summary.variants.enumerated().map { ($1.name, $0) })
    for figure in figures { page.figure(figure) }
    if !settingsTable.rows.isEmpty {
      page.element("h2", text: "Settings")
      settingsTable.write(to: &page)
    }
    page.element("h2", text: "How the numbers were computed")
    page.element("ul", ["class": "notes"]) { page in
      for note in notes { page.element("li", text: note) }
    }
  }
}
