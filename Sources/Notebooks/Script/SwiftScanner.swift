/// Tells apart what Swift code is made of, line by line: enough for colors and for knowing where
/// the top level is.
package struct SwiftScanner {
  package enum Kind: Equatable {
    case plain, keyword, type, attribute, number, string, comment
  }

  package struct Token: Equatable {
    package var kind: Kind
    package var text: String

    package init(kind: Kind, text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// What a line may begin inside of.
  private enum Surrounding: Equatable {
    /// Comments within comments.
    case comment(depth: Int)
    /// A text of several lines, with this many `#` around it.
    case text(pounds: Int)
  }

  private var surrounding: Surrounding?
  /// Open braces, brackets and parentheses.
  private var depth = 0

  package init() {}

  /// Whether the next line stands outside of everything.
  package var isAtTopLevel: Bool { surrounding == nil && depth <= 0 }

  /// The parts of the next line.
  @discardableResult
  package mutating func scan(_ line: String) -> [Token] {
    let characters = Array(line)
    var tokens: [Token] = []
    var place = 0
    while place < characters.count {
      let (kind, end) = next(characters, place)
      let text = String(characters[place..<end])
      if kind == .plain, let last = tokens.indices.last, tokens[last].kind == .plain {
        tokens[last].text += text
      } else {
        tokens.append(Token(kind: kind, text: text))
      }
      place = end
    }
    return tokens
  }

  /// The kind of what stands at a place, and where it ends, which is further on.
  private mutating func next(_ line: [Character], _ place: Int) -> (Kind, end: Int) {
    switch surrounding {
    case .comment(let depth): return (.comment, endOfComment(line, place, depth: depth))
    case .text(let pounds): return (.string, endOfText(line, place, pounds: pounds))
    case nil: break
    }
    let character = line[place]
    if line.has("//", at: place) { return (.comment, line.count) }
    if line.has("/*", at: place) { return (.comment, endOfComment(line, place + 2, depth: 1)) }
    if character == "\"" || character == "#", let end = string(line, place) {
      return (.string, end)
    }
    if character.isNumber { return (.number, line.end(from: place, while: \.isPartOfNumber)) }
    if character.isLetter || character == "_" || character == "@" || character == "#" {
      let end = line.end(from: place + 1, while: \.isPartOfName)
      return (Self.kind(ofName: String(line[place..<end])), end)
    }
    if "{[(".contains(character) { depth += 1 }
    if "}])".contains(character) { depth -= 1 }
    return (.plain, place + 1)
  }

  private static func kind(ofName name: String) -> Kind {
    if name.first == "@" || name.first == "#" { return name.count > 1 ? .attribute : .plain }
    if keywords.contains(name) { return .keyword }
    return name.first?.isUppercase == true ? .type : .plain
  }

  private mutating func endOfComment(_ line: [Character], _ start: Int, depth: Int) -> Int {
    var (depth, place) = (depth, start)
    while place < line.count, depth > 0 {
      if line.has("*/", at: place) {
        (depth, place) = (depth - 1, place + 2)
      } else if line.has("/*", at: place) {
        (depth, place) = (depth + 1, place + 2)
      } else {
        place += 1
      }
    }
    surrounding = depth > 0 ? .comment(depth: depth) : nil
    return min(place, line.count)
  }

  /// The end of the text that begins here, on this line; `nil` if none does.
  private mutating func string(_ line: [Character], _ start: Int) -> Int? {
    let quote = line.end(from: start) { $0 == "#" }
    let pounds = quote - start
    guard quote < line.count, line[quote] == "\"" else { return nil }
    if line.has("\"\"\"", at: quote) {
      surrounding = .text(pounds: pounds)
      return endOfText(line, quote + 3, pounds: pounds)
    }
    var place = quote + 1
    let closing = "\"" + String(repeating: "#", count: pounds)
    let escape = "\\" + String(repeating: "#", count: pounds)
    while place < line.count, !line.has(closing, at: place) {
      if line.has(escape + "(", at: place) {
        place = Self.endOfInterpolation(line, place + escape.count)
      } else {
        place += line.has(escape, at: place) ? escape.count + 1 : 1
      }
    }
    return min(place + closing.count, line.count)
  }

  /// Behind the parenthesis that closes the one here; texts inside may hold parentheses.
  private static func endOfInterpolation(_ line: [Character], _ start: Int) -> Int {
    var (depth, place, isText) = (0, start, false)
    while place < line.count {
      switch line[place] {
      case "\\" where isText: place += 1
      case "\"": isText.toggle()
      case "(" where !isText: depth += 1
      case ")" where !isText: depth -= 1
      default: break
      }
      place += 1
      if depth == 0 { break }
    }
    return place
  }

  private mutating func endOfText(_ line: [Character], _ start: Int, pounds: Int) -> Int {
    let closing = "\"\"\"" + String(repeating: "#", count: pounds)
    var place = start
    while place < line.count {
      if line.has(closing, at: place) {
        surrounding = nil
        return place + closing.count
      }
      place += line[place] == "\\" && pounds == 0 ? 2 : 1
    }
    return line.count
  }

  private static let keywords: Set<String> = [
    "actor", "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class",
    "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough",
    "false", "fileprivate", "final", "for", "func", "get", "guard", "if", "import", "in", "init",
    "inout", "internal", "is", "lazy", "let", "mutating", "nil", "nonisolated", "nonmutating",
    "override", "package", "private", "protocol", "public", "repeat", "required", "return", "self",
    "Self", "set", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws",
    "true", "try", "typealias", "unowned", "var", "weak", "where", "while",
  ]
}

extension [Character] {
  fileprivate func has(_ text: String, at place: Int) -> Bool {
    var place = place
    for character in text {
      guard place < count, self[place] == character else { return false }
      place += 1
    }
    return true
  }

  fileprivate func end(from start: Int, while isPart: (Character) -> Bool) -> Int {
    var place = start
    while place < count, isPart(self[place]) { place += 1 }
    return place
  }
}

extension Character {
  fileprivate var isPartOfName: Bool { isLetter || isNumber || self == "_" }
  fileprivate var isPartOfNumber: Bool { isPartOfName }
}
