public import MultiTask
public import NeuralNetworks
public import Tracking

/// All that a file says which compares ways to learn several tasks; every key has a default.
///
/// A file is one comparison: architectures × strategies × seeds, and the controls beside them. Each
/// run holds the same tree, narrowed to its own cell.
public struct MultiTaskConfig: ValidatedSettings {
  /// The experiment's name: the first folder below the output folder.
  public var name = "experiment"
  /// The question that the comparison asks, in a sentence.
  public var question = ""
  /// Which seeds are run.
  public var seeds = SeedSettings()
  /// The examples.
  public var dataset = DatasetSettings()
  /// How examples are parted.
  public var split = TaskSplitSettings()
  /// What is shifted and scaled by the training part.
  public var normalization = TaskNormalizationSettings()
  /// Which tasks are learned, and by what losses.
  public var tasks = TaskChoiceSettings()
  /// What tasks share; the first is the one that the controls stand beside.
  public var architectures = [ArchitectureSettings()]
  /// How much each task counts; `equal` is compared whether it is named or not.
  public var strategies = [StrategySettings()]
  /// How the gradients of single tasks are computed, for strategies that need them.
  public var gradients = GradientMode.automatic
  /// Whether the parameters of one task follow its gradient times its weight; `nil` means yes where
  /// a strategy weighs losses, and no where it combines gradients.
  public var scaleHeads: Bool?
  /// The largest length of a step's gradient over all parameters; `nil` for no limit.
  public var maximumGradientNorm: Double?
  /// The rule that moves the weights.
  public var optimizer = OptimizerSettings()
  /// Which learning rates each cell tries before its runs.
  public var tuning = TuningSettings()
  /// What is run beside the configurations that are compared.
  public var controls = ControlSettings()
  /// Examples of a step, 1 or more.
  public var batchSize = 128
  /// How long a run is.
  public var budget = TaskBudgetSettings()
  /// When a run ends before its budget is used up.
  public var earlyStopping = EarlyStoppingSettings()
  /// Which tasks a step is about, where each example belongs to one task: so many rows of each, or
  /// by a bandit that draws one task for each step, for strategies that weigh losses.
  public var sampling = TaskSamplingSettings()
  /// When a run is scored.
  public var evaluation = TaskEvaluationSettings()
  /// What is written while a run goes on.
  public var logging = TaskLoggingSettings()
  /// How often all that is needed to go on is written.
  public var checkpoint = CheckpointSettings()
  /// Of a run, its place in the comparison; written by `fledge run`, and left out in files.
  public var cell: CellSettings?

  public init() {}

  /// What can be said without looking at the examples.
  public func validate() throws(SettingsError) {
    try requireFolderName(name, "name")
    try NeuralNetworks.validate("seeds", seeds.validate)
    try NeuralNetworks.validate("dataset") { () throws(SettingsError) in try dataset.validate() }
    try NeuralNetworks.validate("split", split.validate)
    try NeuralNetworks.validate("tasks", tasks.validate)
    try validateAll(architectures, "architectures")
    try validateAll(strategies, "strategies")
    try NeuralNetworks.validate("optimizer") { () throws(SettingsError) in
      try optimizer.validate()
    }
    try NeuralNetworks.validate("tuning", tuning.validate)
    try NeuralNetworks.validate("controls", controls.validate)
    try require(
      (1...1_000_000).contains(batchSize), "batchSize", "must lie in 1...1000000", found: batchSize)
    try require(
      maximumGradientNorm ?? 1 > 0, "maximumGradientNorm", "must be above 0",
      found: maximumGradientNorm ?? 0)
    try NeuralNetworks.validate("budget", budget.validate)
    try NeuralNetworks.validate("earlyStopping", earlyStopping.validate)
    try NeuralNetworks.validate("sampling") { () throws(SettingsError) in try sampling.validate() }
    try NeuralNetworks.validate("evaluation", evaluation.validate)
    try NeuralNetworks.validate("logging", logging.validate)
    try NeuralNetworks.validate("checkpoint", checkpoint.validate)
    try validateSelection()
  }

  private func validateSelection() throws(SettingsError) {
    guard split.validation == 0 else { return }
    try require(
      tuning.learningRates.isEmpty, "tuning.learningRates",
      "need a validation part to be judged on: set split.validation above 0",
      found: tuning.learningRates)
    try require(
      earlyStopping.patience == nil, "earlyStopping.patience",
      "needs a validation part to be judged on: set split.validation above 0",
      found: earlyStopping.patience ?? 0)
  }

  private func validateAll<Value: Choice>(
    _ values: [Value], _ key: String
  ) throws(SettingsError) {
    try require(!values.isEmpty, key, "must name at least one", found: "empty")
    for (index, value) in values.enumerated() {
      try NeuralNetworks.validate("\(key)[\(index)]") { () throws(SettingsError) in
        try value.validate()
      }
      try require(
        !values[..<index].contains(value), "\(key)[\(index)]",
        "must not be there twice with equal settings", found: value.chosen.name)
    }
  }
}

/// A run's place in its comparison.
public struct CellSettings: ValidatedSettings {
  /// The second folder, such as `nashMTL-hardSharing`.
  public var name = "cell"
  /// What the cell is there for.
  public var role = CellRole.candidate
  /// As the architecture is called among the comparison's.
  public var architecture = "hardSharing"
  /// As the strategy is called among the comparison's.
  public var strategy = "equal"
  /// The weights of a static weighting, by task.
  public var weights: [Double]?
  /// The architecture that a control was matched to.
  public var matchedTo: String?

  public init() {}

  public func validate() throws(SettingsError) {}
}
