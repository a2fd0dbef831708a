import Environments
import Randomness
import Replay
import Testing

@Suite struct ReplayBufferTests {
  static let discrete = ActionSpace.discrete(count: 2)

  @Test(arguments: 0..<200)
  func `a ring holds what a full list of transitions holds`(seed: Int) throws {
    var random = Seeds(root: UInt64(seed))["layouts"]
    let layout = try ReplayLayout.random(using: &random)
    let endings = [0, 0.1, 0.5, 1][random.integer(below: 4)]
    var world = RandomWorld(layout, random: random, endingProbability: endings)
    var buffer = try ReplayBuffer(layout: layout)
    world.reset(&buffer)
    for _ in 0..<random.integer(below: 4 * layout.steps + 3) {
      world.step(&buffer)
      #expect(buffer.count == world.kept.count)
      #expect(
        buffer.everything(discountFactor: 0.9)
          == world.kept.map { Sampled($0, discountFactor: 0.9) })
    }
  }

  @Test func `only a termination sets the discount to zero`() throws {
    let layout = try ReplayLayout(
      capacity: 4, environments: 4, observationSize: 1, actions: Self.discrete, masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    for index in 0..<4 { buffer.nextObservations[index] = Float(index) }
    buffer.begin()
    for index in 0..<4 { buffer.nextObservations[index] = 10 + Float(index) }
    let actions: [Int32] = [0, 1, 0, 1]
    actions.withUnsafeBufferPointer { actions in
      guard let actions = actions.baseAddress else { return }
      // Goes on, terminated, truncated, both.
      buffer.append(
        actions: .discrete(actions), rewards: [1, 2, 3, 4], endings: [0, 1, 2, 3],
        finalObservations: [90, 91, 92, 93])
    }
    let stored = buffer.everything(discountFactor: 0.5)
    #expect(stored.map(\.discount) == [0.5, 0, 0.5, 0])
    #expect(stored.map(\.next) == [[10], [91], [92], [93]])
    #expect(stored.map(\.reward) == [1, 2, 3, 4])
    #expect(stored.map(\.action) == [[0], [1], [0], [1]])
  }

  @Test func `a capacity that does not divide by the environments is rounded down`() throws {
    let layout = try ReplayLayout(
      capacity: 11, environments: 4, observationSize: 2, actions: Self.discrete, masked: false)
    #expect(layout.steps == 2)
    #expect(layout.transitions == 8)
    var buffer = try ReplayBuffer(layout: layout)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 0.2)
    world.reset(&buffer)
    for _ in 0..<5 { world.step(&buffer) }
    #expect(buffer.count == 8)
  }

  @Test func `a capacity below the environments is refused in a sentence`() {
    #expect(
      throws: ReplayError.capacityTooSmall(capacity: 3, environments: 4)
    ) {
      _ = try ReplayLayout(
        capacity: 3, environments: 4, observationSize: 2, actions: Self.discrete, masked: false)
    }
    let error = ReplayError.capacityTooSmall(capacity: 3, environments: 4)
    #expect(error.description.contains("replay.capacity is 3"))
  }

  @Test func `a capacity beyond 32-bit row numbers is refused`() {
    #expect(throws: ReplayError.capacityTooLarge(capacity: 1 << 31, largest: 1_073_741_821)) {
      _ = try ReplayLayout(
        capacity: 1 << 31, environments: 4, observationSize: 0, actions: Self.discrete,
        masked: false)
    }
  }

  @Test func `endings at every step need no more side rows than transitions`() throws {
    let layout = try ReplayLayout(
      capacity: 6, environments: 2, observationSize: 3, actions: Self.discrete, masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 1)
    world.reset(&buffer)
    let empty = buffer.byteCount
    for _ in 0..<100 { world.step(&buffer) }
    #expect(buffer.byteCount == empty + 6 * layout.byteCountPerEnding)
  }

  @Test func `newest observations and masks are those written last`() throws {
    let layout = try ReplayLayout(
      capacity: 3, environments: 1, observationSize: 1, actions: Self.discrete, masked: true)
    var buffer = try ReplayBuffer(layout: layout)
    buffer.nextObservations[0] = 5
    buffer.begin(masks: [0, 1])
    for step in 0..<10 {
      #expect(buffer.newestObservations[0] == Float(5 + step))
      #expect(buffer.newestMasks?[0] == (step == 0 ? 0 : 1))
      buffer.nextObservations[0] = Float(6 + step)
      withUnsafePointer(to: Int32(0)) { action in
        buffer.append(
          actions: .discrete(action), rewards: [0], endings: [0], finalObservations: [0],
          masks: [1, 0])
      }
    }
  }
}
