extension RunComparison {
  var facts: String {
    let runs = summary.environments.flatMap(\.variants).reduce(0) { $0 + $1.countedRuns }
    let many = summary.environments.count
    return (many > 1 ? ["\(many) environments"] : [summary.environments[0].environment])
      .joined() + " | \(rowsInWords) | "
      + "\(counted(runs, "run")) | against \(summary.baseline)"
  }

  /// "3 agents", "3 values of agent.ppo.epochs".
  private var rowsInWords: String {
    let count = summary.variants.count
    switch summary.rows {
    case "Variant", "Agent", "Experiment": return counted(count, summary.rows.lowercased())
    case "Experiment/variant": return counted(count, "variant")
    case "Agent, variant": return counted(count, "pair") + " of agent and variant"
    default: return counted(count, "value") + " of \(summary.rows)"
    }
  }

  /// A heading for one environment, where there are several.
  private func heading(_ place: VariantComparison) -> String? {
    places.count > 1 ? place.summary.environment : nil
  }

  var overallTables: [Table] {
    guard let overall = summary.overall, !overall.rows.isEmpty else { return [] }
    let level = percent(settings.bootstrap.level)
    return [overall.table(rows: summary.rows, level: level)]
      + (overall.references.isEmpty ? [] : [overall.referenceTable])
  }

  func tables(of place: VariantComparison, isShort: Bool = false) -> [Table] {
    let own = place.summary
    return [
      own.mainTable(rows: summary.rows), own.efficiencyTable(rows: summary.rows),
      own.powerTable(rows: summary.rows), own.settingsTable(isShort: isShort),
    ].filter { !$0.rows.isEmpty && $0.columns.count > 1 }
  }

