/// What stands in a line of Markdown.
package indirect enum InlineMarkdown: Equatable {
  case text(String)
  case code(String)
  case emphasis([InlineMarkdown])
  case strong([InlineMarkdown])
  case link([InlineMarkdown], to: String)
  case image(alternative: String, at: String)
  case lineBreak

  /// The parts of a text.
  package static func parse(_ text: String) -> [InlineMarkdown] {
    var parser = InlineParser(Array(text))
    return parser.parse()
  }

  /// The words alone.
  package static func plain(_ text: String) -> String { parse(text).map(\.plain).joined() }

  private var plain: String {
    switch self {
    case .text(let text), .code(let text), .image(let text, _): text
    case .emphasis(let parts), .strong(let parts), .link(let parts, _):
      parts.map(\.plain).joined()
    case .lineBreak: " "
    }
  }
}

private struct InlineParser {
  private let text: [Character]
  private var place = 0
  private var parts: [InlineMarkdown] = []
  private var pending = ""

  package init(_ text: [Character]) { self.text = text }

  package mutating func parse() -> [InlineMarkdown] {
    while place < text.count {
      if let (part, end) = special() {
        flush()
        parts.append(part)
        place = end
      } else if text[place] == "\\", place + 1 < text.count, text[place + 1].isPunctuationMark {
        pending.append(text[place + 1])
        place += 2
      } else {
        // A mark that opens nothing is text, all of it.
        let mark = text[place]
        repeat {
          pending.append(text[place])
          place += 1
        } while "`*_".contains(mark) && place < text.count && text[place] == mark
      }
    }
    flush()
    return parts
  }

  private mutating func flush() {
    if !pending.isEmpty { parts.append(.text(pending)) }
    pending = ""
  }

  /// What begins here and is more than text, and where it ends.
  private func special() -> (InlineMarkdown, end: Int)? {
    switch text[place] {
    case "`": code()
    case "*", "_": emphasis()
    case "!": image()
    case "[": link()
    case "<": address()
    case "\n": (.lineBreak, place + 1)
    default: nil
    }
  }

  private func code() -> (InlineMarkdown, end: Int)? {
    let length = run(at: place)
    var end = place + length
    while end < text.count {
      let closing = text[end] == "`" ? run(at: end) : 0
      if closing == length {
        var content = String(text[(place + length)..<end])
        let isPadded =
          content.hasPrefix(" ") && content.hasSuffix(" ") && !content.allSatisfy { $0 == " " }
        if isPadded { content = String(content.dropFirst().dropLast()) }
        return (.code(content), end + length)
      }
      end += max(1, closing)
    }
    return nil
  }

  private func emphasis() -> (InlineMarkdown, end: Int)? {
    let mark = text[place]
    let length = min(2, run(at: place))
    let start = place + length
    guard start < text.count, !text[start].isWhitespace else { return nil }
    // `snake_case` is a name.
    if mark == "_", place > 0, text[place - 1].isWordCharacter { return nil }
    var end = start
    while end < text.count {
      if text[end] == "\\" {
        end += 2
        continue
      }
      if text[end] == "`" {
        let inside = InlineParser(text, at: end).code()?.end
        end = inside ?? end + run(at: end)
        continue
      }
      guard text[end] == mark else {
        end += 1
        continue
      }
      let closing = run(at: end)
      let isWord = mark == "_" && end + closing < text.count && text[end + closing].isWordCharacter
      if closing >= length, closing != 1 || length == 1, closing == length || closing == 3,
        !text[end - 1].isWhitespace, !isWord
      {
        // `**a *b***`: the last marks close what was opened first.
        let stop = end + closing - length
        let inner = InlineMarkdown.parse(String(text[start..<stop]))
        return (length == 2 ? .strong(inner) : .emphasis(inner), stop + length)
      }
      end += closing
    }
    return nil
  }

  private init(_ text: [Character], at place: Int) {
    self.text = text
    self.place = place
  }

  private func image() -> (InlineMarkdown, end: Int)? {
    guard place + 1 < text.count, let (label, target, end) = bracketed(from: place + 1) else {
      return nil
    }
    return (.image(alternative: InlineMarkdown.plain(label), at: target), end)
  }

  private func link() -> (InlineMarkdown, end: Int)? {
    guard let (label, target, end) = bracketed(from: place) else { return nil }
    return (.link(InlineMarkdown.parse(label), to: target), end)
  }

  /// `[label](target)`, whose brackets and parentheses may be nested.
  private func bracketed(from start: Int) -> (label: String, target: String, end: Int)? {
    guard let middle = closing("[", "]", from: start), middle + 1 < text.count,
      let end = closing("(", ")", from: middle + 1)
    else { return nil }
    var target = String(text[(middle + 2)..<end]).trimmed
    // A title behind the address is left out.
    if let blank = target.firstIndex(where: \.isWhitespace) { target = String(target[..<blank]) }
    if target.hasPrefix("<"), target.hasSuffix(">") {
      target = String(target.dropFirst().dropLast())
    }
    return (String(text[(start + 1)..<middle]), target, end + 1)
  }

  private func closing(_ open: Character, _ close: Character, from start: Int) -> Int? {
    guard text[start] == open else { return nil }
    var (depth, place) = (0, start)
    while place < text.count {
      switch text[place] {
      case "\\": place += 1
      case open: depth += 1
      case close:
        depth -= 1
        if depth == 0 { return place }
      default: break
      }
      place += 1
    }
    return nil
  }

  private func address() -> (InlineMarkdown, end: Int)? {
    guard let end = text[place...].firstIndex(of: ">") else { return nil }
    let target = String(text[(place + 1)..<end])
    guard target.hasPrefix("https://") || target.hasPrefix("http://"),
      !target.contains(where: \.isWhitespace)
    else { return nil }
    return (.link([.text(target)], to: target), end + 1)
  }

  /// How often the character here is repeated.
  private func run(at start: Int) -> Int {
    text[start...].prefix { $0 == text[start] }.count
  }
}

extension Character {
  fileprivate var isWordCharacter: Bool { isLetter || isNumber }
  fileprivate var isPunctuationMark: Bool { isASCII && (isPunctuation || isSymbol) }
}
