extension ExperimentReport {
  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    PageFrame(
      title: summary.title, question: summary.question, facts: facts, author: settings.author
    ).html { page in
      page.result(summary.headline)
      page.warnings(summary.warnings)
      writeCurves(to: &page)
      writeTables(to: &page)
      writeMetrics(to: &page)
      writeConfiguration(to: &page)
      writeProvenance(to: &page)
      page.notes(notes, heading: notesHeading)
    }
  }

  /// What there is to report on, in a line: runs, variants, tasks, steps, states.
  private var facts: String {
    let runs = variants.flatMap(\.runs)
    let states = Dictionary(grouping: runs, by: \.state).sorted {
      $0.key.rawValue < $1.key.rawValue
    }
    let isDone = runs.allSatisfy { $0.state == .finished }
    let standing =
      isDone
      ? "all finished" : states.map { "\($1.count) \($0.rawValue)" }.joined(separator: ", ")
    let longest = runs.map(\.lastStep).max() ?? 0
    var facts = [
      counted(runs.count, "run"), standing,
      "up to \(NumberText.grouped(longest)) environment steps",
    ]
    if variants.count > 1 { facts.insert(counted(variants.count, "variant"), at: 1) }
    if summary.tasks.count > 1 { facts.insert(counted(summary.tasks.count, "task"), at: 1) }
    let time = runs.compactMap(\.wallTime)
    if !time.isEmpty { facts.append("\(NumberText.duration(time.reduce(0, +))) of work") }
    return facts.joined(separator: " · ")
  }

  private func writeTables(to page: inout Markup) {
    page.element("h2", text: "Results")
    summary.variantTable.write(to: &page)
    if !summary.taskTable.rows.isEmpty { summary.taskTable.write(to: &page) }
    if !summary.comparisons.isEmpty {
      summary.comparisonTable.write(to: &page)
      writeProfile(to: &page)
    }
    summary.seedTable.write(to: &page)
  }
}

/// "1 run", "5 runs".
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
