public import Environments
import Foundation
import Spelling
public import Tracking

/// An agent on the diagnostic suite: which runs there are to be, and running those that lack.
///
/// Each point of each experiment is an ordinary run in `output/<experiment>/<point>/<seed>`. The
/// suite may be repeated: run `i` of repetition `r` has the seed `1000·(r + 1) + i`, so that no two
/// runs of an experiment share their chance, and a run's seed tells its repetition.
public struct Diagnosis: Sendable {
  /// The runs, in the order of the suite.
  public let runs: [PlannedRun]
  let output: String
  let catalogue: Catalogue

  /// A run of the suite.
  public struct PlannedRun: Sendable {
    /// The experiment that it belongs to.
    public let experiment: String
    /// What is run.
    public let config: ExperimentConfig
    /// Where it is run.
    public let folder: RunFolder
    var seed: UInt64 { config.seeds.root }
  }

  /// Plans runs with the agent of a configuration; its world and budget are replaced.
  ///
  /// - Parameters:
  ///   - template: the agent, and all that is not the world's.
  ///   - output: the folder for the runs.
  ///   - catalogue: the environments that there are.
  ///   - isQuick: whether the quick sweeps are run instead of bsuite's.
  ///   - experiments: those that are run, by bsuite's names; all where none is named.
  ///   - repetitions: how often the whole is run, 1 or more.
  /// - Throws: a sentence for an unknown experiment, or where agent and world do not fit.
  public init(
    of template: ExperimentConfig, isQuick: Bool = false, experiments: [String] = [],
    repetitions: Int = 1, output: String, catalogue: Catalogue
  ) throws {
    self.catalogue = catalogue
    self.output = output
    let chosen = try Self.experiments(named: experiments)
    runs = try (0..<repetitions).flatMap { repetition in
      try chosen.flatMap { experiment in
        let sweep = isQuick ? experiment.quick : experiment.full
        return try sweep.points.enumerated().map { index, point in
          var config = template
          config.name = experiment.name
          config.variant = point.label
          config.question = "How well does the agent do on bsuite's \(experiment.name)?"
          config.seeds.root = UInt64(1000 * (repetition + 1) + index)
          config.seeds.runs = 1
          config.environment.id = experiment.environment
          config.environment.settings = point.settings.mapValues(SettingValue.number)
          let copies = config.environment.copies
          let steps = experiment.length.steps(for: sweep.episodes, point.settings)
          // The last episodes of all copies end together or later.
          config.budget.steps = (steps + copies - 1) / copies * copies
          config.evaluation.every = 0
          config.evaluation.finalEpisodes = 1
          return PlannedRun(
            experiment: experiment.name, config: config,
            folder: try RunFolder(
              output: output, experiment: config.name, variant: config.variant,
              seed: config.seeds.root))
        }
      }
    }
    for (experiment, runs) in Dictionary(grouping: runs, by: \.experiment) {
      do { try runs[0].config.validate(in: catalogue) } catch {
        throw DiagnosisError.unfit(experiment: experiment, reason: "\(error)")
      }
    }
  }

  private static func experiments(named names: [String]) throws -> [DiagnosticExperiment] {
    let known = DiagnosticSuite.experiments.map(\.name)
    for name in names where !known.contains(name) {
      throw DiagnosisError.unknownExperiment(name, nearest: nearestName(to: name, among: known))
    }
    return DiagnosticSuite.experiments.filter { names.isEmpty || names.contains($0.name) }
  }

  /// How far the whole is.
  public struct Progress: Sendable {
    /// The run that this tells of, as experiment and point.
    public let run: String
    /// How far that run is.
    public let progress: RunProgress
  }

  /// What was not to be done again, and how the other runs ended.
  public struct Outcome: Sendable {
    /// Runs that were finished before.
    public var present = 0
    /// Runs that were finished now.
    public var finished = 0
    /// Runs that were stopped or not begun.
    public var interrupted = 0
    /// Runs that failed, and why.
    public var failures: [(run: String, reason: String)] = []
  }

