import Agents
import Autodiff
import Environments
import Foundation
import NeuralNetworks
import Randomness
import Testing

/// Running statistics, and agents that see and earn through them.
@Suite struct NormalizationTests {
  private static func surroundings(
    _ environments: Int, size: Int = 3, _ change: (inout NormalizationSettings) -> Void = { _ in }
  ) -> Surroundings {
    var surroundings = Surroundings(
      environments: environments, observationSize: size, actions: .discrete(count: 3))
    surroundings.normalization.observations = true
    surroundings.normalization.rewards = true
    change(&surroundings.normalization)
    return surroundings
  }

  /// A stream of numbers with what Gymnasium's vector wrappers made of it; see its `source`.
  private struct Recording: Decodable {
    var observations: [[[Float]]]
    var rewards: [[Float]]
    var endings: [[UInt8]]
    var normalizedObservations: [[[Float]]]
    var normalizedRewards: [[Float]]
  }

  @Test func `the sum of several rewards has as many times the limit of one`() throws {
    let normalizer = try #require(
      try Normalizer(for: Self.surroundings(1) { $0.clipRewards = 1 }, discountFactor: 0.9))
    var sums: [Float] = [10, -10, 0.5]
    normalizer.normalize(rewards: &sums, count: 3, steps: 3)
    #expect(sums[0] == 3 && sums[1] == -3 && abs(sums[2] - 0.5) < 1e-6)
    normalizer.normalize(rewards: &sums, count: 3)
    #expect(sums[0] == 1 && sums[1] == -1)
  }

  @Test func `each task's rewards have the scale that they would have alone`() throws {
    var surroundings = Self.surroundings(4) { $0.observations = false }
    surroundings.tasks = TaskCopies(names: ["small", "large"], copies: 2)
    surroundings.normalization.perTask = true
    let both = try #require(try Normalizer(for: surroundings, discountFactor: 0.9))
    let alone = try (0..<2).map { _ in
      try #require(
        try Normalizer(for: Self.surroundings(2) { $0.observations = false }, discountFactor: 0.9))
    }
    var random = Seeds(root: 1)["rewards"]
    let nothing: [Float] = [0, 0, 0, 0]
    for _ in 0..<50 {
      let numbers: [Double] = (0..<8).map { _ in random.uniform() }
      let small = numbers[..<2].map { Float($0) }
      let large = numbers[2..<4].map { Float(1000 * $0) }
      let endings: [UInt8] = numbers[4...].map { $0 < 0.1 ? Ending.terminated.rawValue : 0 }
      let all: [Float] = small + large
      both.note(observations: nothing, rewards: all, endings: endings)
      alone[0].note(observations: nothing, rewards: small, endings: Array(endings[..<2]))
      alone[1].note(observations: nothing, rewards: large, endings: Array(endings[2...]))
      var (rows, first, second) = (all, small, large)
      both.normalize(rewards: &rows, count: 4)
      alone[0].normalize(rewards: &first, count: 2)
      alone[1].normalize(rewards: &second, count: 2)
      #expect(rows == first + second)
    }
    #expect(both.weights.map(\.tensor.shape) == [[2]])
    #expect(both.weights[0].tensor.scalars[0] > 100 * both.weights[0].tensor.scalars[1])

    // What was learned comes back, also by one who plays a single task.
    let other = try #require(try Normalizer(for: surroundings, discountFactor: 0.9))
    other.statistics = both.statistics
    #expect(other.weights[0].tensor.scalars == both.weights[0].tensor.scalars)
  }

  @Test func `what each task shows is normalized as it would be alone, but for its number`() throws
  {
    var surroundings = Self.surroundings(4, size: 5) { $0.rewards = false }
    surroundings.tasks = TaskCopies(names: ["small", "large"], copies: 2)
    surroundings.tasks.shownNumbers = 2
    surroundings.normalization.perTask = true
    let both = try #require(try Normalizer(for: surroundings, discountFactor: 0.9))
    let alone = try (0..<2).map { _ in
      try #require(
        try Normalizer(for: Self.surroundings(2) { $0.rewards = false }, discountFactor: 0.9))
    }
    var random = Seeds(root: 1)["rows"]
    let (rewards, endings): ([Float], [UInt8]) = ([0, 0, 0, 0], [0, 0, 0, 0])
    func told(_ rows: [Float], _ number: [Float]) -> [Float] {
      stride(from: 0, to: rows.count, by: 3).flatMap { rows[$0..<$0 + 3] + number }
    }
    for _ in 0..<50 {
      var (small, large): ([Float], [Float]) = ([], [])
      for _ in 0..<6 {
        small.append(random.normal())
        large.append(100 + 1000 * random.normal())
      }
      var rows = told(small, [1, 0]) + told(large, [0, 1])
      both.note(observations: rows, rewards: rewards, endings: endings)
      alone[0].note(observations: small, rewards: rewards, endings: endings)
      alone[1].note(observations: large, rewards: rewards, endings: endings)
      both.normalize(observations: &rows, count: 4)
      alone[0].normalize(observations: &small, count: 2)
      alone[1].normalize(observations: &large, count: 2)
      #expect(rows == told(small, [1, 0]) + told(large, [0, 1]))
    }
    #expect(both.weights.map(\.tensor.shape) == [[2, 5], [2, 5]])

    // One who plays the second task alone sees it in the same way.
    surroundings.environments = 2
    surroundings.tasks = TaskCopies(names: ["large"], copies: 2, numbers: [1], familySize: 2)
    surroundings.tasks.shownNumbers = 2
    let second = try #require(try Normalizer(for: surroundings, discountFactor: 0.9))
    second.statistics = both.statistics
    var rows = told([1, 2, 3, 4, 5, 6], [0, 1])
    var plain: [Float] = [1, 2, 3, 4, 5, 6]
    second.normalize(observations: &rows, count: 2)
    alone[1].normalize(observations: &plain, count: 2)
    #expect(rows == told(plain, [0, 1]))
  }

  @Test func `statistics by task need tasks, and something to normalize`() {
    let single = Self.surroundings(4) { $0.perTask = true }
    #expect(throws: SettingsError.self) { try Normalizer(for: single, discountFactor: 0.9) }
    var settings = NormalizationSettings()
    settings.perTask = true
    #expect(throws: SettingsError.self) { try settings.validate() }
  }

  @Test func `a recorded stream is normalized as Gymnasium does`() throws {
    let path = try #require(
      Bundle.module.url(
        forResource: "normalization", withExtension: "json", subdirectory: "Recorded"))
    let recording = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: path))
    let normalizer = try #require(
      try Normalizer(for: Self.surroundings(4), discountFactor: 0.9))
    #expect(recording.rewards.count > 100)
    for step in recording.observations.indices {
      var rows = recording.observations[step].flatMap { $0 }
      var rewards = step > 0 ? recording.rewards[step - 1] : []
      if step == 0 {
        normalizer.note(observations: rows)
      } else {
        normalizer.note(
          observations: rows, rewards: rewards, endings: recording.endings[step - 1])
        rewards.withUnsafeMutableBufferPointer { buffer in
          if let base = buffer.baseAddress { normalizer.normalize(rewards: base, count: 4) }
        }
        expectClose(rewards, recording.normalizedRewards[step - 1].map { min(max($0, -10), 10) })
      }
      rows.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { normalizer.normalize(observations: base, count: 4) }
      }
      expectClose(
        rows, recording.normalizedObservations[step].flatMap { $0 }.map { min(max($0, -10), 10) })
    }
  }

  /// Means are subtracted in single precision: one feature's is 500 deviations, and rounds there.
  private func expectClose(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count)
    let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(worst <= 5e-5, sourceLocation: sourceLocation)
  }

  /// The moments of everything at once, in the obvious way.
  @Test func `merged moments are those of all rows`() throws {
    let normalizer = try #require(
      try Normalizer(for: Self.surroundings(5), discountFactor: 0.9))
    var random = RandomStream(key: 4)
    var all: [[Double]] = []
    for _ in 0..<200 {
      let rows = (0..<15).map { 1e4 + Float($0 % 3) * random.normal() }
      normalizer.note(observations: rows)
      for row in 0..<5 { all.append((0..<3).map { Double(rows[row * 3 + $0]) }) }
    }
    let scales = normalizer.weights.map(\.tensor.scalars)
    for feature in 0..<3 {
      let numbers = all.map { $0[feature] }
      // The prior of mean 0 and variance 1 that counts for 1e-4 rows.
      let total = Double(numbers.count) + 1e-4
      let mean = numbers.reduce(0, +) / total
      let squares = numbers.reduce(1e-4 * (1 + mean * mean)) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(abs(Double(scales[0][feature]) - mean) < 1e-3)
      let scale = 1 / (squares / total + 1e-8).squareRoot()
      #expect(abs(Double(scales[1][feature]) / scale - 1) < 1e-4)
    }
  }

  @Test func `what is normalized is cut off`() throws {
    let surroundings = Self.surroundings(1) {
      $0.clipObservations = 1.5
      $0.clipRewards = 0.25
    }
    let normalizer = try #require(try Normalizer(for: surroundings, discountFactor: 0.9))
    var (rows, rewards): ([Float], [Float]) = ([100, -100, 0.5], [7, -7, 0.125])
    normalizer.normalize(observations: &rows, count: 1)
    normalizer.normalize(rewards: &rewards, count: 3)
    #expect(rows == [1.5, -1.5, 0.5])
    #expect(rewards == [0.25, -0.25, 0.125])
  }

  @Test func `nothing is made where nothing is normalized`() throws {
    let surroundings = Surroundings(
      environments: 1, observationSize: 3, actions: .discrete(count: 2))
    #expect(try Normalizer(for: surroundings, discountFactor: 0.9) == nil)
  }

  // MARK: DQN

  private func environment(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
  }

  private func agent(for environment: any BatchedEnvironment, seed: UInt64 = 1) throws -> DQN {
    var surroundings = Surroundings(of: environment)
    surroundings.normalization.observations = true
    surroundings.normalization.rewards = true
    return try DQN(
      .tiny, in: surroundings, totalSteps: 200, recordingInterval: 1, seeds: Seeds(root: seed))
  }

  @Test(arguments: [1, 3])
  func `a normalizing agent resumes at any step with the same bits`(copies: Int) throws {
    try expectExactResumption(
      at: [0, 1, 50, 119], of: 120, in: { environment(copies) }, learner: \.variables,
      make: { try agent(for: $0, seed: $1) },
      compare: {
        #expect($0.experience.normalizer?.statistics == $1.experience.normalizer?.statistics)
      })
  }

  @Test func `evaluation leaves statistics alone, and saved weights know them`() throws {
    let training = Training(try agent(for: environment(2)), in: environment(2))
    try training.run(steps: 60)
    let before = training.agent.experience.normalizer?.statistics
    func play(_ policy: any Policy) -> [FinishedEpisode] {
      evaluate(policy, in: environment(2), episodes: 5, seed: 5)
    }
    let played = play(training.agent.makePolicy(environments: 2))
    #expect(training.agent.experience.normalizer?.statistics == before)

    var surroundings = Surroundings(of: training.environment)
    surroundings.normalization.observations = true
    surroundings.normalization.rewards = true
    let weights = training.agent.weights
    #expect(play(try DQN.policy(.tiny, in: surroundings, weights: weights)) == played)
    // Without the statistics there is no agent, nor with them where none are expected.
    #expect(throws: NamedTensorsError.self) {
      _ = try DQN.policy(
        .tiny, in: surroundings, weights: weights.filter { $0.name != "normalization/mean" })
    }
    surroundings.normalization = NormalizationSettings()
    #expect(throws: NamedTensorsError.self) {
      _ = try DQN.policy(.tiny, in: surroundings, weights: weights)
    }
  }

  /// Shifting and stretching what is seen then makes no difference to what is learned.
  @Test func `a normalizing agent does not mind the features' scale`() throws {
    func actions(_ wrappers: [any Wrapper]) throws -> [[Int32]] {
      let entry = EnvironmentEntry("Noise", Noise(), summary: "", maximumSteps: 7)
      let batch = try entry.makeBatch(count: 2, wrappers: wrappers)
      let training = Training(try agent(for: batch), in: batch)
      try training.run(steps: 60)
      return training.actions
    }
    let plain = try actions([])
    // A power of two, so that not even a last bit differs.
    #expect(try actions([RescaleObservation(low: -4, high: 4)]).count == plain.count)
    let scaled = try actions([RescaleObservation(low: 0, high: 64), ScaleReward(factor: 32)])
    let same = zip(plain, scaled).count { $0 == $1 }
    #expect(same > plain.count * 8 / 10, "\(same) of \(plain.count)")
  }

  @Test func `the random agent keeps statistics, too`() throws {
    let batch = environment(2)
    var surroundings = Surroundings(of: batch)
    surroundings.normalization.observations = true
    let random = try RandomAgent(in: surroundings, seeds: Seeds(root: 1))
    let training = Training(random, in: batch)
    try training.run(steps: 50)
    #expect(training.agent.weights.map(\.name) == ["normalization/mean", "normalization/scale"])
    let mean = training.agent.weights[0].tensor.scalars[0]
    #expect(mean > 0.3 && mean < 0.7)
  }
}
