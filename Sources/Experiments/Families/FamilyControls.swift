import Agents
public import NeuralNetworks

/// What is run beside an agent that learns several tasks, so that its returns can be judged.
public struct FamilyControlSettings: ValidatedSettings {
  /// Whether each task is learned alone, too, by the same agent from as many steps of it, and a
  /// random agent plays all tasks: variants `single-TASK` and `random`.
  public var singleTask = false

  public init() {}

  public func validate() throws(SettingsError) {}
}

extension ExperimentConfig {
  /// The name of the control that acts at random.
  static let randomVariant = "random"

  /// What is run with every seed: the experiment itself, then its controls.
  ///
  /// - Throws: `ConfigError` where a control cannot be.
  public func variants() throws -> [ExperimentConfig] {
    guard controls.singleTask else { return [self] }
    var candidate = self
    // What stands beside a run makes no difference to it.
    candidate.controls = FamilyControlSettings()
    let cells = try [candidate] + environment.tasks.map(alone) + [atRandom]
    for (index, cell) in cells.enumerated() {
      guard cells[..<index].contains(where: { $0.variant == cell.variant }) else { continue }
      throw ConfigError(
        path: "variant",
        problem: "two variants would be called '\(cell.variant)'; rename the experiment's variant "
          + "or a task")
    }
    return cells
  }

  func validateControls() throws(SettingsError) {
    guard controls.singleTask else { return }
    try require(
      environment.tasks.count > 1 && environment.only == nil, "controls.singleTask",
      "needs several tasks in environment.tasks that are learned together", found: true)
  }

  /// What the controls of a quick trial are told apart by.
  private var quickSuffix: String {
    variant.hasSuffix(Self.quickSuffix) ? Self.quickSuffix : ""
  }

  /// One task alone: its share of the copies, of the budget and of every batch.
  private func alone(_ task: TaskVariation) throws -> ExperimentConfig {
    let count = environment.tasks.count
    var config = self
    config.controls = FamilyControlSettings()
    config.variant = "single-\(task.name)" + quickSuffix
    config.environment.only = task.name
    config.environment.showsTask = false
    config.environment.copies /= count
    config.environment.threads = min(environment.threads, config.environment.copies)
    config.normalization.perTask = false
    config.agent = try agent.ofOneTask(among: count, copies: config.environment.copies)
    config.budget.steps /= count
    if evaluation.every > 0 { config.evaluation.every = max(1, evaluation.every / count) }
    (config.evaluation.keepBest, config.evaluation.stopAtReturn) = (false, nil)
    config.logging.every = max(1, logging.every / count)
    if checkpoint.steps > 0 { config.checkpoint.steps = max(1, checkpoint.steps / count) }
    config.hooks = []
    return config
  }

  /// Nobody learns: what counts is the last evaluation.
  private var atRandom: ExperimentConfig {
    var config = self
    config.controls = FamilyControlSettings()
    config.variant = Self.randomVariant + quickSuffix
    config.environment.showsTask = false
    config.agent = .random
    config.normalization = .init()
    config.budget.steps = environment.copies
    (config.evaluation.every, config.evaluation.stochastic) = (0, false)
    (config.evaluation.keepBest, config.evaluation.stopAtReturn) = (false, nil)
    config.hooks = []
    return config
  }
}
