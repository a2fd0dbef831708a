/// A square of shares from 0 to 1, one row and column a task, each with its number.
package struct HeatMapFigure: Sendable {
  package var title: String
  package var names: [String]
  /// Row by row; what is not finite is left empty.
  package var values: [Double]

  package init(title: String, names: [String], values: [Double]) {
    precondition(values.count == names.count * names.count, "a heat map is a square of its names")
    self.title = title
    self.names = names
    self.values = values
  }

  private static let tile = 44.0
  private static let top = 30.0

  /// The figure as an SVG element.
  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    let longest = Double(names.map(\.count).max() ?? 0)
    let left = min(200, longest * FigureLayout.characterWidth * FigureLayout.fontSize + 20)
    let side = Self.tile * Double(names.count)
    // Names under the columns are turned where they are wider than a column.
    let isTurned = longest * FigureLayout.characterWidth * FigureLayout.fontSize > Self.tile - 4
    let canvas = FigureCanvas(
      title: title, alternativeText: alternativeText, width: max(left + side + 20, 640),
      height: Self.top + side + (isTurned ? left : 26))
    return canvas.svg(theme) { pen in
      for (row, name) in names.enumerated() {
        let middle = Self.top + Self.tile * (Double(row) + 0.5) + 4
        pen.label(name, x: left - 8, y: middle, anchor: "end")
        let x = left + Self.tile * (Double(row) + 0.5)
        let y = Self.top + side + 12
        pen.label(
          name, x: isTurned ? x + 4 : x, y: isTurned ? y : y + 4,
          anchor: isTurned ? "end" : "middle", isTurned: isTurned)
        for column in names.indices where column != row {
          let value = values[row * names.count + column]
          guard value.isFinite else { continue }
          let x = left + Self.tile * Double(column)
          pen.tile(
            x: x + 1, y: Self.top + Self.tile * Double(row) + 1, width: Self.tile - 2,
            height: Self.tile - 2, share: value, color: 1)
          pen.label(
            NumberText.fixed(value, decimals: 2), x: x + Self.tile / 2, y: middle, anchor: "middle")
        }
      }
    }
  }

  /// What a reader who cannot see the figure is told of it.
  package var alternativeText: String {
    var pairs: [(name: String, value: Double)] = []
    for row in names.indices {
      for column in names.indices where column > row {
        let value = values[row * names.count + column]
        if value.isFinite { pairs.append(("\(names[row]) and \(names[column])", value)) }
      }
    }
    let words = pairs.sorted { $0.value > $1.value }.prefix(6).map {
      "\($0.name) \(NumberText.fixed($0.value, decimals: 2))"
    }
    return "\(title). \(words.joined(separator: "; "))."
  }
}
