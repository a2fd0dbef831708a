public import Environments
public import Randomness

/// A goal behind a locked door, whose key lies on the agent's side.
///
/// MiniGrid-DoorKey: a wall at a random column with a yellow door at a random row; the agent and
/// the key on random cells left of it; the goal in the lower right corner.
public struct DoorKey: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls.
  public var size: Int

  /// Makes the world of MiniGrid-DoorKey-8x8, or of another size.
  public init(size: Int = 8) { self.size = size }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 10 * size * size }

  public func mission(of state: State) -> String {
    "use the key to open the door and then get to the goal"
  }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    state[size - 2, size - 2] = .goal
    let split = random.integer(in: 2..<size - 2)
    state.layColumn(x: split, y: 0, length: size)
    let left = GridArea(width: split, height: size)
    state.placeAgent(in: left, using: &random)
    state[split, random.integer(in: 1..<size - 2)] = .door(.yellow, .locked)
    state.place(.key(.yellow), in: left, using: &random)
  }

  public static var settings: [Setting<Self>] {
    [Setting("size", \.size, unit: "cells", 5...16)] + gridSettings
  }
}
