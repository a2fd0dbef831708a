/// Ways through a plane: contour lines, a curve that means something, and paths with their starts
/// and ends.
package struct PlaneFigure: Sendable {
  /// A way from a start to an end.
  package struct Path: Sendable {
    package var points: [(x: Double, y: Double)]
    /// Which color and mark of the palette it has.
    package var color: Int
    /// Whether it arrived: its end is a dot, and otherwise a cross.
    package var hasArrived: Bool

    package init(points: [(x: Double, y: Double)], color: Int, hasArrived: Bool) {
      self.points = points
      self.color = color
      self.hasArrived = hasArrived
    }
  }

  package var title: String
  /// Beside the title, in faint letters.
  package var note: String
  package var xLabel: String
  package var yLabel: String
  package var x: ClosedRange<Double>
  package var y: ClosedRange<Double>
  /// Lines of equal value.
  package var contours: [[(x: Double, y: Double)]]
  /// Where paths should end; a single point is drawn as a ring.
  package var goal: [(x: Double, y: Double)]
  package var paths: [Path]

  package init(
    title: String, note: String = "", xLabel: String, yLabel: String, x: ClosedRange<Double>,
    y: ClosedRange<Double>, contours: [[(x: Double, y: Double)]] = [],
    goal: [(x: Double, y: Double)], paths: [Path]
  ) {
    self.title = title
    self.note = note
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.x = x
    self.y = y
    self.contours = contours
    self.goal = goal
    self.paths = paths
  }

  static let width = 250.0
  static let height = 264.0

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    let arrived = paths.count { $0.hasArrived }
    return "\(title): \(arrived) of \(paths.count) descents end on the Pareto front."
  }

  /// The figure as an SVG element; on a page, the lines of equal value may be those of an element
  /// that stands there already.
  package func svg(_ theme: Figure.Theme, contoursAt reference: String? = nil) -> String {
    var svg = Markup()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Decimals.of(Self.width)) \(Decimals.of(Self.height))",
        "role": "img", "aria-label": alternativeText, "font-size": "11",
      ]
    ) { $0.embed(drawing(theme, contoursAt: reference)) }
    return svg.text
  }

  /// What the element holds.
  func drawing(_ theme: Figure.Theme, contoursAt reference: String?) -> String {
    var pen = pen(theme)
    if theme == .standalone { pen.label(title, x: 34, y: 14, isBold: true) }
    if !note.isEmpty {
      pen.label(note, x: pen.layout.right, y: 14, anchor: "end", isFaint: true)
    }
    drawAxes(with: &pen)
    if let reference {
      pen.markup.leaf("use", ["href": "#\(reference)"])
    } else {
      drawContours(with: &pen)
    }
    drawGoal(with: &pen)
    for path in paths { draw(path, with: &pen) }
    return pen.markup.text
  }

  /// The lines of equal value alone, for several figures to refer to.
  func contourLines(_ theme: Figure.Theme) -> String {
    var pen = pen(theme)
    drawContours(with: &pen)
    return pen.markup.text
  }

  private func pen(_ theme: Figure.Theme) -> FigurePen {
    FigurePen(
      theme: theme,
      layout: FigureLayout(
        x: Scale(
          covering: [x.lowerBound, x.upperBound], from: 34, to: Self.width - 8, tickCount: 4,
          rounding: false),
        y: Scale(
          covering: [y.lowerBound, y.upperBound], from: Self.height - 36, to: 20, tickCount: 4,
          rounding: false)))
  }

  private func drawAxes(with pen: inout FigurePen) {
    let layout = pen.layout
    for tick in layout.x.ticks {
      let spot = layout.x.position(of: tick.value)
      pen.rule("M\(Decimals.of(spot)),\(Decimals.of(layout.bottom))v3", "axis")
      pen.label(tick.label, x: spot, y: layout.bottom + 14, anchor: "middle", isFaint: true)
    }
    for tick in layout.y.ticks {
      let spot = layout.y.position(of: tick.value)
      pen.rule("M\(Decimals.of(layout.left)),\(Decimals.of(spot))h-3", "axis")
      pen.label(tick.label, x: layout.left - 6, y: spot + 4, anchor: "end", isFaint: true)
    }
    pen.rule(
      "M\(Decimals.of(layout.left)),\(Decimals.of(layout.top))"
        + "H\(Decimals.of(layout.right))V\(Decimals.of(layout.bottom))"
        + "H\(Decimals.of(layout.left))z", "grid")
    pen.label(
      xLabel, x: (layout.left + layout.right) / 2, y: layout.bottom + 28, anchor: "middle",
      isFaint: true)
    pen.label(
      yLabel, x: 9, y: (layout.top + layout.bottom) / 2, anchor: "middle", isFaint: true,
      isTurned: true)
  }

  private func drawContours(with pen: inout FigurePen) {
    let layout = pen.layout
    let path = contours.map { line in
      FigurePen.path(
        through: simplified(line.map { layout.point($0.x, $0.y) }, tolerance: 0.35))
    }.joined()
    if !path.isEmpty { pen.contour(path) }
  }

  private func drawGoal(with pen: inout FigurePen) {
    let layout = pen.layout
    let spots = simplified(goal.map { layout.point($0.x, $0.y) }, tolerance: 0.1)
    if spots.count > 1 {
      pen.goal(FigurePen.path(through: spots))
    } else if let spot = spots.first {
      let (x, y) = (Decimals.of(spot.x - 5), Decimals.of(spot.y))
      pen.goal("M\(x),\(y)a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z")
    }
  }

  private func draw(_ path: Path, with pen: inout FigurePen) {
    var part = FigurePen(theme: pen.theme, layout: pen.layout)
    let spots = path.points.map { point in
      let spot = pen.layout.point(point.x, point.y)
      // What lies outside is shown at the edge.
      return (
        x: min(max(spot.x, pen.layout.left), pen.layout.right),
        y: min(max(spot.y, pen.layout.top), pen.layout.bottom)
      )
    }.filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = spots.first, let last = spots.last else { return }
    part.stroke(
      FigurePen.path(through: simplified(spots, tolerance: 0.3)), color: path.color, "line")
    part.mark(at: first, color: path.color)
    part.end(at: last, color: path.color, isDot: path.hasArrived)
    let content = part.markup.text
    let kind = "curve c\(path.color % Palette.curves.count)"
    pen.markup.element("g", ["class": pen.theme == .page ? kind : nil]) { $0.embed(content) }
  }
}

