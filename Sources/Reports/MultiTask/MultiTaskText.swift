import Tracking

extension MultiTaskComparison {
  package var title: String { settings.title ?? summary.experiment }

  private var scoreLine: String { summary.scaleMeaning }

  private var tables: [Table] {
    [summary.mainTable, summary.singleTaskTable, summary.tradeOffTable, summary.costTable]
      + summary.tasks.map(summary.taskTable)
      + summary.conflicted.prefix(1).map(summary.conflictTable)
      + [summary.pairTable, summary.weightTable, summary.turnTable]
  }

  /// The comparison for a terminal.
  package func terminalText(columns: Int = 80) -> String {
    var parts = [
      title.printable + "\n"
        + wrapped(summary.facts.joined(separator: " | ").printable, to: columns)
    ]
    parts.append(wrapped(scoreLine, to: columns))
    var against = summary.singleTaskTable
    against.drop("In words")
    let shown =
      [summary.mainTable, against, summary.tradeOffTable, summary.costTable]
      + summary.tasks.map(summary.taskTable)
      + summary.conflicted.prefix(1).map(summary.conflictTable) + [
        summary.weightTable, summary.turnTable,
      ]
    parts.append(summary.mainTable.terminalText(columns: columns).withoutLastBreak)
    let headlines = headlines
    if !headlines.isEmpty {
      parts.append(
        "Verdicts\n"
          + headlines.map { "  " + wrapped($0.printable, to: columns - 2, indent: 4) }
          .joined(separator: "\n"))
    }
    if !summary.warnings.isEmpty {
      parts.append(
        summary.warnings.map { wrapped("! \($0.printable)", to: columns, indent: 2) }
          .joined(separator: "\n"))
    }
    parts += shown.dropFirst().filter { !$0.rows.isEmpty }
      .map { $0.terminalText(columns: columns).withoutLastBreak }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The comparison in GitHub's Markdown.
  package func markdown() -> String {
    var parts = [
      "# \(Table.markdownText(title))",
      Table.markdownText(summary.facts.joined(separator: " · ")),
    ]
    let headlines = headlines
    if !headlines.isEmpty {
      parts.append(headlines.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    }
    if !summary.warnings.isEmpty {
      parts.append("## What to bear in mind")
      parts.append(summary.warnings.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    }
    for table in tables where !table.rows.isEmpty {
      parts.append("## \(Table.markdownText(table.caption))")
      parts.append(table.markdown.withoutLastBreak)
    }
    parts.append("## How the numbers were computed")
    parts.append(notes.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A LaTeX `tabular` for booktabs: a row a cell, a column a task, then Δm.
  ///
  /// Of a column the best entry is bold, and with it every entry that its interval does not exclude.
  package func latex() -> String {
    let shown = summary.rows
    let columns = table.main.map { table.columns[$0] }
    let cells = shown.map(summary.cell)
    var body = shown.indices.map { row -> [String] in
      [cells[row].map { Table.latexText(summary.title($0)) } ?? MultiTaskSummary.singleTaskRow]
        + (architectures.count > 1 ? [Table.latexText(cells[row]?.architecture ?? "")] : [])
    }
    for column in columns {
      let estimates = cells.map { cell -> Estimate? in
        let owners = cell.map { [$0] } ?? summary.cells.filter { $0.role == .singleTask }
        return owners.flatMap(\.scores).first {
          $0.task == column.taskName && $0.score == column.score.name
        }?.interquartileMean
      }
      // Single-task runs are what others are held against, not one of them.
      let isRanked = cells.map { $0 != nil }
      append(estimates, higherIsBetter: column.score.higherIsBetter, isRanked, to: &body)
    }
    if cells.contains(where: { $0?.deltaM != nil }) {
      append(cells.map { $0?.deltaM }, higherIsBetter: false, cells.map { $0 != nil }, to: &body)
    }
    let hasDelta = cells.contains { $0?.deltaM != nil }
    let heads =
      ["Strategy"] + (architectures.count > 1 ? ["Architecture"] : [])
      + columns.map {
        Table.latexText("\($0.taskName) \($0.score.name)")
          + ($0.score.higherIsBetter ? " $\\uparrow$" : " $\\downarrow$")
      } + (hasDelta ? ["$\\Delta_m$ (\\%) $\\downarrow$"] : [])
    let texts = architectures.count > 1 ? 2 : 1
    let alignment =
      String(repeating: "l", count: texts)
      + String(repeating: "r", count: heads.count - texts)
    let lines =
      ["\\begin{tabular}{\(alignment)}", "\\toprule", heads.joined(separator: " & ") + " \\\\"]
      + ["\\midrule"] + body.map { $0.joined(separator: " & ") + " \\\\" }
      + ["\\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  private var architectures: [String] {
    summary.rows.compactMap { summary.cell($0)?.architecture }.uniqued
  }

  private func append(
    _ estimates: [Estimate?], higherIsBetter: Bool, _ isRanked: [Bool], to body: inout [[String]]
  ) {
    let bold = boldEntries(
      zip(estimates, isRanked).map { $1 ? $0 : nil }, higherIsBetter: higherIsBetter)
    let decimals = NumberText.decimals(for: estimates.compactMap { $0?.value }, digits: 3)
    for row in estimates.indices {
      guard let estimate = estimates[row], estimate.value.isFinite else {
        body[row].append("--")
        continue
      }
      let value = Table.latexText(NumberText.fixed(estimate.value, decimals: decimals))
      let shown = bold.contains(row) ? "\\textbf{\(value)}" : value
      let range = estimate.interval.map {
        " {\\scriptsize [\(NumberText.fixed($0.lower, decimals: decimals)), "
          + "\(NumberText.fixed($0.upper, decimals: decimals))]}"
      }
      body[row].append(shown + (range ?? ""))
    }
  }
}

/// The entries of a column that a table may print bold: the best one and those that its interval
/// does not exclude; none where the best has no interval.
package func boldEntries(_ estimates: [Estimate?], higherIsBetter: Bool) -> Set<Int> {
  let known = estimates.indices.filter { estimates[$0]?.value.isFinite == true }
  func value(_ place: Int) -> Double { (estimates[place]?.value ?? 0) * (higherIsBetter ? 1 : -1) }
  guard let best = known.max(by: { value($0) < value($1) }),
    let interval = estimates[best]?.interval
  else { return [] }
  return Set(known.filter { $0 == best || interval.contains(estimates[$0]?.value ?? .nan) })
}

extension String {
  var withoutLastBreak: String { last == "\n" ? String(dropLast()) : self }
}
