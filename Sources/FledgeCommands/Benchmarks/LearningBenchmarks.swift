import Agents
import Autodiff
import Environments
import Experiments
import Foundation
import Randomness
import Replay
import Simulators

/// DQN, the environments and the replay buffer.
extension Benchmark {
  static let learning: [Benchmark] = [
    Benchmark(
      name: "dqn/update",
      summary: "One whole update with sampling: 4-120-84-2, batch 128, CleanRL's settings.",
      unit: .microseconds, goal: 85, measure: measureUpdate),
    Benchmark(
      name: "dqn/cartpole",
      summary: "CartPole-v1, CleanRL's settings, 50,000 steps, end to end with logging.",
      unit: .stepsPerSecond, goal: 100_000, measure: measureCartPole),
    Benchmark(
      name: "replay/uniform",
      summary: "Sample 256 rows out of 1,000,000; observations of 17 numbers, actions of 6.",
      unit: .microseconds, goal: 15, measure: measureSampling),
  ]

  private static func measureUpdate(_ effort: Effort) throws -> Measurement {
    let updates = 50
    var settings = DQNSettings()
    settings.trainFrequency = 1
    settings.gradientSteps = .fixed(updates)
    settings.replay.learningStarts = settings.replay.capacity
    let environment = try Simulators.catalogue["CartPole-v1"].makeBatch(count: 1)
    let agent = try DQN(
      settings, in: Surroundings(of: environment), totalSteps: 50_000, recordingInterval: 500,
      seeds: Seeds(root: 1))
    environment.reset(seed: 1, into: agent.observationRows)
    agent.begin(environment)
    func step() {
      let actions = agent.act()
      environment.step(actions, into: agent.observationRows)
      agent.remember(environment)
    }
    for _ in 0...settings.replay.capacity { step() }
    var measurement = effort.microseconds(of: { try? agent.learn { _, _ in } })
    measurement.values = measurement.values.map { $0 / Double(updates) }
    return measurement
  }

  private static func measureCartPole(_ effort: Effort) throws -> Measurement {
    var config = ExperimentConfig()
    config.evaluation.finalEpisodes = 1
    return try stepsPerSecond(of: config, effort)
  }

  private static func measureSampling(_ effort: Effort) throws -> Measurement {
    let (capacity, size, actionSize, count) = (1_000_000, 17, 6, 256)
    let actions = ActionSpace.continuous(
      low: Array(repeating: -1, count: actionSize), high: Array(repeating: 1, count: actionSize))
    var buffer = try ReplayBuffer(
      capacity: capacity, environments: 1, observationSize: size, actions: actions,
      masked: false)
    var random = Seeds(root: 1)["benchmark"]
    let rows = UnsafeMutablePointer<Float>.allocate(capacity: max(size, actionSize))
    let endings = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    defer {
      rows.deallocate()
      endings.deallocate()
    }
    endings.initialize(repeating: 0, count: 1)
    rows.initialize(repeating: 0, count: max(size, actionSize))
    buffer.begin()
    for _ in 0..<capacity {
      for index in 0..<size {
        rows[index] = random.uniform()
        buffer.nextObservations[index] = rows[index]
      }
      buffer.append(
        actions: .continuous(rows), rewards: rows, endings: endings, finalObservations: rows)
    }
    let batch = UnsafeMutablePointer<Float>.allocate(capacity: count * (2 * size + actionSize + 2))
    defer { batch.deallocate() }
    let target = BatchRows(
      observations: batch, actions: batch + 2 * count * size,
      rewards: batch + count * (2 * size + actionSize),
      discounts: batch + count * (2 * size + actionSize + 1),
      nextObservations: batch + count * size)
    return effort.microseconds(of: {
      buffer.sample(count, discountFactor: 0.99, using: &random, into: target)
    })
  }
}
