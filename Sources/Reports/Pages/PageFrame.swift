import Checksums

/// What every page of a report has around its main part.
package struct PageFrame {
  package var title: String
  /// What was asked, below the title.
  package var question: String?
  /// What the page is, in a paragraph below the title.
  package var introduction: String?
  /// What there is to report on, in a line.
  package var facts: String?
  /// Who made the page, at its foot.
  package var author: String?
  /// Whether `PageScript` comes along; without it no script may run.
  package var hasScript: Bool
  /// Rules of this page beside those of `Stylesheet`.
  package var style: String

  package init(
    title: String, question: String? = nil, introduction: String? = nil, facts: String? = nil,
    author: String? = nil, hasScript: Bool = true, style: String = ""
  ) {
    self.title = title
    self.question = question
    self.introduction = introduction
    self.facts = facts
    self.author = author
    self.hasScript = hasScript
    self.style = style
  }

  /// The whole page, which needs nothing beside itself.
  package func html(_ main: (inout Markup) -> Void) -> String {
    var page = Markup()
    page.embed("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.pageHead(title: title, hasScript: hasScript)
        if !style.isEmpty { page.element("style") { $0.embed(style) } }
      }
      page.newline()
      page.element("body") { page in
        page.element("header") { writeHeader(to: &$0) }
        page.element("main", [:], main)
        if let author { page.element("footer") { $0.element("p", text: author) } }
        guard hasScript else { return }
        page.newline()
        page.element("script") { $0.embed(PageScript.text) }
      }
    }
    page.newline()
    return page.text
  }

  private func writeHeader(to page: inout Markup) {
    page.element("h1", text: title)
    if let question, !question.isEmpty {
      page.element("p", ["class": "question"], text: question)
    }
    if let introduction { page.element("p", text: introduction) }
    if let facts { page.element("p", ["class": "facts"], text: facts) }
  }
}

extension Markup {
  /// The head of a page that asks nothing of the network and runs no script but `PageScript`.
  ///
  /// - Parameter hasScript: whether even that one may run.
  package mutating func pageHead(title: String, hasScript: Bool = true) {
    let allowed =
      hasScript ? "; script-src 'sha256-\(SHA256.base64Digest(of: PageScript.text))'" : ""
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      + "form-action 'none'\(allowed)"
    void("meta", ["charset": "utf-8"])
    void("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
    void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    element("title", text: title)
    element("style") { $0.embed(Stylesheet.text) }
  }

  /// What came out, in sentences, of which many are behind a word.
  mutating func result(_ sentences: [String], label: String = "Result", atMost limit: Int = .max) {
    guard !sentences.isEmpty else { return }
    element("section", ["class": "result", "aria-label": label]) { page in
      for sentence in sentences.prefix(limit) { page.element("p", text: sentence) }
      guard sentences.count > limit else { return }
      page.element("details") { page in
        page.element("summary", text: "\(sentences.count - limit) more")
        for sentence in sentences.dropFirst(limit) { page.element("p", text: sentence) }
      }
    }
    newline()
  }

  /// Remarks as a list, under a heading of their own where they are given one.
  mutating func notes(_ sentences: [String], heading: String? = nil) {
    guard !sentences.isEmpty else { return }
    if let heading { element("h2", text: heading) }
    element("ul", ["class": "notes"]) { page in
      for sentence in sentences { page.element("li", text: sentence) }
    }
    newline()
  }

  /// The names that go with the marks and colors of a figure.
  mutating func markLegend(_ entries: [(name: String, color: Int)]) {
    element("div", ["class": "legend"]) { page in
      for entry in entries {
        page.element("span", ["class": "c\(entry.color % Palette.curves.count)"]) { page in
          page.element("svg", ["viewBox": "-14 -6 28 12", "aria-hidden": "true"]) {
            $0.leaf("path", ["class": "mark", "d": Palette.mark(entry.color, size: 9)])
          }
          page.write(entry.name)
        }
      }
    }
  }
}

/// The heading over the notes of a page.
let notesHeading = "How the numbers were computed"
