import Reports

extension WovenNotebook {
  /// The notebook as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.pageHead(title: notebook.title.map(InlineMarkdown.plain) ?? facts.first ?? "Notebook")
        page.element("style") { $0.embed(Self.styles) }
      }
      page.newline()
      page.element("body") { page in
        page.element("main") { page in
          if notebook.title == nil { writeFacts(to: &page) }
          for piece in pieces { write(piece, to: &page) }
        }
        page.element("footer") { $0.element("p", text: author) }
      }
    }
    page.newline()
    return page.text
  }

  private func writeFacts(to page: inout Markup) {
    page.element("p", ["class": "facts"], text: facts.joined(separator: " · "))
    page.newline()
  }

  private func write(_ piece: Piece, to page: inout Markup) {
    switch piece {
    case .text(let text): write(Markdown(text), to: &page)
    case .code(let code): page.codeBlock(code, isSwift: true)
    case .output(.printed(let text)):
      page.element("pre", ["class": "printed", "tabindex": "0"], text: text)
    case .output(.picture(let picture)): write(picture, to: &page)
    case .failure(let failure):
      page.element("section", ["class": "warnings", "aria-label": "Failure"]) { page in
        page.element("p") { $0.element("strong", text: failure.sentence) }
        if !failure.message.isEmpty { page.element("pre", text: failure.message) }
      }
    }
    page.newline()
  }

  /// Text; the facts stand under the title.
  private func write(_ text: Markdown, to page: inout Markup) {
    let isTitle = { (block: Markdown.Block) in
      if case .heading(1, let title) = block { title == notebook.title } else { false }
    }
    var blocks = text.blocks[...]
    if let place = blocks.firstIndex(where: isTitle) {
      var head = text
      head.blocks = Array(blocks[...place])
      head.write(to: &page, image: { address(ofImage: $0) })
      writeFacts(to: &page)
      blocks = blocks[(place + 1)...]
    }
    var rest = text
    rest.blocks = Array(blocks)
    rest.write(to: &page, image: { address(ofImage: $0) })
  }

  private func write(_ picture: Picture, to page: inout Markup) {
    page.element("figure") { page in
      if let chart = picture.chart {
        writeNames(of: chart, to: &page)
        page.element("div", ["class": "frame"]) { $0.embed(chart.svg) }
      } else {
        page.void("img", ["src": picture.address, "alt": picture.alternative])
      }
      guard picture.chart != nil || !picture.caption.isEmpty else { return }
      page.element("figcaption") { page in
        if let chart = picture.chart { page.element("b", text: chart.title + ". ") }
        for case .paragraph(let caption) in Markdown(picture.caption).blocks {
          Markdown.inline(caption, to: &page, image: { address(ofImage: $0) })
        }
      }
    }
  }

  /// Which line has which color, where there are several.
  private func writeNames(of chart: Picture.Chart, to page: inout Markup) {
    guard chart.names.count > 1 else { return }
    page.element("div", ["class": "legend"]) { page in
      for (color, name) in chart.names.enumerated() {
        page.element("span", ["class": "entry c\(color % Palette.curves.count)"]) { page in
          page.element("i") { _ in }
          page.write(name)
        }
      }
    }
  }

  /// What pages of reports have no rules for.
  private static let styles = """
    code, .printed { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono",
      monospace; }
    p code, li code, td code { background: color-mix(in srgb, var(--rule) 45%, transparent);
      border-radius: 3px; padding: .05em .3em; }
    pre { margin: 1.1rem 0; } pre code { font-size: 1em; }
    .code { border-left: 3px solid var(--c0); }
    .printed { font-size: .8rem; border: 0; border-left: 3px solid var(--rule); border-radius: 0;
      color: var(--ink); background: color-mix(in srgb, var(--rule) 30%, transparent);
      margin: -.5rem 0 1.4rem; max-height: 48rem; overflow: auto; }
    .k { color: var(--c3); } .t { color: var(--c7); } .n { color: var(--c4); }
    .s { color: var(--c2); } .r { color: var(--faint); font-style: italic; }
    figure img { display: block; max-width: 100%; height: auto; background: #fff;
      border-radius: 4px; }
    p img { max-width: 100%; }
    .entry { font-size: .86rem; margin-right: .8rem; }
    .entry i { display: inline-block; width: 1.6rem; border-top: 3px solid var(--c);
      vertical-align: middle; margin-right: .4rem; }
    ul, ol { padding-left: 1.3rem; max-width: 44rem; } li { margin: .3rem 0; }
    blockquote { margin: 1rem 0; padding-left: 1.1rem; border-left: 3px solid var(--rule);
      color: var(--faint); }
    hr { border: 0; border-top: 1px solid var(--rule); margin: 2rem 0; }
    th, td { white-space: normal; } .centered { text-align: center; }
    @media print { .printed { max-height: none; overflow: visible; } }
    """
}