  package func terminalText(columns: Int = 80) -> String {
    func list(_ sentences: [String], _ mark: String) -> String {
      sentences.map { wrapped("\(mark)\($0.printable)", to: columns, indent: mark.count + 2) }
        .joined(separator: "\n")
    }
    func text(_ table: Table) -> String { table.terminalText(columns: columns).withoutLastBreak }
    var parts = [
      summary.title.printable + "\n" + wrapped(facts.printable, to: columns)
    ]
    parts += overallTables.map(text)
    let isOne = places.count == 1
    parts += places.prefix(isOne ? 1 : .max).flatMap { place -> [String] in
      let main = [place.summary.mainTable(rows: summary.rows)]
      return (heading(place).map { ["── \($0.printable)"] } ?? []) + main.map(text)
    }
    if !summary.verdicts.isEmpty { parts.append("Verdicts\n" + list(summary.verdicts, "  ")) }
    if !summary.warnings.isEmpty { parts.append(list(summary.warnings, "! ")) }
    for place in places {
      let further = tables(of: place, isShort: true).dropFirst()
      if let name = heading(place), !further.isEmpty { parts.append("── \(name.printable)") }
      parts += further.map(text)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  package func markdown() -> String {
    var parts = ["# \(Table.markdownText(summary.title))", Table.markdownText(facts)]
    parts += [summary.verdicts, summary.warnings].filter { !$0.isEmpty }.map { sentences in
      sentences.map { "- \(Table.markdownText($0))" }.joined(separator: "\n")
    }
    func append(_ tables: [Table], level: String) {
      for table in tables {
        parts.append("\(level) \(Table.markdownText(table.caption))")
        parts.append(table.markdown.withoutLastBreak)
      }
    }
    append(overallTables, level: "##")
    for place in places {
      if let name = heading(place) { parts.append("## \(Table.markdownText(name))") }
      append(tables(of: place), level: heading(place) == nil ? "##" : "###")
    }
    parts.append("## How the numbers were computed")
    parts.append(notes.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A LaTeX `tabular` for booktabs, a row a variant and a column an environment, with the best IQM
  /// of each column bold and what its interval does not exclude.
  package func latex() -> String {
    let names = summary.variants
    var body = names.map { [Table.latexText($0)] }
    if places.count == 1 {
      for row in names.indices {
        body[row].append("\(places[0].summary.variants[row].countedRuns)")
      }
    }
    for place in summary.environments {
      append(
        names.map { name in place.variants.first { $0.name == name }?.interquartileMean }, to: &body
      )
    }
    var heads =
      [Table.latexText(summary.rows)] + (places.count == 1 ? ["Seeds", "Return (IQM)"] : [])
    if places.count > 1 { heads += summary.environments.map { Table.latexText($0.environment) } }
    if let overall = summary.overall, !overall.references.isEmpty {
      append(
        names.map { name in overall.rows.first { $0.variant == name }?.interquartileMean },
        to: &body)
      heads.append("Normalized IQM")
    }
    let lines =
      ["\\begin{tabular}{l\(String(repeating: "r", count: heads.count - 1))}", "\\toprule"]
      + [heads.joined(separator: " & ") + " \\\\", "\\midrule"]
      + body.map { $0.joined(separator: " & ") + " \\\\" } + ["\\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func append(_ estimates: [Estimate?], to body: inout [[String]]) {
    let bold = boldEntries(estimates, higherIsBetter: true)
    let decimals = NumberText.decimals(for: estimates.compactMap { $0?.value })
    for (row, estimate) in estimates.enumerated() {
      let value = estimate.map { NumberText.fixed($0.value, decimals: decimals) } ?? "--"
      let range = estimate?.interval.map {
        " {\\scriptsize [\(NumberText.fixed($0.lower, decimals: decimals)), "
          + "\(NumberText.fixed($0.upper, decimals: decimals))]}"
      }
      body[row].append((bold.contains(row) ? "\\textbf{\(value)}" : value) + (range ?? ""))
    }
  }

  /// Every run with all digits, for a program to read.
  package var csv: String {
    let columns = [
      "environment", summary.rows.lowercased(), "seed", "state", "steps", "score", "score_step",
      "score_episodes", "counted", "training_return", "wall_time_s", "steps_per_second",
    ]
    func digits(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }
    let rows = summary.environments.flatMap { place in
      place.variants.flatMap { variant in
        variant.seeds.map { seed in
          [
            place.environment, variant.name, String(seed.seed), seed.state.rawValue,
            String(seed.steps), digits(seed.score), digits(seed.scoreStep),
            String(seed.scoreEpisodes), seed.isCounted ? "1" : "0", digits(seed.trainingReturn),
            digits(seed.wallTime), digits(seed.stepsPerSecond),
          ]
        }
      }
    }
    return Table(columns: columns.map { .init($0) }, rows: rows).csv
  }

  /// How each number was computed.
  package var notes: [String] {
    let level = percent(settings.bootstrap.level)
    let sources = Set(summary.environments.map(\.score))
    var notes = [
      sources == [.evaluation]
        ? "A run's score is the mean return of its last evaluation."
        : "A run's score is the mean return of its last evaluation, or where not all runs of an "
          + "environment were evaluated, of its last training episodes, exploration included.",
      "IQM: a quarter of the seeds (rounded down) is cut from each end and the rest averaged. "
        + "Optimality gap: how far scores stay, on average, below the return to be reached.",
      "Intervals at \(level), from a fixed seed: \(settings.bootstrap.note)",
      "Differences are between runs with one seed. p: Wilcoxon's signed-rank test, two-sided and "
        + "exact, after Holm's correction; below six pairs no outcome can reach 5 %, so no test is "
        + "made. Better or worse is what both the test and the \(level) interval say.",
      "P(better): the share of pairs of runs of both in which this one's is better.",
      "Mean return over steps: the area under each run's curve of returns divided by its length, "
        + "over the steps that all runs have.",
      "Seeds to find a difference: those with which 8 of 10 paired tests at 5 % would find it, if "
        + "differences scatter as they do here.",
    ]
    if summary.environments.contains(where: { $0.threshold != nil }) {
      notes.append(
        "Steps and seconds to a return: the first point of a run's curve that reaches it; the "
          + "median over seeds. A run that never gets there counts as later than all (it is "
          + "censored), and an end of an interval may hence be \"later\"; these intervals are plain "
          + "percentile intervals.")
    }
    if let overall = summary.overall {
      notes.append(
        "All environments together, with rliable's definitions: draws are stratified by "
          + "environment; the IQM is that of all runs of all environments, the median and the mean "
          + "are over environments of means over runs, P(better) is the mean over environments."
          + (overall.references.isEmpty
            ? " Scores are not normalized, so only what needs no scale is told."
            : " Scores are normalized to (score - low) / (high - low)."))
    }
    return notes
  }
}
