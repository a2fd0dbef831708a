public import Environments
import Tracking

/// The scores of an agent, from the files of its runs alone.
public struct DiagnosisScores: Sendable {
  /// The experiments of which there are runs, in the order of the suite.
  public var experiments: [Experiment] = []
  /// Runs that could not be read, in sentences.
  public var problems: [String] = []

  /// How an agent did in an experiment.
  public struct Experiment: Sendable {
    /// As bsuite calls it.
    public var name: String
    /// What it is about.
    public var tags: [DiagnosticTag]
    /// The score of each repetition of the suite.
    public var scores: [Double]
    /// How many runs are behind them.
    public var runs: Int
    /// The fewest episodes of a run that count, and bsuite's.
    public var episodes: (run: Int, wanted: Int)
    /// How many of bsuite's points every repetition has.
    public var points: (run: Int, wanted: Int)
    /// Runs that are not finished.
    public var unfinished: Int

    /// Whether all of bsuite's points were run to bsuite's number of episodes.
    public var isComplete: Bool { episodes.run >= episodes.wanted && points.run == points.wanted }

    /// In what the runs differ from bsuite's; empty where they do not.
    public var note: String {
      var notes: [String] = []
      if points.run < points.wanted { notes.append("\(points.run) of \(points.wanted) points") }
      if episodes.run < episodes.wanted {
        notes.append("\(episodes.run) of \(episodes.wanted) episodes")
      }
      if unfinished > 0 { notes.append("\(unfinished) of \(runs) runs not finished") }
      return notes.joined(separator: ", ")
    }
  }

  private struct Record {
    var seed: UInt64
    var label: String
    var run: DiagnosticScoring.Run
    var isFinished: Bool

    var repetition: UInt64 { seed / 1000 }
    func isSameRun(as other: Record) -> Bool { seed == other.seed && label == other.label }
  }

  /// Reads every run of the suite in or below a folder.
  ///
  /// - Throws: `DiagnosisError.noRuns` where there is none, `.severalAgents` where a run is there
  ///   twice.
  public init(folder path: String, catalogue: Catalogue) throws {
    var records: [String: [Record]] = [:]
    for folder in RunFolder.all(under: path) {
      do {
        if let (name, record) = try Self.read(folder, catalogue) {
          let isDouble = records[name]?.contains { $0.isSameRun(as: record) } ?? false
          guard !isDouble else {
            throw DiagnosisError.severalAgents(
              folder: path, run: "\(name)/\(record.label)/\(record.seed)")
          }
          records[name, default: []].append(record)
        }
      } catch let error as DiagnosisError {
        throw error
      } catch {
        problems.append("\(error)")
      }
    }
    guard !records.isEmpty else { throw DiagnosisError.noRuns(folder: path) }
    for experiment in DiagnosticSuite.experiments {
      guard let found = records[experiment.name] else { continue }
      if let scored = Self.score(found, of: experiment) { experiments.append(scored) }
    }
  }

  /// The mean score of the experiments with a tag, over the repetitions; `nil` where none has it.
  public func score(of tag: DiagnosticTag) -> Double? {
    let scores = experiments.filter { $0.tags.contains(tag) }.map(\.scores.mean)
    return scores.isEmpty ? nil : scores.mean
  }

  private static func read(
    _ folder: RunFolder, _ catalogue: Catalogue
  ) throws -> (experiment: String, Record)? {
    let reader = try RunReader(folder)
    let config = try ExperimentConfig.parse(
      reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
    guard let experiment = DiagnosticSuite.experiment(named: config.name),
      experiment.environment == config.environment.id, let seed = reader.provenance?.seed,
      var earned = try EarnedReturns(config, seed: seed, catalogue: catalogue)
    else { return nil }
    // Later episodes do not count.
    let episodes = try reader.episodes().prefix(experiment.full.episodes)
    let run = DiagnosticScoring.Run(
      settings: config.environment.settings.compactMapValues {
        if case .number(let number) = $0 { number } else { nil }
      }, earned: earned(Array(episodes)))
    return (
      experiment.name,
      Record(
        seed: seed, label: config.variant, run: run,
        isFinished: try reader.status == .finished)
    )
  }

  private static func score(
    _ records: [Record], of experiment: DiagnosticExperiment
  ) -> Experiment? {
    let repetitions = Dictionary(grouping: records, by: \.repetition).sorted { $0.key < $1.key }
    let scores = repetitions.compactMap { _, records in
      experiment.scoring.score(of: records.map(\.run), limit: experiment.full.episodes)
    }
    guard !scores.isEmpty else { return nil }
    let wanted = Set(experiment.full.points.map(\.label))
    let points = repetitions.map { Set($0.value.map(\.label)).intersection(wanted).count }
    return Experiment(
      name: experiment.name, tags: experiment.tags, scores: scores, runs: records.count,
      episodes: (records.map(\.run.earned.count).min() ?? 0, experiment.full.episodes),
      points: (points.min() ?? 0, wanted.count), unfinished: records.count { !$0.isFinished })
  }
}
