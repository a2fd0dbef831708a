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
