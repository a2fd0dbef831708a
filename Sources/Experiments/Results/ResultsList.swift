import Environments
import Foundation
public import NeuralNetworks
import Spelling

/// What `experiments/results.yaml` says: which rows the table of results has, and what each is held
/// against.
public struct ResultsList: ValidatedSettings {
  /// Where published values come from, by the short names that rows use.
  public var sources: [String: ResultsSource] = [:]
  /// The rows in the order in which they are shown.
  public var rows: [ResultsRow] = []

  public init() {}

  public func validate() throws(SettingsError) {
    try require(!rows.isEmpty, "rows", "must name at least one experiment", found: "none")
    for (name, source) in sources {
      try NeuralNetworks.validate("sources.\(name)", source.validate)
    }
    var seen = Set<String>()
    for (index, row) in rows.enumerated() {
      try NeuralNetworks.validate("rows[\(index)]", row.validate)
      try require(
        seen.insert(row.experiment).inserted, "rows[\(index)].experiment",
        "must be an experiment that has no row yet", found: row.experiment)
      for reference in [row.published, row.optimum].compactMap({ $0 })
      where sources[reference.source] == nil {
        let known = sources.keys.sorted()
        let remedy =
          nearestName(to: reference.source, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw SettingsError(
          path: "rows[\(index)]",
          problem: "the source '\(reference.source)' of \(row.experiment) is not among the "
            + "sources (\(known.joined(separator: ", ")))\(remedy)")
      }
    }
  }

  /// The row of an experiment.
  ///
  /// - Throws: a sentence with the nearest name where there is none.
  public func row(named name: String) throws -> ResultsRow {
    if let row = rows.first(where: { $0.experiment == name }) { return row }
    throw ResultsError.unknownRow(
      name, nearest: nearestName(to: name, among: rows.map(\.experiment)))
  }

  /// Reads the list of rows from a YAML file.
  ///
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(path: String) throws -> ResultsList {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigError(
        path: "", place: path,
        problem: "there is no such file; give the folder that holds results.yaml with --folder")
    }
    return try parse(
      String(decoding: data, as: UTF8.self), name: (path as NSString).lastPathComponent)
  }

  /// Reads the list from text; `name` stands for the file in errors.
  public static func parse(_ text: String, name: String) throws -> ResultsList {
    let tree = try YAMLText.parse(text, name: name)
    let list = try ConfigDecoder.decode(
      ResultsList.self, from: tree, over: ConfigEncoder.encode(ResultsList()))
    do { try list.validate() } catch {
      throw ConfigError(
        path: error.path, place: tree.place(ofNearest: error.path) ?? name, problem: error.problem)
    }
    return list
  }
}

/// A publication that values are taken from.
public struct ResultsSource: ValidatedSettings {
  /// How the table names it.
  public var name = ""
  /// What it is, in full: title, place, date, and what a value in it is the mean of.
  public var text = ""

  public init() {}

  public func validate() throws(SettingsError) {
    try require(!name.isEmpty, "name", "must say how the table names it", found: "nothing")
  }
}

/// One row of the table of results: an experiment, and what it is held against.
public struct ResultsRow: ValidatedSettings {
  /// The experiment's file without its ending, such as `acrobot-dqn`.
  public var experiment = ""
  /// How the table names the environment; rows of one environment stand together.
  public var environment = ""
  /// How the table names the algorithm.
  public var algorithm = ""
  /// The value that others have published.
  public var published: ReferenceValue?
  /// The most that is possible in the environment.
  public var optimum: ReferenceValue?
  /// What the mean over seeds must reach.
  public var minimum: PrintedNumber?
  /// What was tried and found, shown under the table.
  public var remark = ""

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      !experiment.isEmpty && !experiment.contains("/"), "experiment",
      "must be the name of a file in the folder, without its ending", found: "'\(experiment)'")
    try require(!environment.isEmpty, "environment", "must name the environment", found: "nothing")
    try require(!algorithm.isEmpty, "algorithm", "must name the algorithm", found: "nothing")
    try require(
      published == nil || optimum == nil, "optimum",
      "must not stand beside a published value, which is what a row is held against",
      found: "both")
  }

  /// What the row is held against.
  public var reference: ReferenceValue? { published ?? optimum }
}

/// A number to compare with, and where it comes from.
public struct ReferenceValue: ValidatedSettings {
  /// The number, with the digits with which it was printed.
  public var value = PrintedNumber()
  /// One of the list's sources.
  public var source = ""
  /// The environment steps after which it was measured, where that is known.
  public var steps: Int?
  /// Whether no agent can have a higher expected return.
  public var isMost = false

  public init() {}

  public func validate() throws(SettingsError) {}
}

/// A number as it was printed: its digits after the point say how exactly it is known.
public struct PrintedNumber: Codable, Equatable, Sendable {
  /// The digits.
  public let text: String
  /// What they mean.
  public let value: Double

  /// - Returns: nothing for a text that is no finite number in decimal notation.
  public init?(_ text: String) {
    let digits = text.replacing("_", with: "")
    let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
    guard isPlain, let value = Double(digits), value.isFinite else { return nil }
    (self.text, self.value) = (digits, value)
  }

  /// Zero.
  public init() { (text, value) = ("0", 0) }

  /// Digits after the point.
  public var decimals: Int {
    text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let number = PrintedNumber(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected a number with its digits, such as -76.6, found '\(text)'")
    }
    self = number
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension ConfigNode {
  /// Where the last key of a path that stands in the tree was written.
  fileprivate func place(ofNearest path: String) -> String? {
    var node = self
    for key in path.split(whereSeparator: { ".[]".contains($0) }) {
      guard let child = node[String(key)] ?? Int(key).flatMap({ node[at: $0] }) else { break }
      node = child
    }
    return node.place
  }
}
