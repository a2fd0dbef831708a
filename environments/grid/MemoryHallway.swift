public import Environments
public import Randomness

/// A hallway to a fork with a key and a ball, one of which was seen at the start: MiniGrid-Memory.
///
/// The agent must go to the cell beside the object like the one in the room at the hallway's left
/// end; the cell beside the other object ends the episode without a reward. Nothing can be picked
/// up. The agent starts anywhere in the room or the hallway, looking right.
public struct MemoryHallway: GridWorld {
  public typealias Cells = GridCells<289>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls; an odd number.
  public var size: Int
  /// Whether the hallway's length is random; otherwise it is as long as fits.
  public var randomLength: Bool

  /// Makes the world of MiniGrid-MemoryS17Random, or another one.
  public init(size: Int = 17, randomLength: Bool = true) {
    self.size = size
    self.randomLength = randomLength
  }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 5 * size * size }

  public func mission(of state: State) -> String {
    "go to the matching object at the end of the hallway"
  }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    let middle = size / 2
    let end = randomLength ? random.integer(in: 4..<size - 2) : size - 3
    for y in [middle - 2, middle + 2] { state.layRow(x: 1, y: y, length: 4) }
    for y in [middle - 1, middle + 1] { state.layRow(x: 4, y: y, length: max(1, end - 4)) }
    for x in [end, end + 2] { state.layColumn(x: x, y: 0, length: size) }
    state[end, middle] = .empty

    state.putAgent(random.integer(in: 1..<end + 1), middle)
    let cue = random.element(of: [GridTile.key(.green), .ball(.green)])
    let isKeyBelow = random.integer(below: 2) == 0
    state[1, middle - 1] = cue
    state[end + 1, middle - 2] = isKeyBelow ? .ball(.green) : .key(.green)
    state[end + 1, middle + 2] = isKeyBelow ? .key(.green) : .ball(.green)
    setTargets(of: &state, column: end + 1)
  }

  /// The first target is the cell beside the matching object, the second beside the other one.
  private func setTargets(of state: inout State, column: Int) {
    let middle = state.height / 2
    let isMatchAbove = state[1, middle - 1] == state[column, middle - 2]
    state.target = GridPoint(column, isMatchAbove ? middle - 1 : middle + 1)
    state.secondTarget = GridPoint(column, isMatchAbove ? middle + 1 : middle - 1)
  }

  public func meaning(of action: GridAction) -> GridAction { action == .pickUp ? .toggle : action }

  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    if next.agent == next.target { return .success }
    return next.agent == next.secondTarget ? .failure : usually
  }

  public func findTargets(in state: inout State, mission: String?) throws {
    let middle = state.height / 2
    let column = (2..<max(2, state.width)).first {
      state[$0, middle - 2].canBeCarried && state[$0, middle + 2].canBeCarried
    }
    guard let column, state[1, middle - 1].canBeCarried else {
      throw GridProblem(
        "its grid lacks the object at [1, \(middle - 1)] or the two at the hallway's end, in rows "
          + "\(middle - 2) and \(middle + 2)")
    }
    setTargets(of: &state, column: column)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("size", \.size, unit: "cells", 7...17),
      Setting("randomLength", \.randomLength),
    ] + gridSettings
  }

  public func validate() throws {
    try validateGrid()
    guard size % 2 == 1 else { throw GridProblem("size must be odd, not \(size)") }
  }
}
