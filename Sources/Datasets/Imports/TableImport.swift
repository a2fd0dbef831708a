/// What of a table, or of the variables of a MATLAB file, becomes inputs, and what labels.
public struct TableImport: Sendable {
  /// What a column asks for.
  public enum Kind: String, CaseIterable, Sendable {
    /// A number.
    case regression
    /// One of two values.
    case binary
    /// One of several values.
    case classification = "classes"
  }

  /// A column that is a task.
  public struct Task: Hashable, Sendable {
    /// Which column it is.
    public var column: String
    /// What its labels are.
    public var kind: Kind

    /// Makes a task of a column.
    public init(column: String, kind: Kind) {
      self.column = column
      self.kind = kind
    }
  }

  /// The columns to predict from; all that are no task and not left out, if this is empty.
  public var inputs: [String]
  /// Of these, numbers that name categories, to be made one-hot as texts are.
  public var categories: [String]
  /// Columns that are neither inputs nor tasks.
  public var leftOut: [String]
  /// The columns that are labels.
  public var tasks: [Task]
  /// One byte.
  public var delimiter: Character
  /// Whether the first line names the columns.
  public var hasHeader: Bool
  /// Texts that stand for a missing value besides an empty field, `?`, `NA`, `NaN` and `null`.
  public var missing: [String]

  /// Says which columns are labels; the others are inputs.
  public init(
    inputs: [String] = [], categories: [String] = [], leftOut: [String] = [], tasks: [Task] = [],
    delimiter: Character = ",", hasHeader: Bool = true, missing: [String] = []
  ) {
    self.inputs = inputs
    self.categories = categories
    self.leftOut = leftOut
    self.tasks = tasks
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.missing = missing
  }

  /// Reads a table.
  ///
  /// - Throws: `DatasetError` with file, line and column.
  func dataset(from path: String) throws(DatasetError) -> Dataset {
    guard let delimiter = delimiter.asciiValue, delimiter != UInt8(ascii: "\""),
      delimiter != UInt8(ascii: "\n"), delimiter != UInt8(ascii: "\r")
    else {
      throw DatasetError(
        "the delimiter '\(self.delimiter)'", "it cannot stand between values",
        remedy: "give one character, such as ',' or ';'")
    }
    guard !tasks.isEmpty else {
      throw DatasetError(
        "'\(path)'", "no task was named", remedy: "name one with --task COLUMN:regression")
    }
    let contents = try FileContents(of: path)
    let table = try CSVFile(
      contents, format: CSVFile.Format(delimiter: delimiter, hasHeader: hasHeader))
    var encoder = TableEncoder(table: table)
    encoder.missing.formUnion(missing)
    let (names, inputs) = try encoder.inputs(try inputColumns(of: table))
    var columns: [TaskColumn] = []
    for task in tasks { columns.append(try column(of: task, encoder)) }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return Dataset(
      name: file, provenance: ["source": path, "sha256": contents.sha256],
      inputShape: [names.count], inputs: inputs, inputNames: names, tasks: columns)
  }

  private func inputColumns(
    of table: CSVFile
  ) throws(DatasetError) -> [(column: Int, encoding: ColumnEncoding)] {
    let labels = Set(tasks.map(\.column))
    for name in leftOut + categories { _ = try table.column(name) }
    let names = inputs.isEmpty ? table.names.filter { !labels.contains($0) } : inputs
    var (columns, seen) = ([(column: Int, encoding: ColumnEncoding)](), Set<String>())
    for name in names where !leftOut.contains(name) {
      guard !labels.contains(name), seen.insert(name).inserted else {
        throw DatasetError(
          "'\(table.path)'",
          "column '\(name)' is " + (labels.contains(name) ? "input and task" : "named twice"),
          remedy: "name it once")
      }
      columns.append(
        (try table.column(name), categories.contains(name) ? .oneHot : .automatic))
    }
    guard !columns.isEmpty else {
      throw DatasetError(
        "'\(table.path)'", "no column is left to predict from", remedy: "name inputs")
    }
    return columns
  }

  private func column(of task: Task, _ encoder: TableEncoder) throws(DatasetError) -> TaskColumn {
    let index = try encoder.table.column(task.column)
    let name = Self.taskName(task.column)
    guard task.kind != .regression else {
      return TaskColumn(
        name: name, kind: .regression(width: 1), labels: try encoder.numbers(index))
    }
    let (classes, codes) = try encoder.categories(index)
    guard task.kind == .classification || classes.count == 2 else {
      throw DatasetError(
        "'\(encoder.table.path)', column '\(task.column)'", "it has \(classes.count) values, not 2",
        remedy: "call the task '\(task.column):classes', or correct the column")
    }
    return TaskColumn(
      name: name,
      kind: task.kind == .binary ? .binary : .classification(classes: classes.count),
      labels: codes.map { $0 < 0 ? .nan : Float($0) }, classNames: classes)
  }

  /// A column's name with what cannot stand in the name of a task replaced by `_`.
  static func taskName(_ column: String) -> String {
    String(column.map { TaskColumn.isUsableName("x\($0)") ? $0 : "_" })
  }
}
