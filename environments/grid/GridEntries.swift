import Environments

/// Grid worlds, as MiniGrid registers them.
let gridEntries: [EnvironmentEntry] =
  emptyRooms + doorKeys + crossings + keyCorridors + memories
  + [
    entry("FourRooms", FourRooms(), "reach the goal in one of four rooms"),
    entry("Unlock", Unlock(), "fetch the key and open the door"),
    entry("LavaGapS5", LavaGap(size: 5), "reach the goal through a gap in a wall of lava"),
    entry("LavaGapS6", LavaGap(size: 6), "a larger MiniGrid-LavaGapS5-v0"),
    entry("LavaGapS7", LavaGap(size: 7), "a larger MiniGrid-LavaGapS5-v0"),
    entry("DistShift1", DistShift(secondStripRow: 2), "reach the goal around strips of lava"),
    entry("DistShift2", DistShift(secondStripRow: 5), "MiniGrid-DistShift1-v0 for testing"),
    entry(
      "MultiRoom-N2-S4", MultiRoom(rooms: 2...2, maximumRoomSize: 4),
      "reach the goal through two small rooms"),
    // The id says four rooms, but MiniGrid makes six: a mistake that it keeps in version 0.
    entry(
      "MultiRoom-N4-S5", MultiRoom(rooms: 6...6, maximumRoomSize: 5),
      "reach the goal through six small rooms"),
    entry(
      "MultiRoom-N4-S5", version: 1, MultiRoom(rooms: 4...4, maximumRoomSize: 5),
      "reach the goal through four small rooms"),
    entry("MultiRoom-N6", MultiRoom(), "reach the goal through six rooms"),
    entry("RedBlueDoors-6x6", RedBlueDoors(size: 6), "open the red door, then the blue one"),
    entry("RedBlueDoors-8x8", RedBlueDoors(size: 8), "a larger MiniGrid-RedBlueDoors-6x6-v0"),
    entry("GoToDoor-5x5", GoToDoor(size: 5), "go to the door of the color that is named"),
    entry("GoToDoor-6x6", GoToDoor(size: 6), "a larger MiniGrid-GoToDoor-5x5-v0"),
    entry("GoToDoor-8x8", GoToDoor(size: 8), "a larger MiniGrid-GoToDoor-5x5-v0"),
  ]

private let emptyRooms = [
  entry("Empty-5x5", EmptyRoom(size: 5), "reach the goal in an empty room"),
  entry("Empty-Random-5x5", EmptyRoom(size: 5, randomStart: true), "the same from anywhere"),
  entry("Empty-6x6", EmptyRoom(size: 6), "a larger MiniGrid-Empty-5x5-v0"),
  entry("Empty-Random-6x6", EmptyRoom(size: 6, randomStart: true), "the same from anywhere"),
  entry("Empty-8x8", EmptyRoom(size: 8), "a larger MiniGrid-Empty-5x5-v0"),
  entry("Empty-16x16", EmptyRoom(size: 16), "a larger MiniGrid-Empty-5x5-v0"),
]

private let doorKeys = [5, 6, 8, 16].map { size in
  entry(
    "DoorKey-\(size)x\(size)", DoorKey(size: size), "fetch the key, open the door, reach the goal")
}

private let crossings = [false, true].flatMap { lava in
  [(9, 1), (9, 2), (9, 3), (11, 5)].map { size, count in
    entry(
      "\(lava ? "Lava" : "Simple")CrossingS\(size)N\(count)",
      Crossing(size: size, crossings: count, lava: lava),
      lava ? "reach the goal across rivers of lava" : "reach the goal through walls with gaps")
  }
}

private let keyCorridors = [(3, 1), (3, 2), (3, 3), (4, 3), (5, 3), (6, 3)].map { size, rows in
  entry(
    "KeyCorridorS\(size)R\(rows)", KeyCorridor(roomSize: size, rows: rows),
    "find the key, open the locked room, pick up the ball")
}

private let memories =
  [7, 9, 11, 13].map { size in
    entry(
      "MemoryS\(size)", MemoryHallway(size: size, randomLength: false),
      "go to the object that was seen at the start")
  }
  + [13, 17].map { size in
    entry(
      "MemoryS\(size)Random", MemoryHallway(size: size),
      "go to the object that was seen, along a hallway of any length")
  }

/// A world has its own time limit, which its rewards depend on.
@inline(__always)
private func entry<World: GridWorld>(
  _ name: String, version: Int = 0, _ world: World, _ summary: String
) -> EnvironmentEntry {
  EnvironmentEntry("MiniGrid-\(name)-v\(version)", world, summary: summary, maximumSteps: nil)
}
