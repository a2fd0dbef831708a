import Environments
import Foundation
import HDF5Store
import Randomness
import Replay
import Testing

@Suite struct SavingTests {
  /// Writes a buffer to a file and reads it back into a new one.
  private func restored(_ buffer: borrowing ReplayBuffer) throws -> ReplayBuffer {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try HDF5File.create(at: path)
    try buffer.save(to: file.root.createGroup("replay"))
    try file.close()
    var copy = try ReplayBuffer(layout: buffer.layout)
    let reading = try HDF5File.open(path)
    try copy.restore(from: reading.root.group("replay"))
    try reading.close()
    return copy
  }

  @Test(arguments: 0..<60)
  func `a restored buffer goes on like one never interrupted`(seed: Int) throws {
    var random = Seeds(root: UInt64(seed))["layouts"]
    let layout = try ReplayLayout.random(using: &random)
    let endings = [0, 0.1, 0.5, 1][random.integer(below: 4)]
    var world = RandomWorld(layout, random: random, endingProbability: endings)
    var buffer = try ReplayBuffer(layout: layout)
    world.reset(&buffer)
    for _ in 0..<random.integer(below: 3 * layout.steps + 3) { world.step(&buffer) }

    var copy = try restored(buffer)
    var copyWorld = world
    #expect(copy.everything(discountFactor: 1) == buffer.everything(discountFactor: 1))
    for _ in 0..<2 * layout.steps + 1 {
      world.step(&buffer)
      copyWorld.step(&copy)
      #expect(copy.everything(discountFactor: 1) == buffer.everything(discountFactor: 1))
      #expect(
        copy.everything(discountFactor: 0.5)
          == world.kept.map { Sampled($0, discountFactor: 0.5) })
    }
  }

  @Test(arguments: 0..<60)
  func `a restored buffer draws what one never interrupted draws`(seed: Int) throws {
    var random = Seeds(root: UInt64(seed))["draws"]
    let environments = 1 + random.integer(below: 3)
    let layout = try ReplayLayout(
      capacity: environments + random.integer(below: 300), environments: environments,
      observationSize: 1, actions: .discrete(count: 3), masked: false,
      prioritization: Prioritization(exponent: 0.7), stateSize: random.integer(below: 3))
    var world = RandomWorld(layout, random: random, endingProbability: 0.1)
    var buffer = try ReplayBuffer(layout: layout)
    world.reset(&buffer)
    for _ in 0...random.integer(below: 3 * layout.steps) {
      world.step(&buffer)
      _ = try prioritized(&buffer, using: &random)
    }

    // Twice, because the second time the restored buffer's rows are other ones.
    for _ in 0..<2 {
      var copy = try restored(buffer)
      var (copyWorld, copyRandom) = (world, random)
      for _ in 0..<10 {
        let drawn = try prioritized(&buffer, using: &random)
        #expect(try prioritized(&copy, using: &copyRandom) == drawn)
        let sequences = buffer.sequences(count: 3, length: 1, using: &random)
        let copied = copy.sequences(count: 3, length: 1, using: &copyRandom)
        #expect(copied == sequences)
        world.step(&buffer)
        copyWorld.step(&copy)
      }
      buffer = copy
    }
  }

  /// Draws a batch and gives it random priorities; what was drawn, and its weights.
  private func prioritized(
    _ buffer: inout ReplayBuffer, using random: inout RandomStream
  ) throws -> [Float] {
    let memory = BatchMemory(buffer.layout, count: 20)
    var weights = [Float](repeating: .nan, count: 20)
    weights.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      buffer.samplePrioritized(
        20, discountFactor: 0.9, steps: 2, correction: 0.5, using: &random, into: memory.rows,
        weights: base)
    }
    let errors = weights.map { _ in 10 * random.uniform() - 5 as Float }
    try buffer.updatePriorities(errors: errors, count: 20)
    return weights + memory.transitions.flatMap { [$0.reward, $0.discount] + $0.next }
  }

  @Test func `a buffer that has not begun is restored as such`() throws {
    let layout = try ReplayLayout(
      capacity: 4, environments: 2, observationSize: 2, actions: .discrete(count: 2), masked: false)
    var copy = try restored(try ReplayBuffer(layout: layout))
    #expect(copy.count == 0)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 0.2)
    world.reset(&copy)
    world.step(&copy)
    #expect(copy.count == 2)
  }

  @Test func `a buffer of another layout is refused with both`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    func layout(_ capacity: Int) throws -> ReplayLayout {
      try ReplayLayout(
        capacity: capacity, environments: 2, observationSize: 2, actions: .discrete(count: 2),
        masked: false)
    }
    let file = try HDF5File.create(at: path)
    try ReplayBuffer(layout: layout(4)).save(to: file.root.createGroup("replay"))
    try file.close()
    let error = #expect(throws: ReplayError.self) {
      var other = try ReplayBuffer(layout: layout(6))
      try other.restore(from: HDF5File.open(path).root.group("replay"))
    }
    #expect(error?.description.contains("has 4 transitions of 2 environments") == true)
    #expect(error?.description.contains("needs 6 transitions of 2 environments") == true)
  }

  @Test func `the file holds no more than what is filled`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let layout = try ReplayLayout(
      capacity: 1_000_000, environments: 1, observationSize: 4, actions: .discrete(count: 2),
      masked: false)
    var buffer = try ReplayBuffer(layout: layout)
    var world = RandomWorld(layout, random: Seeds(root: 1)["world"], endingProbability: 0.1)
    world.reset(&buffer)
    for _ in 0..<100 { world.step(&buffer) }
    let file = try HDF5File.create(at: path)
    try buffer.save(to: file.root.createGroup("replay"))
    try file.close()
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect((size ?? .max) < 50_000)
  }
}
