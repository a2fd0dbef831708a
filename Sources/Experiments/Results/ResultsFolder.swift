public import Environments
import Foundation
public import Tracking

/// Where experiments lie and what came of them: the files behind the table of results.
public struct ResultsFolder: Sendable {
  /// Holds `results.yaml` and the experiment files.
  public var experiments: String
  /// Holds `rows/`, the table and each row's own page.
  public var results: String
  let catalogue: Catalogue
  /// What is done to each experiment before it is run, such as shrinking it for a trial.
  let adapt: @Sendable (inout ExperimentConfig) -> Void

  /// Says where experiments lie, and where what came of them.
  public init(
    experiments: String, results: String, catalogue: Catalogue,
    adapt: @escaping @Sendable (inout ExperimentConfig) -> Void = { _ in }
  ) {
    self.experiments = experiments
    self.results = results
    self.catalogue = catalogue
    self.adapt = adapt
  }

  /// The file that names the rows.
  public var listPath: String { experiments + "/results.yaml" }
  /// The experiment file of a row.
  public func experimentPath(_ row: String) -> String { "\(experiments)/\(row).yaml" }
  /// The file with what a row came to.
  public func outcomePath(_ row: String) -> String { "\(results)/rows/\(row).json" }

  /// The experiment of a row.
  ///
  /// - Throws: `ResultsError.noExperiment` where its file is missing, or what is wrong in it.
  public func experiment(of row: ResultsRow) throws -> ExperimentConfig {
    let path = experimentPath(row.experiment)
    guard FileManager.default.fileExists(atPath: path) else {
      throw ResultsError.noExperiment(row: row.experiment, path: path)
    }
    var config = try ExperimentConfig.load(path: path, catalogue: catalogue)
    guard config.name == row.experiment else {
      throw ResultsError.otherName(row: row.experiment, path: path, name: config.name)
    }
    adapt(&config)
    return config
  }

  /// How a row stands.
  ///
  /// - Throws: what is wrong in the row's files; that a file is missing is no error.
  public func state(of row: ResultsRow) throws -> RowState {
    let outcome = try RowOutcome.read(
      experiment: row.experiment, path: outcomePath(row.experiment))
    let config: ExperimentConfig
    do { config = try experiment(of: row) } catch let error as ResultsError {
      guard case .noExperiment = error else { throw error }
      return outcome.map { .outOfDate($0, "its experiment file is missing") }
        ?? .missing("there is no \(row.experiment).yaml")
    }
    guard let outcome else { return .missing("it has not been run") }
    if let reason = Self.reasonToRunAgain(outcome, for: config) {
      return .outOfDate(outcome, reason)
    }
    return .current(outcome)
  }

  private static func reasonToRunAgain(
    _ outcome: RowOutcome, for config: ExperimentConfig
  ) -> String? {
    let text = outcome.configuration.joined(separator: "\n")
    guard let older = try? ExperimentConfig.parseRecorded(text, name: "configuration") else {
      return "its settings are no longer known"
    }
    do {
      if let difference = try config.difference(from: older) { return difference }
    } catch { return "its settings cannot be compared" }
    let had = Set(outcome.seeds.map(\.seed))
    return had == Set(config.allSeeds)
      ? nil : "it has \(had.count) seeds, and the experiment asks for \(config.seeds.runs)"
  }

  // MARK: Runs

  /// What is left to do for a row: seeds to begin or to go on with.
  ///
  /// - Throws: a sentence where a run in `output` has another configuration.
  public func jobs(
    for row: ResultsRow, output: String, command: [String]
  ) throws -> [ExperimentRunner.Job] {
    let config = try experiment(of: row)
    return try config.allSeeds.compactMap { seed in
      let folder = try RunFolder(
        output: output, experiment: config.name, variant: config.variant, seed: seed)
      guard folder.hasRun else {
        return try .starting(
          config, seed: seed, output: output, command: command, catalogue: catalogue)
      }
      let reader = try RunReader(folder)
      let had = try ExperimentConfig.parseRecorded(reader.config, name: folder.runPath)
      if let difference = try config.difference(from: had) {
        throw ResultsError.otherConfiguration(folder: folder.path, difference: difference)
      }
      if try reader.status == .finished { return nil }
      return try .resuming(folder, expecting: nil, command: command, catalogue: catalogue)
    }
  }

