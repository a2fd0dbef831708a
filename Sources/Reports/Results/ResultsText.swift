// The cells and sentences of the table of results, which all its forms share.
extension ResultsTableRow {
  private var decimals: Int {
    NumberText.decimals(for: [mean?.value, interquartileMean?.value].compactMap { $0 })
  }

  private func text(_ estimate: Estimate?) -> String {
    guard let estimate else { return "" }
    let value = NumberText.fixed(estimate.value, decimals: decimals)
    guard let interval = estimate.interval else { return value }
    return "\(value) (\(NumberText.fixed(interval.lower, decimals: decimals)) to "
      + "\(NumberText.fixed(interval.upper, decimals: decimals)))"
  }

  /// The number of seeds and, where there are fewer than ten, why.
  private var seedsText: String {
    guard let count = entry.outcome?.seeds.count, let seconds else { return "" }
    if count >= 10 { return "\(count)" }
    // Ten seeds, side by side on two processors.
    let whole = seconds.each * 10 / 2
    return whole > 3600
      ? "\(count) (ten would take \(NumberText.duration(whole)) on two cores)"
      : "\(count) (fewer than ten)"
  }

  private var stepsText: String {
    let steps = entry.outcome?.seeds.map(\.steps) ?? []
    guard let least = steps.min(), let most = steps.max() else { return "" }
    return least == most
      ? NumberText.grouped(least)
      : "\(NumberText.grouped(least)) to \(NumberText.grouped(most))"
  }

  private var referenceText: String {
    guard let reference = entry.reference else { return "" }
    let steps = reference.steps.map { ", \(NumberText.grouped($0)) steps" } ?? ""
    return "\(reference.text) (\(reference.source)\(steps))"
  }

  /// Whether the row is shown as it should be, in words.
  var standing: String {
    if entry.outcome == nil { return "not yet made" }
    return entry.shortcoming == nil ? "" : "out of date"
  }

  /// The cells after the algorithm's name, in the order of `ResultsTable.columns`.
  var cells: [String] {
    [
      seedsText, stepsText, entry.outcome == nil ? standing : text(interquartileMean),
      text(mean) + (isExact ? " exact" : ""), referenceText, againstReference?.rawValue ?? "",
      entry.minimum?.text ?? "", againstMinimum?.rawValue ?? "",
      seconds.map { NumberText.duration($0.each) } ?? "",
      seconds.map { NumberText.duration($0.all) } ?? "",
    ]
  }

  /// The algorithm as the table names it.
  var title: String {
    entry.outcome != nil && entry.shortcoming != nil
      ? entry.algorithm + " (out of date)" : entry.algorithm
  }
}

extension ResultsTable {
  static let columns: [Table.Column] = [
    .init("Algorithm", isNumeric: false), .init("Seeds"), .init("Steps"),
    .init("IQM (95 % interval)"), .init("Mean (95 % interval)"), .init("Published or optimal"),
    .init("Against it", isNumeric: false), .init("Minimum"), .init("Against it", isNumeric: false),
    .init("Time a seed"), .init("All seeds"),
  ]

  /// How many rows there are, how they stand, and how they compare.
  package var headline: [String] {
    let made = rows.filter { $0.entry.outcome != nil }
    let outOfDate = made.count { $0.entry.shortcoming != nil }
    var standing = "\(counted(rows.count, "row")): \(made.count) made"
    if outOfDate > 0 { standing += " (\(outOfDate) of them out of date)" }
    if made.count < rows.count { standing += ", \(rows.count - made.count) not yet made" }
    func tally(_ verdicts: [String], _ all: [String]) -> String {
      all.compactMap { verdict in
        let count = verdicts.count { $0 == verdict }
        return count == 0 ? nil : "\(count) \(verdict)"
      }.joined(separator: ", ")
    }
    let reference = tally(
      made.compactMap { $0.againstReference?.rawValue }, ReferenceVerdict.allCases.map(\.rawValue))
    let minimum = tally(
      made.compactMap { $0.againstMinimum?.rawValue }, MinimumVerdict.allCases.map(\.rawValue))
    return [standing + "."]
      + (reference.isEmpty ? [] : ["Against the published or optimal value: \(reference)."])
      + (minimum.isEmpty ? [] : ["Against the minimum: \(minimum)."])
  }

