import Sweeps

extension SweepReport {
  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { $0.pageHead(title: about.title) }
      page.newline()
      page.element("body") { page in
        page.element("header") { page in
          page.element("h1", text: about.title)
          if !about.question.isEmpty {
            page.element("p", ["class": "question"], text: about.question)
          }
          page.element("p", ["class": "facts"], text: facts)
        }
        page.newline()
        page.element("main") { page in
          page.element("section", ["class": "result", "aria-label": "Result"]) { page in
            for sentence in headline { page.element("p", text: sentence) }
          }
          page.newline()
          writeFigures(to: &page)
          page.element("h2", text: "Trials")
          trialTable().write(to: &page)
          page.element("h2", text: "The sweep")
          page.element("details") { page in
            page.element("summary", text: "sweep.yaml, after defaults")
            page.element("pre") { $0.element("code", text: about.file) }
          }
          page.newline()
          page.element("h2", text: "How the numbers were computed")
          page.element("ul", ["class": "notes"]) { page in
            for note in notes { page.element("li", text: note) }
          }
        }
        page.newline()
        if let author = about.author { page.element("footer") { $0.element("p", text: author) } }
      }
    }
    page.newline()
    return page.text
  }

  private func writeFigures(to page: inout Markup) {
    if let figure = confirmationFigure {
      page.element("h2", text: "Confirmation")
      write(
        figure.svg(.page), "Mean over fresh seeds with its 95 % interval; a dot for each seed.",
        to: &page)
    }
    guard !ranked.isEmpty else { return }
    page.element("h2", text: "Search")
    write(
      progressFigure.svg(.page),
      "A mark for each trial with a score; small dots were stopped early. The line is the best "
        + "finished trial so far.", to: &page)
    if let svg = parallelSVG {
      write(
        svg,
        "A line for each trial through its settings to its score; the best lie on top.", to: &page)
    }
    page.element("h2", text: "Settings")
    if let figure = importanceFigure {
      write(
        figure.svg(.page),
        "How much of the differences between scores each setting explains, by itself and together "
          + "with others, in a model fitted to the trials.", to: &page)
      importanceTable.write(to: &page)
    }
    page.element("div", ["class": "multiples wide"]) { page in
      for figure in parameterFigures { write(figure.svg, figure.name, to: &page) }
    }
    page.newline()
  }

  private func write(_ svg: String, _ caption: String, to page: inout Markup) {
    page.element("figure") { page in
      page.element("div", ["class": "frame"]) { $0.embed(svg) }
      page.element("figcaption", text: caption)
    }
    page.newline()
  }
}
