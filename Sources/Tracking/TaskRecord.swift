/// What a run with several tasks says of itself, besides its configuration: the text
/// `multitask` of `run.h5`, as JSON.
public struct TaskRecord: Codable, Hashable, Sendable {
  /// The tasks, in their order.
  public var tasks: [RecordedTask]
  /// The run's place in its comparison.
  public var cell: RecordedCell
  /// What was learned from; `nil` in runs of programs that did not say.
  public var examples: RecordedExamples?
  /// Optimizer steps of the whole budget, where they are known.
  public var plannedSteps: Int?

  /// Puts together what a run with several tasks is.
  public init(
    tasks: [RecordedTask], cell: RecordedCell, examples: RecordedExamples? = nil,
    plannedSteps: Int? = nil
  ) {
    (self.tasks, self.cell) = (tasks, cell)
    (self.examples, self.plannedSteps) = (examples, plannedSteps)
  }
}

/// The examples of a run, by which runs on other data are told apart.
public struct RecordedExamples: Codable, Hashable, Sendable {
  /// What the data set is called.
  public var name: String
  /// How many there are.
  public var count: Int
  /// Of shapes, tasks, inputs, labels and given parts, in hexadecimal digits.
  public var sha256: String

  /// Puts together what is known of examples.
  public init(name: String, count: Int, sha256: String) {
    (self.name, self.count, self.sha256) = (name, count, sha256)
  }
}

/// One task, and how it is scored.
public struct RecordedTask: Codable, Hashable, Sendable {
  /// A part of the names of its metrics: `test/<task>/<score>`.
  public var name: String
  /// In words: `regression`, `binary`, `10 classes`.
  public var kind: String
  /// The first is the one that counts where there must be one.
  public var scores: [RecordedScore]

  /// Names a task, and what it is scored by.
  public init(name: String, kind: String, scores: [RecordedScore]) {
    self.name = name
    self.kind = kind
    self.scores = scores
  }
}

/// A number by which a task is judged.
public struct RecordedScore: Codable, Hashable, Sendable {
  /// Such as `error`, `accuracy`, `auc`.
  public var name: String
  /// The unit, empty for a plain number.
  public var unit: String
  /// Whether more is better.
  public var higherIsBetter: Bool
  /// What a predictor that knows nothing of the inputs gets, if that is known.
  public var trivial: Double?
  /// The best that there is, if that is known.
  public var optimum: Double?
  /// Of how many rows or episodes it is a share, where it is one: of an accuracy, the test rows.
  public var count: Int?

  /// Names a score, and how it is read.
  public init(
    name: String, unit: String = "", higherIsBetter: Bool, trivial: Double? = nil,
    optimum: Double? = nil, count: Int? = nil
  ) {
    self.optimum = optimum
    self.count = count
    self.name = name
    self.unit = unit
    self.higherIsBetter = higherIsBetter
    self.trivial = trivial
  }
}

/// The place of a run in a comparison of configurations.
public struct RecordedCell: Codable, Hashable, Sendable {
  /// What it is there for.
  public enum Role: String, Codable, Hashable, Sendable {
    /// One of the configurations compared.
    case candidate
    /// One task learned alone.
    case singleTask
    /// A fixed weighting, a point of the front that weighted sums can reach.
    case staticWeights
    /// Equal weighting with as many parameters as a larger architecture has.
    case parameterMatched
  }

  /// What the run is there for.
  public var role: Role
  /// As `fledge list strategies` calls it.
  public var strategy: String
  /// As `fledge list architectures` calls it.
  public var architecture: String
  /// How tasks are sampled, in words.
  public var sampling: String
  /// How per-task gradients were computed: `none`, `blocks`, `exact`, `representation`, `lastLayer`.
  public var gradients: String
  /// The task of a single-task run.
  public var task: String?
  /// The weights of a static weighting, by task.
  public var weights: [Double]?
  /// The architecture that a control was matched to.
  public var matchedTo: String?
  /// Numbers that are trained.
  public var parameterCount: Int
  /// The learning rates that were tried for this cell, each with its validation score (lower is
  /// better), and which was taken; empty where none was tuned.
  public var trials: [RecordedTrial]
  /// The rate that the run was trained with.
  public var learningRate: Double

  /// Puts together a run's place in its comparison.
  public init(
    role: Role, strategy: String, architecture: String, sampling: String = "uniform",
    gradients: String = "none", task: String? = nil, weights: [Double]? = nil,
    matchedTo: String? = nil, parameterCount: Int, trials: [RecordedTrial] = [],
    learningRate: Double
  ) {
    self.role = role
    self.strategy = strategy
    self.architecture = architecture
    self.sampling = sampling
    self.gradients = gradients
    self.task = task
    self.weights = weights
    self.matchedTo = matchedTo
    self.parameterCount = parameterCount
    self.trials = trials
    self.learningRate = learningRate
  }
}

/// A learning rate that was tried.
public struct RecordedTrial: Codable, Hashable, Sendable {
  /// The rate that was tried.
  public var learningRate: Double
  /// The score on the validation part, summed over tasks after division by the trivial one; lower
  /// is better.
  public var score: Double

  /// Puts a rate and what it came to together.
  public init(learningRate: Double, score: Double) {
    self.learningRate = learningRate
    self.score = score
  }
}
