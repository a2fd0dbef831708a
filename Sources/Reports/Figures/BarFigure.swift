/// Bars side by side, in groups, with intervals and the single values behind them.
package struct BarFigure: Sendable {
  package struct Bar: Sendable {
    package var name: String
    /// The color's place in the palette.
    package var color: Int
    package var value: Double
    package var interval: Interval?
    /// Values that the bar summarises, drawn as dots.
    package var members: [Double]

    package init(
      name: String, color: Int, value: Double, interval: Interval? = nil, members: [Double] = []
    ) {
      self.name = name
      self.color = color
      self.value = value
      self.interval = interval
      self.members = members
    }
  }

  package var title: String
  package var yLabel: String
  package var bars: [Bar]
  /// A value that means something, drawn as a line across.
  package var references: [Figure.Reference] = []
  package var width = 720.0

  package init(title: String, yLabel: String, bars: [Bar]) {
    self.title = title
    self.yLabel = yLabel
    self.bars = bars
  }

  /// The figure as an SVG element; names stand at the left and values go to the right.
  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    let canvas = FigureCanvas(
      title: title, alternativeText: alternativeText, width: width, height: height)
    return canvas.svg(theme) { pen in draw(with: &pen, theme: theme) }
  }

  private static let step = 26.0
  private let top = 34.0
  private var height: Double { top + Self.step * Double(bars.count) + 46 }

  private func draw(with pen: inout FigurePen, theme: Figure.Theme) {
    let longest = Double(bars.map(\.name.count).max() ?? 0)
    let left = min(260, longest * FigureLayout.characterWidth * FigureLayout.fontSize + 26)
    let bottom = height - 46
    let shown = bars.filter(\.value.isFinite)
    let ends = shown.flatMap { bar in
      [bar.value] + bar.members + (bar.interval.map { [$0.lower, $0.upper] } ?? [])
    }
    let scale = Scale(
      covering: ends + [0] + references.map(\.value), from: left, to: width - 24, tickCount: 6)
    for tick in scale.ticks {
      let x = scale.position(of: tick.value)
      pen.rule("M\(Decimals.of(x)),\(Decimals.of(top))V\(Decimals.of(bottom))", "grid")
      pen.label(tick.label, x: x, y: bottom + 16, anchor: "middle", isFaint: true)
    }
    pen.label(yLabel, x: (left + width - 24) / 2, y: bottom + 36, anchor: "middle")
    for reference in references where reference.value.isFinite {
      let x = scale.position(of: reference.value)
      pen.rule("M\(Decimals.of(x)),\(Decimals.of(top))V\(Decimals.of(bottom))", "reference")
      pen.label(reference.label, x: x, y: top - 4, anchor: "middle", isFaint: true)
    }
    let zero = scale.position(of: 0)
    for (row, bar) in bars.enumerated() {
      let middle = top + Self.step * (Double(row) + 0.5)
      pen.label(bar.name, x: left - 10, y: middle + 4, anchor: "end")
      guard bar.value.isFinite else {
        pen.label("not finite", x: zero + 6, y: middle + 4, isFaint: true)
        continue
      }
      pen.group(color: bar.color) { pen in
        draw(bar, at: middle, zero: zero, scale: scale, with: &pen)
      }
    }
    pen.rule("M\(Decimals.of(zero)),\(Decimals.of(top))V\(Decimals.of(bottom))", "axis")
  }

  private func draw(
    _ bar: Bar, at middle: Double, zero: Double, scale: Scale, with pen: inout FigurePen
  ) {
    let end = scale.position(of: bar.value)
    let (upper, lower) = (Decimals.of(middle - 8), Decimals.of(middle + 8))
    pen.fill(
      "M\(Decimals.of(zero)),\(upper)H\(Decimals.of(end))V\(lower)H\(Decimals.of(zero))z",
      color: bar.color)
    pen.stroke("M\(Decimals.of(end)),\(upper)V\(lower)", color: bar.color, "line")
    if let interval = bar.interval, interval.lower.isFinite, interval.upper.isFinite {
      let (from, to) = (scale.position(of: interval.lower), scale.position(of: interval.upper))
      let (a, b) = (Decimals.of(middle - 4), Decimals.of(middle + 4))
      pen.stroke(
        "M\(Decimals.of(from)),\(a)V\(b)M\(Decimals.of(from)),\(Decimals.of(middle))"
          + "H\(Decimals.of(to))M\(Decimals.of(to)),\(a)V\(b)", color: bar.color, "line")
    }
    for value in bar.members where value.isFinite {
      pen.dot(at: (scale.position(of: value), middle), color: bar.color)
    }
  }

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    let words = bars.prefix(12).map { bar in
      let range = bar.interval.map {
        " (\(NumberText.significant($0.lower)) to \(NumberText.significant($0.upper)))"
      }
      return "\(bar.name) \(NumberText.significant(bar.value))\(range ?? "")"
    }
    return "\(title), \(yLabel). \(words.joined(separator: "; "))."
  }
}
