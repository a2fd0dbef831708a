public import Environments
public import Randomness

/// A red door to be opened first and then a blue one: MiniGrid-RedBlueDoors.
///
/// A room with a red door in its left and a blue one in its right wall, in the middle of a grid
/// twice as wide. Which doors are open tells what was done before, but they cannot be seen at the
/// same time: the agent has to remember. The wrong order ends the episode without a reward.
public struct RedBlueDoors: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the room, in cells, with its walls.
  public var size: Int

  /// Makes the world of MiniGrid-RedBlueDoors-8x8, or of another size.
  public init(size: Int = 8) { self.size = size }

  public var width: Int { 2 * size }
  public var height: Int { size }
  public var standardLimit: Int { 20 * size * size }

  public func mission(of state: State) -> String { "open the red door then the blue door" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    let room = GridArea(x: size / 2, width: size, height: size)
    state.enclose(room)
    state.placeAgent(in: room, using: &random)
    state.target = GridPoint(room.x, random.integer(in: 1..<size - 1))
    state[state.target] = .door(.red)
    state.secondTarget = GridPoint(room.x + size - 1, random.integer(in: 1..<size - 1))
    state[state.secondTarget] = .door(.blue)
  }

  /// The first target is the red door, the second the blue one.
  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    if next[next.secondTarget].door == .open {
      return state[state.target].door == .open ? .success : .failure
    }
    let isWrongOrder =
      next[next.target].door == .open && state[state.secondTarget].door == .open
    return isWrongOrder ? .failure : usually
  }

  public func findTargets(in state: inout State, mission: String?) throws {
    func door(_ color: GridColor) throws -> GridPoint {
      let doors = state.points { $0.object == .door && $0.color == color }
      guard doors.count == 1 else {
        throw GridProblem("its grid has \(doors.count) \(color) doors, and there must be one")
      }
      return doors[0]
    }
    (state.target, state.secondTarget) = (try door(.red), try door(.blue))
  }

  public static var settings: [Setting<Self>] {
    [Setting("size", \.size, unit: "cells", 4...11)] + gridSettings
  }
}
