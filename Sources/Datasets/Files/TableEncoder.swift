/// How a column of a table becomes numbers.
enum ColumnEncoding: Hashable {
  /// Numbers as they stand.
  case numeric
  /// One input for each category, of which one is 1.
  case oneHot
  /// Numeric where every field is a number, one-hot where none is.
  case automatic
}

/// Turns columns of texts into inputs and labels.
struct TableEncoder {
  let table: CSVFile
  /// Texts that stand for a missing value.
  var missing: Set<String> = ["", "?", "NA", "NaN", "nan", "null"]

  /// More categories in a column are taken for a mistake: free text, numbers, names.
  static let maximumCategories = 1_000
  /// More inputs altogether than this are refused, 4 bytes each.
  static let maximumNumbers = 1 << 31

  /// The inputs that one column becomes, with their names: `[rows]` each.
  ///
  /// A missing number becomes 0 with a further input, `<column>=missing`, that says so, fitted on
  /// nothing; a missing category becomes the category `missing`.
  private struct Encoded {
    var names: [String]
    /// Number of the input that is 1, for each row; nil for a numeric column.
    var codes: [Int]?
    var numbers: [Float] = []
  }

  /// `[rows, inputs]` of these columns, and their names.
  func inputs(
    _ columns: [(column: Int, encoding: ColumnEncoding)]
  ) throws(DatasetError) -> (names: [String], numbers: [Float]) {
    var encoded: [Encoded] = []
    for (column, encoding) in columns {
      if encoding == .automatic { try refuseMixture(column) }
      let isNumeric =
        encoding == .numeric || encoding == .automatic && self.isNumeric(column)
      encoded.append(try isNumeric ? numeric(column) : oneHot(column))
    }
    let names = encoded.flatMap(\.names)
    guard names.count <= Self.maximumNumbers / table.rowCount else {
      throw DatasetError(
        "'\(table.path)'", "\(names.count) inputs for \(table.rowCount) rows are too many",
        remedy: "leave columns out or take fewer rows")
    }
    var numbers = [Float](repeating: 0, count: names.count * table.rowCount)
    var offset = 0
    for column in encoded {
      for row in 0..<table.rowCount {
        let start = row * names.count + offset
        if let codes = column.codes {
          numbers[start + codes[row]] = 1
        } else {
          let value = column.numbers[row]
          numbers[start] = value.isNaN ? 0 : value
          if value.isNaN { numbers[start + 1] = 1 }
        }
      }
      offset += column.names.count
    }
    return (names, numbers)
  }

  /// Refuses a column of numbers with a text in it, which would pass for one of categories.
  private func refuseMixture(_ column: Int) throws(DatasetError) {
    var text: Int?
    var hasNumber = false
    for row in 0..<table.rowCount {
      let field = table.text(row, column)
      if missing.contains(field) { continue }
      if Float(field) == nil { text = text ?? row } else { hasNumber = true }
    }
    guard let row = text, hasNumber else { return }
    throw DatasetError(
      table.place(row, column),
      "'\(table.text(row, column).prefix(40))' is not a number, as others of its column are",
      remedy: "correct it, name it with --missing, or name the column with --categories")
  }

  /// The numbers of a column; not-a-number where they are missing.
  func numbers(_ column: Int) throws(DatasetError) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      let text = table.text(row, column)
      if missing.contains(text) {
        numbers.append(.nan)
        continue
      }
      guard let value = Float(text), !value.isNaN else {
        throw DatasetError(
          table.place(row, column), "'\(text.prefix(40))' is not a number",
          remedy: "correct it, or leave it empty if it is missing")
      }
      guard value.isFinite else {
        throw DatasetError(
          table.place(row, column),
          "'\(text.prefix(40))' is not a finite number in single precision",
          remedy: "correct it, or leave it empty if it is missing")
      }
      numbers.append(value)
    }
    return numbers
  }

  /// The categories of a column, sorted (as numbers where all are), and the code of each row; -1
  /// where it is missing.
  func categories(_ column: Int) throws(DatasetError) -> (names: [String], codes: [Int]) {
    var (indices, found, codes) = ([String: Int](), [String](), [Int]())
    codes.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      let text = table.text(row, column)
      if missing.contains(text) {
        codes.append(-1)
      } else if let code = indices[text] {
        codes.append(code)
      } else {
        guard found.count < Self.maximumCategories else {
          throw DatasetError(
            table.place(row, column), "it has more than \(Self.maximumCategories) categories",
            remedy: "leave the column out or take it as a number")
        }
        indices[text] = found.count
        codes.append(found.count)
        found.append(text)
      }
    }
    let areNumbers = found.allSatisfy { Double($0).map { !$0.isNaN } ?? false }
    let order = found.indices.sorted { left, right in
      if areNumbers, let one = Double(found[left]), let other = Double(found[right]), one != other {
        return one < other
      }
      return found[left].utf8.lexicographicallyPrecedes(found[right].utf8)
    }
    var place = [Int](repeating: 0, count: found.count)
    for (index, code) in order.enumerated() { place[code] = index }
    return (order.map { found[$0] }, codes.map { $0 < 0 ? -1 : place[$0] })
  }

  private func isNumeric(_ column: Int) -> Bool {
    var hasNumber = false
    for row in 0..<table.rowCount {
      let text = table.text(row, column)
      if missing.contains(text) { continue }
      guard Float(text) != nil else { return false }
      hasNumber = true
    }
    return hasNumber
  }

  private func numeric(_ column: Int) throws(DatasetError) -> Encoded {
    let (name, numbers) = (table.names[column], try numbers(column))
    let names = numbers.contains { $0.isNaN } ? [name, "\(name)=missing"] : [name]
    return Encoded(names: names, codes: nil, numbers: numbers)
  }

  private func oneHot(_ column: Int) throws(DatasetError) -> Encoded {
    var (names, codes) = try categories(column)
    if codes.contains(-1) {
      codes = codes.map { $0 < 0 ? names.count : $0 }
      names.append("missing")
    }
    return Encoded(names: names.map { "\(table.names[column])=\($0)" }, codes: codes)
  }
}
