package import Reports

extension Markdown {
  /// Adds the text to a page.
  ///
  /// - Parameter image: The picture at an address, as an address that the page can show (`data:…`);
  ///   `nil` for one that it cannot, of which a link is made.
  package func write(to page: inout Markup, image: (_ address: String) -> String? = { _ in nil }) {
    for block in blocks { Self.write(block, to: &page, image) }
  }

  private static func write(
    _ block: Block, to page: inout Markup, _ image: (String) -> String?
  ) {
    switch block {
    case .heading(let level, let text):
      page.element("h\(level)", ["id": anchor(of: text)]) { inline(text, to: &$0, image: image) }
    case .paragraph(let text):
      page.element("p") { inline(text, to: &$0, image: image) }
    case .code(let code, let language):
      page.codeBlock(code, isSwift: language == "swift")
    case .quote(let blocks):
      page.element("blockquote") { page in
        for block in blocks { write(block, to: &page, image) }
      }
    case .list(let items, let start):
      list(items, start: start, to: &page, image)
    case .table(let table):
      self.table(table, to: &page, image)
    case .rule:
      page.void("hr")
    }
    page.newline()
  }

  private static func list(
    _ items: [[Block]], start: Int?, to page: inout Markup, _ image: (String) -> String?
  ) {
    let first = start.flatMap { $0 == 1 ? nil : "\($0)" }
    page.element(start == nil ? "ul" : "ol", ["start": first]) { page in
      for item in items {
        page.element("li") { page in
          for block in item {
            // An item of one sentence is no paragraph.
            if case .paragraph(let text) = block, item.count == 1 || block == item.first {
              inline(text, to: &page, image: image)
            } else {
              write(block, to: &page, image)
            }
          }
        }
      }
    }
  }

  private static func table(
    _ table: Table, to page: inout Markup, _ image: (String) -> String?
  ) {
    func row(_ cells: [String], _ name: String, _ page: inout Markup) {
      page.element("tr") { page in
        for (cell, alignment) in zip(cells, table.alignments) {
          let kind = alignment == .right ? "numeric" : alignment == .center ? "centered" : nil
          page.element(name, ["class": kind]) { inline(cell, to: &$0, image: image) }
        }
      }
    }
    page.element("div", ["class": "table"]) { page in
      page.element("table") { page in
        page.element("thead") { row(table.header, "th", &$0) }
        page.element("tbody") { page in
          for cells in table.rows { row(cells, "td", &page) }
        }
      }
    }
  }

  /// Adds the text of one block.
  package static func inline(
    _ text: String, to page: inout Markup, image: (_ address: String) -> String?
  ) {
    write(InlineMarkdown.parse(text), to: &page, image)
  }

  private static func write(
    _ parts: [InlineMarkdown], to page: inout Markup, _ image: (String) -> String?
  ) {
    for part in parts {
      switch part {
      case .text(let text): page.write(text)
      case .code(let code): page.element("code", text: code)
      case .emphasis(let parts): page.element("em") { write(parts, to: &$0, image) }
      case .strong(let parts): page.element("strong") { write(parts, to: &$0, image) }
      case .lineBreak: page.void("br")
      case .link(let parts, let target):
        guard isSafe(target) else {
          write(parts, to: &page, image)
          continue
        }
        page.element("a", ["href": target]) { write(parts, to: &$0, image) }
      case .image(let alternative, let target):
        if let shown = image(target) {
          page.void("img", ["src": shown, "alt": alternative])
        } else if isSafe(target) {
          page.element("a", ["href": target], text: alternative.isEmpty ? target : alternative)
        } else {
          page.write(alternative)
        }
      }
    }
  }

  /// Whether following an address cannot run anything: of the schemes, only those of pages and mail.
  private static func isSafe(_ address: String) -> Bool {
    let scheme = address.prefix { !":/?#".contains($0) }
    guard address.dropFirst(scheme.count).first == ":" else { return !address.isEmpty }
    return ["http", "https", "mailto"].contains(scheme.lowercased())
  }

  /// A heading's name in addresses, as GitHub makes it.
  package static func anchor(of heading: String) -> String {
    var anchor = ""
    for character in InlineMarkdown.plain(heading).lowercased() {
      if character.isLetter || character.isNumber || "-_".contains(character) {
        anchor.append(character)
      } else if character == " " {
        anchor.append("-")
      }
    }
    return anchor
  }
}

extension Markup {
  /// Code in a box; Swift has colors.
  package mutating func codeBlock(_ code: String, isSwift: Bool) {
    element("pre", ["class": "code", "tabindex": "0"]) { page in
      page.element("code") { page in
        guard isSwift else { return page.write(code) }
        var scanner = SwiftScanner()
        for (index, line) in code.split(separator: "\n", omittingEmptySubsequences: false)
          .enumerated()
        {
          if index > 0 { page.newline() }
          for token in scanner.scan(String(line)) { page.write(token) }
        }
      }
    }
  }

  private mutating func write(_ token: SwiftScanner.Token) {
    let name: String? =
      switch token.kind {
      case .plain: nil
      case .keyword, .attribute: "k"
      case .type: "t"
      case .number: "n"
      case .string: "s"
      case .comment: "r"
      }
    if let name {
      element("span", ["class": name], text: token.text)
    } else {
      write(token.text)
    }
  }
}
