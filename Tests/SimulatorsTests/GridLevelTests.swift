import Environments
import Randomness
import Simulators
import Testing

@Suite struct GridLevelTests {
  @Test(arguments: gridWorlds)
  func `a thousand levels can be made again and solved`(id: String) throws {
    try expectSolvable(gridWorld(id))
  }

  private func expectSolvable<World: GridWorld>(_ world: World) throws {
    for seed in 0..<1000 as Range<UInt64> {
      let state = world.firstState(seed: seed)
      var solver = GridSolver(world, state)
      let isSolved = solver.solves()
      try #require(isSolved, "seed \(seed)")
      if seed.isMultiple(of: 10) {
        let again = world.firstState(seed: seed)
        try #require(world.describe(again) == world.describe(state))
      }
    }
  }

  /// The smallest and the largest worlds that settings allow, with as many rooms as there may be.
  @Test(
    arguments: [
      ("Empty-8x8", ["size": 4]), ("Empty-8x8", ["size": 16, "randomStart": 1]),
      ("DoorKey-8x8", ["size": 5]), ("DoorKey-8x8", ["size": 16]), ("FourRooms", ["size": 5]),
      ("FourRooms", ["size": 7]), ("Unlock", ["roomSize": 4]), ("Unlock", ["roomSize": 11]),
      ("LavaGapS7", ["size": 16]), ("SimpleCrossingS9N1", ["size": 5, "crossings": 2]),
      ("LavaCrossingS9N1", ["size": 15, "crossings": 12]),
      ("DistShift1", ["width": 7, "height": 5, "secondStripRow": 3]),
      ("DistShift1", ["width": 16, "height": 16, "secondStripRow": 14]),
      ("MultiRoom-N6", ["minimumRooms": 1, "maximumRooms": 8]),
      ("MultiRoom-N6", ["minimumRooms": 8, "maximumRooms": 8]),
      ("MultiRoom-N6", ["minimumRooms": 8, "maximumRooms": 8, "maximumRoomSize": 4]),
      ("KeyCorridorS3R1", ["rows": 7]), ("KeyCorridorS6R3", ["rows": 2]),
      ("RedBlueDoors-6x6", ["size": 4]), ("RedBlueDoors-6x6", ["size": 11]),
      ("MemoryS7", ["randomLength": 1]), ("MemoryS7", ["size": 17]), ("GoToDoor-5x5", ["size": 16]),
    ] as [(String, [String: SettingValue])])
  func `levels of other sizes can be solved`(
    name: String, settings: [String: SettingValue]
  ) throws {
    func expect<World: GridWorld>(_ world: World) throws {
      for seed in 0..<100 as Range<UInt64> {
        var solver = GridSolver(world, world.firstState(seed: seed))
        let isSolved = solver.solves()
        try #require(isSolved, "seed \(seed)")
      }
    }
    try expect(gridWorld("MiniGrid-\(name)-v0", settings: settings))
  }
}
