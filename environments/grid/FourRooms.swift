public import Environments
public import Randomness

/// Four rooms, joined by an opening in each of the walls between them: MiniGrid-FourRooms.
///
/// Sutton, Precup & Singh (1999), "Between MDPs and semi-MDPs". The openings, the agent and the
/// goal are at random places; an opening may hold the agent or the goal.
public struct FourRooms: GridWorld {
  public typealias Cells = GridCells<361>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls; an odd number.
  public var size: Int

  /// Makes the world of MiniGrid, or one of another size.
  public init(size: Int = 19) { self.size = size }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 100 }

  public func mission(of state: State) -> String { "reach the goal" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    let room = size / 2
    for top in [0, room] {
      for left in [0, room] {
        if left == 0 {
          state.layColumn(x: room, y: top, length: room)
          state[room, random.integer(in: top + 1..<top + room)] = .empty
        }
        if top == 0 {
          state.layRow(x: left, y: room, length: room)
          state[random.integer(in: left + 1..<left + room), room] = .empty
        }
      }
    }
    state.placeAgent(using: &random)
    state.place(.goal, using: &random)
  }

  public static var settings: [Setting<Self>] {
    [Setting("size", \.size, unit: "cells", 5...19)] + gridSettings
  }

  public func validate() throws {
    try validateGrid()
    guard size % 2 == 1 else {
      throw GridProblem("size must be odd, or the rooms differ, not \(size)")
    }
  }
}
