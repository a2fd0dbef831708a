extension ResultsTable {
  /// The table as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    PageFrame(
      title: "Results", introduction: Self.introduction.filter { $0 != "`" }, author: author,
      hasScript: false,
      // Eleven columns and a figure are wider than a text should be.
      style: "body { max-width: 84rem; } td svg { display: block; }"
    ).html { page in
      page.result(headline)
      writeKey(to: &page)
      for (environment, rows) in groups { write(environment, rows, to: &page) }
      page.notes(definitions, heading: "What the words mean")
      page.notes(sources.map { "\($0.name): \($0.text)" }, heading: "Sources")
      writeOrigins(to: &page)
    }
  }

  /// What the marks of the small figures are.
  private func writeKey(to page: inout Markup) {
    page.element("p", ["class": "facts"]) { page in
      page.write(
        "In the figures, which share a scale within an environment: dot, the mean; thick line, its "
          + "95 % interval; thin stroke, the published or optimal value; dashed stroke, the "
          + "minimum. Better is to the right.")
    }
    page.newline()
  }

  private func write(
    _ environment: String, _ rows: [ResultsTableRow], to page: inout Markup
  ) {
    page.element("h2", text: environment)
    let scale = RowFigure.Scale(of: rows)
    page.element(
      "div", ["class": "table", "role": "region", "aria-label": environment, "tabindex": "0"]
    ) { page in
      page.element("table") { page in
        page.element("thead") { page in
          page.element("tr") { page in
            for (index, column) in Self.columns.enumerated() {
              if index == 1 { page.element("th", ["scope": "col"], text: "Figure") }
              page.element(
                "th", ["scope": "col", "class": column.isNumeric ? "numeric" : nil],
                text: column.title)
            }
          }
        }
        page.element("tbody") { page in
          for row in rows { write(row, scale, to: &page) }
        }
      }
    }
    page.newline()
    page.notes(remarks(on: rows).map { "\($0.name): \($0.text)" })
  }

  private func write(
    _ row: ResultsTableRow, _ scale: RowFigure.Scale?, to page: inout Markup
  ) {
    page.element("tr") { page in
      page.element("th", ["scope": "row"]) { page in
        if let place = row.entry.page {
          page.element("a", ["href": place], text: row.title)
        } else {
          page.write(row.title)
        }
      }
      page.element("td") { page in
        if let scale { RowFigure(row: row, scale: scale).write(to: &page) }
      }
      for (column, cell) in zip(Self.columns.dropFirst(), row.cells) {
        let kind = column.isNumeric ? cell.contains("(") ? "numeric estimate" : "numeric" : nil
        page.element(
          "td", ["class": kind], text: column.isNumeric ? cell.withTrueMinus : cell)
      }
    }
    page.newline()
  }

  /// Where the runs of each row come from.
  private func writeOrigins(to page: inout Markup) {
    let made = rows.filter { !($0.entry.outcome?.origin.isEmpty ?? true) }
    let names = made.flatMap { $0.entry.outcome?.origin.map(\.name) ?? [] }.uniqued
    guard !names.isEmpty else { return }
    page.element("h2", text: "Where the rows come from")
    Table(
      columns: [.init("Row", isNumeric: false)] + names.map { .init($0, isNumeric: false) },
      rows: made.map { row in
        [row.entry.name]
          + names.map { name in
            row.entry.outcome?.origin.first { $0.name == name }?.value ?? ""
          }
      }
    ).write(to: &page)
  }
}

/// The small figure of a row: a dot with its interval between the values it is held against.
struct RowFigure {
  /// From the least to the greatest number of an environment's rows.
  struct Scale {
    let lower: Double
    let upper: Double

    /// - Returns: nothing where there is no number to show.
    init?(of rows: [ResultsTableRow]) {
      let values = rows.flatMap(\.drawnValues)
      guard let least = values.min(), let most = values.max() else { return nil }
      let margin = most > least ? (most - least) * 0.04 : max(abs(most) * 0.01, 1e-6)
      (lower, upper) = (least - margin, most + margin)
    }

    func place(_ value: Double) -> Double {
      (value - lower) / (upper - lower) * RowFigure.width
    }
  }

  static let width = 150.0
  private static let height = 20.0

  let row: ResultsTableRow
  let scale: Scale

  /// What the figure shows, for who cannot see it.
  var alternativeText: String {
    guard let mean = row.mean else { return "no result yet" }
    let interval = mean.interval.map {
      ", interval \(NumberText.significant($0.lower)) to \(NumberText.significant($0.upper))"
    }
    return "mean \(NumberText.significant(mean.value))\(interval ?? "")"
  }

  func write(to markup: inout Markup) {
    let box = "0 0 \(Decimals.of(Self.width)) \(Decimals.of(Self.height))"
    markup.element(
      "svg",
      [
        "width": Decimals.of(Self.width), "height": Decimals.of(Self.height), "viewBox": box,
        "role": "img", "aria-label": alternativeText,
      ]
    ) { markup in
      markup.leaf("path", ["class": "grid", "d": "M0,10H\(Decimals.of(Self.width))"])
      stroke(row.entry.minimum?.value, "reference", to: &markup)
      stroke(row.entry.reference?.value, "axis", to: &markup)
      guard let mean = row.mean, mean.value.isFinite else { return }
      markup.element("g", ["class": "c0"]) { markup in
        if let interval = mean.interval {
          let ends = [interval.lower, interval.upper].map { Decimals.of(scale.place($0)) }
          markup.leaf(
            "path", ["class": "line", "stroke-width": "3", "d": "M\(ends[0]),10H\(ends[1])"])
        }
        markup.leaf(
          "path",
          [
            "class": "mark", "d": Palette.mark(0, size: 8),
            "transform": "translate(\(Decimals.of(scale.place(mean.value))) 10)",
          ])
      }
    }
  }

  private func stroke(_ value: Double?, _ kind: String, to markup: inout Markup) {
    guard let value else { return }
    markup.leaf("path", ["class": kind, "d": "M\(Decimals.of(scale.place(value))),2V18"])
  }
}

extension String {
  /// The text of a number with a true minus sign.
  fileprivate var withTrueMinus: String { String(map { $0 == "-" ? "−" : $0 }) }
}
