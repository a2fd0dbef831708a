package import Tracking

/// Everything that a comparison of configurations says in numbers: the same for all its forms.
package struct MultiTaskSummary: Codable, Sendable {
  /// How scores of different tasks are put on one scale; higher is better on each.
  package enum Scale: String, Codable, Sendable {
    /// 0 is the trivial predictor, 1 the mean of single-task runs.
    case normalized
    /// The improvement over the trivial predictor, as a share of its score.
    case overTrivial
    /// The improvement over the baseline, as a share of its score.
    case overBaseline

    package var title: String {
      switch self {
      case .normalized: "normalized score"
      case .overTrivial: "gain over trivial"
      case .overBaseline: "gain over baseline"
      }
    }

    var meaning: String {
      switch self {
      case .normalized:
        "Normalized score: (trivial - score) / (trivial - single-task), 0 for a predictor that "
          + "knows nothing of the inputs and 1 for the mean of the single-task runs; of a run, the "
          + "mean over tasks. Higher is better, whatever the score."
      case .overTrivial:
        "Gain over trivial: the improvement over a predictor that knows nothing of the inputs, as a "
          + "share of its score; of a run, the mean over tasks. Higher is better."
      case .overBaseline:
        "Gain over baseline: the improvement over the mean of the baseline, as a share of it; of a "
          + "run, the mean over tasks. Higher is better."
      }
    }
  }

  /// A score of a task, over the seeds of a cell.
  package struct ScoreSummary: Codable, Sendable {
    package var task: String
    package var score: String
    package var interquartileMean: Estimate
    package var mean: Estimate
    package var median: Double
    package var minimum: Double
    package var maximum: Double
    /// Missing where no trivial score or no single-task runs are known.
    package var normalized: Estimate?
    /// Of a share with a known number of trials, what those leave open.
    package var wilson: Interval?
    package var trials: Int?
    /// By seed; what diverged as the worst of all.
    package var values: [Double]
  }

  package struct WorstTask: Codable, Sendable {
    package var task: String
    package var score: Estimate
  }

  package struct Cell: Codable, Sendable {
    package var name: String
    package var role: RecordedCell.Role
    package var strategy: String
    package var architecture: String
    package var sampling: String
    package var gradients: String
    package var task: String?
    package var weights: [Double]?
    package var matchedTo: String?
    package var parameterCount: Int
    package var learningRate: Double
    package var trials: [RecordedTrial]
    package var seeds: [UInt64]
    /// Seeds with a score that is not finite.
    package var divergedSeeds: [UInt64]
    package var scores: [ScoreSummary]
    /// On the common scale, over runs and tasks together; missing for single-task cells.
    package var interquartileMean: Estimate?
    package var mean: Estimate?
    package var worstTask: WorstTask?
    /// In percent, over scores; negative is better.
    package var deltaM: Estimate?
    /// In percent, over tasks; positive is better.
    package var deltaP: Estimate?
    package var againstBaseline: PairedComparison?
    package var againstSingleTask: PairedComparison?
    /// Against equal weighting with as many parameters.
    package var againstMatched: PairedComparison?
    package var rankFirst: Double?
    package var isNonDominated: Bool?
    /// Beyond the front of static weights; above 0 is beyond.
    package var frontMargin: Estimate?
    /// Milliseconds a step; all tasks together in the row of single-task runs.
    package var stepTime: Double?
    package var relativeCost: Double?
    package var conflict: TaskConflict?
    /// The median weight of each task, averaged over seeds.
    package var medianWeights: [Double]?
    /// How likely each task was to have a step, over the run; where tasks take turns.
    package var meanTurns: [Double]?
    package var twoGroups: TwoGroups?
  }

  package struct Front: Codable, Sendable {
    package var name: String
    package var cells: [String]
    package var hypervolume: Estimate
  }

  package var experiment: String
  package var tasks: [RecordedTask]
  package var scale: Scale
  package var level: Double
  package var baseline: String?
  /// What the header of every form says of the experiment.
  package var facts: [String]
  package var cells: [Cell]
  /// The names of the cells that the main table has, in its order; `single-task` stands for the
  /// single-task cells together.
  package var rows: [String]
  package var bestStatic: String?
  package var singleTask: Estimate?
  package var singleTaskStepTime: Double?
  package var hypervolumes: [Front]
  /// The reference point of hypervolumes, in words.
  package var reference: String
  package var verdicts: [String]
  package var warnings: [String]
}

extension MultiTaskSummary {
  package func cell(_ name: String) -> Cell? { cells.first { $0.name == name } }
}
