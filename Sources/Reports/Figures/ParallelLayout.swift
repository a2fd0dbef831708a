/// Where the axes and lines of parallel coordinates stand.
struct ParallelLayout {
  /// One axis with its numbers or categories.
  struct Axis {
    var name: String
    /// The name as far as there is room for it: its end, which of a dotted key tells most.
    var shownName: String
    var x: Double
    var nameY: Double
    var ticks: [(y: Double, label: String)]
    /// Whether any line has no value here and passes below.
    var hasMissing: Bool
  }

  /// One line: a height on each axis, and how good it is.
  struct Line {
    var ys: [Double]
    /// 0 for the worst to 1 for the best rank; missing without a score.
    var goodness: Double?
  }

  let width: Double
  let top: Double
  let bottom: Double
  /// Where lines without a value pass.
  var missingY: Double { bottom + 18 }
  private(set) var axes: [Axis] = []
  private(set) var lines: [Line] = []
  let figure: ParallelCoordinatesFigure

  init(_ figure: ParallelCoordinatesFigure) {
    self.figure = figure
    let all = figure.allAxes
    width = max(720, 104 * Double(all.count))
    top = 72
    bottom = figure.height - 62
    let (left, right) = (74.0, width - 40)
    let spacing = all.count > 1 ? (right - left) / Double(all.count - 1) : 0
    let goodness = Self.goodness(of: figure)
    lines = goodness.map { Line(ys: [], goodness: $0) }
    // Names stand in two rows, so that each has the room of nearly two.
    let room = max(
      8, Int((spacing * 1.8 - 10) / (FigureLayout.characterWidth * FigureLayout.fontSize)))
    for (place, axis) in all.enumerated() {
      let values = figure.lines.map { place < figure.axes.count ? $0.values[place] : $0.score }
      let shown = values.map { $0.flatMap { axis.shows($0) ? $0 : nil } }
      let (ticks, heights) = heights(of: shown, on: axis, goodness)
      // The names of the outermost axes have room on one side only.
      let isOuter = place == 0 || place == all.count - 1
      let limit = isOuter ? min(room, 20) : room
      let name =
        place == all.count - 1 ? axis.name + (figure.higherIsBetter ? " ↑" : " ↓") : axis.name
      axes.append(
        Axis(
          name: axis.name, shownName: name.count > limit ? "…" + name.suffix(limit - 1) : name,
          x: left + spacing * Double(place), nameY: place.isMultiple(of: 2) ? top - 30 : top - 13,
          ticks: ticks, hasMissing: heights.contains { $0 == nil }))
      for (line, height) in heights.enumerated() { lines[line].ys.append(height ?? missingY) }
    }
  }

  /// The worst first, so that the best lie on top; those without a score lowest.
  var drawingOrder: [Int] {
    lines.indices.sorted { (lines[$0].goodness ?? -1, $0) < (lines[$1].goodness ?? -1, $1) }
  }

  /// The share of other scores that each beats, those that tie by half.
  private static func goodness(of figure: ParallelCoordinatesFigure) -> [Double?] {
    let scores = figure.lines.map { $0.score.flatMap { $0.isFinite ? $0 : nil } }
    let sorted = scores.compactMap { $0 }.sorted()
    return scores.map { score in
      guard let score else { return nil }
      guard sorted.count > 1 else { return 1 }
      let below = sorted.partition(at: score)
      let equal = sorted.partition(at: score.nextUp) - below
      let share = (Double(below) + Double(equal - 1) / 2) / Double(sorted.count - 1)
      return figure.higherIsBetter ? share : 1 - share
    }
  }

  private func heights(
    of values: [Double?], on axis: ParallelCoordinatesFigure.Axis, _ goodness: [Double?]
  ) -> (ticks: [(y: Double, label: String)], heights: [Double?]) {
    switch axis.kind {
    case .linear, .logarithmic:
      let isLinear = if case .linear = axis.kind { true } else { false }
      let scale = Scale(
        isLinear ? .linear : .logarithmic, covering: values.compactMap { $0 }, from: bottom,
        to: top, tickCount: 5, rounding: isLinear)
      var ticks = scale.ticks.map { (scale.position(of: $0.value), $0.label) }
      if ticks.count < 2, values.contains(where: { $0 != nil }) {
        // Within one power of ten the ends say where the axis is.
        ticks = [scale.domain.lowerBound, scale.domain.upperBound].map {
          (scale.position(of: $0), NumberText.significant($0, digits: 2).withoutZeros)
        }
      }
      return (ticks, values.map { $0.map(scale.position(of:)) })
    case .categorical(let names):
      let step = (bottom - top) / Double(max(1, names.count))
      func middle(_ place: Int) -> Double { bottom - step * (Double(place) + 0.5) }
      let spread = min(22, step * 0.6)
      // Within a category, by rank among its own lines.
      var heights = [Double?](repeating: nil, count: values.count)
      for place in names.indices {
        let own = values.indices.filter { values[$0] == Double(place) }
          .sorted { (goodness[$0] ?? -1, $0) < (goodness[$1] ?? -1, $1) }
        for (rank, line) in own.enumerated() {
          let share = own.count > 1 ? Double(rank) / Double(own.count - 1) - 0.5 : 0
          heights[line] = middle(place) - share * spread
        }
      }
      return (names.indices.map { (middle($0), names[$0]) }, heights)
    }
  }
}

