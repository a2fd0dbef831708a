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
    Benchmark(
      name: "replay/prioritized",
      summary:
        "Sample 256 rows out of 1,000,000 by priority and update them; 4-number observations.",
      unit: .microseconds, goal: 40, measure: measurePrioritizedSampling),
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
    let (size, actionSize, count) = (17, 6, 256)
    let actions = ActionSpace.continuous(
      low: Array(repeating: -1, count: actionSize), high: Array(repeating: 1, count: actionSize))
    var random = Seeds(root: 1)["benchmark"]
    let buffer = try filledReplay(size, actions, using: &random)
    let batch = BatchScratch(count: count, size: size, actionSize: actionSize)
    return effort.microseconds(of: {
      buffer.sample(count, discountFactor: 0.99, using: &random, into: batch.rows)
    })
  }

  private static func measurePrioritizedSampling(_ effort: Effort) throws -> Measurement {
    let (size, count) = (4, 256)
    var random = Seeds(root: 1)["benchmark"]
    var buffer = try filledReplay(
      size, .discrete(count: 2), prioritization: Prioritization(), using: &random)
    let batch = BatchScratch(count: count, size: size, actionSize: 1)
    let errors = UnsafeMutableBufferPointer<Float>.allocate(capacity: 2 * count)
    errors.initialize(repeating: 1)
    defer { errors.deallocate() }
    guard let base = errors.baseAddress else { return Measurement(values: []) }
    func sampleAndUpdate(using random: inout RandomStream) {
      buffer.samplePrioritized(
        count, discountFactor: 0.99, correction: 0.4, using: &random, into: batch.rows,
        weights: base + count)
      // Finite numbers are not refused.
      try? buffer.updatePriorities(errors: base, count: count)
    }
    // Until most transitions have a priority of their own.
    for _ in 0..<8000 {
      for index in 0..<count { errors[index] = 2 * random.uniform() - 1 }
      sampleAndUpdate(using: &random)
    }
    return effort.microseconds(of: { sampleAndUpdate(using: &random) })
  }

  /// A replay full of random observations.
  private static func filledReplay(
    _ size: Int, _ actions: ActionSpace, prioritization: Prioritization? = nil,
    using random: inout RandomStream
  ) throws -> ReplayBuffer {
    let capacity = 1_000_000
    var buffer = try ReplayBuffer(
      capacity: capacity, environments: 1, observationSize: size, actions: actions, masked: false,
      prioritization: prioritization)
    var rows = [Float](repeating: 0, count: max(size, actions.width))
    let choice: [Int32] = [0]
    buffer.begin()
    for _ in 0..<capacity {
      for index in 0..<size {
        rows[index] = random.uniform()
        buffer.nextObservations[index] = rows[index]
      }
      rows.withUnsafeBufferPointer { rows in
        choice.withUnsafeBufferPointer { choice in
          guard let rows = rows.baseAddress, let choice = choice.baseAddress else { return }
          let isDiscrete = if case .discrete = actions { true } else { false }
          buffer.append(
            actions: isDiscrete ? .discrete(choice) : .continuous(rows), rewards: rows,
            endings: [0], finalObservations: rows)
        }
      }
    }
    return buffer
  }
}

/// Memory for a batch of transitions.
private final class BatchScratch {
  private let memory: UnsafeMutablePointer<Float>
  let rows: BatchRows

  init(count: Int, size: Int, actionSize: Int) {
    memory = .allocate(capacity: count * (2 * size + actionSize + 2))
    rows = BatchRows(
      observations: memory, actions: memory + 2 * count * size,
      rewards: memory + count * (2 * size + actionSize),
      discounts: memory + count * (2 * size + actionSize + 1),
      nextObservations: memory + count * size)
  }

  deinit { memory.deallocate() }
}