  /// Runs what is not finished: begins, or goes on where a run was interrupted.
  ///
  /// - Parameters:
  ///   - stop: ends the work, with checkpoints, once it is requested.
  ///   - command: the words of the command line, for the runs' provenance.
  ///   - progress: is told how far runs are; from any thread.
  ///   - width: how many runs go on at the same time.
  ///   - begin: is told how many runs are finished already and how many are not.
  /// - Throws: a sentence where a run that is there has another configuration.
  public func run(
    width: Int, until stop: StopSignal, command: [String],
    begin: (_ finished: Int, _ toRun: Int) -> Void = { _, _ in },
    progress: @escaping @Sendable (Progress) -> Void
  ) throws -> Outcome {
    var outcome = Outcome()
    var jobs: [(name: String, job: ExperimentRunner.Job)] = []
    for run in runs {
      guard let job = try job(for: run, command) else {
        outcome.present += 1
        continue
      }
      let name = "\(run.config.name) \(run.config.variant)"
      jobs.append(
        (
          name,
          ExperimentRunner.Job(seed: job.seed, folder: job.folder) { stop, _ in
            try job.body(stop) { progress(Progress(run: name, progress: $0)) }
          }
        ))
    }
    begin(outcome.present, jobs.count)
    let runner = ExperimentRunner(jobs: jobs.map(\.job), width: width)
    for (row, job) in zip(runner.run(until: stop, progress: { _ in }), jobs) {
      switch row.outcome {
      case .finished: outcome.finished += 1
      case .interrupted, .skipped: outcome.interrupted += 1
      case .failed(let reason): outcome.failures.append((job.name, reason))
      }
    }
    return outcome
  }

  /// What is left to do for a run; `nil` if it is finished.
  private func job(
    for run: PlannedRun, _ command: [String]
  ) throws -> ExperimentRunner.Job? {
    guard run.folder.hasRun else {
      return try .starting(
        run.config, seed: run.seed, output: output, command: command, catalogue: catalogue)
    }
    let recorded = try TrainingRun.recorded(in: run.folder, expecting: nil, catalogue: catalogue)
    if let difference = try Self.difference(between: run.config, and: recorded.config) {
      throw DiagnosisError.otherConfiguration(folder: run.folder.path, difference: difference)
    }
    if try RunReader(run.folder).status == .finished { return nil }
    return try .resuming(run.folder, expecting: nil, command: command, catalogue: catalogue)
  }

  /// The first line in which two configurations differ, `nil` if they do not.
  private static func difference(
    between asked: ExperimentConfig, and had: ExperimentConfig
  ) throws -> String? {
    var (asked, had) = (asked, had)
    guard asked.environment.settings == had.environment.settings else {
      return "other settings of the environment were asked for than are in the run"
    }
    // Equal dictionaries may list their entries in different orders.
    asked.environment.settings = [:]
    had.environment.settings = [:]
    let lines = (try asked.yaml().split(separator: "\n"), try had.yaml().split(separator: "\n"))
    guard lines.0 != lines.1 else { return nil }
    for (line, other) in zip(lines.0, lines.1) where line != other {
      return "'\(line.trimmingPrefix { $0 == " " })' was asked for, "
        + "'\(other.trimmingPrefix { $0 == " " })' is in the run"
    }
    return "one has more settings than the other"
  }
}

/// Why an agent cannot be diagnosed, in one sentence with the remedy.
public enum DiagnosisError: Error, Equatable, CustomStringConvertible {
  /// bsuite has no experiment of this name.
  case unknownExperiment(String, nearest: String?)
  /// The agent cannot act in an experiment's world.
  case unfit(experiment: String, reason: String)
  /// A run that is there was made with another configuration.
  case otherConfiguration(folder: String, difference: String)
  /// The folder holds no run of a diagnosis.
  case noRuns(folder: String)
  /// The folder holds runs of more than one agent.
  case severalAgents(folder: String, run: String)

  public var description: String {
    switch self {
    case .unknownExperiment(let name, let nearest):
      "there is no experiment '\(name)' in the suite; "
        + (nearest.map { "did you mean '\($0)'?" }
          ?? "known: \(DiagnosticSuite.experiments.map(\.name).joined(separator: ", "))")
    case .unfit(let experiment, let reason):
      "the agent cannot be run on \(experiment): \(reason)"
    case .otherConfiguration(let folder, let difference):
      "the run in '\(folder)' has another configuration (\(difference)); give --output another "
        + "folder"
    case .noRuns(let folder):
      "there are no runs of the diagnostic suite in or below '\(folder)'; `fledge diagnose AGENT "
        + "--output \(folder)` makes them"
    case .severalAgents(let folder, let run):
      "'\(folder)' holds the run \(run) more than once; name the folder of each agent by itself"
    }
  }
}
