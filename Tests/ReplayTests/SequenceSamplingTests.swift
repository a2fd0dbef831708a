import Environments
import Randomness
import Replay
import Testing

/// Sequences as a list: what was drawn at each step of each.
struct SampledSequences: Equatable {
  /// `[length][count]`.
  var steps: [[Sampled]]
  var starts: [[Float]]
  /// `[count]`.
  var states: [[Float]]
}

extension ReplayBuffer {
  borrowing func sequences(
    count: Int, length: Int, using random: inout RandomStream
  ) -> SampledSequences {
    let memory = BatchMemory(layout, count: count * length)
    var starts = [Float](repeating: .nan, count: count * length)
    let size = layout.stateSize
    var states = [Float](repeating: .nan, count: count * size + 1)
    starts.withUnsafeMutableBufferPointer { starts in
      states.withUnsafeMutableBufferPointer { states in
        guard let starts = starts.baseAddress, let states = states.baseAddress else { return }
        sampleSequences(
          count: count, length: length, discountFactor: 0.9, using: &random,
          into: SequenceRows(batch: memory.rows, starts: starts, states: size > 0 ? states : nil))
      }
    }
    let steps = memory.transitions
    return SampledSequences(
      steps: (0..<length).map { Array(steps[$0 * count..<($0 + 1) * count]) },
      starts: (0..<length).map { Array(starts[$0 * count..<($0 + 1) * count]) },
      states: (0..<count).map { Array(states[$0 * size..<($0 + 1) * size]) })
  }
}

@Suite struct SequenceSamplingTests {
  @Test(arguments: 0..<150)
  func `sequences are consecutive steps of one environment`(seed: Int) throws {
    var random = Seeds(root: UInt64(seed))["sequences"]
    let layout = try ReplayLayout.random(using: &random)
    let endings = [0, 0.1, 0.5, 1][random.integer(below: 4)]
    var world = RandomWorld(layout, random: random, endingProbability: endings)
    var buffer = try ReplayBuffer(layout: layout)
    world.reset(&buffer)
    for _ in 0...random.integer(below: 4 * layout.steps + 3) { world.step(&buffer) }
    let kept = world.kept
    let stored = kept.count / layout.environments
    let length = 1 + random.integer(below: stored)
    let (fits, tooLong) = (
      buffer.holdsSequences(ofLength: length), buffer.holdsSequences(ofLength: stored + 1)
    )
    #expect(fits && !tooLong)

    let count = [1, 5, 600][random.integer(below: 3)]
    var same = random
    let drawn = buffer.sequences(count: count, length: length, using: &random)
    let ages = (0..<count).map { _ in
      same.integer(below: (stored - length + 1) * layout.environments)
    }
    #expect(random == same)
    #expect(drawn.states == ages.map { kept[$0].state })
    for step in 0..<length {
      let places = ages.map { $0 + step * layout.environments }
      #expect(drawn.steps[step] == places.map { Sampled(kept[$0], discountFactor: 0.9) })
      #expect(
        drawn.starts[step]
          == places.map {
            let before = $0 - layout.environments
            if before < 0 { return layout.stateSize == 0 ? 1 : 0 }
            return kept[before].ending == 0 ? 0 : 1
          })
    }
  }

  @Test func `every beginning is equally likely`() throws {
    let layout = try ReplayLayout(
      capacity: 60, environments: 3, observationSize: 1, actions: .discrete(count: 2),
      masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 0.1)
    world.reset(&buffer)
    for _ in 0..<95 { world.step(&buffer) }
    var random = Seeds(root: 4)["replay"]
    let draws = 48_000
    var counts: [Float: Int] = [:]
    for first in buffer.sequences(count: draws, length: 5, using: &random).steps[0] {
      counts[first.reward, default: 0] += 1
    }
    // 16 time steps of 3 environments.
    #expect(counts.count == 48)
    let expected = Double(draws) / 48
    let chiSquared = counts.values.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected)
    }
    // 47 degrees of freedom: standard deviation 9.7.
    #expect(chiSquared / expected < 47 + 4 * 9.7)
  }
}
