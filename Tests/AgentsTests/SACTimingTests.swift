import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Replay
import Testing

/// When agents of continuous actions act at random, learn, and what they store.
@Suite struct SACTimingTests {
  private func training(
    copies: Int = 1, _ change: (inout SACSettings) -> Void
  ) throws -> Training<SAC> {
    var settings = SACSettings.tiny
    change(&settings)
    let environment = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)
    let agent = try SAC(
      settings, in: Surroundings(of: environment), recordingInterval: 25, seeds: Seeds(root: 1))
    return Training(agent, in: environment)
  }

  /// The step counts at which updates were made, one entry each.
  private func updateSteps(_ training: Training<SAC>, batchSteps: Int) throws -> [Int] {
    var found: [Int] = []
    for _ in 0..<batchSteps {
      let before = training.agent.experience.progress.updates
      try training.run(steps: 1)
      let made = training.agent.experience.progress.updates - before
      found += Array(repeating: training.agent.steps, count: made)
    }
    return found
  }

  @Test func `learning begins after learningStarts and comes every trainFrequency steps`() throws {
    let training = try training {
      $0.replay.learningStarts = 20
      $0.trainFrequency = 5
      $0.gradientSteps = .fixed(2)
    }
    #expect(try updateSteps(training, batchSteps: 34) == [25, 25, 30, 30])
  }

  @Test(arguments: [1, 2, 8])
  func `updates keep their rate whatever the number of environments`(copies: Int) throws {
    let training = try training(copies: copies) {
      $0.replay.learningStarts = 0
      $0.trainFrequency = 4
      $0.gradientSteps = .collected
    }
    #expect(try updateSteps(training, batchSteps: 80 / copies).count == 80)
  }

  @Test func `metrics are recorded at the asked interval`() throws {
    let training = try training { _ in }
    try training.run(steps: 60)
    let each = SAC.metrics.count
    #expect(
      training.records.map(\.step) == [6, 25, 50].flatMap { Array(repeating: $0, count: each) })
    #expect(training.records.allSatisfy { $0.value.isFinite })
  }

  @Test func `actions are kept from -1 to 1, and the environments get them stretched`() throws {
    let environment = EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: 3)
    let agent = try SAC(.tiny, in: Surroundings(of: environment), seeds: Seeds(root: 1))
    environment.reset(seed: 1, into: agent.observationRows)
    agent.begin(environment)
    var played: [Float] = []
    for _ in 0..<12 {
      guard case .continuous(let rows) = agent.act() else { return }
      played += UnsafeBufferPointer(start: rows, count: 6)
      environment.step(.continuous(rows), into: agent.observationRows)
      agent.remember(environment)
      try agent.learn { _, _ in }
    }
    let kept = stored(agent.experience, count: 36).actions
    for (place, number) in kept.enumerated() {
      #expect(abs(number) <= 1)
      let stretched = place.isMultiple(of: 2) ? 1 + 2 * number : 15 + 5 * number
      #expect(abs(stretched - played[place]) < 1e-4)
    }
  }

  @Test func `the first actions are spread over the whole range, whatever was learned`() throws {
    let training = try training(copies: 8) {
      $0.replay.capacity = 4000
      $0.randomSteps = 4000
      $0.replay.learningStarts = 4000
    }
    try training.run(steps: 500)
    let kept = stored(training.agent.experience, count: 4000).actions
    for edge: Float in [-0.5, 0, 0.5] {
      let share = Float(kept.count { $0 < edge }) / Float(kept.count)
      #expect(abs(share - (edge + 1) / 2) < 0.03)
    }
  }

  @Test func `only terminations end the sum of rewards`() throws {
    let training = try training { $0.replay.learningStarts = 1000 }
    let (environment, agent) = (training.environment, training.agent)
    var endings: [UInt8] = []
    for _ in 0..<50 {
      try training.run(steps: 1)
      endings.append(environment.endings[0])
    }
    let discounts = stored(agent.experience, count: 50).discounts
    #expect(endings.contains(1) && endings.contains(2))
    #expect(discounts == endings.map { $0 & 1 == 1 ? 0 : 0.99 })
  }

  @Test func `noise on weights is drawn anew every so many steps of an environment`() throws {
    let training = try training(copies: 2) {
      var smooth = SACSettings.Exploration.StateDependent()
      smooth.resampleEvery = 4
      $0.exploration = .stateDependent(smooth)
      $0.randomSteps = 0
      $0.replay.learningStarts = 1000
    }
    var draws: [UInt64] = []
    for _ in 0..<9 {
      try training.run(steps: 1)
      draws.append(training.agent.experience.progress.exploration.position)
    }
    // Two environments, eight features, two numbers in an action.
    #expect(draws == [32, 32, 32, 32, 64, 64, 64, 64, 96])
  }

  private func stored(
    _ experience: ContinuousExperience, count: Int
  ) -> (actions: [Float], discounts: [Float]) {
    let numbers = UnsafeMutablePointer<Float>.allocate(capacity: count * 10)
    defer { numbers.deallocate() }
    numbers.initialize(repeating: 0, count: count * 10)
    let rows = BatchRows(
      observations: numbers, actions: numbers + 3 * count, rewards: numbers + 5 * count,
      discounts: numbers + 6 * count, nextObservations: numbers + 7 * count)
    experience.replay.copy(transitions: Array(0..<count), discountFactor: 0.99, into: rows)
    return (
      Array(UnsafeBufferPointer(start: rows.actions, count: 2 * count)),
      Array(UnsafeBufferPointer(start: rows.discounts, count: count))
    )
  }
}
