extension Table {
  /// The table for a terminal of so many columns.
  ///
  /// Where it is too wide, titles break into several lines; where that is not enough, columns go
  /// into further tables below, each with the first column again, and long texts break.
  package func terminalText(columns limit: Int) -> String {
    let natural = layout(titlesBreak: false, limit: .max)
    if natural.isEmpty || natural.width <= limit { return terminalText }
    let narrow = layout(titlesBreak: true, limit: limit)
    if narrow.width <= limit { return caption.captionLine + text(narrow, Array(columns.indices)) }
    let parts = split(narrow, limit: limit)
    return parts.enumerated().map { number, shown in
      let head =
        number == 0 || caption.isEmpty
        ? caption.captionLine : "\(caption.printable) (continued)\n"
      return head + text(narrow, shown)
    }.joined(separator: "\n")
  }

  /// How wide each column is.
  private struct Layout {
    var widths: [Int]
    var isEmpty: Bool { widths.isEmpty }
    var width: Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }
  }

  private func layout(titlesBreak: Bool, limit: Int) -> Layout {
    let room = limit == .max ? limit : max(12, limit / 3)
    return Layout(
      widths: columns.indices.map { column in
        let cells = rows.map { $0[column].printable.count }.max() ?? 0
        let title = columns[column].title.printable
        let titleWidth =
          titlesBreak ? title.split(separator: " ").map(\.count).max() ?? 0 : title.count
        let natural = max(cells, titleWidth)
        // Names and sentences break; numbers stay whole.
        guard !columns[column].isNumeric, limit != .max else { return natural }
        return min(natural, column == 0 ? room : max(12, limit - room - 2))
      })
  }

  /// Columns by table, as many in each as there is room for beside the first.
  private func split(_ layout: Layout, limit: Int) -> [[Int]] {
    var parts: [[Int]] = []
    var present = [0]
    var used = layout.widths[0]
    for column in columns.indices.dropFirst() {
      let own = layout.widths[column] + 2
      if used + own > limit, present.count > 1 {
        parts.append(present)
        (present, used) = ([0], layout.widths[0])
      }
      present.append(column)
      used += own
    }
    return parts + [present]
  }

  private func text(_ layout: Layout, _ shown: [Int]) -> String {
    func lines(_ cells: [String], atBottom: Bool) -> [String] {
      let broken = shown.map { cells[$0].printable.broken(to: layout.widths[$0]) }
      let height = broken.map(\.count).max() ?? 1
      return (0..<height).map { line in
        let padded = zip(shown, broken).map { column, parts -> String in
          let place = atBottom ? line - (height - parts.count) : line
          let part = parts.indices.contains(place) ? parts[place] : ""
          let space = String(repeating: " ", count: max(0, layout.widths[column] - part.count))
          return columns[column].isNumeric ? space + part : part + space
        }
        return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
      }
    }
    let rule = shown.map { String(repeating: "─", count: layout.widths[$0]) }
    let all =
      lines(columns.map(\.title), atBottom: true) + [rule.joined(separator: "  ")]
      + rows.flatMap { lines($0, atBottom: false) }
    return all.joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate var captionLine: String { isEmpty ? "" : printable + "\n" }

  /// Lines of at most so many characters, broken between words, or within a word that is longer.
  func broken(to width: Int) -> [String] {
    guard width > 0, count > width else { return [self] }
    var lines = [""]
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      var rest = word
      let last = lines[lines.count - 1]
      if !last.isEmpty, last.count + 1 + rest.count <= width {
        lines[lines.count - 1] += " " + rest
        continue
      }
      if !last.isEmpty { lines.append("") }
      while rest.count > width {
        lines[lines.count - 1] = String(rest.prefix(width))
        rest = rest.dropFirst(width)
        lines.append("")
      }
      lines[lines.count - 1] += rest
    }
    return lines
  }
}
