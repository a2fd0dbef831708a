/// How rows of a table become lines of a file.
package enum TableFormat: String, CaseIterable, Sendable {
  /// RFC 4180: a header, fields in quotes where they need them, numbers that read back exactly.
  case csv
  /// One JSON object a line; empty cells are left out, and what is no finite number is `null`.
  case jsonl
}

/// A cell of a table.
package enum TableCell: Equatable, Sendable {
  case text(String)
  case integer(Int64)
  case number(Double)
  /// Of single precision, which is written in as few digits as give it back.
  case single(Float)
  case empty
}

/// Writes a table line by line: no more than one row of it is in memory.
package struct TableWriter {
  private let file: OutputFile
  private let format: TableFormat
  private let columns: [String]
  private let keys: [[UInt8]]

  /// Begins a table with its columns' names.
  package init(
    _ file: OutputFile, _ format: TableFormat, columns: [String]
  ) throws(InterchangeError) {
    (self.file, self.format, self.columns) = (file, format, columns)
    keys = columns.map { Array(JSONValue.text($0).description.utf8) + [UInt8(ascii: ":")] }
    if format == .csv { try file.write(columns.map(Self.field).joined(separator: ",") + "\r\n") }
  }

  /// - Precondition: There are as many cells as columns.
  package func write(_ cells: [TableCell]) throws(InterchangeError) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    switch format {
    case .csv: try file.write(cells.map(Self.csv).joined(separator: ",") + "\r\n")
    case .jsonl: try writeObject(cells)
    }
  }

  private func writeObject(_ cells: [TableCell]) throws(InterchangeError) {
    var line = [UInt8(ascii: "{")]
    for (key, cell) in zip(keys, cells) where cell != .empty {
      if line.count > 1 { line.append(UInt8(ascii: ",")) }
      line += key
      line += Self.json(cell).utf8
    }
    line += "}\n".utf8
    try file.write(line)
  }

  package func commit() throws(InterchangeError) { try file.commit() }

  private static func csv(_ cell: TableCell) -> String {
    switch cell {
    case .text(let text): field(text)
    case .integer(let number): String(number)
    case .number(let number): plain(number)
    case .single(let number): plain(Double(number), "\(number)")
    case .empty: ""
    }
  }

  private static func json(_ cell: TableCell) -> String {
    switch cell {
    case .text(let text): JSONValue.text(text).description
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? "\(number)" : "null"
    case .single(let number): number.isFinite ? "\(number)" : "null"
    case .empty: "null"
    }
  }

  /// The forms of non-finite numbers that pandas and R both read.
  private static func plain(_ number: Double, _ text: String? = nil) -> String {
    if number.isFinite { return text ?? "\(number)" }
    return number.isNaN ? "NaN" : number > 0 ? "Inf" : "-Inf"
  }

  /// In quotes where it has a comma, a quote or a line break, or blanks at its ends.
  package static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes || text.first == " " || text.last == " " else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
