/// A table of texts: values between delimiters, rows between line ends (RFC 4180).
///
/// A field in double quotes may hold delimiters, line ends and doubled quotes. Empty lines are
/// passed over.
package struct CSVFile {
  /// How a file is written.
  package struct Format: Hashable {
    package var delimiter: UInt8
    /// Whether the first line names the columns; otherwise they are `column1`, `column2`, ….
    package var hasHeader: Bool
    /// Whether spaces around a field belong to it.
    package var keepsSpaces: Bool

    package init(
      delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true, keepsSpaces: Bool = false
    ) {
      self.delimiter = delimiter
      self.hasHeader = hasHeader
      self.keepsSpaces = keepsSpaces
    }
  }

  /// Where a field stands; the text of a quoted one may have doubled quotes.
  private struct Field {
    var start: Int
    var end: Int
    var hasDoubledQuotes = false
  }

  package let path: String
  package private(set) var names: [String] = []
  package private(set) var rowCount = 0
  private let bytes: [UInt8]
  private var fields: [Field] = []
  /// The line that each row begins at, from 1.
  private var lines: [Int] = []

  package init(of path: String, format: Format = Format()) throws(DatasetError) {
    try self.init(FileContents(of: path), format: format)
  }

  package init(_ contents: FileContents, format: Format = Format()) throws(DatasetError) {
    path = contents.path
    bytes = contents.bytes
    try Self.checkText(contents)
    try scan(format)
    guard !names.isEmpty, rowCount > 0 else {
      throw DatasetError("'\(path)'", "it has no rows", remedy: "check that this is the right file")
    }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw DatasetError(
        "'\(path)', line 1", "two columns are called '\(twice)'",
        remedy: "give each its own name, or say that there is no header")
    }
  }

  /// Refuses what is no text in UTF-8: numbers would be cut off at a zero byte, and letters that
  /// cannot be read would all become the same one.
  private static func checkText(_ contents: FileContents) throws(DatasetError) {
    func line(of place: Int) -> Int {
      1 + contents.bytes[..<place].count { $0 == UInt8(ascii: "\n") }
    }
    if let place = contents.bytes.firstIndex(of: 0) {
      throw DatasetError(
        "'\(contents.path)', line \(line(of: place))",
        "it has a zero byte, so it is no text in UTF-8",
        remedy: "save the table as UTF-8")
    }
    guard let place = firstNotUTF8(contents.bytes) else { return }
    throw DatasetError(
      "'\(contents.path)', line \(line(of: place))",
      "byte \(place) is no text in UTF-8, but perhaps in Latin-1",
      remedy: "save the table as UTF-8")
  }

  /// Where bytes cease to be UTF-8, roughly: at the first one that cannot be read, or near it.
  private static func firstNotUTF8(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var (source, place) = (bytes.makeIterator(), 0)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return nil }
    while true {
      switch decoder.decode(&source) {
      case .scalarValue(let scalar): place += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return place
      }
    }
  }

  /// The same table with other names for its columns.
  package func renamed(_ names: [String]) -> CSVFile {
    precondition(names.count == self.names.count, "there are \(self.names.count) columns")
    var table = self
    table.names = names
    return table
  }

  /// The text of a field.
  package func text(_ row: Int, _ column: Int) -> String {
    let field = fields[row * names.count + column]
    let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
    return field.hasDoubledQuotes ? Self.undoubled(text) : text
  }

  /// A field for messages: file, line and column.
  package func place(_ row: Int, _ column: Int) -> String {
    "'\(path)', line \(lines[row]), column '\(names[column])'"
  }

  /// The number of the column of that name.
  package func column(_ name: String) throws(DatasetError) -> Int {
    guard let index = names.firstIndex(of: name) else {
      let known = names.prefix(8).joined(separator: "', '")
      throw DatasetError(
        "'\(path)'", "it has no column '\(name)'",
        remedy: "name one of '\(known)'\(names.count > 8 ? ", …" : "")")
    }
    return index
  }

  private static func undoubled(_ text: String) -> String {
    var (result, wasQuote) = ("", false)
    for scalar in text.unicodeScalars {
      wasQuote = scalar == "\"" && !wasQuote
      if !wasQuote { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  private mutating func scan(_ format: Format) throws(DatasetError) {
    // A byte-order mark is no part of the first name.
    var (place, line) = (bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0, 1)
    var row: [Field] = []
    while place < bytes.count {
      let first = line
      row.removeAll(keepingCapacity: true)
      var isOver = false
      while !isOver {
        row.append(try field(&place, &line, format))
        isOver = place >= bytes.count || bytes[place] != format.delimiter
        // Past the delimiter, or the end of the line.
        if place < bytes.count {
          if bytes[place] == UInt8(ascii: "\r"), place + 1 < bytes.count,
            bytes[place + 1] == UInt8(ascii: "\n")
          {
            place += 1
          }
          place += 1
        }
      }
      line += 1
      try take(row, line: first, format)
    }
  }

  private mutating func take(
    _ row: [Field], line: Int, _ format: Format
  ) throws(DatasetError) {
    if row.count == 1, row[0].start == row[0].end, names.count != 1 { return }
    if names.isEmpty {
      if format.hasHeader {
        names = row.map { field in
          let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
          return field.hasDoubledQuotes ? Self.undoubled(text) : text
        }
        return
      }
      names = row.indices.map { "column\($0 + 1)" }
    }
    guard row.count == names.count else {
      throw DatasetError(
        "'\(path)', line \(line)", "it has \(row.count) fields, not \(names.count)",
        remedy: "check the delimiter and the quotes")
    }
    fields += row
    lines.append(line)
    rowCount += 1
  }

  /// Takes one field; afterwards `place` is at a delimiter, a line end or the end.
  private func field(
    _ place: inout Int, _ line: inout Int, _ format: Format
  ) throws(DatasetError) -> Field {
    if !format.keepsSpaces { skipSpaces(&place, format) }
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
      return try quotedField(&place, &line, format)
    }
    var field = Field(start: place, end: place)
    while place < bytes.count, !isEnd(bytes[place], format) { place += 1 }
    field.end = place
    while !format.keepsSpaces, field.end > field.start, isSpace(bytes[field.end - 1]) {
      field.end -= 1
    }
    return field
  }

  private func quotedField(
    _ place: inout Int, _ line: inout Int, _ format: Format
  ) throws(DatasetError) -> Field {
    let first = line
    place += 1
    var field = Field(start: place, end: place)
    while true {
      guard place < bytes.count else {
        throw DatasetError(
          "'\(path)', line \(first)", "a quoted field does not end",
          remedy: "close the quote, or double a quote that is meant")
      }
      if bytes[place] == UInt8(ascii: "\n") { line += 1 }
      guard bytes[place] == UInt8(ascii: "\"") else {
        place += 1
        continue
      }
      guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") else { break }
      field.hasDoubledQuotes = true
      place += 2
    }
    field.end = place
    place += 1
    skipSpaces(&place, format)
    guard place == bytes.count || isEnd(bytes[place], format) else {
      throw DatasetError(
        "'\(path)', line \(line)", "there is text after a closing quote",
        remedy: "double a quote that is meant")
    }
    return field
  }

  private func skipSpaces(_ place: inout Int, _ format: Format) {
    while place < bytes.count, isSpace(bytes[place]), bytes[place] != format.delimiter {
      place += 1
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private func isEnd(_ byte: UInt8, _ format: Format) -> Bool {
    byte == format.delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
}
