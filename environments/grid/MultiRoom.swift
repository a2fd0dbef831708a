public import Environments
public import Randomness

/// Rooms of random sizes in a row, with doors to open on the way to the goal: MiniGrid-MultiRoom.
///
/// Rooms are added one by one at a random wall of the one before, wherever they fit; if they run
/// out of room, all begins anew. The agent starts in the first room, the goal is in the last one.
public struct MultiRoom: GridWorld {
  public typealias Cells = GridCells<625>

  public var options = GridOptions()
  /// The fewest and the most rooms.
  public var minimumRooms: Int
  /// The most rooms that there are.
  public var maximumRooms: Int
  /// The longest side of a room, in cells, with its walls; the shortest is 4.
  public var maximumRoomSize: Int

  /// Makes the world of MiniGrid-MultiRoom-N6, or another one.
  public init(rooms: ClosedRange<Int> = 6...6, maximumRoomSize: Int = 10) {
    minimumRooms = rooms.lowerBound
    maximumRooms = rooms.upperBound
    self.maximumRoomSize = maximumRoomSize
  }

  public var width: Int { 25 }
  public var height: Int { 25 }
  public var standardLimit: Int { 20 * maximumRooms }

  public func mission(of state: State) -> String { "traverse the rooms to get to the goal" }

  /// A room and the door through which it is entered.
  private struct Room {
    var area: GridArea
    var entry: GridPoint
  }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    let count = random.integer(in: minimumRooms..<maximumRooms + 1)
    var rooms: [Room] = []
    while rooms.count < count {
      var attempt: [Room] = []
      let corner = GridPoint(
        random.integer(below: width - 2), random.integer(below: width - 2))
      addRooms(count, to: &attempt, entry: corner, through: .left, using: &random)
      if attempt.count > rooms.count { rooms = attempt }
    }

    var lastColor: GridColor?
    for (index, room) in rooms.enumerated() {
      state.enclose(room.area)
      if index > 0 {
        let color = random.element(of: GridColor.alphabetical.filter { $0 != lastColor })
        state[room.entry] = .door(color)
        lastColor = color
      }
    }
    state.placeAgent(in: rooms.first?.area, using: &random)
    state.place(.goal, in: rooms.last?.area, using: &random)
  }

  /// Adds up to `count` rooms, the first of which is entered through one of its walls.
  ///
  /// - Returns: whether there was place for the first one.
  @discardableResult
  private func addRooms(
    _ count: Int, to rooms: inout [Room], entry: GridPoint, through wall: GridHeading,
    using random: inout PCG64
  ) -> Bool {
    let area = drawArea(
      entry: entry, through: wall, isFirst: rooms.isEmpty, using: &random)
    guard area.x >= 0, area.y >= 0, area.x + area.width <= width, area.y + area.height < height
    else { return false }
    // The room before this one shares a wall with it.
    guard !rooms.dropLast().contains(where: { overlap(area, $0.area) }) else { return false }
    rooms.append(Room(area: area, entry: entry))
    if count == 1 { return true }

    for _ in 0..<8 {
      let walls = [GridHeading.right, .down, .left, .up].filter { $0 != wall }
      let exitWall = random.element(of: walls)
      let exit = drawExit(of: area, in: exitWall, using: &random)
      let opposite = exitWall.turnedLeft.turnedLeft
      if addRooms(count - 1, to: &rooms, entry: exit, through: opposite, using: &random) { break }
    }
    return true
  }

  /// A room of random size with a door in one of its walls; the first has a corner there instead.
  private func drawArea(
    entry: GridPoint, through wall: GridHeading, isFirst: Bool, using random: inout PCG64
  ) -> GridArea {
    let width = random.integer(in: 4..<maximumRoomSize + 1)
    let height = random.integer(in: 4..<maximumRoomSize + 1)
    var area = GridArea(x: entry.x, y: entry.y, width: width, height: height)
    if isFirst { return area }
    switch wall {
    case .right, .left: area.y = random.integer(in: entry.y - height + 2..<entry.y)
    case .down, .up: area.x = random.integer(in: entry.x - width + 2..<entry.x)
    }
    if wall == .right { area.x -= width - 1 }
    if wall == .down { area.y -= height - 1 }
    return area
  }

  /// A cell of a wall that is no corner.
  private func drawExit(
    of area: GridArea, in wall: GridHeading, using random: inout PCG64
  ) -> GridPoint {
    switch wall {
    case .right, .left:
      GridPoint(
        wall == .left ? area.x : area.x + area.width - 1,
        area.y + random.integer(in: 1..<area.height - 1))
    case .down, .up:
      GridPoint(
        area.x + random.integer(in: 1..<area.width - 1),
        wall == .up ? area.y : area.y + area.height - 1)
    }
  }

  private func overlap(_ new: GridArea, _ old: GridArea) -> Bool {
    new.x + new.width >= old.x && old.x + old.width > new.x
      && new.y + new.height >= old.y && old.y + old.height > new.y
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("minimumRooms", \.minimumRooms, 1...8),
      Setting("maximumRooms", \.maximumRooms, 1...8),
      Setting("maximumRoomSize", \.maximumRoomSize, unit: "cells", 4...10),
    ] + gridSettings
  }

  public func validate() throws {
    try validateGrid()
    guard minimumRooms <= maximumRooms else {
      throw GridProblem(
        "minimumRooms must be at most maximumRooms, \(maximumRooms), not \(minimumRooms)")
    }
  }
}
