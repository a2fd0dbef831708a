import Environments
import Randomness
import Testing

@Suite struct ContextualTests {
  private let entry = EnvironmentEntry(
    "Corridor-v1", Corridor(isSlippery: true), summary: "a corridor", maximumSteps: 9)

  @Test func `contexts change from episode to episode and survive a snapshot`() throws {
    func stage() throws -> Stage {
      Stage(
        try entry.makeBatch(
          count: 3, settings: ["price": .range(-10 ... -1), "contextVisible": 1]))
    }
    let (one, other) = (try stage(), try stage())
    one.reset(seed: 5)
    #expect(one.observations[0].count == 3 && one.observations[0] != one.observations[1])
    var prices: Set<Float> = []
    for _ in 0..<40 {
      one.choose([1, 1, 1])
      prices.insert(one.rewards[0])
      // The last feature is the price, scaled; it belongs to the episode that has begun.
      if one.endings[0] == 0 {
        #expect(abs(one.observations[0][2] - ((one.rewards[0] + 10) / 9 * 2 - 1)) < 1e-5)
      }
    }
    #expect(prices.count > 4)
    try other.batch.restoreState(one.batch.encodedState())
    for _ in 0..<40 {
      one.choose([1, 0, 1])
      other.choose([1, 0, 1])
      #expect(other.observations == one.observations && other.rewards == one.rewards)
    }
  }

  @Test func `contexts do not shift the environment's own chance`() throws {
    let fixed = Stage(try entry.makeBatch(count: 4))
    let drawn = Stage(try entry.makeBatch(count: 4, settings: ["price": .range(-5 ... -1)]))
    fixed.reset(seed: 1)
    drawn.reset(seed: 1)
    for _ in 0..<60 {
      fixed.choose([1, 1, 1, 1])
      drawn.choose([1, 1, 1, 1])
      #expect(fixed.observations == drawn.observations && fixed.endings == drawn.endings)
    }
  }

  @Test func `a family of tasks covers its ranges evenly`() throws {
    let tasks = try entry.contexts(count: 10, ranges: ["price": -10...0], seed: 4)
    let parts = tasks.compactMap { $0["price"] }.map { Int($0 + 10) }
    #expect(parts.sorted() == Array(0..<10) && parts != Array(0..<10))
    #expect(try entry.contexts(count: 10, ranges: ["price": -10...0], seed: 4) == tasks)
    #expect(try entry.contexts(count: 10, ranges: ["price": -10...0], seed: 5) != tasks)
    #expect(throws: EnvironmentError.self) {
      try entry.contexts(count: 2, ranges: ["price": -11...0], seed: 0)
    }
    #expect(throws: EnvironmentError.self) { try entry.contexts(count: 0, ranges: [:], seed: 0) }
  }
}
