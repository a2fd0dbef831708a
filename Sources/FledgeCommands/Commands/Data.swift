public import ArgumentParser
public import Datasets
import Foundation
import Randomness

/// `fledge data`; called otherwise here, as Foundation has a `Data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Import data with several tasks, and show what is in it.",
    subcommands: [DataImport.self, DataShow.self, DataList.self])
}

extension DatasetImport.Source: ExpressibleByArgument {}

struct DataImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn files as they are distributed into one HDF5 file.",
    discussion: """
      Known files are checked by their SHA-256, and where the data come from is written beside \
      them. A table needs its tasks: fledge data import csv --from t.csv --task price:regression \
      --task sold:binary; a MATLAB file likewise, with variables for columns: fledge data import mat \
      --from f.mat --inputs X --task Y:regression. `fledge data list` shows what can be imported.
      """)

  @Argument(help: "What to import.")
  var source: DatasetImport.Source

  @Option(
    name: .customLong("from"), help: "The file, or the folder with the files of MNIST.",
    completion: .file())
  var path: String

  @Option(name: .shortAndLong, help: "The file to write; NAME.h5 unless given.")
  var output: String?

  @Flag(help: "Import files whose SHA-256 is not the known one.")
  var unchecked = false

  @Option(help: "multimnist: the seed by which partners are drawn.")
  var seed: UInt64 = 0

  @Flag(
    name: .customLong("test-files"), help: "mnist, multimnist: take the 10,000 test images alone.")
  var testFiles = false

  @Option(
    name: .customLong("task"),
    help: """
      csv, mat: a column or variable that is a task, as NAME:regression, :binary or :classes. May be \
      repeated.
      """)
  var tasks: [String] = []

  @Option(
    help: """
      csv, mat: the columns or variables to predict from, with commas between; unless given, all \
      others (of variables, those with as many rows).
      """)
  var inputs: String?

  @Option(help: "csv: columns of numbers that name categories, with commas between.")
  var categories: String?

  @Option(help: "csv, mat: columns or variables to leave out, with commas between.")
  var leaveOut: String?

  @Option(
    help: """
      csv: further texts that stand for a missing value, with commas between, besides an empty \
      field, ?, NA, NaN and null.
      """)
  var missing: String?

  @Option(help: "csv: the character between values; 'tab' for a tab.")
  var delimiter = ","

  @Flag(help: "csv: the first line is a row; columns are column1, column2, ….")
  var noHeader = false

  @Flag(help: "Replace the output file if there is one already.")
  var replace = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard tasks.isEmpty || source.wantsTasks else {
      throw ValidationError(
        "--task is for csv and mat: the tasks of '\(source.rawValue)' are known")
    }
    guard !source.wantsTasks || !tasks.isEmpty else {
      throw ValidationError(
        "\(source.rawValue) needs at least one --task, such as --task price:regression")
    }
    guard source != .mat || (categories ?? missing) == nil, source != .mat || !noHeader else {
      throw ValidationError("--categories, --missing and --no-header are for csv")
    }
    guard delimiter == "tab" || delimiter.count == 1 else {
      throw ValidationError("--delimiter must be one character or 'tab', not '\(delimiter)'")
    }
  }

  func run() throws {
    let request = DatasetImport(
      from: path, isUnchecked: unchecked, takesTestFilesOnly: testFiles,
      seeds: Seeds(root: seed), table: try table())
    let output = self.output ?? "\(source.rawValue).h5"
    func location(_ path: String) -> String {
      URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    guard location(output) != location(path) else {
      throw CommandFailure(
        "--output names the file that is read, '\(path)', which would be lost; name another one")
    }
    if FileManager.default.fileExists(atPath: output), !replace {
      throw CommandFailure(
        "there is a file '\(output)' already; name another one with --output, or pass --replace")
    }
    let data = try request.load(source)
    try SafeFile.makeFolder(above: output, option: "--output")
    try DatasetFile.write(data, to: output)
    let summary = DatasetSummary(of: data)
    if json {
      try JSONOutput.print(summary)
    } else {
      print(DatasetText.text(of: summary))
      print("The file: \(output)")
    }
  }

  private func table() throws -> TableImport {
    func names(_ list: String?) -> [String] {
      list?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    }
    return TableImport(
      inputs: names(inputs), categories: names(categories), leftOut: names(leaveOut),
      tasks: try tasks.map { try Self.task($0) },
      delimiter: delimiter == "tab" ? "\t" : delimiter.first ?? ",", hasHeader: !noHeader,
      missing: names(missing))
  }

  private static func task(_ text: String) throws -> TableImport.Task {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let kind = TableImport.Kind(rawValue: String(text[text.index(after: colon)...]))
    else {
      let kinds = TableImport.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--task must be COLUMN:KIND with one of \(kinds), not '\(text)'")
    }
    return TableImport.Task(column: String(text[..<colon]), kind: kind)
  }
}

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the tasks of a data set, and what their labels are like.")

  @Argument(
    help: "A file of `fledge data import`, or a built-in data set of `fledge data list`.",
    completion: .file(extensions: ["h5"]))
  var data: String

  @Option(help: "The seed of a built-in data set.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let isBuiltIn = BuiltInDataset.all.contains { $0.name == data }
    let summary = DatasetSummary(
      of: try isBuiltIn ? Dataset.builtIn(data, seed: seed) : Dataset.load(data))
    if json {
      try JSONOutput.print(summary)
    } else {
      print(DatasetText.text(of: summary))
    }
  }
}

struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the data sets that are built in, and those that can be imported.")

  @Flag(help: "Print one JSON object a data set.")
  var json = false

  private struct Line: Encodable {
    let name, kind, summary: String
  }

  func run() throws {
    let lines =
      BuiltInDataset.all.map { Line(name: $0.name, kind: "builtIn", summary: $0.summary) }
      + DatasetImport.Source.allCases.map {
        Line(name: $0.rawValue, kind: "import", summary: $0.summary)
      }
    if json { return try lines.forEach { try JSONOutput.print($0) } }
    for (kind, title) in [("builtIn", "Built in"), ("import", "To import")] {
      var table = TextTable()
      for line in lines where line.kind == kind { table.add("  " + line.name, line.summary) }
      print(title + "\n" + table.text)
    }
  }
}

/// A data set in words, for the terminal.
private enum DatasetText {
  /// Tasks that are shown one by one; of more, the first ones.
  private static let limit = 20

  static func text(of data: DatasetSummary) -> String {
    let shape = data.inputShape.map(String.init).joined(separator: " x ")
    var lines = ["\(data.name): \(counted(data.count, "row")) of \(shape)"]
    if data.constantInputs > 0 { lines[0] += ", \(data.constantInputs) inputs never change" }
    if data.isPartitioned { lines.append("each row belongs to one task") }
    if let parts = data.givenParts {
      let counts = ["training", "validation", "test"].map { "\(parts[$0] ?? 0) \($0)" }
      lines.append("given parts: " + counts.joined(separator: ", "))
    }
    var table = TextTable()
    table.add("  task", "kind", "labels", "missing", "what they are like")
    for task in data.tasks.prefix(limit) {
      table.add(
        "  " + task.name, task.kind, "\(task.labeled)", "\(task.missing)", labels(of: task))
    }
    lines.append(table.text)
    if data.tasks.count > limit { lines.append("  … and \(data.tasks.count - limit) more") }
    for (key, value) in data.provenance.sorted(by: { $0.key < $1.key }) {
      lines.append("\(key): \(value)")
    }
    return lines.joined(separator: "\n")
  }

  private static func labels(of task: TaskSummary) -> String {
    if let counts = task.classCounts {
      let shown = counts.prefix(12).enumerated().map { index, count in
        "\(index < task.classNames.count ? task.classNames[index] : "\(index)"): \(count)"
      }
      return shown.joined(separator: ", ") + (counts.count > 12 ? ", …" : "")
    }
    guard let mean = task.mean, let deviation = task.deviation, let minimum = task.minimum,
      let maximum = task.maximum
    else { return "" }
    let unit = task.unit.isEmpty ? "" : " \(task.unit)"
    return String(
      format: "%.4g ± %.4g%@, from %.4g to %.4g", mean, deviation, unit, minimum, maximum)
  }
}
