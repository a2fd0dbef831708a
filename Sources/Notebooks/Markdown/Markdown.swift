/// Text in Markdown, as far as tutorials use it: CommonMark's blocks without its corners, and
/// tables.
///
/// Nothing in it is HTML: what looks like it is text.
package struct Markdown: Equatable {
  package enum Block: Equatable {
    case heading(level: Int, String)
    case paragraph(String)
    case code(String, language: String)
    case list([[Block]], start: Int?)
    case quote([Block])
    case table(Table)
    case rule
  }

  package struct Table: Equatable {
    enum Alignment { case left, center, right }

    var header: [String]
    var alignments: [Alignment]
    /// Each as wide as the header.
    var rows: [[String]]
  }

  package var blocks: [Block]

  package init(_ text: String) {
    var parser = BlockParser(
      text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline))
    blocks = parser.parse()
  }
}

/// Finds the blocks of lines.
private struct BlockParser {
  private let lines: [Substring]
  private var place = 0

  package init(_ lines: [Substring]) { self.lines = lines }

  private var current: Substring? { place < lines.count ? lines[place] : nil }

  package mutating func parse() -> [Markdown.Block] {
    var blocks: [Markdown.Block] = []
    while let line = current {
      if line.isBlank {
        place += 1
      } else if let block = fence() ?? heading() ?? rule() ?? quote() ?? list() ?? indentedCode()
        ?? table()
      {
        blocks.append(block)
      } else {
        blocks.append(paragraph())
      }
    }
    return blocks
  }

  private mutating func fence() -> Markdown.Block? {
    guard let line = current, let fence = line.fence else { return nil }
    place += 1
    let indent = line.indent
    var code: [Substring] = []
    while let line = current {
      place += 1
      if let end = line.fence, end.mark.hasPrefix(fence.mark), end.language.isEmpty { break }
      code.append(line.dropFirst(min(indent, line.indent)))
    }
    return .code(code.joined(separator: "\n"), language: fence.language)
  }

  private mutating func heading() -> Markdown.Block? {
    guard let line = current, let heading = line.heading else { return nil }
    place += 1
    return .heading(level: heading.level, heading.text)
  }

  private mutating func rule() -> Markdown.Block? {
    guard let line = current, line.isRule else { return nil }
    place += 1
    return .rule
  }

  private mutating func quote() -> Markdown.Block? {
    guard current?.isQuote == true else { return nil }
    var inner: [Substring] = []
    while let line = current, line.isQuote {
      let rest = line.drop(while: \.isWhitespace).dropFirst()
      inner.append(rest.first == " " ? rest.dropFirst() : rest)
      place += 1
    }
    var parser = BlockParser(inner)
    return .quote(parser.parse())
  }

  private mutating func indentedCode() -> Markdown.Block? {
    guard let line = current, line.indent >= 4 else { return nil }
    var code: [Substring] = []
    while let line = current, line.indent >= 4 || line.isBlank {
      code.append(line.dropFirst(min(4, line.indent)))
      place += 1
    }
    while code.last?.isBlank == true { code.removeLast() }
    return .code(code.joined(separator: "\n"), language: "")
  }

  private mutating func list() -> Markdown.Block? {
    guard let first = current?.listItem else { return nil }
    var items: [[Markdown.Block]] = []
    while let line = current, let item = line.listItem, item.isOrdered == first.isOrdered {
      var inner = [line.dropFirst(item.contentColumn)]
      place += 1
      while let line = current, belongs(line, to: item, after: inner) {
        inner.append(line.dropFirst(min(item.contentColumn, line.indent)))
        place += 1
      }
      var parser = BlockParser(inner)
      items.append(parser.parse())
      // Blank lines between items, but not behind the last one, belong to the list.
      let next = lines[place...].firstIndex { !$0.isBlank }
      if let next, lines[next].listItem?.isOrdered == first.isOrdered { place = next }
    }
    return .list(items, start: first.number)
  }

  /// Whether a line goes on with an item: it is indented, or goes on with a paragraph.
  private func belongs(
    _ line: Substring, to item: ListItem, after inner: [Substring]
  ) -> Bool {
    if line.isBlank {
      let next = lines[place...].first { !$0.isBlank }
      return next.map { $0.indent >= item.contentColumn } ?? false
    }
    if line.indent >= item.contentColumn { return true }
    return inner.last?.isBlank == false && line.listItem == nil && line.fence == nil
      && line.heading == nil && !line.isQuote
  }

