import Environments
public import MultiTask
public import NeuralNetworks

/// How an agent learns the tasks of `environment.tasks` apart: by heads, and a strategy that decides
/// how much each task counts for what the heads share.
///
/// Each update sees as many steps of each task, so the tasks' gradients are exact at the price of
/// one backward pass. What values are learned toward never depends on the strategy.
public struct TaskLearningSettings: ValidatedSettings {
  /// What actor and critic share among the tasks, each a network of its own; `null` for hard
  /// sharing with the hidden layers and initializers of the agent's `network`.
  public var architecture: ArchitectureSettings?
  /// How much each task counts; for `sac`, to the critics.
  public var strategy = StrategySettings()
  /// How much each task counts to the actor of `sac`; `null` for `strategy`.
  public var actorStrategy: StrategySettings?
  /// How the strategy comes by the tasks' gradients: `automatic`, `losses`, `blocks` or `exact`.
  public var gradients = GradientMode.automatic
  /// Whether a task's own parameters follow its gradient times its weight; `null` means yes where
  /// the strategy weighs losses, and no where it combines gradients.
  public var scaleHeads: Bool?
  /// Scales of its own for each task's values, which move with its returns while every value stays
  /// what it was; `null` learns values as they are.
  public var popArt: PopArt.Settings?

  public init() {}

  public func validate() throws(SettingsError) {
    if let architecture {
      try NeuralNetworks.validate("architecture") { () throws(SettingsError) in
        try architecture.validate()
      }
    }
    try NeuralNetworks.validate("strategy") { () throws(SettingsError) in try strategy.validate() }
    try Self.checkEpochs(of: strategy, as: "strategy")
    if let actorStrategy {
      try NeuralNetworks.validate("actorStrategy") { () throws(SettingsError) in
        try actorStrategy.validate()
      }
      try Self.checkEpochs(of: actorStrategy, as: "actorStrategy")
    }
    if let popArt { try NeuralNetworks.validate("popArt", popArt.validate) }
    try require(
      gradients != .representation && gradients != .lastLayer, "gradients",
      "must be automatic, losses, blocks or exact, because a step reads no common "
        + "representation of all tasks", found: gradients.chosen.name)
  }

  /// Refuses a strategy that would wait for ever for passes over data to end.
  private static func checkEpochs(
    of strategy: StrategySettings, as key: String
  ) throws(SettingsError) {
    guard strategy.needs.epochs > 0 else { return }
    let name = strategy.chosen.name
    throw SettingsError(
      path: key,
      problem: "\(name) changes its weights from one pass over the data to the next, and an agent "
        + "makes no passes; say how many updates stand for one, such as {\(name): {every: 1000}}")
  }

  /// How a step is made.
  ///
  /// - Parameter own: The strategy, where it is not `strategy`.
  func step(limit: Double?, for own: StrategySettings? = nil) -> TaskStepSettings {
    var settings = TaskStepSettings()
    settings.gradients =
      gradients == .automatic && (own ?? strategy).needs.ofLastLayer ? .blocks : gradients
    settings.scaleHeads = scaleHeads
    settings.maximumGradientNorm = limit
    return settings
  }
}

extension TaskLearningSettings {
  /// Refuses a strategy that cannot take the losses of a policy.
  ///
  /// - Parameters:
  ///   - strategy: The strategy of the policy.
  ///   - key: Where it is chosen.
  func checkSigns(of strategy: StrategySettings, as key: String) throws(SettingsError) {
    try require(
      !strategy.needs.positiveLosses, key,
      "must take losses below 0, because those of a policy may be; choose equal, static, pcGrad, "
        + "caGrad, nashMTL or another that needs no positive losses", found: strategy.chosen.name)
  }

  /// Refuses a strategy for an actor where there is none apart.
  func checkOneStrategy() throws(SettingsError) {
    guard let actorStrategy else { return }
    throw SettingsError(
      path: "actorStrategy",
      problem: "is heeded by sac alone, not '\(actorStrategy.chosen.name)' here; leave it out")
  }

  /// Refuses environments of one task, and tasks whose metrics would have the names of others.
  func check(_ tasks: TaskCopies, reserved: [String]) throws(SettingsError) {
    guard tasks.areNamed else {
      throw SettingsError(
        path: "tasks",
        problem: "needs several tasks: name them in environment.tasks, or leave it out")
    }
    for name in tasks.names where (reserved + ["value", "step"]).contains(name) {
      throw SettingsError(
        path: "tasks",
        problem: "gives each task a metric 'loss/NAME', so none may be called '\(name)'; rename it "
          + "in environment.tasks")
    }
  }

  /// The strategy before its first step.
  func strategy(for taskCount: Int) throws(SettingsError) -> any Strategy {
    try made(strategy, for: taskCount, as: "strategy")
  }

