import Glibc

/// Several numbers from 0 to 1 around a center, for one agent or more.
package struct RadarFigure: Sendable {
  /// An outline: a value for each axis, `nil` where there is none.
  package struct Outline: Sendable {
    package var name: String
    /// The color's place in the palette.
    package var color: Int
    package var values: [Double?]
  }

  package var title: String
  /// What the axes are called, clockwise from the top.
  package var axes: [String]
  package var outlines: [Outline]
  /// The value of the outer ring.
  package var limit: Double

  package init(title: String, axes: [String], outlines: [Outline], limit: Double = 1) {
    self.title = title
    self.axes = axes
    self.outlines = outlines
    self.limit = limit
  }

  private static let width = 640.0
  private static let height = 460.0
  private static let radius = 165.0

  /// The figure as an SVG element; at least three axes make an area.
  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    var frame = Figure(title: title, xLabel: "", yLabel: "", curves: [])
    (frame.width, frame.height) = (Self.width, Self.height)
    let isPicture = theme == .standalone
    var svg = Markup()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Decimals.of(Self.width)) \(Decimals.of(Self.height))",
        "width": isPicture ? Decimals.of(Self.width) : nil,
        "height": isPicture ? Decimals.of(Self.height) : nil, "role": "img",
        "aria-label": alternativeText, "font-size": "13",
        "font-family": isPicture ? "Helvetica, Arial, 'Liberation Sans', sans-serif" : nil,
      ]
    ) { svg in
      var pen = FigurePen(theme: theme, layout: FigureLayout(frame, headroom: 0))
      if isPicture {
        pen.markup.element("title", text: title)
        pen.markup.leaf("rect", ["width": "100%", "height": "100%", "fill": Palette.page.light])
        drawLegend(with: &pen)
      }
      drawWeb(with: &pen)
      for outline in outlines {
        pen.markup.element("g", ["class": isPicture ? nil : "curve c\(outline.color % 8)"]) {
          var part = FigurePen(theme: theme, layout: pen.layout)
          draw(outline, with: &part)
          $0.embed(part.markup.text)
        }
      }
      svg.embed(pen.markup.text)
    }
    return svg.text
  }

  /// Where a value of an axis lies.
  package func place(of value: Double, onAxis axis: Int) -> (x: Double, y: Double) {
    let angle = 2 * Double.pi * Double(axis) / Double(axes.count)
    return (
      Self.width / 2 + Self.radius * value / limit * sin(angle),
      Self.height / 2 + 12 - Self.radius * value / limit * cos(angle)
    )
  }

  private func drawWeb(with pen: inout FigurePen) {
    for ring in [0.25 * limit, 0.5 * limit, 0.75 * limit, limit] {
      let corners = axes.indices.map { place(of: ring, onAxis: $0) }
      pen.rule(FigurePen.path(through: corners) + "z", ring == limit ? "axis" : "grid")
      let spot = place(of: ring, onAxis: 0)
      pen.label(
        NumberText.fixed(ring, decimals: ring == ring.rounded() ? 0 : 2), x: spot.x + 5,
        y: spot.y + 13,
        isFaint: true)
    }
    for (index, axis) in axes.enumerated() {
      pen.rule(
        FigurePen.path(through: [place(of: 0, onAxis: index), place(of: limit, onAxis: index)]),
        "grid")
      let spot = place(of: 1.1 * limit, onAxis: index)
      let side = spot.x - Self.width / 2
      let anchor = abs(side) < 1 ? "middle" : side > 0 ? "start" : "end"
      pen.label(axis, x: spot.x, y: spot.y + (index == 0 ? 0 : 4), anchor: anchor)
    }
  }

  private func draw(_ outline: Outline, with pen: inout FigurePen) {
    let corners = zip(axes.indices, outline.values).compactMap { axis, value in
      value.map { place(of: min(max($0, 0), limit), onAxis: axis) }
    }
    guard !corners.isEmpty else { return }
    let path = FigurePen.path(through: corners) + "z"
    pen.fill(path, color: outline.color)
    pen.stroke(path, color: outline.color, "line")
    for corner in corners { pen.mark(at: corner, color: outline.color) }
  }

  private func drawLegend(with pen: inout FigurePen) {
    pen.label(title, x: 14, y: 22, isBold: true)
    for (row, outline) in outlines.enumerated() {
      let y = 44 + 20 * Double(row)
      pen.mark(at: (20, y - 4), color: outline.color)
      pen.label(outline.name, x: 32, y: y)
    }
  }

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    let sentences = outlines.map { outline in
      let values = zip(axes, outline.values).map { axis, value in
        "\(axis) \(value.map { NumberText.fixed($0, decimals: 2) } ?? "not run")"
      }
      return "\(outline.name): \(values.joined(separator: ", "))"
    }
    return "\(title). \(sentences.joined(separator: "; "))."
  }
}

extension DiagnosisReport {
  /// Mean scores by ability, one outline an agent; `nil` for fewer than three abilities.
  package var radar: RadarFigure? {
    guard tags.count >= 3 else { return nil }
    return RadarFigure(
      title: "Mean scores by ability", axes: tags.map(\.spaced),
      outlines: summary.agents.enumerated().map { index, agent in
        .init(name: agent.name, color: index, values: tags.map(agent.score(of:)))
      })
  }
}