  private mutating func table() -> Markdown.Block? {
    guard let line = current, line.contains("|"), place + 1 < lines.count,
      let alignments = lines[place + 1].alignments
    else { return nil }
    let header = line.cells
    guard header.count == alignments.count else { return nil }
    place += 2
    var rows: [[String]] = []
    while let line = current, line.contains("|") {
      let cells = line.cells.prefix(header.count)
      rows.append(cells + Array(repeating: "", count: header.count - cells.count))
      place += 1
    }
    return .table(Markdown.Table(header: header, alignments: alignments, rows: rows))
  }

  private mutating func paragraph() -> Markdown.Block {
    var text: [String] = []
    while let line = current, !line.isBlank, text.isEmpty || !line.interruptsParagraph {
      // Two blanks or a backslash at the end break the line.
      let ends = line.hasSuffix("  ") || line.hasSuffix("\\")
      let words = line.trimmed
      text.append(ends ? words.trimmingSuffix("\\") + "\n" : words)
      place += 1
    }
    var joined = ""
    for line in text {
      joined += (joined.isEmpty || joined.hasSuffix("\n") ? "" : " ") + line
    }
    return .paragraph(joined.trimmed)
  }
}

/// The mark of an item, and where what it says begins.
private struct ListItem {
  /// `nil` for a list with dots.
  package var number: Int?
  package var contentColumn: Int
  package var isOrdered: Bool { number != nil }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

extension Substring {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
  fileprivate var indent: Int { prefix { $0 == " " }.count }
  fileprivate var isQuote: Bool { indent < 4 && dropFirst(indent).hasPrefix(">") }

  fileprivate var interruptsParagraph: Bool {
    fence != nil || heading != nil || isRule || isQuote || listItem != nil
  }

  fileprivate var fence: (mark: String, language: String)? {
    let rest = dropFirst(indent)
    guard indent < 4, let character = rest.first, character == "`" || character == "~" else {
      return nil
    }
    let mark = rest.prefix { $0 == character }
    let language = rest.dropFirst(mark.count).trimmed
    guard mark.count >= 3, !language.contains("`") else { return nil }
    return (String(mark), language)
  }

  fileprivate var heading: (level: Int, text: String)? {
    let rest = dropFirst(indent)
    let level = rest.prefix { $0 == "#" }.count
    guard indent < 4, (1...6).contains(level) else { return nil }
    let text = rest.dropFirst(level)
    guard text.isEmpty || text.first == " " else { return nil }
    return (level, text.trimmed)
  }

  fileprivate var isRule: Bool {
    let marks = filter { !$0.isWhitespace }
    guard indent < 4, let first = marks.first, "-*_".contains(first) else { return false }
    return marks.count >= 3 && marks.allSatisfy { $0 == first }
  }

  fileprivate var listItem: ListItem? {
    guard indent < 4, !isRule else { return nil }
    let rest = dropFirst(indent)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let mark = digits.isEmpty ? 1 : digits.count + 1
    guard rest.count > mark, digits.count < 10 else { return nil }
    let last = rest[rest.index(rest.startIndex, offsetBy: mark - 1)]
    guard digits.isEmpty ? "-*+".contains(last) : ".)".contains(last) else { return nil }
    let blanks = rest.dropFirst(mark).prefix { $0 == " " }.count
    guard blanks > 0 else { return nil }
    return ListItem(
      number: Int(digits), contentColumn: indent + mark + (blanks > 4 ? 1 : blanks))
  }

  /// The cells of a row; a bar behind a backslash is none.
  fileprivate var cells: [String] {
    var cells = [""]
    var isEscaped = false
    for character in trimmed {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        if character == "|" { cells[cells.count - 1].removeLast() }
        cells[cells.count - 1].append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    if cells.first?.trimmed == "" { cells.removeFirst() }
    if cells.last?.trimmed == "" { cells.removeLast() }
    return cells.map(\.trimmed)
  }

  /// What the line under a table's header says; `nil` for another line.
  fileprivate var alignments: [Markdown.Table.Alignment]? {
    guard contains("-"), allSatisfy({ "|-: ".contains($0) }) else { return nil }
    return cells.map { cell in
      cell.hasSuffix(":") ? (cell.hasPrefix(":") ? .center : .right) : .left
    }
  }
}
