import Sweeps

extension SweepReport {
  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    about.page(facts: facts, headline: headline, notes: notes) { page in
      writeFigures(to: &page)
      page.element("h2", text: "Trials")
      trialTable().write(to: &page)
    }
  }

  /// - Parameter heading: what stands above each group of figures.
  func writeFigures(to page: inout Markup, heading: String = "h2") {
    if let figure = confirmationFigure {
      page.element(heading, text: "Confirmation")
      page.sweepFigure(
        figure.svg(.page), "Mean over fresh seeds with its 95 % interval; a dot for each seed.")
    }
    guard !ranked.isEmpty else { return }
    page.element(heading, text: "Search")
    page.sweepFigure(
      progressFigure.svg(.page),
      "A mark for each trial with a score; small dots were stopped early. The line is the best "
        + "finished trial so far.")
    if let figure = parallelFigure {
      page.sweepFigure(
        figure.svg(.page),
        "A line for each trial through its settings to its score; the best lie on top.")
    }
    page.element(heading, text: "Settings")
    if let figure = importanceFigure {
      page.sweepFigure(
        figure.svg(.page),
        "How much of the differences between scores each setting explains by itself, in a model "
          + "fitted to the finished trials.")
      importanceTable.write(to: &page)
    }
    for figure in parameterFigures { page.sweepFigure(figure.svg, figure.caption) }
  }
}

extension Markup {
  mutating func sweepFigure(_ svg: String, _ caption: String) {
    element("figure") { page in
      page.element("div", ["class": "frame"]) { $0.embed(svg) }
      page.element("figcaption", text: caption)
    }
    newline()
  }
}

extension SweepReport.Description {
  /// A page about the sweep: what came of it, what `body` writes, its file and its notes.
  func page(
    facts: String, headline: [String], notes: [String], body: (inout Markup) -> Void
  ) -> String {
    let frame = PageFrame(
      title: title, question: question, facts: facts, author: author, hasScript: false)
    return frame.html { page in
      page.result(headline)
      body(&page)
      page.element("h2", text: "The sweep")
      page.element("details") { page in
        page.element("summary", text: "sweep.yaml, after defaults")
        page.element("pre") { $0.element("code", text: file) }
      }
      page.newline()
      page.notes(notes, heading: notesHeading)
    }
  }
}
