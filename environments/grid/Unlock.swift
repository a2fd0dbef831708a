public import Environments
public import Randomness

/// A locked door, to be opened with the key that lies in the agent's room: MiniGrid-Unlock.
///
/// Two rooms with a door of a random color between them. The episode ends when it is opened.
public struct Unlock: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of a room, in cells, with its walls.
  public var roomSize: Int

  /// Makes the world of MiniGrid, or one with other rooms.
  public init(roomSize: Int = 6) { self.roomSize = roomSize }

  public var width: Int { 2 * roomSize - 1 }
  public var height: Int { roomSize }
  public var standardLimit: Int { 8 * roomSize * roomSize }

  public func mission(of state: State) -> String { "open the door" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    var rooms = RoomGrid(columns: 2, rows: 1, roomSize: roomSize, in: &state, using: &random)
    let color = random.element(of: GridColor.alphabetical)
    rooms.addDoor(0, 0, .right, color, isLocked: true, in: &state)
    rooms.place(.key(color), 0, 0, in: &state, using: &random)
    rooms.placeAgent(0, 0, in: &state, using: &random)
    state.target = state.points { $0.object == .door }.first ?? .nowhere
  }

  /// The target is the door.
  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    action == .toggle && next[next.target].door == .open ? .success : usually
  }

  public func findTargets(in state: inout State, mission: String?) throws {
    let doors = state.points { $0.object == .door }
    guard doors.count == 1 else {
      throw GridProblem("its grid has \(doors.count) doors, and there must be one to open")
    }
    state.target = doors[0]
  }

  public static var settings: [Setting<Self>] {
    [Setting("roomSize", \.roomSize, unit: "cells", 4...11)] + gridSettings
  }
}
