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
  public var seeds = SeedSettings()
  /// The examples.
  public var dataset = DatasetSettings()
  public var split = TaskSplitSettings()
  public var normalization = TaskNormalizationSettings()
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
  public var optimizer = OptimizerSettings()
  public var tuning = TuningSettings()
  public var controls = ControlSettings()
  /// Examples of a step, 1 or more.
  public var batchSize = 128
  public var budget = TaskBudgetSettings()
  public var earlyStopping = EarlyStoppingSettings()
  /// Which tasks a step is about.
  public var sampling = TaskSamplingSettings()
  public var evaluation = TaskEvaluationSettings()
  public var logging = TaskLoggingSettings()
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
