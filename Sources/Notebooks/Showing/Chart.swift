package import Reports

/// A chart of lines that a script draws with `Notebook.show(_:)`.
///
/// ```swift
/// Notebook.show(
///   Chart("What a seed earns", x: "episode", y: "return", [.init("seed 1", xs, ys)]))
/// ```
public struct Chart: Sendable {
  /// A line of a chart.
  public struct Line: Sendable {
    /// What the legend says.
    public var name: String
    /// Where along the horizontal axis.
    public var xs: [Double]
    /// How high; as many as `xs`.
    public var ys: [Double]
    /// The interval around each point; empty where there is none.
    public var band: [ClosedRange<Double>]
    /// Whether each point has a mark, as suits few of them.
    public var marksPoints: Bool

    /// - Precondition: as many `xs` as `ys`, and as many intervals or none.
    public init(
      _ name: String, _ xs: [Double], _ ys: [Double], band: [ClosedRange<Double>] = [],
      marksPoints: Bool = false
    ) {
      precondition(xs.count == ys.count, "\(xs.count) positions but \(ys.count) values")
      precondition(
        band.isEmpty || band.count == xs.count, "\(band.count) intervals for \(xs.count) points")
      (self.name, self.xs, self.ys, self.band) = (name, xs, ys, band)
      self.marksPoints = marksPoints
    }
  }

  /// What stands above it.
  public var title: String
  /// What the axis across counts, with its unit.
  public var xLabel: String
  /// What stands at the vertical axis.
  public var yLabel: String
  /// What is drawn.
  public var lines: [Line]
  /// A value that means something, drawn as a dashed line with its name.
  public var reference: (value: Double, name: String)?
  /// What there is to see, in Markdown of one line.
  public var caption: String

  /// A chart of these lines.
  public init(
    _ title: String, x: String, y: String, _ lines: [Line],
    reference: (value: Double, name: String)? = nil, caption: String = ""
  ) {
    (self.title, self.lines, self.caption) = (title, lines, caption)
    (xLabel, yLabel, self.reference) = (x, y, reference)
  }

  package var figure: Figure {
    Figure(
      title: title, xLabel: xLabel, yLabel: yLabel,
      curves: lines.enumerated().map { color, line in
        Figure.Curve(
          name: line.name, color: color, line: Polyline(xs: line.xs, ys: line.ys),
          band: line.band.map { Interval(lower: $0.lowerBound, upper: $0.upperBound) },
          marksEachPoint: line.marksPoints)
      },
      references: reference.map { [Figure.Reference(value: $0.value, label: $0.name)] } ?? [])
  }

  /// The chart in characters.
  package var terminalText: String { TerminalChart(figure).text }
}
