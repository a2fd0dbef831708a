// The strokes that a figure is made of. On a page they carry classes, which the style sheet colours
// for light and dark; in a picture of their own they carry colours.

extension FigurePen {
  /// A path through points, to a tenth of a unit.
  static func path(through points: [(x: Double, y: Double)]) -> String {
    var text = ""
    for (index, point) in points.enumerated() {
      text += "\(index == 0 ? "M" : "L")\(Decimals.of(point.x)),\(Decimals.of(point.y))"
    }
    return text
  }

  /// A path for each stretch of a line that can be shown, thinned to what the eye can tell apart.
  func paths(of line: Polyline) -> [String] {
    let columns = Int((layout.right - layout.left).rounded())
    let spots = line.reduced(toColumns: columns)
    let positions = Polyline(
      xs: spots.xs.map(layout.x.position(of:)), ys: spots.ys.map(layout.y.position(of:)))
    return positions.stretches.filter { $0.xs.count > 1 }.map { stretch in
      Self.path(through: zip(stretch.xs, stretch.ys).map { ($0, $1) })
    }
  }

  mutating func rule(_ path: String, _ role: String) {
    switch theme {
    case .page: markup.leaf("path", ["class": role, "d": path])
    case .standalone:
      markup.leaf(
        "path",
        [
          "d": path, "fill": "none",
          "stroke": role == "grid" ? Palette.rule.light : Palette.faintInk.light,
          "stroke-dasharray": role == "reference" ? "5 4" : nil,
        ])
    }
  }

  mutating func stroke(_ path: String, color: Int, _ role: String) {
    switch theme {
    case .page: markup.leaf("path", ["class": role, "d": path])
    case .standalone:
      markup.leaf(
        "path",
        [
          "d": path, "fill": "none", "stroke": Palette.color(color).light, "stroke-width": "2",
          "stroke-linejoin": "round", "stroke-linecap": "round",
          "stroke-dasharray": role == "line partial" ? "1 4" : nil,
        ])
    }
  }

  mutating func fill(_ path: String, color: Int) {
    switch theme {
    case .page: markup.leaf("path", ["class": "band", "d": path])
    case .standalone:
      markup.leaf(
        "path", ["d": path, "fill": Palette.color(color).light, "fill-opacity": "0.18"])
    }
  }

  mutating func mark(at spot: (x: Double, y: Double), color: Int) {
    let place = "translate(\(Decimals.of(spot.x)),\(Decimals.of(spot.y)))"
    let isPage = theme == .page
    markup.leaf(
      "path",
      [
        "class": isPage ? "mark" : nil, "transform": place,
        "d": Palette.mark(color, size: 7),
        "fill": isPage ? nil : Palette.color(color).light,
        "stroke": isPage ? nil : Palette.page.light,
      ])
  }

  mutating func label(
    _ text: String, x: Double, y: Double, anchor: String? = nil, isFaint: Bool = false,
    isBold: Bool = false, isTurned: Bool = false
  ) {
    let ink = isFaint ? Palette.faintInk : Palette.ink
    let turn = "rotate(-90 \(Decimals.of(x)) \(Decimals.of(y)))"
    markup.element(
      "text",
      [
        "class": theme == .page ? (isFaint ? "number" : "name") : nil,
        "x": Decimals.of(x), "y": Decimals.of(y), "text-anchor": anchor,
        "fill": theme == .page ? nil : ink.light, "font-weight": isBold ? "600" : nil,
        "transform": isTurned ? turn : nil,
      ], text: text)
  }
}

/// Title and legend above the plot of a picture that stands alone.
struct StandaloneLegend {
  private struct Entry {
    var name: String
    var color: Int
    var x: Double
    var row: Int
  }

  private let title: String
  private var entries: [Entry] = []
  private let rowHeight = 20.0
  let height: Double

  init(_ figure: Figure) {
    title = figure.title
    var x = 14.0
    var row = 0
    for curve in figure.curves where figure.curves.count > 1 {
      let text = Double(curve.name.count) * FigureLayout.characterWidth * FigureLayout.fontSize
      let width = 30 + text + 18
      if x > 14, x + width > figure.width - 14 {
        x = 14
        row += 1
      }
      entries.append(Entry(name: curve.name, color: curve.color, x: x, row: row))
      x += width
    }
    height = 30 + (entries.isEmpty ? 0 : Double(row + 1) * rowHeight)
  }

  func draw(with pen: inout FigurePen) {
    pen.label(title, x: 14, y: 22, isBold: true)
    for entry in entries {
      let y = 43 + Double(entry.row) * rowHeight
      let start = Decimals.of(entry.x)
      pen.stroke("M\(start),\(Decimals.of(y - 4))h24", color: entry.color, "line")
      pen.mark(at: (entry.x + 12, y - 4), color: entry.color)
      pen.label(entry.name, x: entry.x + 30, y: y)
    }
  }
}
