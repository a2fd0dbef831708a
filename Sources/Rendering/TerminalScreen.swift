public import Environments

/// A terminal's screen as cells with a character each, of which only those that change are written.
public struct TerminalScreen: Sendable {
  /// What is in one place of the screen; `nil` stands for the terminal's own colors.
  struct Cell: Hashable {
    var character: Character = " "
    var foreground: Picture.Color?
    var background: Picture.Color?
  }

  /// The number of characters in a row, and of rows.
  public private(set) var columns, rows: Int
  /// What the terminal can show.
  public let colors: TerminalColors
  private var cells: [Cell]
  /// What the terminal shows now; `nil` where that is unknown.
  private var shown: [Cell]?

  /// Makes an empty screen.
  public init(columns: Int, rows: Int, colors: TerminalColors) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.colors = colors
    cells = [Cell](repeating: Cell(), count: self.columns * self.rows)
  }

  /// Takes the terminal's new size, if it is another; everything is then written anew.
  public mutating func resize(columns: Int, rows: Int) {
    guard columns != self.columns || rows != self.rows else { return }
    self = TerminalScreen(columns: columns, rows: rows, colors: colors)
  }

  /// Makes all cells blank.
  public mutating func clear() {
    for place in cells.indices { cells[place] = Cell() }
  }

  /// Writes a line of text in a row, as much of it as there is room for.
  public mutating func write(_ text: String, row: Int, column: Int = 0) {
    guard row >= 0, row < rows else { return }
    for (index, character) in text.enumerated() {
      let place = column + index
      guard place >= 0, place < columns else { continue }
      cells[row * columns + place] = Cell(character: character.isNewline ? " " : character)
    }
  }

  /// What makes the terminal show the screen, from what it shows now.
  public mutating func update() -> String {
    var text = ""
    var pen = Cell()
    var next = -1
    if shown == nil { text += "\u{1B}[0m\u{1B}[2J" }
    for place in cells.indices {
      let cell = cells[place]
      if let shown { if shown[place] == cell { continue } } else if cell == Cell() { continue }
      if let between = bridge(from: next, to: place, pen) {
        text += between
      } else {
        text += "\u{1B}[\(place / columns + 1);\(place % columns + 1)H"
      }
      text += change(from: pen, to: cell)
      text.append(cell.character)
      (pen, next) = (cell, place + 1)
    }
    if pen.foreground != nil || pen.background != nil { text += "\u{1B}[0m" }
    shown = cells
    return text
  }

  /// The characters between two places in a row, where they are written sooner than skipped.
  private func bridge(from next: Int, to place: Int, _ pen: Cell) -> String? {
    guard next >= 0, place - next <= 4, next / columns == place / columns else { return nil }
    let between = cells[next..<place]
    let isPlain = between.allSatisfy {
      $0.foreground == pen.foreground && $0.background == pen.background
    }
    return isPlain ? String(between.map(\.character)) : nil
  }

  private func change(from pen: Cell, to cell: Cell) -> String {
    guard colors != .none else { return "" }
    var parameters: [String] = []
    if pen.foreground != cell.foreground {
      parameters.append(colors.parameters(cell.foreground, plane: 3))
    }
    if pen.background != cell.background {
      parameters.append(colors.parameters(cell.background, plane: 4))
    }
    return parameters.isEmpty ? "" : "\u{1B}[\(parameters.joined(separator: ";"))m"
  }
}

extension TerminalScreen {
  /// Draws a picture in the middle of a band of rows, as large as fits.
  ///
  /// A cell is two pixels, one above the other: a half block whose foreground is the upper one. Text
  /// too small to be drawn is written.
  public mutating func draw(_ picture: Picture, inRows band: Range<Int>) {
    let band = band.clamped(to: 0..<rows)
    guard !band.isEmpty else { return }
    let rasterizer = Rasterizer(picture, fitting: columns, by: 2 * band.count)
    let scale = rasterizer.scale(of: picture)
    var large = picture
    large.shapes.removeAll { Self.isSmallText($0, scale) }
    let image = rasterizer.image(of: large)
    let left = (columns - image.width) / 2
    let top = band.lowerBound + (band.count - (image.height + 1) / 2) / 2
    for row in 0..<(image.height + 1) / 2 {
      for column in 0..<image.width {
        let upper = image[column, 2 * row]
        let lower = 2 * row + 1 < image.height ? image[column, 2 * row + 1] : nil
        cells[(top + row) * columns + left + column] =
          colors == .none
          ? Self.inked(upper, lower ?? upper, on: picture.background) : Self.block(upper, lower)
      }
    }
    for shape in picture.shapes where Self.isSmallText(shape, scale) {
      guard case .text(let text, let start, let size, let color) = shape.scaled(by: scale) else {
        continue
      }
      let middle = start.x + Picture.width(of: text, size: size) / 2 - Double(text.count) / 2
      let row = ((start.y - size / 2) / 2).rounded(.down)
      guard middle.isFinite, abs(middle) < 1e6, row >= 0, row < Double(band.count) else { continue }
      write(text, color, row: top + Int(row), column: left + Int(middle.rounded()))
    }
  }

  private static func isSmallText(_ shape: Picture.Shape, _ scale: Double) -> Bool {
    if case .text(_, _, let size, _) = shape { size * scale < 7 } else { false }
  }

  private mutating func write(_ text: String, _ color: Picture.Color, row: Int, column: Int) {
    guard row < rows else { return }
    for (index, character) in text.enumerated()
    where column + index >= 0 && column + index < columns {
      let place = row * columns + column + index
      let old = cells[place]
      let behind =
        if let background = old.background {
          old.character == "▀" ? (old.foreground ?? background).mixed(with: background) : background
        } else {
          old.foreground
        }
      cells[place] = Cell(
        character: character, foreground: colors == .none ? nil : color, background: behind)
    }
  }

  private static func block(_ upper: Picture.Color, _ lower: Picture.Color?) -> Cell {
    upper == lower
      ? Cell(background: upper) : Cell(character: "▀", foreground: upper, background: lower)
  }

  /// A character with as much ink as the colors differ from the background.
  private static func inked(
    _ upper: Picture.Color, _ lower: Picture.Color, on background: Picture.Color
  ) -> Cell {
    let ramp = Array(" .:-=+*#%@")
    let contrasts = [upper, lower].map { color in
      let parts = [
        (color.red, background.red), (color.green, background.green),
        (color.blue, background.blue),
      ]
      return parts.map { abs(Double($0.0) - Double($0.1)) / 255 }.max() ?? 0
    }
    let ink = min(1, contrasts.reduce(0, +) / 2)
    return Cell(character: ramp[Int((ink * Double(ramp.count - 1)).rounded())])
  }
}
