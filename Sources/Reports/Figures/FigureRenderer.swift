extension Figure {
  /// Whether a figure takes its colours from the page around it or brings its own.
  package enum Theme: Sendable {
    /// Part of a page, whose style sheet colours the classes; the page shows the legend.
    case page
    /// A picture of its own on white, with fixed colours, title and legend.
    case standalone
  }

  /// The figure as an SVG element.
  package func svg(_ theme: Theme = .standalone) -> String {
    let legend = theme == .standalone ? StandaloneLegend(self) : nil
    let layout = FigureLayout(self, headroom: legend?.height ?? 0)
    var pen = FigurePen(theme: theme, layout: layout)
    pen.draw(self, legend: legend)
    return pen.markup.text
  }
}

/// Draws the parts of a figure, each in the classes or colours of its theme.
struct FigurePen {
  let theme: Figure.Theme
  let layout: FigureLayout
  var markup = Markup()

  mutating func draw(_ figure: Figure, legend: StandaloneLegend?) {
    let isPicture = theme == .standalone
    let size = "\(Decimals.of(figure.width)) \(Decimals.of(figure.height))"
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(size)",
        "width": isPicture ? Decimals.of(figure.width) : nil,
        "height": isPicture ? Decimals.of(figure.height) : nil, "role": "img",
        "aria-label": figure.alternativeText, "font-size": Decimals.of(FigureLayout.fontSize),
        "font-family": isPicture ? "Helvetica, Arial, 'Liberation Sans', sans-serif" : nil,
      ]
    ) { markup in
      var pen = FigurePen(theme: theme, layout: layout)
      if isPicture {
        pen.markup.element("title", text: figure.title)
        pen.markup.leaf(
          "rect",
          [
            "width": Decimals.of(figure.width), "height": Decimals.of(figure.height),
            "fill": Palette.page.light,
          ])
        legend?.draw(with: &pen)
      }
      pen.axes(of: figure)
      pen.references(of: figure)
      for curve in figure.curves { pen.draw(curve) }
      if figure.curves.allSatisfy({ $0.line.isEmpty && $0.members.allSatisfy(\.isEmpty) }) {
        pen.label(
          "no data", x: (layout.left + layout.right) / 2, y: (layout.top + layout.bottom) / 2,
          anchor: "middle", isFaint: true)
      }
      markup.embed(pen.markup.text)
    }
  }

  private mutating func axes(of figure: Figure) {
    for tick in layout.y.ticks {
      let y = layout.y.position(of: tick.value)
      rule("M\(Decimals.of(layout.left)),\(Decimals.of(y))H\(Decimals.of(layout.right))", "grid")
      label(tick.label, x: layout.left - 7, y: y + 4, anchor: "end", isFaint: true)
    }
    for tick in layout.x.ticks {
      let x = layout.x.position(of: tick.value)
      rule("M\(Decimals.of(x)),\(Decimals.of(layout.bottom))v4", "axis")
      // A number at the very end stays inside the picture.
      let half = Double(tick.label.count) * FigureLayout.characterWidth * FigureLayout.fontSize / 2
      let isLast = x + half > figure.width - 2
      label(
        tick.label, x: isLast ? figure.width - 2 : x, y: layout.bottom + 18,
        anchor: isLast ? "end" : "middle", isFaint: true)
    }
    rule(
      "M\(Decimals.of(layout.left)),\(Decimals.of(layout.bottom))H\(Decimals.of(layout.right))",
      "axis")
    if !figure.xLabel.isEmpty {
      label(
        figure.xLabel, x: (layout.left + layout.right) / 2, y: layout.bottom + 37,
        anchor: "middle")
    }
    if !figure.yLabel.isEmpty {
      let middle = (layout.top + layout.bottom) / 2
      label(figure.yLabel, x: 13, y: middle, anchor: "middle", isTurned: true)
    }
  }

  private mutating func references(of figure: Figure) {
    for reference in figure.references {
      let y = layout.y.position(of: reference.value)
      guard y.isFinite else { continue }
      rule(
        "M\(Decimals.of(layout.left)),\(Decimals.of(y))H\(Decimals.of(layout.right))", "reference")
      label(reference.label, x: layout.right, y: y - 5, anchor: "end", isFaint: true)
    }
  }

  private mutating func draw(_ curve: Figure.Curve) {
    var inner = FigurePen(theme: theme, layout: layout)
    inner.band(of: curve)
    if theme == .page, !curve.members.isEmpty {
      inner.markup.element("g", ["class": "members"]) { markup in
        var thin = FigurePen(theme: theme, layout: layout)
        for member in curve.members {
          for path in thin.paths(of: member) { thin.stroke(path, color: curve.color, "member") }
        }
        markup.embed(thin.markup.text)
      }
    }
    inner.line(of: curve)
    inner.marks(of: curve)
    let content = inner.markup.text
    let isPage = theme == .page
    markup.element(
      "g",
      [
        "class": isPage ? "curve c\(curve.color % Palette.curves.count)" : nil,
        "data-variant": isPage ? String(curve.color) : nil,
      ]
    ) { $0.embed(content) }
  }

  private mutating func band(of curve: Figure.Curve) {
    let stretches = curve.band.indices.split { curve.band[$0] == nil }
    for stretch in stretches where stretch.count > 1 {
      let edges = stretch.compactMap { index in
        curve.band[index].map { (x: curve.line.xs[index], interval: $0) }
      }
      let upper = edges.map { layout.point($0.x, $0.interval.upper) }
      let lower = edges.reversed().map { layout.point($0.x, $0.interval.lower) }
      let corners = (upper + lower).filter { $0.x.isFinite && $0.y.isFinite }
      fill(Self.path(through: corners) + "z", color: curve.color)
    }
  }

  /// Solid where all runs are behind the line, dotted where some have no data.
  private mutating func line(of curve: Figure.Curve) {
    let count = curve.line.xs.count
    var start = 0
    while start < count {
      let isComplete = curve.isComplete(at: start)
      var end = start + 1
      while end < count, curve.isComplete(at: end) == isComplete { end += 1 }
      // The stretch with fewer runs reaches back (and on) to its neighbour, so that no hole is
      // left.
      let first = isComplete ? start : max(0, start - 1)
      let last = isComplete ? end : min(count, end + 1)
      let part = Polyline(
        xs: Array(curve.line.xs[first..<last]), ys: Array(curve.line.ys[first..<last]))
      for path in paths(of: part) {
        stroke(path, color: curve.color, isComplete ? "line" : "line partial")
      }
      start = end
    }
  }

  /// A mark at each point, or at some ten places along a line that has many.
  private mutating func marks(of curve: Figure.Curve) {
    let count = curve.line.xs.count
    let finite = (0..<count).filter { curve.line.xs[$0].isFinite && curve.line.ys[$0].isFinite }
    let isEach = (curve.marksEachPoint && finite.count <= 40) || finite.count == 1
    guard isEach || curve.color > 0, !finite.isEmpty else { return }
    let stride = isEach ? 1 : max(1, finite.count / 10)
    // Curves that lie on one another show their marks at different places.
    let offset = isEach ? 0 : (curve.color * 3) % stride
    for place in Swift.stride(from: offset, to: finite.count, by: stride) {
      let spot = layout.point(curve.line.xs[finite[place]], curve.line.ys[finite[place]])
      guard spot.x.isFinite, spot.y.isFinite else { continue }
      mark(at: spot, color: curve.color)
    }
  }
}
