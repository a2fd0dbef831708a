extension RunComparison {
  /// The comparison as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { $0.pageHead(title: summary.title) }
      page.newline()
      page.element("body") { page in
        page.element("header") { page in
          page.element("h1", text: summary.title)
          page.element("p", ["class": "facts"], text: facts)
        }
        page.element("main") { writeMain(to: &$0) }
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

  private func writeMain(to page: inout Markup) {
    if !summary.verdicts.isEmpty {
      page.element("section", ["class": "result", "aria-label": "Verdicts"]) { page in
        for sentence in summary.verdicts.prefix(24) { page.element("p", text: sentence) }
        guard summary.verdicts.count > 24 else { return }
        page.element("details") { page in
          page.element("summary", text: "\(summary.verdicts.count - 24) more")
          for sentence in summary.verdicts.dropFirst(24) { page.element("p", text: sentence) }
        }
      }
    }
    page.warnings(summary.warnings)
    let hasTime = places.contains {
      $0.report.variants.flatMap(\.runs).contains { !$0.clock.isEmpty }
    }
    page.curveControls(
      summary.variants.enumerated().map { ($1, $0) },
      hasSeeds: summary.environments.flatMap(\.variants).contains { $0.countedRuns > 1 },
      hasTime: hasTime)
    if !overallTables.isEmpty {
      page.element("h2", text: "All environments")
      for table in overallTables { table.write(to: &page) }
      for figure in overallFigures { page.figure(figure) }
    }
    for place in places {
      page.element("h2", text: places.count > 1 ? place.summary.environment : "Results")
      let all = tables(of: place)
      for table in all.prefix(1) { table.write(to: &page) }
      for figure in figures(of: place) { page.figure(figure) }
      for table in all.dropFirst() { table.write(to: &page) }
    }
    page.element("h2", text: "How the numbers were computed")
    page.element("ul", ["class": "notes"]) { page in
      for note in notes { page.element("li", text: note) }
    }
  }
}

extension Markup {
  /// The legend, which hides curves, and how all curves of the page are shown: single seeds,
  /// smoothed, over steps or over time.
  mutating func curveControls(
    _ entries: [(name: String, color: Int)], hasSeeds: Bool, hasTime: Bool
  ) {
    element("div", ["class": "controls sticky"]) { page in
      if entries.count > 1 {
        page.element("div", ["class": "legend", "role": "group", "aria-label": "Curves shown"]) {
          for entry in entries { $0.legendButton(entry.name, color: entry.color) }
        }
      }
      if hasTime {
        page.element("span", ["class": "switch", "role": "radiogroup", "aria-label": "Axis"]) {
          page in
          for (id, word) in [("over-steps", "steps"), ("over-time", "wall time")] {
            page.element("label", ["class": "switch"]) { page in
              page.void(
                "input",
                [
                  "type": "radio", "name": "axis", "id": id,
                  "checked": id == "over-steps" ? "" : nil,
                ])
              page.write(word)
            }
          }
        }
      }
      if hasSeeds {
        page.element("label", ["class": "switch"]) { page in
          page.void("input", ["type": "checkbox", "id": "seeds"])
          page.write("single seeds")
        }
      }
      page.element("label", ["class": "switch scripted"]) { page in
        page.write("smoothing")
        page.void(
          "input",
          [
            "type": "range", "id": "smoothing", "min": "0", "max": "0.98", "step": "0.02",
            "value": "0",
          ])
        page.element("output", ["for": "smoothing"], text: "off")
      }
    }
    newline()
  }
}
