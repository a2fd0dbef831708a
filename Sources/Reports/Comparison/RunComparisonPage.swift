extension RunComparison {
  /// The comparison as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    PageFrame(title: summary.title, facts: facts, author: settings.author).html {
      writeMain(to: &$0)
    }
  }

  private func writeMain(to page: inout Markup) {
    page.result(summary.verdicts, label: "Verdicts", atMost: 24)
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
    page.notes(notes, heading: notesHeading)
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
