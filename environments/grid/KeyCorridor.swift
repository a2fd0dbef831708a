public import Environments
public import Randomness

/// A ball behind a locked door, whose key lies in another room: MiniGrid-KeyCorridor.
///
/// A hallway with rooms on both sides. The locked door leads to one on the right, with the ball of
/// the color that the mission names; the key is in one on the left. The other doors are random. The
/// episode ends when the ball is picked up, for which the key must be dropped.
public struct KeyCorridor: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of a room, in cells, with its walls.
  public var roomSize: Int
  /// The number of rooms on each side of the hallway.
  public var rows: Int

  /// Makes the world of MiniGrid-KeyCorridorS6R3, or another one.
  public init(roomSize: Int = 6, rows: Int = 3) {
    self.roomSize = roomSize
    self.rows = rows
  }

  public var width: Int { 3 * (roomSize - 1) + 1 }
  public var height: Int { rows * (roomSize - 1) + 1 }
  public var standardLimit: Int { 30 * roomSize * roomSize }
  public static var missionParts: [GridMissionPart] { [.color] }

  public func mission(of state: State) -> String { "pick up the \(state.mission.color) ball" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    var rooms = RoomGrid(columns: 3, rows: rows, roomSize: roomSize, in: &state, using: &random)
    for row in 1..<max(1, rows) { rooms.removeUpperWall(1, row, in: &state) }

    let ballRow = random.integer(below: rows)
    let doorColor = random.element(of: GridColor.alphabetical)
    rooms.addDoor(2, ballRow, .left, doorColor, isLocked: true, in: &state)
    state.mission = .ball(random.element(of: GridColor.alphabetical))
    rooms.place(state.mission, 2, ballRow, in: &state, using: &random)

    let keyRow = random.integer(below: rows)
    rooms.place(.key(doorColor), 0, keyRow, in: &state, using: &random)
    rooms.placeAgent(1, rows / 2, in: &state, using: &random)
    rooms.connectAll(in: &state, using: &random)
  }

  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    action == .pickUp && next.carrying == next.mission ? .success : usually
  }

  public func findTargets(in state: inout State, mission: String?) throws {
    let balls = (state.points.map { state[$0] } + [state.carrying]).filter { $0.object == .ball }
    if let mission {
      let words = mission.split(separator: " ")
      guard words.count == 5, words[4] == "ball", let color = GridColor(name: words[3]) else {
        throw GridProblem("its mission must say which ball: \"pick up the red ball\"")
      }
      state.mission = .ball(color)
    } else if balls.count == 1 {
      state.mission = balls[0]
    }
    guard balls.filter({ $0 == state.mission }).count == 1 else {
      throw GridProblem(
        "its grid must have one ball that its mission names, such as \"pick up the red ball\"")
    }
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("roomSize", \.roomSize, unit: "cells", 3...6),
      Setting("rows", \.rows, 1...7),
    ] + gridSettings
  }
}
