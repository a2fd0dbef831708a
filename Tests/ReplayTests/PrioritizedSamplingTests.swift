import Environments
import Foundation
import Randomness
import Replay
import Testing

@Suite struct PrioritizedSamplingTests {
  private func layout(
    _ capacity: Int, environments: Int = 1, exponent: Double, offset: Double = 1e-6
  ) throws -> ReplayLayout {
    try ReplayLayout(
      capacity: capacity, environments: environments, observationSize: 1,
      actions: .discrete(count: 2), masked: false,
      prioritization: Prioritization(exponent: exponent, offset: offset))
  }

  private func fill(_ buffer: inout ReplayBuffer, steps: Int) -> RandomWorld {
    var world = RandomWorld(
      buffer.layout, random: Seeds(root: 5)["world"], endingProbability: 0.05)
    world.reset(&buffer)
    for _ in 0..<steps { world.step(&buffer) }
    return world
  }

  /// Draws and then, where asked to, updates with an error for each reward, which no two
  /// transitions share.
  private func draw(
    _ count: Int, from buffer: inout ReplayBuffer, correction: Double = 0,
    using random: inout RandomStream, errors: ((Float) -> Float)? = nil
  ) throws -> (drawn: [Sampled], weights: [Float]) {
    let memory = BatchMemory(buffer.layout, count: count)
    var weights = [Float](repeating: .nan, count: count)
    weights.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      buffer.samplePrioritized(
        count, discountFactor: 0.9, correction: correction, using: &random, into: memory.rows,
        weights: base)
    }
    let drawn = memory.transitions
    if let errors {
      try buffer.updatePriorities(errors: drawn.map { errors($0.reward) }, count: count)
    }
    return (drawn, weights)
  }

  @Test func `what is new comes with the largest priority so far`() throws {
    var buffer = try ReplayBuffer(layout: layout(8, exponent: 1, offset: 1))
    var world = fill(&buffer, steps: 8)
    var random = Seeds(root: 1)["replay"]
    // All alike: each of the eight equal shares is one transition.
    let first = try draw(8, from: &buffer, using: &random) { _ in 0 }
    #expect(Set(first.drawn.map(\.reward)).count == 8)
    let largest = try #require(world.kept.last?.reward)
    _ = try draw(8, from: &buffer, using: &random) { $0 == largest ? 63 : 0 }
    world.step(&buffer)
    // Six ones, the 64 and another 64 for the new one: 134 in all.
    let new = try #require(world.kept.last?.reward)
    let counts = try draw(134, from: &buffer, using: &random).drawn.map(\.reward)
    #expect((counts.filter { $0 == new }.count - 64).magnitude <= 1)
    #expect((counts.filter { $0 == largest }.count - 64).magnitude <= 1)
  }

  @Test(arguments: [(1, 0.6), (3, 0.6), (1, 1.0), (4, 0.0)])
  func `transitions are drawn in proportion to the power of their errors`(
    environments: Int, exponent: Double
  ) throws {
    var buffer = try ReplayBuffer(
      layout: layout(100, environments: environments, exponent: exponent, offset: 0.01))
    let world = fill(&buffer, steps: 137)
    var random = Seeds(root: 3)["replay"]
    func error(_ reward: Float) -> Float { Float((Int(reward) * 37) % 101) / 50 - 1 }
    for _ in 0..<20 { _ = try draw(500, from: &buffer, using: &random, errors: error) }
    let powers = world.kept.map { pow(Double(abs(error($0.reward)) + 0.01), exponent) }
    let total = powers.reduce(0, +)
    var counts: [Float: Int] = [:]
    // Each share of a single draw is the whole, so the draws are independent.
    let draws = 60_000
    for _ in 0..<draws {
      counts[try draw(1, from: &buffer, using: &random).drawn[0].reward, default: 0] += 1
    }
    var chiSquared = 0.0
    for (transition, power) in zip(world.kept, powers) {
      let expected = Double(draws) * power / total
      let difference = Double(counts[transition.reward] ?? 0) - expected
      chiSquared += difference * difference / expected
    }
    // 98 or 99 degrees of freedom: standard deviation 14.1.
    #expect(chiSquared < 99 + 4 * 14.1)
    #expect(chiSquared > 99 - 4 * 14.1)
  }

  @Test func `a batch takes one transition from each equal share of the priorities`() throws {
    var buffer = try ReplayBuffer(layout: layout(1000, exponent: 0.6))
    let world = fill(&buffer, steps: 1300)
    var random = Seeds(root: 3)["replay"]
    // More than a block at once; all priorities are still alike.
    let drawn = try draw(2000, from: &buffer, using: &random).drawn.map(\.reward)
    let rank = Dictionary(
      uniqueKeysWithValues: world.kept.enumerated().map { ($1.reward, $0) })
    var seen = [Int](repeating: 0, count: 1000)
    for reward in drawn { seen[try #require(rank[reward])] += 1 }
    #expect(seen.allSatisfy { $0 == 2 })
  }

  @Test(arguments: [0, 0.4, 1])
  func `weights undo the preference, and the largest is one`(correction: Double) throws {
    var buffer = try ReplayBuffer(layout: layout(300, environments: 2, exponent: 0.7, offset: 0.1))
    let world = fill(&buffer, steps: 400)
    var random = Seeds(root: 3)["replay"]
    func error(_ reward: Float) -> Float { Float((Int(reward) * 37) % 101) / 50 - 1 }
    for _ in 0..<40 { _ = try draw(600, from: &buffer, using: &random, errors: error) }
    let (drawn, weights) = try draw(64, from: &buffer, correction: correction, using: &random)
    func power(_ reward: Float) -> Double { pow(Double(abs(error(reward)) + 0.1), 0.7) }
    let total = world.kept.reduce(0) { $0 + power($1.reward) }
    let plain = drawn.map {
      pow(Double(world.kept.count) * power($0.reward) / total, -correction)
    }
    let largest = try #require(plain.max())
    for (weight, reference) in zip(weights, plain) {
      #expect(abs(Double(weight) - reference / largest) < 1e-5)
    }
    #expect(weights.max() == 1)
  }

  @Test func `of a transition drawn twice the later error counts`() throws {
    var buffer = try ReplayBuffer(layout: layout(2, exponent: 1, offset: 1))
    let world = fill(&buffer, steps: 2)
    var random = Seeds(root: 3)["replay"]
    _ = try draw(4, from: &buffer, using: &random)
    // The first was drawn twice, then the second.
    try buffer.updatePriorities(errors: [1000, 0, 500, 2], count: 4)
    let drawn = try draw(400, from: &buffer, using: &random).drawn.map(\.reward)
    #expect(drawn.filter { $0 == world.kept[0].reward }.count == 100)
  }

  @Test func `an error that is no number is refused, and changes nothing`() throws {
    var buffer = try ReplayBuffer(layout: layout(4, exponent: 1))
    _ = fill(&buffer, steps: 9)
    var random = Seeds(root: 3)["replay"]
    _ = try draw(4, from: &buffer, using: &random)
    for bad in [Float.nan, .infinity, -.infinity] {
      let error = #expect(throws: ReplayError.self) {
        try buffer.updatePriorities(errors: [5, 5, 5, bad], count: 4)
      }
      #expect(error?.description.contains("A transition's error is \(bad)") == true)
    }
    let counts = try draw(8, from: &buffer, using: &random).drawn.map(\.reward)
    #expect(Dictionary(grouping: counts) { $0 }.values.allSatisfy { $0.count == 2 })
    // The largest number there is stays one.
    _ = try draw(4, from: &buffer, using: &random) { _ in .greatestFiniteMagnitude }
    #expect(try draw(4, from: &buffer, using: &random).weights == [1, 1, 1, 1])
  }

  @Test func `priorities are counted as memory`() throws {
    let with = try layout(1_000_000, exponent: 0.6)
    let without = try ReplayLayout(
      capacity: 1_000_000, environments: 1, observationSize: 1, actions: with.actions,
      masked: false)
    let each = Double(with.byteCount - without.byteCount) / 1_000_001
    #expect(each > 4 && each < 5.2)
  }
}