  /// What is said of single rows: why they are not as they should be, and remarks.
  func remarks(on rows: [ResultsTableRow]) -> [(name: String, text: String)] {
    rows.compactMap { row in
      let standing = row.entry.shortcoming.map { "\(row.standing), because \($0)." }
      let parts = [standing, row.entry.remark.isEmpty ? nil : row.entry.remark].compactMap { $0 }
      return parts.isEmpty ? nil : (row.entry.name, parts.joined(separator: " "))
    }
  }

  /// What the numbers and words mean.
  package var definitions: [String] {
    [
      "The score of a seed is the mean return of its last evaluation, played in fresh episodes when "
        + "training is over: greedily, unless its experiment has `evaluation.stochastic`. Where a mean is marked exact, it is instead the "
        + "expected return of the final greedy policy, computed from the table of the world.",
      "IQM: the mean of the middle half of the seeds' scores. Intervals: "
        + bootstrap.note,
      "Against the published or optimal value p: the ends of the 95 % interval of the mean are "
        + "rounded to the digits in which p is printed. Reached: no agent can have a higher "
        + "expected return than p, and the whole interval attains p. Above: the whole interval lies "
        + "above p. Below: the whole interval lies below p. Indistinguishable: p lies in the "
        + "interval.",
      "A published value is itself uncertain, often the result of a single training run; the "
        + "comparison takes it as a fixed number.",
      "Against the minimum: met where the mean over seeds, without its interval, is at least the "
        + "minimum; missed otherwise.",
      "Time a seed is the mean over seeds of the time from the first step to the end of the last "
        + "evaluation. All seeds is the sum; side by side on k processors they take about a k-th of "
        + "it.",
      "A row is out of date where its experiment file has changed since in a setting on which "
        + "results depend, or asks for other seeds.",
    ]
  }

  /// Every form's first sentence.
  static let introduction =
    "Each row is an experiment file, run on all of its seeds and held against what others have "
    + "published or, where it can be computed, against the most that is possible. `fledge results "
    + "NAME` makes a row again, `fledge results` those that are missing or out of date; nothing "
    + "here is typed by hand."

  /// The table in GitHub's Markdown.
  package var markdown: String {
    var parts = ["# Results", Self.introduction]
    parts.append(headline.map(Table.markdownText).joined(separator: " "))
    parts.append("[The same with figures](table.html)")
    for (environment, rows) in groups {
      parts.append("## \(Table.markdownText(environment))")
      parts.append(markdownTable(of: rows))
      let remarks = remarks(on: rows)
      if !remarks.isEmpty {
        parts.append(
          remarks.map { "- `\($0.name)`: \(Table.markdownText($0.text))" }.joined(separator: "\n"))
      }
    }
    parts.append("## What the words mean")
    parts.append(definitions.map { "- \(Table.markdownText($0))" }.joined(separator: "\n"))
    if !sources.isEmpty {
      parts.append("## Sources")
      parts.append(
        sources.map { "- \(Table.markdownText($0.name)): \(Table.markdownText($0.text))" }
          .joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func markdownTable(of rows: [ResultsTableRow]) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = Self.columns.map { $0.isNumeric ? "---:" : ":---" }
    let body = rows.map { row in
      let title = Table.markdownText(row.title)
      let name = row.entry.page.map { "[\(title)](\($0))" } ?? title
      return line([name] + row.cells.map(Table.markdownText))
    }
    return ([line(Self.columns.map { Table.markdownText($0.title) }), line(rule)] + body)
      .joined(separator: "\n")
  }

  /// The table for a terminal: the means, and how they compare.
  package var terminalText: String {
    let columns: [Table.Column] = [
      .init("Row", isNumeric: false), .init("Seeds"), .init("Mean (95 % interval)"),
      .init("Published"), .init("Against it", isNumeric: false), .init("Minimum"),
      .init("Against it", isNumeric: false), .init("Time a seed"),
    ]
    let lines = rows.map { row -> [String] in
      let cells = row.cells
      let seeds = row.entry.outcome.map { "\($0.seeds.count)" } ?? ""
      return [
        row.entry.name + (row.entry.outcome != nil && row.entry.shortcoming != nil ? " *" : ""),
        seeds, row.entry.outcome == nil ? row.standing : cells[3],
        row.entry.reference?.text ?? "", cells[5], cells[6], cells[7], cells[8],
      ]
    }
    let footnote =
      rows.contains { $0.entry.outcome != nil && $0.entry.shortcoming != nil }
      ? "* out of date\n" : ""
    return Table(columns: columns, rows: lines).terminalText + footnote + "\n"
      + headline.joined(separator: "\n") + "\n"
  }
}
