import Environments
import Randomness
import Replay
import Testing

@Suite struct MultiStepTests {
  /// What several steps from a transition on come to, found in the plain list of transitions.
  private func reference(
    _ kept: [Transition], _ age: Int, environments: Int, steps: Int, discountFactor: Float
  ) -> Sampled {
    var path = [kept[age]]
    var place = age
    while path.count < steps, path.last?.ending == 0, place + environments < kept.count {
      place += environments
      path.append(kept[place])
    }
    let last = path[path.count - 1]
    var (reward, factor): (Float, Float) = (0, 1)
    for transition in path {
      reward += factor * transition.reward
      factor *= discountFactor
    }
    return Sampled(
      observation: kept[age].observation, action: kept[age].action, reward: reward,
      discount: last.ending == 1 || last.ending == 3 ? 0 : factor, next: last.next,
      mask: kept[age].mask.map(Float.init), nextMask: last.nextMask.map(Float.init))
  }

  @Test(arguments: 0..<200)
  func `returns of several steps are those of the plain list`(seed: Int) throws {
    var random = Seeds(root: UInt64(seed))["several steps"]
    let layout = try ReplayLayout.random(using: &random)
    let endings = [0, 0.1, 0.5, 1][random.integer(below: 4)]
    let steps = 1 + random.integer(below: 6)
    var world = RandomWorld(layout, random: random, endingProbability: endings)
    var buffer = try ReplayBuffer(layout: layout)
    world.reset(&buffer)
    for _ in 0...random.integer(below: 4 * layout.steps + 3) { world.step(&buffer) }
    let memory = BatchMemory(layout, count: buffer.count)
    buffer.copy(
      transitions: Array(0..<buffer.count), discountFactor: 0.5, steps: steps, into: memory.rows)
    #expect(
      memory.transitions
        == (0..<buffer.count).map {
          reference(
            world.kept, $0, environments: layout.environments, steps: steps, discountFactor: 0.5)
        })
  }

  @Test
  func `three rewards are added up, and a truncation is followed by its own last observation`()
    throws
  {
    let layout = try ReplayLayout(
      capacity: 8, environments: 1, observationSize: 1, actions: .discrete(count: 2), masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    buffer.nextObservations[0] = 0
    buffer.begin()
    for (index, ending) in [UInt8(0), 0, 0, 2, 0, 1, 0].enumerated() {
      buffer.nextObservations[0] = Float(index + 1)
      withUnsafePointer(to: Int32(0)) { action in
        buffer.append(
          actions: .discrete(action), rewards: [Float(1 << index)], endings: [ending],
          finalObservations: [Float(90 + index)])
      }
    }
    let memory = BatchMemory(layout, count: 7)
    buffer.copy(transitions: Array(0..<7), discountFactor: 0.5, steps: 3, into: memory.rows)
    let drawn = memory.transitions
    let rewards: [Float] = [3, 6, 8, 8, 32, 32, 64]
    #expect(drawn.map(\.reward) == rewards)
    #expect(drawn.map(\.discount) == [0.125, 0.125, 0.25, 0.5, 0, 0, 0.5])
    #expect(drawn.map(\.next) == [[3], [93], [93], [93], [95], [95], [7]])
  }

  @Test func `several steps are drawn from the same stream as one`() throws {
    let layout = try ReplayLayout(
      capacity: 50, environments: 2, observationSize: 2, actions: .discrete(count: 2),
      masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 0.1)
    world.reset(&buffer)
    for _ in 0..<40 { world.step(&buffer) }
    var random = Seeds(root: 9)["replay"]
    var same = random
    let (one, three) = (BatchMemory(layout, count: 700), BatchMemory(layout, count: 700))
    buffer.sample(700, discountFactor: 0.9, using: &random, into: one.rows)
    buffer.sample(700, discountFactor: 0.9, steps: 3, using: &same, into: three.rows)
    #expect(random == same)
    #expect(one.transitions.map(\.observation) == three.transitions.map(\.observation))
    #expect(one.transitions.map(\.action) == three.transitions.map(\.action))
  }
}
