import Agents
import MultiTask
import NeuralNetworks

extension AgentSettings {
  /// The agent for one of so many tasks: of each batch it gets the rows that the task has among
  /// all, and what is counted in steps of all environments is counted in those of the task.
  ///
  /// Heads and strategies are left out, which make no difference to one task; architecture and
  /// scales stay.
  ///
  /// - Parameter copies: of the task's environment.
  /// - Throws: `ConfigError` where a learning rate is a function of steps.
  func ofOneTask(among count: Int, copies: Int) throws -> AgentSettings {
    switch self {
    case .dqn(let settings):
      var own = try settings.ofOneTask(among: count, "dqn")
      own.tasks = settings.tasks?.ofOneTask
      return .dqn(own)
    case .recurrentDqn(let settings):
      return .recurrentDqn(try settings.ofOneTask(among: count, "recurrentDqn"))
    case .ppo(var settings):
      try requireConstant([settings.optimizer], "ppo")
      settings.minibatchSize = settings.minibatch(
        near: share(settings.minibatchSize, of: count), copies: copies)
      settings.tasks = settings.tasks?.ofOneTask
      return .ppo(settings)
    case .a2c(let settings):
      try requireConstant([settings.optimizer], "a2c")
      return self
    case .reinforce(let settings):
      try requireConstant([settings.optimizer, settings.baselineOptimizer], "reinforce")
      return self
    case .sac(let settings):
      var own = try settings.ofOneTask(among: count, "sac")
      own.tasks = settings.tasks?.ofOneTask
      return .sac(own)
    case .discreteSac(let settings):
      return .discreteSac(try settings.ofOneTask(among: count, "discreteSac"))
    case .td3(let settings): return .td3(try settings.ofOneTask(among: count, "td3"))
    case .ddpg(let settings): return .ddpg(try settings.ofOneTask(among: count, "ddpg"))
    case .qLearning(let settings): return .qLearning(settings.ofOneTask(among: count))
    case .doubleQLearning(let settings): return .doubleQLearning(settings.ofOneTask(among: count))
    case .sarsa(let settings): return .sarsa(settings.ofOneTask(among: count))
    case .expectedSARSA(let settings): return .expectedSARSA(settings.ofOneTask(among: count))
    case .monteCarlo(let settings): return .monteCarlo(settings.ofOneTask(among: count))
    case .random: return self
    case .own(let agent):
      throw ConfigError(
        path: "controls.singleTask",
        problem:
          "cannot tell what a share of '\(agent.entry.name)' would be; run it on one task in a "
          + "file of its own, or leave the controls out")
    }
  }
}

private func requireConstant(_ optimizers: [OptimizerSettings], _ agent: String) throws {
  guard optimizers.contains(where: { $0.learningRate.plainNumber == nil }) else { return }
  throw ConfigError(
    path: "controls.singleTask",
    problem:
      "needs constant learning rates in agent.\(agent), because a task alone has fewer steps; "
      + "give it constant ones, or leave the controls out")
}

/// Rows of one task among those of so many.
private func share(_ rows: Int, of count: Int) -> Int { max(1, (rows + count - 1) / count) }

/// As many updates in all, from a share of the steps.
private func rate(
  _ frequency: Int, _ steps: GradientSteps, among count: Int
) -> (frequency: Int, steps: GradientSteps) {
  // As many as steps were collected, of all tasks.
  guard case .fixed(let updates) = steps else { return (frequency, .fixed(frequency * count)) }
  return frequency.isMultiple(of: count)
    ? (frequency / count, steps) : (frequency, .fixed(updates * count))
}

extension TaskLearningSettings {
  /// What is left where there is one task; `nil` where that is nothing.
  fileprivate var ofOneTask: TaskLearningSettings? {
    var settings = TaskLearningSettings()
    (settings.architecture, settings.popArt) = (architecture, popArt)
    return architecture == nil && popArt == nil ? nil : settings
  }
}

extension PPOSettings {
  /// The size nearest to one that parts a segment of so many copies, in whole sequences where there
  /// is a memory.
  fileprivate func minibatch(near wanted: Int, copies: Int) -> Int {
    let segment = segmentLength * copies
    let unit = network.recurrence == nil ? 1 : sequenceLength ?? segmentLength
    let least = normalizeAdvantages ? 2 : 1
    let sizes = stride(from: unit, through: segment, by: unit).filter {
      segment.isMultiple(of: $0) && $0 >= least
    }
    return sizes.min { abs($0 - wanted) < abs($1 - wanted) } ?? segment
  }
}

extension ReplayLearning {
  /// What of the rows and the steps is one task's.
  fileprivate func shared(among count: Int) -> Self {
    var settings = self
    settings.replay.capacity = share(replay.capacity, of: count)
    settings.replay.batchSize = share(replay.batchSize, of: count)
    settings.replay.learningStarts /= count
    settings.randomSteps /= count
    (settings.trainFrequency, settings.gradientSteps) = rate(
      trainFrequency, gradientSteps, among: count)
    return settings
  }
}

extension OffPolicySettings {
  fileprivate func ofOneTask(among count: Int, _ agent: String) throws -> Self {
    try requireConstant([actorOptimizer, criticOptimizer], agent)
    return shared(among: count)
  }
}

/// The settings of agents whose values explore by chance.
private protocol ValueLearning: ReplayLearning {
  var optimizer: OptimizerSettings { get }
  var targetUpdate: DQNSettings.TargetUpdate { get set }
  var exploration: ExplorationSchedule { get set }
}

extension DQNSettings: ValueLearning {}
extension RecurrentDQNSettings: ValueLearning {}

extension ValueLearning {
  fileprivate func ofOneTask(among count: Int, _ agent: String) throws -> Self {
    try requireConstant([optimizer], agent)
    var settings = shared(among: count)
    settings.targetUpdate = targetUpdate.ofOneTask(among: count)
    settings.exploration = exploration.ofOneTask(among: count)
    return settings
  }
}

extension DQNSettings.TargetUpdate {
  fileprivate func ofOneTask(among count: Int) -> Self {
    if case .hard(let every) = self { .hard(every: max(1, every / count)) } else { self }
  }
}

extension ExplorationSchedule {
  fileprivate func ofOneTask(among count: Int) -> Self {
    if case .linear(let from, let to, let steps) = self {
      .linear(from: from, to: to, steps: max(1, steps / count))
    } else {
      self
    }
  }
}

extension TabularSettings {
  fileprivate func ofOneTask(among count: Int) -> TabularSettings {
    var settings = self
    settings.exploration = exploration.ofOneTask(among: count)
    return settings
  }
}
