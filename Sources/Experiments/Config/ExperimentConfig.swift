public import Agents
public import Environments
public import NeuralNetworks

/// Everything that an experiment file says; every key has a default.
///
/// The tree after defaults is written into each run, so that a run tells all it used.
public struct ExperimentConfig: ValidatedSettings {
  /// The experiment's name: the first folder below the output folder.
  public var name = "experiment"
  /// The question that the experiment asks, in a sentence; shown at the head of its report.
  public var question = ""
  /// The name of this variant of the experiment: the second folder.
  ///
  /// Variants are compared.
  public var variant = "main"
  /// Which seeds are run.
  public var seeds = SeedSettings()
  /// The world that the agent is trained in.
  public var environment = EnvironmentSettings()
  /// Who learns, and how.
  public var agent = AgentSettings()
  /// What the agent makes of the scales of observations and rewards.
  public var normalization = NormalizationSettings()
  /// How long a run is.
  public var budget = BudgetSettings()
  /// When and how the agent is evaluated.
  public var evaluation = EvaluationSettings()
  /// What is run beside it, where there are several tasks.
  public var controls = FamilyControlSettings()
  /// Hooks that watch the training, as the program that runs it knows them.
  public var hooks: [HookSettings] = []
  /// What is written while a run goes on.
  public var logging = LoggingSettings()
  /// How often all that is needed to go on is written.
  public var checkpoint = CheckpointSettings()

  public init() {}

  /// What can be said without knowing the environments that there are.
  public func validate() throws(SettingsError) {
    try requireFolderName(name, "name")
    try requireFolderName(variant, "variant")
    try NeuralNetworks.validate("seeds", seeds.validate)
    try NeuralNetworks.validate("environment", environment.validate)
    try NeuralNetworks.validate("agent") { () throws(SettingsError) in try agent.validate() }
    try NeuralNetworks.validate("normalization", normalization.validate)
    try NeuralNetworks.validate("budget", budget.validate)
    try NeuralNetworks.validate("evaluation", evaluation.validate)
    try validateControls()
    guard !evaluation.stochastic || agent.maker.drawsActions else {
      throw SettingsError(
        path: "evaluation.stochastic",
        problem: "needs an agent whose evaluations can draw actions from its policy (ppo, a2c, "
          + "reinforce), which \(agent.name) is not")
    }
    if case .random = agent, evaluation.keepBest {
      throw SettingsError(
        path: "evaluation.keepBest",
        problem: "has nothing to keep, because random has no weights; leave it out")
    }
    for (index, hook) in hooks.enumerated() {
      try require(
        !hooks[..<index].contains { $0.name == hook.name }, "hooks[\(index)]",
        "must not be there twice", found: hook.name)
    }
    try NeuralNetworks.validate("logging", logging.validate)
    try NeuralNetworks.validate("checkpoint", checkpoint.validate)
    try require(
      budget.steps.isMultiple(of: environment.copies), "budget.steps",
      "must be a multiple of environment.copies (\(environment.copies)), which are stepped together",
      found: budget.steps)
  }
}

extension ValidatedSettings {
  /// Refuses a name of which no folder can be made.
  func requireFolderName(_ text: String, _ key: String) throws(SettingsError) {
    let isUsable =
      !text.hasPrefix(".") && !text.contains("/") && text.contains { $0.isLetter || $0.isNumber }
      && !text.unicodeScalars.contains { $0.value < 0x20 } && text.utf8.count <= 128
    try require(
      isUsable, key,
      "becomes a folder, so it must have a letter or digit, no '/', no dot in front and at most "
        + "128 bytes", found: "'\(text)'")
  }
}

/// Which seeds are run: `root`, `root + 1`, … `root + runs - 1`.
public struct SeedSettings: ValidatedSettings {
  /// The first seed.
  public var root: UInt64 = 1
  /// How many seeds are run, 1 or more.
  public var runs = 5

  public init() {}

  /// Every seed.
  public var all: [UInt64] { (0..<runs).map { root + UInt64($0) } }

  public func validate() throws(SettingsError) {
    try require((1...1_000_000).contains(runs), "runs", "must lie in 1...1000000", found: runs)
    try require(
      root <= UInt64.max - UInt64(runs - 1), "root", "must leave room for \(runs) seeds in 64 bits",
      found: root)
  }
}

