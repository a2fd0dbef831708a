public import Environments
public import Randomness

/// A wall of lava with a gap, between the agent and the goal: MiniGrid-LavaGap.
///
/// The agent starts in the upper left corner; column and row of the gap are random. Lava ends the
/// episode without a reward.
public struct LavaGap: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls.
  public var size: Int

  /// Makes the world of MiniGrid-LavaGapS7, or of another size.
  public init(size: Int = 7) { self.size = size }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 4 * size * size }

  public func mission(of state: State) -> String {
    "avoid the lava and get to the green goal square"
  }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    state.putAgent(1, 1)
    state[size - 2, size - 2] = .goal
    let column = random.integer(in: 2..<size - 2)
    let row = random.integer(in: 1..<size - 1)
    state.layColumn(x: column, y: 1, length: size - 2, of: .lava)
    state[column, row] = .empty
  }

  public static var settings: [Setting<Self>] {
    [Setting("size", \.size, unit: "cells", 5...16)] + gridSettings
  }
}
