import Environments
import Rendering
import Testing

/// A terminal gets the characters that make it look like the picture, and no more of them.
@Suite struct TerminalTests {
  private static let red = Picture.Color(hex: 0xFF0000)

  /// Two cells, of which the left one is red in its upper half.
  private var picture: Picture {
    var picture = Picture(width: 2, height: 2)
    picture.rectangle(x: 0, y: 0, width: 1, height: 1, Self.red)
    return picture
  }

  private func drawn(_ colors: TerminalColors) -> String {
    var screen = TerminalScreen(columns: 2, rows: 1, colors: colors)
    screen.draw(picture, inRows: 0..<1)
    return screen.update()
  }

  @Test func `a cell is two pixels`() {
    let start = "\u{1B}[0m\u{1B}[2J\u{1B}[1;1H"
    #expect(
      drawn(.all)
        == start + "\u{1B}[38;2;255;0;0;48;2;255;255;255m▀\u{1B}[39m \u{1B}[0m")
    #expect(drawn(.indexed) == start + "\u{1B}[38;5;196;48;5;231m▀\u{1B}[39m \u{1B}[0m")
    #expect(drawn(.none) == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1H+")
  }

  @Test func `only what changed is written`() {
    var screen = TerminalScreen(columns: 20, rows: 3, colors: .all)
    screen.write("step 12", row: 1, column: 2)
    #expect(screen.update() == "\u{1B}[0m\u{1B}[2J\u{1B}[2;3Hstep 12")
    screen.clear()
    screen.write("step 13", row: 1, column: 2)
    #expect(screen.update() == "\u{1B}[2;9H3")
    #expect(screen.update().isEmpty)
    screen.resize(columns: 20, rows: 3)
    #expect(screen.update().isEmpty)
    screen.resize(columns: 30, rows: 3)
    screen.write("x\ny", row: 2, column: 28)
    #expect(screen.update() == "\u{1B}[0m\u{1B}[2J\u{1B}[3;29Hx")
    screen.write("outside", row: 7)
    screen.write("outside", row: -1)
    #expect(screen.update().isEmpty)
  }

  @Test func `small text is written, and large text drawn`() {
    var picture = Picture(width: 10, height: 10, background: .white)
    picture.text("42", centeredOn: .init(5, 5), size: 0.8, .black)
    var screen = TerminalScreen(columns: 20, rows: 10, colors: .none)
    screen.draw(picture, inRows: 0..<10)
    #expect(screen.update().contains("42"))
    picture.shapes = []
    picture.text("42", centeredOn: .init(5, 5), size: 5, .black)
    screen.draw(picture, inRows: 0..<10)
    #expect(!screen.update().contains("42"))
  }

  private static let terminals: [(String?, String?, String?, TerminalColors)] = [
    ("xterm-256color", "truecolor", nil, TerminalColors.all),
    ("xterm-256color", nil, nil, .indexed), ("xterm", nil, nil, .indexed),
    ("screen", "24bit", nil, .all), ("vt100", nil, nil, .none), ("dumb", "truecolor", nil, .none),
    ("xterm-256color", "truecolor", "1", .none), ("xterm-256color", "truecolor", "", .all),
    ("linux", nil, nil, .none), (nil, nil, nil, .none),
  ]

  @Test(arguments: terminals)
  func `a terminal's variables tell its colors`(
    term: String?, colorTerm: String?, noColor: String?, expected: TerminalColors
  ) {
    #expect(TerminalColors(term: term, colorTerm: colorTerm, noColor: noColor) == expected)
  }

  @Test func `each of the 256 colors is nearest to itself`() {
    let levels = [0, 95, 135, 175, 215, 255]
    for index in 16..<256 {
      let parts =
        index < 232
        ? [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6].map { levels[$0] }
        : [Int](repeating: 8 + 10 * (index - 232), count: 3)
      let color = Picture.Color(UInt8(parts[0]), UInt8(parts[1]), UInt8(parts[2]))
      #expect(color.index == index)
    }
  }

  @Test func `a picture fits wherever there is room, and nowhere else`() {
    for columns in 1...12 {
      for rows in 1...8 {
        var screen = TerminalScreen(columns: columns, rows: rows, colors: .all)
        screen.draw(picture, inRows: 0..<rows)
        screen.draw(picture, inRows: 0..<0)
        screen.draw(picture, inRows: -2..<rows + 5)
        #expect(!screen.update().isEmpty)
      }
    }
  }
}