extension [Double] {
  /// The number of elements of the sorted list below a value.
  fileprivate func partition(at value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension FigurePen {
  /// One line, in the shade of its rank.
  mutating func draw(_ place: Int, of layout: ParallelLayout) {
    let line = layout.lines[place]
    let path = Self.path(through: zip(layout.axes, line.ys).map { ($0.x, $1) })
    let shade = line.goodness.map(Palette.shade)
    let isPage = theme == .page
    markup.leaf(
      "path",
      [
        "class": isPage ? shade.map { "trial s\($0)" } ?? "trial nothing" : nil,
        "data-line": isPage ? String(place) : nil, "d": path, "fill": isPage ? nil : "none",
        "stroke": isPage ? nil : (shade.map { Palette.ramp[$0] } ?? Palette.rule).light,
        "stroke-width": isPage ? nil : shade == Palette.ramp.count - 1 ? "2" : "1.2",
        "stroke-linejoin": isPage ? nil : "round",
        "stroke-dasharray": isPage || shade != nil ? nil : "3 3",
      ])
  }

  /// One axis with its name above and its numbers at the left, which lines do not cover.
  mutating func draw(_ axis: ParallelLayout.Axis, of layout: ParallelLayout) {
    let x = Decimals.of(axis.x)
    rule("M\(x),\(Decimals.of(layout.top))V\(Decimals.of(layout.bottom))", "axis")
    let isFirst = axis.x == layout.axes.first?.x
    let isLast = axis.x == layout.axes.last?.x && layout.axes.count > 1
    let nameX = isFirst ? 14 : isLast ? layout.width - 10 : axis.x
    label(
      axis.shownName, x: nameX, y: axis.nameY, anchor: isFirst ? nil : isLast ? "end" : "middle")
    for tick in axis.ticks {
      rule("M\(Decimals.of(axis.x - 4)),\(Decimals.of(tick.y))H\(x)", "axis")
      let room = isFirst ? 11 : 14
      let text = tick.label.count > room ? tick.label.prefix(room - 1) + "…" : tick.label
      outlinedLabel(text, x: axis.x - 7, y: tick.y + 4)
    }
    if axis.hasMissing { outlinedLabel("none", x: axis.x - 7, y: layout.missingY + 4) }
  }

  /// Small text with the page's color around it.
  private mutating func outlinedLabel(_ text: String, x: Double, y: Double) {
    let isPage = theme == .page
    markup.element(
      "text",
      [
        "class": isPage ? "number outlined" : nil, "x": Decimals.of(x), "y": Decimals.of(y),
        "text-anchor": "end", "fill": isPage ? nil : Palette.faintInk.light,
        "font-size": "11", "stroke": isPage ? nil : Palette.page.light,
        "stroke-width": isPage ? nil : "3", "paint-order": isPage ? nil : "stroke",
      ], text: text)
  }

  /// What the shades mean, below at the right.
  mutating func drawShades(of layout: ParallelLayout) {
    guard layout.lines.count(where: { $0.goodness != nil }) > 1 else { return }
    let (y, tile) = (layout.figure.height - 20, 16.0)
    let start = layout.width - 60 - tile * Double(Palette.ramp.count)
    label("worst", x: start - 7, y: y + 8, anchor: "end", isFaint: true)
    for shade in Palette.ramp.indices {
      let isPage = theme == .page
      markup.leaf(
        "rect",
        [
          "class": isPage ? "shade s\(shade)" : nil,
          "x": Decimals.of(start + tile * Double(shade)), "y": Decimals.of(y),
          "width": Decimals.of(tile), "height": "8",
          "fill": isPage ? nil : Palette.ramp[shade].light,
        ])
    }
    label("best", x: layout.width - 53, y: y + 8, isFaint: true)
  }
}
