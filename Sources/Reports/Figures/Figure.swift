/// A chart of one or more curves over one axis, before it is drawn.
package struct Figure: Sendable {
  /// One curve with its uncertainty and the runs that it summarises.
  package struct Curve: Sendable {
    package var name: String
    /// Which colour and mark of the palette it has.
    package var color: Int
    package var line: Polyline
    /// For each point of the line, the interval around it; missing where there is none.
    package var band: [Interval?]
    /// For each point, the number of runs behind it; empty when that is not a question.
    package var runs: [Int]
    /// The runs' own curves, drawn thin.
    package var members: [Polyline]
    /// Whether each point is marked, as suits few measurements; otherwise marks are sparse.
    package var marksEachPoint: Bool

    package init(
      name: String, color: Int, line: Polyline, band: [Interval?] = [], runs: [Int] = [],
      members: [Polyline] = [], marksEachPoint: Bool = false
    ) {
      precondition(
        band.isEmpty || band.count == line.xs.count,
        "a band of \(band.count) intervals for a line of \(line.xs.count) points")
      self.name = name
      self.color = color
      self.line = line
      self.band = band
      self.runs = runs
      self.members = members
      self.marksEachPoint = marksEachPoint
    }

    /// Whether all runs that the curve ever has are behind this point.
    func isComplete(at index: Int) -> Bool {
      runs.isEmpty || runs[index] == runs.max()
    }
  }

  /// A horizontal line at a value that means something, such as where a task counts as solved.
  package struct Reference: Sendable {
    package var value: Double
    package var label: String

    package init(value: Double, label: String) {
      self.value = value
      self.label = label
    }
  }

  package var title: String
  package var xLabel: String
  package var yLabel: String
  package var curves: [Curve]
  package var references: [Reference]
  /// Whether the axis begins at 0, as that of environment steps does.
  package var xStartsAtZero = true
  /// Where the axis ends at least, so that figures of the same runs share it.
  package var xEnd: Double?
  package var xKind = ScaleKind.linear
  package var yKind = ScaleKind.linear
  package var width = 720.0
  package var height = 380.0

  package init(
    title: String, xLabel: String, yLabel: String, curves: [Curve],
    references: [Reference] = []
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.curves = curves
    self.references = references
  }

  /// What a reader who cannot see the chart is told of it.
  package var alternativeText: String {
    let drawn = curves.filter { !$0.line.isEmpty }
    guard !drawn.isEmpty else { return "\(title): no data." }
    let ends = drawn.prefix(8).map { curve -> String in
      let ys = curve.line.ys.filter(\.isFinite)
      guard let first = ys.first, let last = ys.last else { return "\(curve.name): no data" }
      return "\(curve.name) goes from \(NumberText.significant(first)) "
        + "to \(NumberText.significant(last))"
    }
    return "\(title), over \(xLabel). \(ends.joined(separator: "; "))."
  }
}

extension Figure.Curve {
  /// A curve of several seeds as a figure shows it.
  package init(_ curve: LearningCurve, color: Int, marksEachPoint: Bool = false) {
    self.init(
      name: curve.name, color: color,
      line: Polyline(
        xs: curve.points.map(\.step), ys: curve.points.map(\.estimate.value)),
      band: curve.points.map(\.estimate.interval), runs: curve.points.map(\.estimate.runs),
      members: curve.members.count > 1 ? curve.members.map(\.curve) : [],
      marksEachPoint: marksEachPoint)
  }
}
