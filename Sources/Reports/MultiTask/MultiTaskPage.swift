extension MultiTaskComparison {
  /// The comparison as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    let all = figures
    func named(_ prefixes: String...) -> [NamedFigure] {
      all.filter { figure in prefixes.contains { figure.name.hasPrefix($0) } }
    }
    let frame = PageFrame(
      title: title, facts: summary.facts.joined(separator: " · "), author: settings.author)
    return frame.html { page in
      page.result(summary.verdicts, label: "Verdicts")
      page.warnings(summary.warnings)
      page.element("h2", text: "Results")
      page.element("p", text: summary.scaleMeaning)
      write([summary.mainTable, summary.singleTaskTable], to: &page)
      page.legend(shown.map { ($0.name, $0.color) })
      write(named("differences", "radar", "profile"), to: &page)
      page.element("h2", text: "By task")
      write(summary.tasks.map(summary.taskTable), to: &page)
      write(named("scores-"), to: &page)
      page.element("h2", text: "Trade-offs between tasks")
      write([summary.tradeOffTable], to: &page)
      write(named("tradeoff-"), to: &page)
      page.element("h2", text: "While learning")
      write(named("curves-"), to: &page)
      write([summary.weightTable, summary.turnTable], to: &page)
      write(named("weights-", "turns-", "conflict-"), to: &page)
      write([summary.pairTable], to: &page)
      page.element("h2", text: "Cost and settings")
      write([summary.costTable], to: &page)
      write(named("cost"), to: &page)
      page.notes(notes, heading: notesHeading)
    }
  }

  private func write(_ tables: [Table], to page: inout Markup) {
    for table in tables where !table.rows.isEmpty { table.write(to: &page) }
  }

  private func write(_ figures: [NamedFigure], to page: inout Markup) {
    for figure in figures { page.figure(figure) }
  }
}
