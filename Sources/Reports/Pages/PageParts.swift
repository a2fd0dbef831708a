/// What pages with charts are made of.
extension Markup {
  /// A chart with its numbers for the script that shows values at the pointer.
  ///
  /// - Parameter axis: which choice of axis shows it, `steps` or `time`; any, where missing.
  mutating func chart(
    _ figure: Figure, xName: String, axis: String? = nil, caption: (inout Markup) -> Void
  ) {
    let kind = axis.map { "chart over-\($0)" } ?? "chart"
    element("figure", ["class": kind, "data-x": xName]) { page in
      page.element(
        "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": figure.title]
      ) { page in
        page.embed(figure.svg(.page))
      }
      page.element("figcaption", [:], caption)
      page.element("script", ["type": "application/json"]) { page in
        page.embed(FigureData.json(of: figure, layout: FigureLayout(figure, headroom: 0)))
      }
    }
    newline()
  }

  /// Parallel coordinates, with what the script needs to tell of the line at the pointer.
  mutating func parallelCoordinates(
    _ figure: ParallelCoordinatesFigure, caption: (inout Markup) -> Void
  ) {
    element("figure", ["class": "parallel"]) { page in
      page.element(
        "div",
        [
          "class": "frame", "tabindex": "0", "role": "group",
          "aria-label": "\(figure.title). Arrow keys go from line to line, the best first.",
        ]
      ) { $0.embed(figure.svg(.page)) }
      page.element("figcaption", [:], caption)
      page.element("script", ["type": "application/json"]) { $0.embed(FigureData.json(of: figure)) }
    }
    newline()
  }

  /// A button of the legend, which shows and hides everything of one color.
  mutating func legendButton(_ name: String, color: Int) {
    element(
      "button", ["type": "button", "aria-pressed": "true", "data-variant": String(color)]
    ) { page in
      page.element(
        "svg",
        [
          "viewBox": "0 0 28 12", "class": "c\(color % Palette.curves.count)",
          "aria-hidden": "true",
        ]
      ) { page in
        page.leaf("path", ["class": "line", "d": "M1,6H27"])
        page.leaf(
          "path",
          ["class": "mark", "transform": "translate(14,6)", "d": Palette.mark(color, size: 8)])
      }
      page.element("span", text: name)
    }
  }

  /// The legend of a page's figures.
  mutating func legend(_ entries: [(name: String, color: Int)]) {
    element("div", ["class": "controls"]) { page in
      page.element(
        "div", ["class": "legend", "role": "group", "aria-label": "Configurations shown"]
      ) { page in
        for entry in entries { page.legendButton(entry.name, color: entry.color) }
      }
    }
    newline()
  }

  /// A figure of any kind with its caption.
  mutating func figure(_ figure: NamedFigure) {
    func caption(_ page: inout Markup) {
      page.element("b", text: "\(figure.title). ")
      page.write(figure.caption)
    }
    if case .chart(let curves) = figure.kind {
      let axis = figure.name.hasPrefix("curves-by-time") ? "time" : "steps"
      return chart(
        curves,
        xName: figure.name.contains("profile") ? "above" : axis == "time" ? "seconds" : "step",
        axis: figure.name.hasPrefix("curves") ? axis : nil, caption: caption)
    }
    if case .parallel(let lines) = figure.kind {
      return parallelCoordinates(lines, caption: caption)
    }
    element("figure") { page in
      page.element("div", ["class": "frame"]) { $0.embed(figure.svg(.page)) }
      page.element("figcaption", [:], caption)
    }
    newline()
  }

  /// What to bear in mind: a dozen sentences, and the rest behind a word.
  mutating func warnings(_ sentences: [String]) {
    guard !sentences.isEmpty else { return }
    element("section", ["class": "warnings", "aria-label": "What to bear in mind"]) { page in
      page.element("ul") { page in
        for warning in sentences.prefix(12) { page.element("li", text: warning) }
        guard sentences.count > 12 else { return }
        page.element("li") { page in
          page.element("details") { page in
            page.element("summary", text: "\(sentences.count - 12) more")
            page.element("ul") { page in
              for warning in sentences.dropFirst(12) { page.element("li", text: warning) }
            }
          }
        }
      }
    }
    newline()
  }
}
