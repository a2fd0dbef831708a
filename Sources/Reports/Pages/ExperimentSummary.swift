/// Which number of a run is its score.
package enum ScoreSource: String, Codable, Sendable {
  /// The mean return of the last evaluation.
  case evaluation
  /// The mean return of the last 100 training episodes, for runs that were never evaluated.
  case training

  package var title: String {
    switch self {
    case .evaluation: "final evaluation return"
    case .training: "final training return"
    }
  }
}

/// What one run came to.
package struct SeedSummary: Codable, Equatable, Sendable {
  package var seed: UInt64
  package var state: RunState
  package var failure: String?
  /// Why a finished run ended before its budget was used up.
  package var earlyEnd: String?
  package var steps: Int64
  package var plannedSteps: Int64?
  /// The run's score, with several tasks the mean over them; missing where there is none yet.
  package var score: Double?
  /// The environment step at which the score was taken.
  package var scoreStep: Int64?
  /// The episodes behind the score, of all tasks together.
  package var scoreEpisodes: Int
  /// The score on each task, in the order of the summary's tasks.
  package var taskScores: [Double?]
  /// Whether the score is among those behind the variant's numbers.
  package var isCounted: Bool
  /// The mean return of the last 100 training episodes.
  package var trainingReturn: Double?
  /// Seconds of work.
  package var wallTime: Double?
  package var stepsPerSecond: Double?
  /// The evaluation whose weights the run keeps beside the final ones, if it keeps any.
  package var best: Best?

  /// An evaluation on the way.
  package struct Best: Codable, Equatable, Sendable {
    package var step: Int64
    /// Its mean return.
    package var score: Double
  }
}

/// What the runs of one variant came to together.
package struct VariantSummary: Codable, Equatable, Sendable {
  package var name: String
  package var seeds: [SeedSummary]
  /// The number of runs whose scores count.
  package var countedRuns: Int
  /// Whether runs that have not ended are counted, because none has.
  package var isPreliminary: Bool
  /// Missing, like all below, where no run has a score.
  package var mean: Estimate?
  /// The median over tasks of their means; missing where there is one task, whose mean it is.
  package var median: Estimate?
  package var interquartileMean: Estimate?
  /// The sample standard deviation of the runs' scores; missing below two runs.
  package var standardDeviation: Double?
  /// The standard error of the mean of the runs' scores; missing below two runs.
  package var standardError: Double?
  /// The mean over the runs that count of their mean returns in the last 100 training episodes.
  package var trainingReturn: Double?
  /// The IQM on each task; empty where there is one.
  package var tasks: [Estimate?]
  /// Means over the runs that count.
  package var wallTime: Double?
  package var stepsPerSecond: Double?
}

/// Everything that a report says in numbers: the same for page, terminal, Markdown and JSON.
package struct ExperimentSummary: Codable, Equatable, Sendable {
  package var experiment: String
  package var title: String
  package var question: String?
  /// What a score is.
  package var score: ScoreSource
  /// The level of all intervals, such as 0.95.
  package var level: Double
  /// Names of the tasks; one of an empty name where there is a single one.
  package var tasks: [String]
  package var variants: [VariantSummary]
  /// Each other variant against the baseline; empty where there is one variant.
  package var comparisons: [Comparison]
  /// The result in words.
  package var headline: [String]
  /// What a reader must know about the data behind the numbers: missing, unfinished, not finite.
  package var warnings: [String]
}

/// Why a report cannot be made.
package enum ReportError: Error, Equatable, CustomStringConvertible {
  case noRuns
  case unknownBaseline(String, known: [String])
  case differingTasks(String, String)
  case unknownKey(String)
  case unknownEnvironments([String], known: [String])
  case emptyReference(String)
  case missingReferences([String])

  package var description: String {
    switch self {
    case .noRuns: "There is no run to report on; name at least one run folder."
    case .unknownBaseline(let name, let known):
      "No variant is named '\(name)'; the baseline must be one of \(known.joined(separator: ", "))."
    case .differingTasks(let first, let second):
      "Runs \(first) and \(second) have different tasks; report on them separately."
    case .unknownKey(let key):
      "No run's configuration has the key '\(key)'; give --by variant, experiment, agent or a key "
        + "such as agent.dqn.target, as `fledge check` prints them."
    case .unknownEnvironments(let names, let known):
      "No run is of \(listed(names)); the environments here are \(known.joined(separator: ", "))."
    case .missingReferences(let names):
      "There are no reference scores of \(listed(names)); give them as --reference NAME=LOW:HIGH."
    case .emptyReference(let name):
      "The reference scores of \(name) are equal; give two that differ, as LOW:HIGH."
    }
  }
}
