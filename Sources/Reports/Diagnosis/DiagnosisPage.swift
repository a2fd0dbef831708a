extension DiagnosisReport {
  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { writeHead(to: &$0) }
      page.newline()
      page.element("body") { page in
        page.element("header") { page in
          page.element("h1", text: title)
          page.element("p", ["class": "facts"], text: facts)
        }
        page.element("main") { page in
          writeRadar(to: &page)
          tagTable.write(to: &page)
          page.element("h2", text: "Experiments")
          experimentTable.write(to: &page)
          page.element("h2", text: "How the numbers were computed")
          page.element("ul", ["class": "notes"]) { page in
            for note in notes { page.element("li", text: note) }
          }
        }
        if let author { page.element("footer") { $0.element("p", text: author) } }
      }
    }
    page.newline()
    return page.text
  }

  private var title: String {
    "Diagnosis of " + summary.agents.map(\.name).joined(separator: ", ")
  }

  private var facts: String {
    let experiments = summary.agents.flatMap { $0.experiments.map(\.name) }.uniqued.count
    let runs = summary.agents.flatMap(\.experiments).reduce(0) { $0 + $1.runs }
    return [
      counted(summary.agents.count, "agent"), counted(experiments, "experiment"),
      counted(runs, "run"),
    ].joined(separator: " · ")
  }

  private func writeHead(to page: inout Markup) {
    // Nothing may be fetched and no script may run: there is none.
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      + "form-action 'none'"
    page.void("meta", ["charset": "utf-8"])
    page.void("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
    page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    page.element("title", text: title)
    page.element("style") { $0.embed(Stylesheet.text) }
  }

  private func writeRadar(to page: inout Markup) {
    guard let radar else { return }
    page.element("figure") { page in
      page.element("div", ["class": "frame"]) { $0.embed(radar.svg(.page)) }
      page.element("figcaption") { page in
        page.element("b", text: radar.title)
        page.write(": 0 is what a random agent scores, about; 1 is the best.")
      }
      guard radar.outlines.count > 1 else { return }
      page.element("div", ["class": "legend"]) { page in
        for outline in radar.outlines {
          page.element("span", ["class": "c\(outline.color % Palette.curves.count)"]) { page in
            page.element("svg", ["viewBox": "-14 -6 28 12", "aria-hidden": "true"]) {
              $0.leaf("path", ["class": "mark", "d": Palette.mark(outline.color, size: 9)])
            }
            page.write(outline.name)
          }
        }
      }
    }
    page.newline()
  }

  /// What the scores are, in sentences.
  private var notes: [String] {
    [
      "Experiments, scores and tags are those of bsuite (Osband et al. 2020), but for MNIST's. A "
        + "score lies between 0 and 1; each experiment's rule is bsuite's, looked at after the same "
        + "numbers of episodes.",
      "An ability's score is the mean of the scores of the experiments with that tag, each of which "
        + "counts alike.",
      "Scores come from training episodes, exploration included. Noise is taken out of returns "
        + "exactly, and scales are divided out.",
      "Intervals are there where the suite was run several times: \(Bootstrap.estimates.note)",
    ] + remarks
  }
}
