import Agents
public import Environments
import MultiTask
import NeuralNetworks
public import Tracking

/// What a run of an agent with several tasks is in a comparison; told by its configuration.
public struct FamilyRecord: Sendable {
  /// Tasks, the score of each, and the run's place.
  public var record: TaskRecord
  /// Whether it acts at random: its returns are where scores begin.
  public var isRandom: Bool
  /// How many tasks the whole family has.
  public var familySize: Int
}

extension ExperimentConfig {
  /// Whether this is a control of an experiment with several tasks that learns one of them.
  public var isOfOneTask: Bool { environment.only != nil }

  /// What a run of this configuration is in a comparison; `nil` where there is one task.
  ///
  /// The best return that there is is computed where a task's world has a small table.
  public func familyRecord(in catalogue: Catalogue) -> FamilyRecord? {
    guard environment.tasks.count > 1 else { return nil }
    let present = environment.tasks.filter { environment.only ?? $0.name == $0.name }
    let tasks = present.map { task in
      RecordedTask(
        name: task.name, kind: task.id ?? environment.id,
        scores: [
          RecordedScore(
            name: "return", higherIsBetter: true,
            optimum: environment.alone(task).optimum(in: catalogue))
        ])
    }
    let learning = agent.taskLearning
    var cell = RecordedCell(
      role: isOfOneTask ? .singleTask : .candidate,
      strategy: learning?.strategy.chosen.name ?? agent.name,
      architecture: learning.map { $0.architecture?.name ?? "hardSharing" } ?? "oneNetwork",
      sampling: "", gradients: "", parameterCount: 0, learningRate: agent.learningRate ?? 0)
    cell.task = environment.only
    return FamilyRecord(
      record: TaskRecord(tasks: tasks, cell: cell), isRandom: agent == .random,
      familySize: environment.tasks.count)
  }
}

extension AgentSettings {
  /// Heads and strategies, where there are any.
  fileprivate var taskLearning: TaskLearningSettings? {
    switch self {
    case .dqn(let settings): settings.tasks
    case .ppo(let settings): settings.tasks
    case .sac(let settings): settings.tasks
    default: nil
    }
  }

  /// That of the network, or of the critics.
  fileprivate var learningRate: Double? {
    let schedule: Schedule? =
      switch self {
      case .dqn(let settings): settings.optimizer.learningRate
      case .recurrentDqn(let settings): settings.optimizer.learningRate
      case .ppo(let settings): settings.optimizer.learningRate
      case .a2c(let settings): settings.optimizer.learningRate
      case .reinforce(let settings): settings.optimizer.learningRate
      case .sac(let settings): settings.criticOptimizer.learningRate
      case .discreteSac(let settings): settings.criticOptimizer.learningRate
      case .td3(let settings): settings.criticOptimizer.learningRate
      case .ddpg(let settings): settings.criticOptimizer.learningRate
      case .qLearning(let settings), .doubleQLearning(let settings), .sarsa(let settings),
        .expectedSARSA(let settings), .monteCarlo(let settings):
        settings.learningRate
      case .random, .own: nil
      }
    return schedule.map { $0(0) }
  }
}

extension EnvironmentSettings {
  /// Wrappers that change what is seen, never what is earned.
  private static let harmless: Set = [
    OneHot.name, TimeAware.name, FrameStack.name, SelectFeatures.name, RescaleObservation.name,
    ClipObservation.name, DiscretizeObservation.name, DelayObservations.name,
    ObservationNoise.name,
  ]

  /// The best expected return of a world with a small table; `nil` where there is none.
  func optimum(in catalogue: Catalogue) -> Double? {
    guard wrappers.allSatisfy({ Self.harmless.contains($0.chosen.name) }),
      let entry = try? catalogue[id],
      let table = try? entry.makeTabularEnvironment(settings: settings),
      table.stateCount <= Self.mostStates
    else { return nil }
    return try? entry.optimum(settings: settings)?.expectedReturn
  }

  /// The most states of which an optimum is computed unasked, in well under a second.
  private static let mostStates = 5000
}
