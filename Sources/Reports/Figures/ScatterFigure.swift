/// Two scores against each other: points with intervals, and a front that joins some of them.
package struct ScatterFigure: Sendable {
  package struct Point: Sendable {
    package var name: String
    package var color: Int
    package var x: Estimate
    package var y: Estimate
    /// Whether it is one of the points that the front joins, which are drawn small.
    package var isOfFront: Bool

    package init(name: String, color: Int, x: Estimate, y: Estimate, isOfFront: Bool = false) {
      self.name = name
      self.color = color
      self.x = x
      self.y = y
      self.isOfFront = isOfFront
    }
  }

  package var title: String
  package var xLabel: String
  package var yLabel: String
  package var points: [Point]
  /// The corners of the front, in order.
  package var front: [(x: Double, y: Double)]
  package var xKind = ScaleKind.linear

  package init(
    title: String, xLabel: String, yLabel: String, points: [Point],
    front: [(x: Double, y: Double)] = []
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.points = points
    self.front = front
  }

  /// The figure as an SVG element.
  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    let canvas = FigureCanvas(
      title: title, alternativeText: alternativeText, width: 640, height: 460)
    return canvas.svg(theme) { draw(with: &$0, canvas) }
  }

  private static func ends(_ estimate: Estimate) -> [Double] {
    [estimate.value] + (estimate.interval.map { [$0.lower, $0.upper] } ?? [])
  }

  private func draw(with pen: inout FigurePen, _ canvas: FigureCanvas) {
    let (left, right, top, bottom) = (70.0, canvas.width - 24, 30.0, canvas.height - 48)
    let x = Scale(
      xKind, covering: points.flatMap { Self.ends($0.x) } + front.map(\.x), from: left, to: right,
      tickCount: 6)
    let y = Scale(
      covering: points.flatMap { Self.ends($0.y) } + front.map(\.y), from: bottom, to: top,
      tickCount: 6)
    for tick in x.ticks {
      let place = Decimals.of(x.position(of: tick.value))
      pen.rule("M\(place),\(Decimals.of(top))V\(Decimals.of(bottom))", "grid")
      pen.label(
        tick.label, x: x.position(of: tick.value), y: bottom + 18, anchor: "middle", isFaint: true)
    }
    for tick in y.ticks {
      let place = y.position(of: tick.value)
      pen.rule("M\(Decimals.of(left)),\(Decimals.of(place))H\(Decimals.of(right))", "grid")
      pen.label(tick.label, x: left - 7, y: place + 4, anchor: "end", isFaint: true)
    }
    pen.label(xLabel, x: (left + right) / 2, y: bottom + 38, anchor: "middle")
    pen.label(yLabel, x: 15, y: (top + bottom) / 2, anchor: "middle", isTurned: true)
    if front.count > 1 {
      let corners = front.map { (x: x.position(of: $0.x), y: y.position(of: $0.y)) }
      pen.rule(FigurePen.path(through: corners), "reference")
    }
    for point in points where point.x.value.isFinite && point.y.value.isFinite {
      pen.group(color: point.color) { pen in draw(point, x, y, with: &pen) }
    }
  }

  private func draw(_ point: Point, _ x: Scale, _ y: Scale, with pen: inout FigurePen) {
    let spot = (x: x.position(of: point.x.value), y: y.position(of: point.y.value))
    if point.isOfFront { return pen.dot(at: spot, color: point.color) }
    if let interval = point.x.interval {
      let ends = (x.position(of: interval.lower), x.position(of: interval.upper))
      pen.stroke(
        "M\(Decimals.of(ends.0)),\(Decimals.of(spot.y))H\(Decimals.of(ends.1))",
        color: point.color, "line")
    }
    if let interval = point.y.interval {
      let ends = (y.position(of: interval.lower), y.position(of: interval.upper))
      pen.stroke(
        "M\(Decimals.of(spot.x)),\(Decimals.of(ends.0))V\(Decimals.of(ends.1))",
        color: point.color, "line")
    }
    pen.mark(at: spot, color: point.color)
    // A name that would leave the picture stands on the other side.
    let isRight = spot.x < (x.start + x.end) / 2
    pen.label(
      point.name, x: spot.x + (isRight ? 8 : -8), y: spot.y - 7, anchor: isRight ? nil : "end")
  }

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    let words = points.filter { !$0.isOfFront }.prefix(10).map {
      "\($0.name) at \(NumberText.significant($0.x.value)) and \(NumberText.significant($0.y.value))"
    }
    return "\(title): \(xLabel) against \(yLabel). \(words.joined(separator: "; "))."
  }
}
