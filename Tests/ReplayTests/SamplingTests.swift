import Environments
import Randomness
import Replay
import Testing

@Suite struct SamplingTests {
  private static func filled(
    steps: Int, capacity: Int = 600, environments: Int = 3, endings: Double = 0.1
  ) throws -> (layout: ReplayLayout, world: RandomWorld, fill: (inout ReplayBuffer) -> Void) {
    let layout = try ReplayLayout(
      capacity: capacity, environments: environments, observationSize: 2,
      actions: .discrete(count: 3), masked: true)
    var world = RandomWorld(
      layout, random: Seeds(root: 3)["world"], endingProbability: endings)
    let start = world
    var scratch = try ReplayBuffer(layout: layout)
    world.reset(&scratch)
    for _ in 0..<steps { world.step(&scratch) }
    return (
      layout, world,
      { buffer in
        var again = start
        again.reset(&buffer)
        for _ in 0..<steps { again.step(&buffer) }
      }
    )
  }

  @Test(arguments: [1, 7, 200, 512, 513, 1300])
  func `a sample is what the stream's numbers pick from the list`(count: Int) throws {
    let (layout, world, fill) = try Self.filled(steps: 470)
    var buffer = try ReplayBuffer(layout: layout)
    fill(&buffer)
    var random = Seeds(root: 9)["replay"]
    var same = random
    let memory = BatchMemory(layout, count: count)
    buffer.sample(count, discountFactor: 0.75, using: &random, into: memory.rows)
    let picks = (0..<count).map { _ in same.integer(below: world.kept.count) }
    #expect(
      memory.transitions == picks.map { Sampled(world.kept[$0], discountFactor: 0.75) })
    #expect(random == same)
  }

  @Test func `every stored transition is equally likely`() throws {
    let (layout, world, fill) = try Self.filled(steps: 95, capacity: 60)
    var buffer = try ReplayBuffer(layout: layout)
    fill(&buffer)
    var random = Seeds(root: 4)["replay"]
    let draws = 60_000
    let memory = BatchMemory(layout, count: draws)
    buffer.sample(draws, discountFactor: 1, using: &random, into: memory.rows)
    var counts: [Float: Int] = [:]
    for transition in memory.transitions { counts[transition.reward, default: 0] += 1 }
    #expect(counts.count == 60)
    let expected = Double(draws) / Double(world.kept.count)
    let chiSquared = counts.values.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected)
    }
    // 59 degrees of freedom: mean 59, standard deviation 10.9.
    #expect(chiSquared / expected < 59 + 4 * 10.9)
  }
}
