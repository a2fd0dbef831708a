extension LandscapeReport {
  /// The ways through the plane of parameters, one panel a strategy.
  package var panels: [PlaneFigure] {
    let contours = field.levels(14).flatMap(field.contour)
    let goal = front.map { (x: $0.x, y: $0.y) }
    return strategies.map { strategy in
      PlaneFigure(
        title: strategy.name, note: "\(strategy.frontCount)/\(strategy.paths.count)",
        xLabel: "x₁", yLabel: "x₂", x: field.x, y: field.y, contours: contours, goal: goal,
        paths: strategy.paths.enumerated().map { index, path in
          .init(
            points: path.points.map { ($0.x, $0.y) }, color: index,
            hasArrived: path.outcome == .front)
        })
    }
  }

  /// The same ways in the plane of the first two losses.
  package var lossPanels: [PlaneFigure] {
    let places = strategies.flatMap { $0.paths.flatMap(\.losses) } + frontLosses
    let (x, y) = (Self.range(places.map { $0[0] }), Self.range(places.map { $0[1] }))
    let goal = frontLosses.map { (x: $0[0], y: $0[1]) }
    return strategies.map { strategy in
      PlaneFigure(
        title: strategy.name, note: "\(strategy.frontCount)/\(strategy.paths.count)",
        xLabel: "first loss", yLabel: "second loss", x: x, y: y, goal: goal,
        paths: strategy.paths.enumerated().map { index, path in
          .init(
            points: path.losses.map { ($0[0], $0[1]) }, color: index,
            hasArrived: path.outcome == .front)
        })
    }
  }

  /// The range of numbers with a little room around it.
  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    let room = high > low ? 0.05 * (high - low) : 1
    return low - room...high + room
  }

  /// All panels as one picture.
  package var picture: PlaneGrid {
    PlaneGrid(title: pictureTitle, panels: panels, legend: legend)
  }

  private var pictureTitle: String { "\(title): \(facts)" }

  private var legend: [String] {
    starts.map { "from \(Self.label(of: $0))" }
  }

  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    PageFrame(title: title, question: question, facts: facts, author: author, hasScript: false)
      .html { page in
        table.write(to: &page)
        page.notes(notes)
        page.element("h2", text: "The plane of parameters")
        page.element(
          "p",
          text: "Thin lines have equal sums of losses. The thick line is the Pareto set; a dot "
            + "ends a descent that arrives there, a cross one that does not.")
        write(panels, contours: "contours", to: &page)
        page.element("h2", text: "The plane of losses")
        page.element("p", text: "The same descents, and the Pareto front.")
        write(lossPanels, contours: nil, to: &page)
      }
  }

  private func write(
    _ panels: [PlaneFigure], contours reference: String?, to page: inout Markup
  ) {
    page.markLegend(legend.enumerated().map { ($1, $0) })
    if let reference, let first = panels.first {
      page.element("svg", ["width": "0", "height": "0", "style": "position:absolute"]) { page in
        page.element("defs") { page in
          page.element("g", ["id": reference]) { $0.embed(first.contourLines(.page)) }
        }
      }
    }
    page.element("div", ["class": "multiples"]) { page in
      for panel in panels {
        page.element("figure") { page in
          page.element("div", ["class": "frame"]) {
            $0.embed(panel.svg(.page, contoursAt: reference))
          }
          page.element("figcaption") { $0.element("b", text: panel.title) }
        }
        page.newline()
      }
    }
  }
}