  /// The outcome of a row from finished runs below `output`, and the folders of these runs.
  ///
  /// - Returns: instead of an outcome, why there is none.
  public func outcome(of row: ResultsRow, runs output: String) throws -> FoundOutcome {
    let config = try experiment(of: row)
    var runs: [(folder: RunFolder, reader: RunReader)] = []
    for seed in config.allSeeds {
      let folder = try RunFolder(
        output: output, experiment: config.name, variant: config.variant, seed: seed)
      guard folder.hasRun else { continue }
      let reader = try RunReader(folder)
      guard try reader.status == .finished else { continue }
      guard let had = try? ExperimentConfig.parseRecorded(reader.config, name: folder.runPath)
      else { return .none("the settings of '\(folder.path)' are no longer known") }
      if let difference = try config.difference(from: had) {
        return .none("'\(folder.path)' has another configuration (\(difference))")
      }
      runs.append((folder, reader))
    }
    guard runs.count == config.seeds.runs else {
      return .none("\(runs.count) of \(config.seeds.runs) seeds are finished in '\(output)'")
    }
    var outcome = try RowOutcome(of: config, runs.map(\.reader))
    try addExactReturns(to: &outcome, of: runs.map(\.folder), for: config)
    return .found(outcome, runs.map(\.folder))
  }

  /// Computes the expected returns of the final policies, where the world has a small table.
  private func addExactReturns(
    to outcome: inout RowOutcome, of runs: [RunFolder], for config: ExperimentConfig
  ) throws {
    guard config.environment.wrappers.isEmpty, config.environment.tasks.isEmpty,
      let world = try catalogue[config.environment.id].makeTabularEnvironment(
        settings: config.environment.settings), world.stateCount <= 5000
    else { return }
    guard !config.drawsActions, !config.agent.maker.remembers else { return }
    for index in runs.indices {
      do {
        outcome.seeds[index].exactReturn = try exactReturn(of: runs[index], catalogue: catalogue)
      } catch is SolverError {
        // A policy that goes on for ever has no return; what was played stands.
      } catch is ExactEvaluationError {
        // Nor is there one where a table and its world differ.
      }
    }
  }

  /// What was found of a row among runs.
  public enum FoundOutcome: Sendable {
    /// What the runs came to, and where they are.
    case found(RowOutcome, [RunFolder])
    /// Nothing, for this reason.
    case none(String)
  }
}

extension ExperimentConfig {
  /// Every seed that the experiment asks for.
  var allSeeds: [UInt64] { (0..<seeds.runs).map { seeds.root + UInt64($0) } }
}

extension RowOutcome {
  /// What finished runs of an experiment came to.
  init(of config: ExperimentConfig, _ runs: [RunReader]) throws {
    var seeds: [Seed] = []
    for run in runs {
      let rows = try run.evaluations()
      // Of two evaluations at the last step, the later is the run's word.
      guard let last = rows.lastIndex(where: { $0.episode == 0 }) else {
        throw TrackingError.inconsistent(path: run.path, reason: "it has no evaluation")
      }
      let returns = rows[last...].map(\.return)
      seeds.append(
        Seed(
          seed: run.provenance?.seed ?? 0,
          finalReturn: returns.reduce(0, +) / Double(returns.count), steps: run.stepsDone,
          seconds: try run.secondsOfWork))
    }
    let sessions = runs.flatMap(\.sessions)
    self.init(
      experiment: config.name,
      configuration: try config.yaml().split(separator: "\n").map(String.init),
      fledge: sessions.first?.version ?? FledgeVersion.current,
      commits: sessions.compactMap(\.commit).distinct,
      processors: sessions.map(\.processor).distinct,
      date: String((sessions.map(\.startTime).min() ?? "").prefix(10)),
      episodes: config.evaluation.finalEpisodes, seeds: seeds)
  }
}

extension RunReader {
  /// The sum of the clock's last readings, for a clock that starts again with each sitting.
  fileprivate var secondsOfWork: Double {
    get throws {
      let readings = try timing("elapsed").values.filter(\.isFinite)
      let ends = zip(readings, readings.dropFirst()).filter { $0 > $1 }.map(\.0)
      return ends.reduce(readings.last ?? 0, +)
    }
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first appearance.
  fileprivate var distinct: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
