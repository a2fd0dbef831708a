public import Environments
public import Randomness

/// An empty room with a goal in its lower right corner: MiniGrid-Empty.
///
/// The agent starts in the upper left corner, looking right, or at random. It sees through walls.
public struct EmptyRoom: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls.
  public var size: Int
  /// Whether the agent starts on a random cell, looking in a random direction.
  public var randomStart: Bool

  /// Makes the world of MiniGrid-Empty-8x8, or another one.
  public init(size: Int = 8, randomStart: Bool = false) {
    self.size = size
    self.randomStart = randomStart
  }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 4 * size * size }
  public var seesThroughWalls: Bool { true }

  public func mission(of state: State) -> String { "get to the green goal square" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    state[size - 2, size - 2] = .goal
    if randomStart {
      state.placeAgent(using: &random)
    } else {
      state.putAgent(1, 1)
    }
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("size", \.size, unit: "cells", 4...16),
      Setting("randomStart", \.randomStart),
    ] + gridSettings
  }
}
