/// Where the parts of a figure stand: its scales, and the rectangle that they span.
package struct FigureLayout: Sendable {
  package let x: Scale
  package let y: Scale
  package let left: Double
  package let right: Double
  package let top: Double
  package let bottom: Double

  static let fontSize = 12.0
  /// The mean width of a character of a sans-serif face, as a share of its size.
  static let characterWidth = 0.56

  /// The layout for a figure with `headroom` units above the plot for title and legend.
  package init(_ figure: Figure, headroom: Double) {
    let isSmall = figure.height < 260
    top = headroom + 10
    bottom = figure.height - (figure.xLabel.isEmpty ? 24 : 44)
    right = figure.width - 18
    let ys = figure.curves.lazy.flatMap { curve in
      curve.line.ys + curve.members.flatMap(\.ys)
        + curve.band.flatMap { $0.map { [$0.lower, $0.upper] } ?? [] }
    }
    y = Scale(
      figure.yKind, covering: Array(ys) + figure.references.map(\.value), from: bottom, to: top,
      tickCount: isSmall ? 4 : 6)
    let widest = y.ticks.map { Double($0.label.count) }.max() ?? 1
    let labels = (widest * Self.characterWidth + 0.8) * Self.fontSize
    left = labels + (figure.yLabel.isEmpty ? 6 : 24)
    let xs = figure.curves.lazy.flatMap { $0.line.xs + $0.members.flatMap(\.xs) }
    x = Scale(
      figure.xKind, covering: Array(xs) + figure.xEnds(beside: Array(xs)), from: left,
      to: right, tickCount: isSmall ? 4 : 7, rounding: false)
  }

  package func point(_ xValue: Double, _ yValue: Double) -> (x: Double, y: Double) {
    (x.position(of: xValue), y.position(of: yValue))
  }
}

extension Figure {
  /// Values that the horizontal axis covers beside those of the curves; none where these are none.
  func xEnds(beside xs: [Double]) -> [Double] {
    guard let last = xs.max() else { return [] }
    let isFromZero = xStartsAtZero && xKind == .linear
    // A run that has not left its first step still has an axis that goes forwards.
    return [xEnd, isFromZero ? 0 : nil, isFromZero && last <= 0 ? 1 : nil].compactMap { $0 }
  }
}
