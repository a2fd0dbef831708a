import Foundation

/// What came of each stretch of a script's code, in order.
package struct Transcript: Equatable, Sendable {
  package enum Output: Equatable, Sendable {
    case printed(String)
    case picture(Picture)
  }

  /// By the number of the stretch, counted from 0.
  package private(set) var cells: [Int: [Output]] = [:]
  /// What was printed before the first stretch said that it had begun.
  package private(set) var unplaced: [Output] = []
  /// The last stretch that began.
  package private(set) var lastCell: Int?

  /// Stands around what is said to the weaver; a printable character would be somebody's.
  private static let mark: Character = "\u{1E}"

  /// - Parameter output: All that a copy made by `Notebook.instrumented` printed.
  package init(_ output: String) {
    for (index, piece) in output.split(separator: Self.mark, omittingEmptySubsequences: false)
      .enumerated()
    {
      // Every other piece stands between two marks.
      if index.isMultiple(of: 2) {
        add(printed: index == 0 ? piece : piece.first == "\n" ? piece.dropFirst() : piece)
      } else if piece.hasPrefix("cell "), let number = Int(piece.dropFirst(5)) {
        lastCell = number
      } else if piece.hasPrefix("picture "), let picture = Self.picture(piece.dropFirst(8)) {
        add(.picture(picture))
      } else {
        add(printed: piece)
      }
    }
  }

  private mutating func add(printed text: Substring) {
    let shown = Self.readable(text)
    if !shown.isEmpty { add(.printed(shown)) }
  }

  private mutating func add(_ output: Output) {
    if let lastCell { cells[lastCell, default: []].append(output) } else { unplaced.append(output) }
  }

  /// What a terminal would show in the end: without colors, and of a line that was written over the
  /// last state; without blank lines around it.
  package static func readable(_ text: Substring) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var shown = ""
      var isEscape = false
      for character in line.split(separator: "\r").last ?? "" {
        if character == "\u{1B}" {
          isEscape = true
        } else if isEscape {
          isEscape = !character.isLetter
        } else {
          shown.append(character)
        }
      }
      return shown
    }
    let inked = lines.indices.filter { !lines[$0].allSatisfy(\.isWhitespace) }
    guard let first = inked.first, let last = inked.last else { return "" }
    return lines[first...last].joined(separator: "\n")
  }

  // MARK: Pictures

  /// A line that shows a picture in the place where it is printed.
  package static func line(of picture: Picture) -> String {
    let encoded = (try? JSONEncoder().encode(picture))?.base64EncodedString() ?? ""
    return "\(mark)picture \(encoded)\(mark)"
  }

  private static func picture(_ text: Substring) -> Picture? {
    guard let data = Data(base64Encoded: String(text)) else { return nil }
    return try? JSONDecoder().decode(Picture.self, from: data)
  }
}
