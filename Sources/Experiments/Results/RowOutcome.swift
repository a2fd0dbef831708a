import Foundation

/// What the runs of one row came to: all that the table of results needs, in one small file.
///
/// The table is made from these files alone, so it can be made again where no run is at hand.
public struct RowOutcome: Codable, Equatable, Sendable {
  /// What one seed came to.
  public struct Seed: Codable, Equatable, Sendable {
    /// What the run drew from.
    public var seed: UInt64
    /// The mean return of the evaluation at the end.
    public var finalReturn: Double
    /// The expected return of the final greedy policy, where the world's states can be listed.
    public var exactReturn: Double?
    /// Environment steps taken.
    public var steps: Int64
    /// Seconds of work over all sittings.
    public var seconds: Double

    /// Puts together what one seed came to.
    public init(
      seed: UInt64, finalReturn: Double, exactReturn: Double? = nil, steps: Int64, seconds: Double
    ) {
      self.seed = seed
      self.finalReturn = finalReturn
      self.exactReturn = exactReturn
      self.steps = steps
      self.seconds = seconds
    }
  }

  /// The version of this layout.
  public var format = 1
  /// The experiment's file without its ending.
  public var experiment: String
  /// The configuration after defaults, in lines of YAML.
  public var configuration: [String]
  /// The version of Fledge that began the runs.
  public var fledge: String
  /// Commits of the folder in which the runs were begun.
  public var commits: [String]
  /// The processors that the runs were made on.
  public var processors: [String]
  /// The day on which the first run was begun, in UTC, such as `2026-11-21`.
  public var date: String
  /// Episodes of the evaluation at the end.
  public var episodes: Int
  /// What each seed came to.
  public var seeds: [Seed]

  /// Puts together what a row came to.
  public init(
    experiment: String, configuration: [String], fledge: String, commits: [String],
    processors: [String], date: String, episodes: Int, seeds: [Seed]
  ) {
    self.experiment = experiment
    self.configuration = configuration
    self.fledge = fledge
    self.commits = commits
    self.processors = processors
    self.date = date
    self.episodes = episodes
    self.seeds = seeds
  }
}

extension RowOutcome {
  /// The bytes of the outcome's file: JSON, keys sorted, a line each.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [10]
  }

  /// Reads an outcome's file; `nil` where there is none.
  ///
  /// - Throws: `ResultsError.damaged`, a sentence with the remedy.
  public static func read(experiment: String, path: String) throws -> RowOutcome? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    func damaged(_ reason: String) -> ResultsError {
      .damaged(path: path, row: experiment, reason: reason)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw damaged("it cannot be opened")
    }
    let outcome: RowOutcome
    do { outcome = try JSONDecoder().decode(RowOutcome.self, from: data) } catch {
      throw damaged(reason(of: error))
    }
    if let problem = outcome.problem(for: experiment) { throw damaged(problem) }
    return outcome
  }

  /// What cannot be true of an outcome of this experiment.
  private func problem(for experiment: String) -> String? {
    if format != 1 { return "its format is \(format), and this program reads format 1" }
    if self.experiment != experiment { return "it is the outcome of \(self.experiment)" }
    if seeds.isEmpty { return "it has no seeds" }
    if Set(seeds.map(\.seed)).count < seeds.count { return "it has a seed twice" }
    let areSound = seeds.allSatisfy {
      $0.finalReturn.magnitude <= 1e12 && $0.exactReturn?.magnitude ?? 0 <= 1e12 && $0.steps > 0
        && $0.steps <= 1_000_000_000_000 && (0...1e10).contains($0.seconds)
    }
    return areSound && episodes > 0 ? nil : "a seed's numbers cannot be true"
  }

  private static func reason(of error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty
        ? "" : " at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
    }
    return switch error as? DecodingError {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing\(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "there is another kind of value\(place(context))"
    default: "it is not valid JSON, or a number in it is too large or below 0"
    }
  }
}

/// How a row of the table stands.
public enum RowState: Equatable, Sendable {
  /// There is no outcome, for this reason.
  case missing(String)
  /// The outcome is that of another configuration, or of other seeds, for this reason.
  case outOfDate(RowOutcome, String)
  /// Made with the configuration that the experiment file has now.
  case current(RowOutcome)

  /// What the runs came to, if there were any.
  public var outcome: RowOutcome? {
    switch self {
    case .missing: nil
    case .outOfDate(let outcome, _), .current(let outcome): outcome
    }
  }

  /// Whether nothing has to be run.
  public var isCurrent: Bool { if case .current = self { true } else { false } }
}

/// Why results cannot be made, in one sentence with the remedy.
public enum ResultsError: Error, Equatable, CustomStringConvertible {
  /// No row has this name.
  case unknownRow(String, nearest: String?)
  /// The file of a row cannot be read.
  case damaged(path: String, row: String, reason: String)
  /// The experiment file of a row is missing.
  case noExperiment(row: String, path: String)
  /// Runs that were made with another configuration.
  case otherConfiguration(folder: String, difference: String)
  /// The experiment file of a row has another name in it.
  case otherName(row: String, path: String, name: String)

  public var description: String {
    switch self {
    case .unknownRow(let name, let nearest):
      "there is no row '\(name)' in results.yaml; "
        + (nearest.map { "did you mean '\($0)'?" } ?? "`fledge results --list` shows all")
    case .damaged(let path, let row, let reason):
      "'\(path)' cannot be read (\(reason)); bring it back from the repository, or make the row "
        + "again with `fledge results \(row)`"
    case .noExperiment(let row, let path):
      "the row '\(row)' has no experiment file: there is no '\(path)'; write it, or take the row "
        + "out of results.yaml"
    case .otherConfiguration(let folder, let difference):
      "the run in '\(folder)' has another configuration than its experiment file (\(difference)); "
        + "give --output another folder"
    case .otherName(let row, let path, let name):
      "'\(path)' names its experiment '\(name)'; a row's experiment must have the name of its file, "
        + "'\(row)'"
    }
  }
}
