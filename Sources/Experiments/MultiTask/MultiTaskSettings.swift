import Glibc
public import MultiTask
public import NeuralNetworks
import Randomness

/// How examples are parted: one test part for all seeds and trials, the rest anew for each seed.
public struct TaskSplitSettings: ValidatedSettings {
  /// The share of the examples on which rates, weights and the end of a run are chosen, 0 or more;
  /// of a data set that comes with a test part, a share of the rest; one that comes with a part
  /// for it keeps to that.
  public var validation = 0.1
  /// The share of the examples that is kept for the final scores, above 0; a data set that comes
  /// with a test part keeps to that.
  public var test = 0.2
  /// A task with classes, each of which gets its share of every part.
  public var stratifyBy: String?

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      validation >= 0 && validation < 1, "validation", "must be at least 0 and below 1",
      found: validation)
    try require(test > 0 && test < 1, "test", "must lie between 0 and 1", found: test)
    try require(
      validation + test < 1, "", "must leave examples to learn from: validation + test below 1",
      found: validation + test)
  }
}

/// What is shifted and scaled to mean 0 and deviation 1, by the training part.
public struct TaskNormalizationSettings: ValidatedSettings {
  /// How inputs are.
  public var inputs = InputNormalization.perColumn
  /// Whether the labels of regressions are; scores are told in their own unit all the same.
  public var targets = true

  public init() {}

  public func validate() throws(SettingsError) {}
}

/// How inputs are normalized.
public enum InputNormalization: Choice {
  /// Not at all.
  case none
  /// A mean and a deviation for each column.
  case perColumn
  /// One mean and one deviation for all numbers, as for images.
  case shared

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("none", .none), Alternative("perColumn", .perColumn),
      Alternative("shared", .shared),
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) { ("\(self)", nil) }
}

/// Which tasks are learned, and by what losses.
public struct TaskChoiceSettings: ValidatedSettings {
  /// Names of tasks; none: all that the data set has.
  public var only: [String] = []
  /// Losses other than those that fit the kinds of the tasks, by task.
  public var losses: [String: TaskLoss] = [:]

  public init() {}

  public func validate() throws(SettingsError) {
    for (index, name) in only.enumerated() {
      try require(
        !only[..<index].contains(name), "only[\(index)]", "must not be there twice", found: name)
    }
    for (task, loss) in losses.sorted(by: { $0.key < $1.key }) {
      try NeuralNetworks.validate("losses.\(task)") { () throws(SettingsError) in
        try loss.validate()
      }
    }
  }
}

/// Which learning rates each cell tries before its runs; the same for every cell.
public struct TuningSettings: ValidatedSettings {
  /// The rates, each above 0; none: the optimizer's own is taken without a trial.
  public var learningRates: [Double] = []
  /// Over how many seeds the score of a rate is averaged, 1 or more.
  public var seeds = 1
  /// The first of these seeds; those of the runs are others, and have the same test part.
  public var root: UInt64 = 1_000_001
  /// The length of a trial as a share of the budget, above 0 and at most 1.
  public var share = 1.0

  public init() {}

  public func validate() throws(SettingsError) {
    for (index, rate) in learningRates.enumerated() {
      try require(
        rate > 0 && rate.isFinite, "learningRates[\(index)]", "must be finite and above 0",
        found: rate)
      try require(
        !learningRates[..<index].contains(rate), "learningRates[\(index)]",
        "must not be there twice", found: rate)
    }
    try require((1...1000).contains(seeds), "seeds", "must lie in 1...1000", found: seeds)
    try require(
      root <= UInt64.max - 1000, "root", "must leave room for the other seeds in 64 bits",
      found: root)
    try require(share > 0 && share <= 1, "share", "must be above 0 and at most 1", found: share)
  }
}

/// What is run beside the configurations that are compared, so that they can be judged.
public struct ControlSettings: ValidatedSettings {
  /// Whether each task is learned alone too, with the same trunk and budget.
  public var singleTask = true
  /// Fixed weightings, a sample of the front that weighted sums can reach; 0 for none, `nil` for 9
  /// with two tasks and 2 K + 1 with more.
  ///
  /// With two tasks their shares are evenly spaced (9: 0.1, …, 0.9), with more they are drawn
  /// uniformly from the simplex, the same for every seed.
  public var staticWeights: Int?
  /// Whether architectures with more parameters than hard sharing (the file's, or with default
  /// settings where it has none) are held against hard sharing made as large, under equal
  /// weighting.
  public var parameterMatched = true

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      (0...1000).contains(staticWeights ?? 0), "staticWeights", "must lie in 0...1000",
      found: staticWeights ?? 0)
  }

  /// How many fixed weightings there are of so many tasks.
  package func staticCount(tasks: Int) -> Int {
    tasks < 2 ? 0 : staticWeights ?? (tasks == 2 ? 9 : 2 * tasks + 1)
  }

  /// The fixed weightings of so many tasks; each sums to 1.
  package func staticShares(tasks: Int) -> [[Double]] {
    let count = staticCount(tasks: tasks)
    if tasks == 2 {
      return (0..<count).map { index in
        [index + 1, count - index].map { Double($0) / Double(count + 1) }
      }
    }
    // A flat Dirichlet distribution: exponential numbers, divided by their sum.
    var random = Seeds(root: UInt64(tasks))["static weights"]
    return (0..<count).map { _ in
      let draws = (0..<tasks).map { _ in -log(1 - random.uniform() as Double) }
      let sum = draws.reduce(0, +)
      return draws.map { $0 / sum }
    }
  }
}

/// How long a run is, in one of two units; 50 epochs where neither is given.
public struct TaskBudgetSettings: ValidatedSettings {
  /// Passes over the training examples.
  public var epochs: Int?
  /// Steps of the optimizer.
  public var steps: Int?

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      epochs == nil || steps == nil, "", "must give epochs or steps, not both",
      found: "\(epochs ?? 0) epochs and \(steps ?? 0) steps")
    try require(
      (1...1_000_000).contains(epochs ?? 1), "epochs", "must lie in 1...1000000",
      found: epochs ?? 0)
    try require(
      (1...1_000_000_000).contains(steps ?? 1), "steps", "must lie in 1...10⁹", found: steps ?? 0)
  }
}

/// When a run ends before its budget is used up.
public struct EarlyStoppingSettings: ValidatedSettings {
  /// Evaluations in a row without a better validation score; `nil` never ends a run.
  public var patience: Int?

  public init() {}

  public func validate() throws(SettingsError) {
    try require(patience ?? 1 >= 1, "patience", "must be 1 or more", found: patience ?? 0)
  }
}

/// When all tasks are evaluated on the validation and test parts; always at the end.
public struct TaskEvaluationSettings: ValidatedSettings {
  /// Passes over the training examples between two evaluations, above 0.
  public var epochs = 1.0
  /// Steps of the optimizer between two evaluations, instead of `epochs`.
  public var steps: Int?

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      epochs > 0 && epochs.isFinite, "epochs", "must be finite and above 0", found: epochs)
    try require(steps ?? 1 >= 1, "steps", "must be 1 or more", found: steps ?? 0)
  }
}

/// What is written while a run goes on.
public struct TaskLoggingSettings: ValidatedSettings {
  /// Steps between two rows of losses, weights and inner products of gradients, 1 or more.
  public var every = 10

  public init() {}

  public func validate() throws(SettingsError) {
    try require(every >= 1, "every", "must be 1 or more", found: every)
  }
}
