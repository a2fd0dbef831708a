/// Points of many numbers, such as trials of a search: an axis for each number, and a line through
/// the values of each point, shaded by the point's score.
///
/// The shade follows the rank of the score, so that one outlier does not make all others look
/// equal; the last axis shows the scores themselves. Good lines stand out from the page, light or
/// dark, and lie on top. On a categorical axis, lines of one category spread a little, the better
/// ones higher. A point without a value on an axis passes below it; one without a score is dashed.
package struct ParallelCoordinatesFigure: Sendable {
  package struct Axis: Sendable {
    package enum Kind: Sendable {
      case linear
      /// Equal factors take equal lengths; what is not positive counts as missing.
      case logarithmic
      /// A value is the place of its category in this list, from 0.
      case categorical([String])
    }

    package var name: String
    package var kind: Kind

    package init(_ name: String, _ kind: Kind = .linear) {
      self.name = name
      self.kind = kind
    }
  }

  package struct Line: Sendable {
    package var name: String
    /// For each axis, in their order, the value, or nothing where the point has none.
    package var values: [Double?]
    /// Missing where nothing came of the point.
    package var score: Double?

    package init(name: String, values: [Double?], score: Double?) {
      self.name = name
      self.values = values
      self.score = score
    }
  }

  package var title: String
  package var axes: [Axis]
  /// The axis of the scores, drawn last.
  package var score: Axis
  package var higherIsBetter: Bool
  package var lines: [Line]
  package var height = 380.0

  package init(
    title: String, axes: [Axis], score: Axis, higherIsBetter: Bool = true, lines: [Line]
  ) {
    precondition(
      lines.allSatisfy { $0.values.count == axes.count }, "a line has a value for each axis")
    self.title = title
    self.axes = axes
    self.score = score
    self.higherIsBetter = higherIsBetter
    self.lines = lines
  }

  /// The figure as an SVG element.
  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    let layout = ParallelLayout(self)
    let canvas = FigureCanvas(
      title: title, alternativeText: alternativeText, width: layout.width, height: height)
    return canvas.svg(theme) { pen in
      for place in layout.drawingOrder { pen.draw(place, of: layout) }
      for axis in layout.axes { pen.draw(axis, of: layout) }
      pen.drawShades(of: layout)
      if lines.isEmpty {
        pen.label(
          "no data", x: layout.width / 2, y: (layout.top + layout.bottom) / 2, anchor: "middle",
          isFaint: true)
      }
    }
  }

  /// Axes and the score's, as drawn.
  var allAxes: [Axis] { axes + [score] }

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    let best = lines.filter { $0.score?.isFinite == true }.sorted {
      let (one, other) = ($0.score ?? 0, $1.score ?? 0)
      return higherIsBetter ? one > other : one < other
    }
    let words = best.prefix(3).map { line in
      let values = zip(axes, line.values).compactMap { axis, value in
        value.map { "\(axis.name) \(axis.text(of: $0))" }
      }
      return "\(line.name) (\(score.text(of: line.score ?? .nan))): "
        + values.joined(separator: ", ")
    }
    let count = "\(counted(lines.count, "line")) over \(counted(allAxes.count, "axis", "axes"))"
    guard !words.isEmpty else { return "\(title): \(count)." }
    return "\(title): \(count); \(score.name), \(higherIsBetter ? "higher" : "lower") is better. "
      + "The best: \(words.joined(separator: "; "))."
  }
}

extension ParallelCoordinatesFigure.Axis {
  /// A value as words show it.
  package func text(of value: Double) -> String {
    guard case .categorical(let names) = kind else {
      return NumberText.significant(value).withoutZeros
    }
    return names.indices.contains(Int(exactly: value) ?? -1) ? names[Int(value)] : "?"
  }

  /// Whether a value has a place on the axis.
  func shows(_ value: Double) -> Bool {
    switch kind {
    case .linear: value.isFinite
    case .logarithmic: value.isFinite && value > 0
    case .categorical(let names): names.indices.contains(Int(exactly: value) ?? -1)
    }
  }
}

func counted(_ count: Int, _ singular: String, _ plural: String) -> String {
  "\(count) \(count == 1 ? singular : plural)"
}

extension ParallelCoordinatesFigure {
  /// The figure as a page of its own that needs nothing beside itself.
  package func page(title: String, caption: String = "") -> String {
    PageFrame(title: title).html { page in
      page.parallelCoordinates(self) { $0.write(caption) }
    }
  }
}