/// The environment that the agent is trained in.
public struct EnvironmentSettings: ValidatedSettings {
  /// A name that `fledge list environments` shows.
  public var id = "CartPole-v1"
  /// How many copies are stepped together, 1 or more.
  public var copies = 1
  /// How many threads step the copies, at most as many as there are; the results are the same.
  public var threads = 1
  /// Physical constants that differ from the published ones, by name.
  public var settings: [String: SettingValue] = [:]
  /// What is put around the copies, from the inside out, as `fledge list wrappers` shows them.
  public var wrappers: [WrapperSettings] = []
  /// Tasks that are learned together, as many copies of each; empty where there is one task.
  public var tasks: [TaskVariation] = []
  /// The only one of the tasks that there are copies of; `null` for all.
  public var only: String?
  /// Whether observations end with the one-hot number of the task, where there are several.
  public var showsTask = true

  public init() {}

  public func validate() throws(SettingsError) {
    try require((1...65_536).contains(copies), "copies", "must lie in 1...65536", found: copies)
    try validateTasks()
    try require((1...256).contains(threads), "threads", "must lie in 1...256", found: threads)
    for (index, wrapper) in wrappers.enumerated() {
      try NeuralNetworks.validate("wrappers[\(index)]") { () throws(SettingsError) in
        try wrapper.validate()
      }
    }
  }
}

/// How long a run is.
public struct BudgetSettings: ValidatedSettings {
  /// Environment steps, counted over all copies; a multiple of `environment.copies`.
  public var steps = 50_000

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      (1...1_000_000_000_000).contains(steps), "steps", "must lie in 1...10¹²", found: steps)
  }
}

/// When and how the agent is evaluated, in environments of its own.
public struct EvaluationSettings: ValidatedSettings {
  /// Environment steps between evaluations during training; 0 evaluates only at the end.
  public var every = 0
  /// Episodes of an evaluation during training.
  public var episodes = 10
  /// Episodes of the evaluation at the end.
  public var finalEpisodes = 20
  /// Whether actions are drawn from the policy instead of being the likeliest, as they are otherwise.
  public var stochastic = false
  /// Whether the weights of the evaluation with the highest mean return are kept beside the final
  /// ones, for `fledge evaluate --best` and `play --best`.
  public var keepBest = false
  /// The mean return of an evaluation during training that ends the run; `nil` never ends it.
  public var stopAtReturn: Double?

  public init() {}

  public func validate() throws(SettingsError) {
    try require(every >= 0, "every", "must be 0 or more", found: every)
    for (key, value) in [("episodes", episodes), ("finalEpisodes", finalEpisodes)] {
      try require((1...100_000).contains(value), key, "must lie in 1...100000", found: value)
    }
    try require(
      every > 0 || !keepBest, "keepBest",
      "needs evaluations during training: set evaluation.every to their distance in steps",
      found: "true")
    guard let stopAtReturn else { return }
    try require(
      every > 0, "stopAtReturn",
      "needs evaluations during training: set evaluation.every to their distance in steps",
      found: stopAtReturn)
    try require(
      stopAtReturn.isFinite, "stopAtReturn", "must be a finite number", found: stopAtReturn)
  }
}

/// What is written while a run goes on.
public struct LoggingSettings: ValidatedSettings {
  /// Environment steps between two points of the agent's metrics, 1 or more.
  public var every = 500

  public init() {}

  public func validate() throws(SettingsError) {
    try require(every >= 1, "every", "must be 1 or more", found: every)
  }
}

/// How often all that is needed to go on is written.
public struct CheckpointSettings: ValidatedSettings {
  /// Seconds between checkpoints, after the first one, which is written after one second; 0 writes no
  /// others by the clock.
  public var seconds = 30.0
  /// Environment steps between checkpoints; 0 writes none by the count.
  public var steps = 0

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      seconds >= 0 && seconds.isFinite, "seconds", "must be finite and 0 or more", found: seconds)
    try require(steps >= 0, "steps", "must be 0 or more", found: steps)
  }
}
