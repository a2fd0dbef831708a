public import Environments
public import Randomness

/// Rivers of lava, or walls, each with one crossing: MiniGrid-LavaCrossing and -SimpleCrossing.
///
/// Rivers run along random even columns and rows from wall to wall. A random walk from the agent's
/// corner to the goal's decides where they are opened, so that there is always a way.
public struct Crossing: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the grid, in cells, with its walls; an odd number.
  public var size: Int
  /// How many rivers there are.
  public var crossings: Int
  /// Whether the rivers are lava; otherwise they are walls.
  public var lava: Bool

  /// Makes the world of MiniGrid-LavaCrossingS9N1, or another one.
  public init(size: Int = 9, crossings: Int = 1, lava: Bool = true) {
    self.size = size
    self.crossings = crossings
    self.lava = lava
  }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 4 * size * size }

  public func mission(of state: State) -> String {
    lava
      ? "avoid the lava and get to the green goal square"
      : "find the opening and get to the green goal square"
  }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    state.putAgent(1, 1)
    state[size - 2, size - 2] = .goal

    let places = Array(stride(from: 2, to: size - 2, by: 2))
    var rivers = places.map { (isColumn: true, place: $0) }
    rivers += places.map { (isColumn: false, place: $0) }
    random.shuffle(&rivers)
    let chosen = rivers.prefix(crossings)
    let columns = chosen.filter(\.isColumn).map(\.place).sorted()
    let rows = chosen.filter { !$0.isColumn }.map(\.place).sorted()
    let river = lava ? GridTile.lava : .wall
    for y in rows { state.layRow(x: 1, y: y, length: size - 2, of: river) }
    for x in columns { state.layColumn(x: x, y: 1, length: size - 2, of: river) }

    // The walk goes from room to room, to the right across a column or down across a row.
    var isAcrossColumn = columns.map { _ in true } + rows.map { _ in false }
    random.shuffle(&isAcrossColumn)
    let xs = [0] + columns + [size - 1]
    let ys = [0] + rows + [size - 1]
    var (i, j) = (0, 0)
    for goesRight in isAcrossColumn {
      if goesRight {
        state[xs[i + 1], random.integer(in: ys[j] + 1..<ys[j + 1])] = .empty
        i += 1
      } else {
        state[random.integer(in: xs[i] + 1..<xs[i + 1]), ys[j + 1]] = .empty
        j += 1
      }
    }
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("size", \.size, unit: "cells", 5...15),
      Setting("crossings", \.crossings, 1...12),
      Setting("lava", \.lava),
    ] + gridSettings
  }

  public func validate() throws {
    try validateGrid()
    guard size % 2 == 1 else { throw GridProblem("size must be odd, not \(size)") }
    guard crossings <= size - 3 else {
      throw GridProblem(
        "size \(size) has room for \(size - 3) crossings, not \(crossings)")
    }
  }
}