extension FigureLayout {
  /// A layout of two scales, each of which says where it begins and ends.
  init(x: Scale, y: Scale) {
    self.x = x
    self.y = y
    left = x.start
    right = x.end
    top = y.end
    bottom = y.start
  }
}

extension FigurePen {
  /// Lines of equal value.
  mutating func contour(_ path: String) {
    let isPage = theme == .page
    markup.leaf(
      "path",
      [
        "class": isPage ? "contour" : nil, "d": path, "fill": isPage ? nil : "none",
        "stroke": isPage ? nil : Palette.faintInk.light, "stroke-opacity": isPage ? nil : "0.4",
        "stroke-width": isPage ? nil : "0.7",
      ])
  }

  /// Where paths should end.
  mutating func goal(_ path: String) {
    let isPage = theme == .page
    markup.leaf(
      "path",
      [
        "class": isPage ? "goal" : nil, "d": path, "fill": isPage ? nil : "none",
        "stroke": isPage ? nil : Palette.ink.light, "stroke-opacity": isPage ? nil : "0.55",
        "stroke-width": isPage ? nil : "5", "stroke-linecap": isPage ? nil : "round",
      ])
  }

  /// The end of a path: a dot where it arrived, else a cross.
  mutating func end(at spot: (x: Double, y: Double), color: Int, isDot: Bool) {
    guard isDot else {
      let (x, y) = (Decimals.of(spot.x - 4), Decimals.of(spot.y - 4))
      return stroke("M\(x),\(y)l8,8m0,-8l-8,8", color: color, "line")
    }
    let isPage = theme == .page
    markup.leaf(
      "circle",
      [
        "class": isPage ? "mark" : nil, "cx": Decimals.of(spot.x), "cy": Decimals.of(spot.y),
        "r": "3.5", "fill": isPage ? nil : Palette.color(color).light,
        "stroke": isPage ? nil : Palette.page.light,
      ])
  }
}

/// Several planes side by side, as a picture of their own.
package struct PlaneGrid: Sendable {
  package var title: String
  package var panels: [PlaneFigure]
  /// What the paths' colors stand for, in their order.
  package var legend: [String]
  /// Whether all panels have the lines of equal value of the first.
  package var sharesContours = true

  package init(title: String, panels: [PlaneFigure], legend: [String]) {
    self.title = title
    self.panels = panels
    self.legend = legend
  }

  private static let head = 62.0

  /// The picture as an SVG element on white.
  package func svg() -> String {
    let columns = min(max(1, panels.count), panels.count > 12 ? 5 : panels.count > 4 ? 3 : 4)
    let rows = (panels.count + columns - 1) / columns
    let width = max(2, Double(columns)) * PlaneFigure.width
    let height = Self.head + Double(rows) * (PlaneFigure.height + 6)
    var svg = Markup()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Decimals.of(width)) \(Decimals.of(height))",
        "width": Decimals.of(width), "height": Decimals.of(height), "role": "img",
        "aria-label": panels.map(\.alternativeText).joined(separator: " "), "font-size": "11",
        "font-family": "Helvetica, Arial, 'Liberation Sans', sans-serif",
      ]
    ) { svg in
      svg.element("title", text: title)
      svg.leaf("rect", ["width": "100%", "height": "100%", "fill": Palette.page.light])
      if let first = panels.first, sharesContours {
        svg.element("defs") { svg in
          svg.element("g", ["id": "contours"]) { $0.embed(first.contourLines(.standalone)) }
        }
      }
      drawHead(to: &svg)
      for (index, panel) in panels.enumerated() {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        let x = Decimals.of(Double(column) * PlaneFigure.width)
        let y = Decimals.of(Self.head + Double(row) * (PlaneFigure.height + 6))
        svg.newline()
        svg.element("g", ["transform": "translate(\(x),\(y))"]) {
          $0.embed(panel.drawing(.standalone, contoursAt: sharesContours ? "contours" : nil))
        }
      }
    }
    return svg.text + "\n"
  }

  private func drawHead(to svg: inout Markup) {
    var frame = Figure(title: title, xLabel: "", yLabel: "", curves: [])
    frame.width = PlaneFigure.width
    var pen = FigurePen(theme: .standalone, layout: FigureLayout(frame, headroom: 0))
    pen.label(title, x: 14, y: 22, isBold: true)
    var x = 14.0
    for (index, name) in legend.enumerated() {
      pen.mark(at: (x + 4, 41), color: index)
      pen.label(name, x: x + 13, y: 45)
      x += 28 + Double(name.count) * FigureLayout.characterWidth * 11
    }
    svg.embed(pen.markup.text)
  }
}
