extension MultiTaskComparison {
  /// The comparison as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    let all = figures
    func named(_ prefixes: String...) -> [NamedFigure] {
      all.filter { figure in prefixes.contains { figure.name.hasPrefix($0) } }
    }
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { $0.pageHead(title: title) }
      page.newline()
      page.element("body") { page in
        page.element("header") { page in
          page.element("h1", text: title)
          page.element("p", ["class": "facts"], text: summary.facts.joined(separator: " · "))
        }
        page.element("main") { page in
          writeVerdicts(to: &page)
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
          page.element("h2", text: "How the numbers were computed")
          page.element("ul", ["class": "notes"]) { page in
            for note in notes { page.element("li", text: note) }
          }
        }
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

  private func writeVerdicts(to page: inout Markup) {
    guard !summary.verdicts.isEmpty else { return }
    page.element("section", ["class": "result", "aria-label": "Verdicts"]) { page in
      for sentence in summary.verdicts { page.element("p", text: sentence) }
    }
    page.newline()
  }

  private func write(_ tables: [Table], to page: inout Markup) {
    for table in tables where !table.rows.isEmpty { table.write(to: &page) }
  }

  private func write(_ figures: [NamedFigure], to page: inout Markup) {
    for figure in figures { page.figure(figure) }
  }
}