  /// The actor's strategy before its first step.
  func actorStrategy(for taskCount: Int) throws(SettingsError) -> any Strategy {
    guard let actorStrategy else { return try strategy(for: taskCount) }
    return try made(actorStrategy, for: taskCount, as: "actorStrategy")
  }

  private func made(
    _ strategy: StrategySettings, for taskCount: Int, as key: String
  ) throws(SettingsError) -> any Strategy {
    do { return try strategy.make(taskCount: taskCount) } catch {
      throw SettingsError(path: "tasks.\(key)", problem: "cannot be: \(error)")
    }
  }

  /// What was asked for, or a trunk of hidden layers with heads of one layer.
  ///
  /// - Parameter last: What the weights of the heads begin with, where nothing was asked for.
  func architecture(
    hidden: [Int], activation: Activation, initializer: Initializer, last: Initializer
  ) -> ArchitectureSettings {
    if let architecture { return architecture }
    var trunk = TrunkSettings.MLPTrunk(hidden: hidden, activation: activation)
    trunk.initializer = initializer
    var settings = HardSharing.Settings()
    settings.trunk = .mlp(trunk)
    settings.head.initializer = last
    return .hardSharing(settings)
  }
}

extension DQNSettings {
  /// Refuses what heads of several tasks have no use for.
  func check(beside tasks: TaskLearningSettings) throws(SettingsError) {
    try NeuralNetworks.validate("tasks", tasks.checkOneStrategy)
    try require(
      tasks.popArt == nil || loss == .squared, "loss",
      "must be squared with tasks.popArt, which divides errors by what they may be",
      found: loss.chosen.name)
    let reason = "must be left out where dqn.tasks is given"
    try require(!network.dueling, "network.dueling", reason, found: network.dueling)
    try require(
      network.noise == .none, "network.noise", reason, found: network.noise.chosen.name)
    try require(
      distribution == .none, "distribution", reason, found: distribution.chosen.name)
    try require(
      replay.prioritization == .none, "replay.prioritization", reason,
      found: replay.prioritization.chosen.name)
    guard tasks.architecture != nil else {
      try require(
        !network.hidden.isEmpty, "network.hidden", "must have a layer for the tasks to share",
        found: network.hidden)
      return
    }
    guard network == Network() else {
      throw SettingsError(
        path: "network",
        problem: "has layers that are not heeded beside tasks.architecture, which says what the "
          + "network looks like; leave one of them out")
    }
  }
}

extension DQNSettings.Network {
  /// The architecture of the values: what was asked for, or a trunk of these hidden layers with
  /// heads of one layer.
  package func architecture(for tasks: TaskLearningSettings) -> ArchitectureSettings {
    tasks.architecture(
      hidden: hidden, activation: activation, initializer: initializer, last: initializer)
  }
}

extension ActorCriticSettings {
  /// Refuses what heads of several tasks have no use for.
  func check(beside tasks: TaskLearningSettings) throws(SettingsError) {
    let reason = "must be left out where ppo.tasks is given"
    try require(recurrence == nil, "network.recurrence", reason, found: "a memory")
    try require(!sharedTrunk, "network.sharedTrunk", reason, found: sharedTrunk)
    guard tasks.architecture != nil else {
      try require(
        !hidden.isEmpty, "network.hidden", "must have a layer for the tasks to share",
        found: hidden)
      return
    }
    var plain = ActorCriticSettings()
    plain.logDeviation = logDeviation
    guard self == plain else {
      throw SettingsError(
        path: "network",
        problem: "has layers that are not heeded beside tasks.architecture, which says what the "
          + "networks look like; leave one of them out")
    }
  }

  /// The architecture of a policy or of values: what was asked for, or a trunk of these hidden
  /// layers with heads of one layer.
  ///
  /// - Parameter last: What the weights of the heads begin with, where nothing was asked for.
  package func architecture(
    for tasks: TaskLearningSettings, last: Initializer
  ) -> ArchitectureSettings {
    tasks.architecture(
      hidden: hidden, activation: activation, initializer: initializer, last: last)
  }
}

extension SACSettings {
  /// Refuses what heads of several tasks have no use for.
  func check(beside tasks: TaskLearningSettings) throws(SettingsError) {
    try NeuralNetworks.validate("tasks") { () throws(SettingsError) in
      try tasks.checkSigns(
        of: tasks.actorStrategy ?? tasks.strategy,
        as: tasks.actorStrategy == nil ? "strategy" : "actorStrategy")
    }
    try require(
      exploration == .independent, "exploration", "must be independent where sac.tasks is given",
      found: exploration.chosen.name)
    guard tasks.architecture != nil else {
      try require(
        !network.hidden.isEmpty, "network.hidden", "must have a layer for the tasks to share",
        found: network.hidden)
      return
    }
    guard network == OffPolicyNetworkSettings() else {
      throw SettingsError(
        path: "network",
        problem: "has layers that are not heeded beside tasks.architecture, which says what the "
          + "networks look like; leave one of them out")
    }
  }
}
