extension DiagnosisReport {
  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    PageFrame(title: title, facts: facts, author: author, hasScript: false).html { page in
      writeRadar(to: &page)
      tagTable.write(to: &page)
      page.element("h2", text: "Experiments")
      experimentTable.write(to: &page)
      page.notes(notes, heading: notesHeading)
    }
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

  private func writeRadar(to page: inout Markup) {
    guard let radar else { return }
    page.element("figure") { page in
      page.element("div", ["class": "frame"]) { $0.embed(radar.svg(.page)) }
      page.element("figcaption") { page in
        page.element("b", text: radar.title)
        page.write(": 0 is what a random agent scores, about; 1 is the best.")
      }
      guard radar.outlines.count > 1 else { return }
      page.markLegend(radar.outlines.map { ($0.name, $0.color) })
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
