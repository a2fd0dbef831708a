/// A table of text, which every form of a report writes in its own way.
package struct Table: Equatable, Sendable {
  package struct Column: Equatable, Sendable {
    package var title: String
    /// Whether cells are numbers, which stand at the right of the column.
    package var isNumeric: Bool

    package init(_ title: String, isNumeric: Bool = true) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  package var caption: String
  package var columns: [Column]
  /// Cells by row, as many in each row as there are columns; an empty one is not known.
  package var rows: [[String]]

  package init(caption: String = "", columns: [Column], rows: [[String]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count },
      "a row of a table of \(columns.count) columns has another number of cells")
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  /// Takes a column out, if there is one of this title.
  package mutating func drop(_ title: String) {
    guard let place = columns.firstIndex(where: { $0.title == title }) else { return }
    columns.remove(at: place)
    for row in rows.indices { rows[row].remove(at: place) }
  }

  /// The table without columns in which no row has anything.
  package var withoutEmptyColumns: Table {
    let kept = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    return Table(
      caption: caption, columns: kept.map { columns[$0] },
      rows: rows.map { row in kept.map { row[$0] } })
  }
}

extension Table {
  /// Columns of characters with a rule under their titles.
  package var terminalText: String {
    let cells = ([columns.map(\.title)] + rows).map { $0.map(\.printable) }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      let padded = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].isNumeric ? space + row[column] : row[column] + space
      }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    let lines = [line(cells[0]), rule] + cells.dropFirst().map(line)
    let head = caption.isEmpty ? [] : [caption.printable]
    return (head + lines).joined(separator: "\n") + "\n"
  }

  /// GitHub's Markdown; what would be markup in a cell is shown as text.
  package var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = columns.map { $0.isNumeric ? "---:" : ":---" }
    let lines =
      [line(columns.map { Self.markdownText($0.title) }), line(rule)]
      + rows.map { line($0.map(Self.markdownText)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A LaTeX `tabular` for the package booktabs.
  package var latex: String {
    func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
    let alignment = columns.map { $0.isNumeric ? "r" : "l" }.joined()
    let lines =
      ["\\begin{tabular}{\(alignment)}", "\\toprule"]
      + [line(columns.map { Self.latexText($0.title) }), "\\midrule"]
      + rows.map { line($0.map(Self.latexText)) } + ["\\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Comma-separated values (RFC 4180, but lines end as lines do here).
  package var csv: String {
    ([columns.map(\.title)] + rows).map { row in
      row.map(Self.csvText).joined(separator: ",") + "\n"
    }.joined()
  }

  /// Text in which Markdown sees nothing special.
  package static func markdownText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#": result += "\\\(scalar)"
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n", "\r": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  package static func latexText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(scalar)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "−": result += "$-$"
      case "±": result += "$\\pm$"
      case "\n", "\r": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func csvText(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}

extension Table {
  /// An HTML table whose titles are headers of columns and whose first cells are headers of rows.
  func write(to markup: inout Markup) {
    markup.element(
      "div", ["class": "table", "role": "region", "aria-label": caption, "tabindex": "0"]
    ) { markup in
      markup.element("table") { markup in
        if !caption.isEmpty { markup.element("caption", text: caption) }
        markup.element("thead") { markup in
          markup.element("tr") { markup in
            for column in columns {
              let kinds = [
                column.isNumeric ? "numeric" : nil, column.title.count > 30 ? "long" : nil,
              ].compactMap { $0 }.joined(separator: " ")
              markup.element(
                "th", ["scope": "col", "class": kinds.isEmpty ? nil : kinds], text: column.title)
            }
          }
        }
        markup.element("tbody") { markup in
          for row in rows { write(row, to: &markup) }
        }
      }
    }
    markup.newline()
  }

  private func write(_ row: [String], to markup: inout Markup) {
    markup.element("tr") { markup in
      for (index, (column, cell)) in zip(columns, row).enumerated() {
        let text = column.isNumeric ? cell.typeset : cell
        // A long text may break its line; a number may only before the interval behind it.
        let kind =
          column.isNumeric
          ? (cell.contains(where: { $0 == "(" || $0 == "[" }) ? "numeric estimate" : "numeric")
          : cell.count > 30 ? "long" : nil
        if index == 0 {
          markup.element("th", ["scope": "row", "class": kind], text: text)
        } else {
          markup.element("td", ["class": kind], text: text)
        }
      }
    }
    markup.newline()
  }
}

extension String {
  /// Numbers with a true minus sign, and without a line break inside an interval.
  fileprivate var typeset: String {
    guard let start = firstIndex(where: { $0 == "(" || $0 == "[" }) else {
      return String(map { $0 == "-" ? "−" : $0 })
    }
    let interval = self[start...].map { $0 == " " ? "\u{A0}" : $0 }
    return String((self[..<start] + interval).map { $0 == "-" ? "−" : $0 })
  }
}
