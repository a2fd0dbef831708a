/// A figure in characters: braille dots, eight to a character, for a terminal of any kind.
package struct TerminalChart: Sendable {
  package var figure: Figure
  /// Characters across, with the numbers at the left.
  package var columns: Int
  /// Lines of the plot itself, without title, numbers below and legend.
  package var rows: Int
  /// Whether escape sequences colour the curves; without them letters would be needed to tell
  /// several apart, so that each curve then is drawn in a chart of its own.
  package var usesColor: Bool

  package init(_ figure: Figure, columns: Int = 76, rows: Int = 14, usesColor: Bool = false) {
    self.figure = figure
    self.columns = columns
    self.rows = rows
    self.usesColor = usesColor
  }

  /// The chart, with a line break after each of its lines.
  package var text: String {
    let drawn = figure.curves.filter { !$0.line.stretches.isEmpty }
    guard !drawn.isEmpty else { return "\(figure.title.printable): no data\n" }
    guard !usesColor, drawn.count > 1 else { return chart(of: drawn) }
    return drawn.map { chart(of: [$0]) }.joined(separator: "\n")
  }

  /// Terminal colours in the order of the palette: blue, red, green, magenta, yellow, white, cyan.
  private static let codes = [34, 31, 32, 35, 33, 37, 36, 95]

  private func chart(of curves: [Figure.Curve]) -> String {
    // Charts of single curves keep the scales of the whole figure, to be compared by eye.
    let values = figure.curves.flatMap(\.line.ys) + figure.references.map(\.value)
    let heights = Scale(
      figure.yKind, covering: values, from: Double(rows * 4 - 1), to: 0,
      tickCount: max(2, rows / 4))
    let labels = Dictionary(
      heights.ticks.map { (Int(heights.position(of: $0.value).rounded()) / 4, $0.label) },
      uniquingKeysWith: { first, _ in first })
    let gutter = (labels.values.map(\.count).max() ?? 1) + 1
    let width = max(8, columns - gutter - 1)
    let steps = figure.curves.flatMap(\.line.xs)
    let across = Scale(
      figure.xKind, covering: steps + figure.xEnds(beside: steps), from: 0,
      to: Double(width * 2 - 1),
      tickCount: max(2, width / 14), rounding: false)
    var canvas = BrailleCanvas(width: width, height: rows)
    for curve in curves { canvas.draw(curve, across: across, heights: heights) }

    var lines = [
      curves.count == 1 && figure.curves.count > 1
        ? "\(figure.title.printable): \(curves[0].name.printable)" : figure.title.printable
    ]
    for row in 0..<rows {
      let label = labels[row] ?? ""
      let padding = String(repeating: " ", count: gutter - 1 - label.count)
      lines.append(
        padding + label + (label.isEmpty ? " │" : " ┤") + canvas.line(row, color: colorCode))
    }
    lines.append(contentsOf: footer(across: across, gutter: gutter, width: width))
    if usesColor, curves.count > 1 {
      let names = curves.map { painted("━ \($0.name.printable)", color: $0.color) }
      lines.append(String(repeating: " ", count: gutter + 1) + names.joined(separator: "   "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The axis below the plot with its numbers and its name.
  private func footer(across: Scale, gutter: Int, width: Int) -> [String] {
    var axis = [Character](repeating: "─", count: width)
    var numbers = [Character](repeating: " ", count: width + 8)
    for tick in across.ticks {
      let column = min(width - 1, max(0, Int(across.position(of: tick.value).rounded()) / 2))
      let first = max(0, column - tick.label.count / 2)
      let room = max(0, first - 1)..<min(numbers.count, first + tick.label.count + 1)
      guard room.upperBound > first + tick.label.count - 1,
        numbers[room].allSatisfy({ $0 == " " })
      else { continue }
      axis[column] = "┬"
      numbers.replaceSubrange(first..<(first + tick.label.count), with: tick.label)
    }
    let blank = String(repeating: " ", count: gutter)
    let trimmed = String(numbers).reversed().drop { $0 == " " }.reversed()
    let name = figure.xLabel.isEmpty ? "" : "  \(figure.xLabel.printable)"
    return ["\(blank)└\(String(axis))", "\(blank) \(String(trimmed))\(name)"]
  }

  private func colorCode(_ color: Int) -> Int? {
    usesColor ? Self.codes[color % Self.codes.count] : nil
  }

  private func painted(_ text: String, color: Int) -> String {
    colorCode(color).map { "\u{1B}[\($0)m\(text)\u{1B}[0m" } ?? text
  }
}

/// A grid of characters, each of 2 × 4 dots.
private struct BrailleCanvas {
  let width: Int
  let height: Int
  private var dots: [UInt8]
  private var colors: [Int]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    dots = Array(repeating: 0, count: width * height)
    colors = Array(repeating: 0, count: width * height)
  }

  mutating func draw(_ curve: Figure.Curve, across: Scale, heights: Scale) {
    let spots = Polyline(
      xs: curve.line.xs.map(across.position(of:)), ys: curve.line.ys.map(heights.position(of:)))
    for stretch in spots.stretches {
      for index in stretch.xs.indices {
        let previous = max(0, index - 1)
        segment(
          (stretch.xs[previous], stretch.ys[previous]), (stretch.xs[index], stretch.ys[index]),
          color: curve.color)
      }
    }
  }

  private mutating func segment(
    _ start: (x: Double, y: Double), _ end: (x: Double, y: Double), color: Int
  ) {
    let length = max(1, Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)))
    for index in 0...length {
      let share = Double(index) / Double(length)
      set(
        Int((start.x + (end.x - start.x) * share).rounded()),
        Int((start.y + (end.y - start.y) * share).rounded()), color: color)
    }
  }

  private mutating func set(_ x: Int, _ y: Int, color: Int) {
    guard (0..<width * 2).contains(x), (0..<height * 4).contains(y) else { return }
    let cell = y / 4 * width + x / 2
    // The dots' bits in Unicode's order: the first six downwards by column, then the lowest two.
    let bits: [UInt8] = x % 2 == 0 ? [0x01, 0x02, 0x04, 0x40] : [0x08, 0x10, 0x20, 0x80]
    dots[cell] |= bits[y % 4]
    colors[cell] = color
  }

  func line(_ row: Int, color: (Int) -> Int?) -> String {
    var text = ""
    var current: Int?
    for cell in (row * width)..<((row + 1) * width) {
      let wanted = dots[cell] == 0 ? nil : color(colors[cell])
      if wanted != current {
        text += wanted.map { "\u{1B}[\($0)m" } ?? "\u{1B}[0m"
        current = wanted
      }
      let braille = Unicode.Scalar(0x2800 + UInt32(dots[cell])).map(Character.init)
      text.append(dots[cell] == 0 ? " " : braille ?? " ")
    }
    while text.last == " " { text.removeLast() }
    return current == nil ? text : text + "\u{1B}[0m"
  }
}

/// A curve of one line of blocks, for a place inside a table.
package func sparkline(_ values: [Double], width: Int = 24) -> String {
  let finite = values.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else { return "" }
  let blocks = Array("▁▂▃▄▅▆▇█")
  let count = min(width, finite.count)
  return String(
    (0..<count).map { column in
      let part = finite[(column * finite.count / count)..<((column + 1) * finite.count / count)]
      let share = high > low ? (part.mean - low) / (high - low) : 0.5
      return blocks[min(blocks.count - 1, Int(share * Double(blocks.count)))]
    })
}

extension String {
  /// The text without control characters, so that a name cannot move the cursor or change colours.
  package var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control
            || scalar.properties.generalCategory == .format
            ? "\u{FFFD}" : scalar
        }))
  }
}
