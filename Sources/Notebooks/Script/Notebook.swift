/// A literate script: text and code in the order of its lines.
///
/// Comments that begin with `//` in the first column, outside of all braces, are text in Markdown;
/// everything else is code, documentation comments (`///`) included. So a literate script is an
/// ordinary one, and `swift run` runs it without anything of this room.
public struct Notebook: Equatable, Sendable {
  /// A stretch of a script.
  public enum Part: Equatable, Sendable {
    /// Markdown, without the slashes of the comment.
    case text(String)
    /// Swift, without blank lines around it; `line` is where its first line stands, from 1.
    case code(String, line: Int)
  }

  /// In the order of the script.
  public var parts: [Part]

  /// A script of these parts.
  public init(parts: [Part]) { self.parts = parts }

  /// Reads a script.
  public init(script: String) {
    parts = []
    var scanner = SwiftScanner()
    var text: [Substring] = []
    var code: [Substring] = []
    var start = 1
    for (index, line) in script.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      if scanner.isAtTopLevel, let sentence = Self.text(of: line) {
        addCode(&code, from: start)
        text.append(sentence)
      } else {
        addText(&text)
        if code.isEmpty { start = index + 1 }
        code.append(line)
        scanner.scan(String(line))
      }
    }
    addText(&text)
    addCode(&code, from: start)
  }

  /// What a comment says; `nil` for a line that is code.
  private static func text(of line: Substring) -> Substring? {
    guard line.hasPrefix("//"), !line.hasPrefix("///") else { return nil }
    let rest = line.dropFirst(2)
    return rest.first == " " ? rest.dropFirst() : rest
  }

  private mutating func addText(_ lines: inout [Substring]) {
    let text = lines.joined(separator: "\n").trimmed
    if !text.isEmpty { parts.append(.text(text)) }
    lines = []
  }

  private mutating func addCode(_ lines: inout [Substring], from start: Int) {
    let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
    let before = lines.prefix(while: isBlank).count
    let code = lines.dropFirst(before)
    let after = code.reversed().prefix(while: isBlank).count
    let text = code.dropLast(after).joined(separator: "\n")
    if !text.isEmpty { parts.append(.code(text, line: start + before)) }
    lines = []
  }

  /// The first heading of the first order; `nil` where there is none.
  public var title: String? {
    for case .text(let text) in parts {
      for case .heading(level: 1, let title) in Markdown(text).blocks { return title }
    }
    return nil
  }

  /// How many stretches of code there are.
  package var cellCount: Int {
    parts.reduce(0) { count, part in if case .code = part { count + 1 } else { count } }
  }
}

extension StringProtocol {
  /// Without white space at its ends.
  package var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
