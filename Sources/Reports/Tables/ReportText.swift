extension ExperimentReport {
  /// The report for a terminal: result, curve, tables.
  package func terminalText(columns: Int = 80, usesColor: Bool = false) -> String {
    var parts = [summary.title.printable]
    if let question = summary.question, !question.isEmpty { parts[0] += "\n" + question.printable }
    parts.append(
      summary.headline.map { wrapped($0.printable, to: columns) }.joined(separator: "\n"))
    if !summary.warnings.isEmpty {
      let lines = summary.warnings.map { wrapped("! \($0.printable)", to: columns, indent: 2) }
      parts.append(lines.joined(separator: "\n"))
    }
    parts.append(
      TerminalChart(mainFigure, columns: min(columns, 100), usesColor: usesColor).text
        .withoutFinalBreak)
    // What the comparisons come to in words stands above already.
    var comparisons = summary.comparisonTable
    comparisons.drop("In words")
    let tables = [summary.variantTable, summary.taskTable, comparisons, summary.seedTable]
    parts += tables.filter { !$0.rows.isEmpty }
      .map { $0.terminalText(columns: columns).withoutFinalBreak }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The report in GitHub's Markdown: result, tables and notes.
  package func markdown() -> String {
    var parts = ["# \(Table.markdownText(summary.title))"]
    if let question = summary.question, !question.isEmpty {
      parts.append("*\(Table.markdownText(question))*")
    }
    parts += summary.headline.map(Table.markdownText)
    if !summary.warnings.isEmpty {
      parts.append(
        summary.warnings.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    }
    let tables = [
      summary.variantTable, summary.taskTable, summary.comparisonTable, summary.seedTable,
    ]
    for table in tables where !table.rows.isEmpty {
      parts.append("## \(Table.markdownText(table.caption))")
      parts.append(table.markdown.withoutFinalBreak)
    }
    parts.append("## How the numbers were computed")
    parts.append(notes.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }
}

extension String {
  fileprivate var withoutFinalBreak: String { last == "\n" ? String(dropLast()) : self }
}

/// A paragraph broken between words; a word longer than a line stands alone.
package func wrapped(_ text: String, to columns: Int, indent: Int = 0) -> String {
  let space = String(repeating: " ", count: indent)
  var lines = [""]
  for word in text.split(separator: " ") {
    let last = lines.count - 1
    if lines[last].isEmpty {
      lines[last] = String(word)
    } else if lines[last].count + 1 + word.count <= columns {
      lines[last] += " " + word
    } else {
      lines.append(space + word)
    }
  }
  return lines.joined(separator: "\n")
}
