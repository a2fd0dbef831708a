import Agents
import Environments
import NeuralNetworks
import Randomness

/// An agent with its environments: the loop that a trainer runs.
final class Training<A: Agent> {
  var agent: A
  let environment: any BatchedEnvironment
  /// What was recorded: the environment step, the metric's position and the value.
  private(set) var records: [Record] = []
  /// The actions taken, all environments of a step together.
  private(set) var actions: [[Int32]] = []
  private(set) var episodes: [FinishedEpisode] = []

  struct Record: Equatable {
    var step: Int
    var metric: Int
    var value: Float
  }

  /// A training whose first observations are already shown.
  init(_ agent: A, in environment: any BatchedEnvironment, seed: UInt64 = 1) {
    self.agent = agent
    self.environment = environment
    environment.reset(seed: seed, into: agent.observationRows)
    self.agent.begin(environment)
  }

  /// A training that goes on where a checkpoint was taken.
  init(resuming agent: A, in environment: any BatchedEnvironment) {
    self.agent = agent
    self.environment = environment
  }

  func run(steps: Int) throws {
    for _ in 0..<steps {
      let rows = agent.act()
      if case .discrete(let choices) = rows {
        let count = environment.count * environment.actionSpace.width
        actions.append(Array(UnsafeBufferPointer(start: choices, count: count)))
      }
      environment.step(rows, into: agent.observationRows)
      agent.remember(environment)
      episodes += environment.finishedEpisodes
      let step = agent.steps
      try agent.learn { metric, value in
        records.append(Record(step: step, metric: metric, value: value))
      }
    }
  }
}

extension DQNSettings {
  /// A network of a few weights that learns at every step from the start.
  static var tiny: DQNSettings {
    var settings = DQNSettings()
    settings.network.hidden = [8]
    settings.optimizer = .adam(learningRate: 0.01)
    settings.replay.capacity = 50
    settings.replay.batchSize = 4
    settings.replay.learningStarts = 0
    settings.trainFrequency = 1
    settings.targetUpdate = .hard(every: 7)
    settings.exploration = .constant(0.3)
    return settings
  }

  /// Settings that solve small worlds within seconds.
  static var small: DQNSettings {
    var settings = DQNSettings()
    settings.network.hidden = [32]
    settings.optimizer = .adam(learningRate: 0.01)
    settings.discountFactor = 0.9
    settings.replay.capacity = 1200
    settings.replay.batchSize = 32
    settings.replay.learningStarts = 100
    settings.trainFrequency = 1
    settings.targetUpdate = .hard(every: 25)
    settings.exploration = .constant(0.5)
    return settings
  }
}

extension DQN {
  /// An agent for a batch of environments.
  convenience init(
    _ settings: DQNSettings, for environment: any BatchedEnvironment, totalSteps: Int = 1000,
    seed: UInt64 = 1
  ) throws {
    try self.init(
      settings, in: Surroundings(of: environment), totalSteps: totalSteps, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }
}
