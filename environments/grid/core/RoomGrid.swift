public import Randomness

/// Square rooms side by side that share walls, as MiniGrid's `RoomGrid` makes them.
///
/// A room is given by its column and row, a wall by the side of the room that it is on.
public struct RoomGrid<Cells: GridStorage> {
  /// A side of a room.
  public typealias Side = GridHeading

  /// How many rooms there are.
  public let columns, rows: Int
  /// The side of a room, in cells, with its walls.
  public let roomSize: Int
  /// Where a door would be in each wall that two rooms share, by room and side.
  private var doorPoints: [GridPoint?]
  /// Whether one can pass, by room and side.
  private var passages: [Bool]
  /// Which rooms are behind a locked door.
  private var locked: [Bool]

  /// Lays out the walls, draws where doors will be, and puts the agent into the middle.
  ///
  /// The grid has `columns·(roomSize - 1) + 1` columns, and rows likewise.
  public init(
    columns: Int, rows: Int, roomSize: Int, in state: inout GridState<Cells>,
    using random: inout PCG64
  ) {
    self.columns = columns
    self.rows = rows
    self.roomSize = roomSize
    let pitch = roomSize - 1
    doorPoints = Array(repeating: nil, count: 4 * columns * rows)
    passages = Array(repeating: false, count: 4 * columns * rows)
    locked = Array(repeating: false, count: columns * rows)

    for row in 0..<rows {
      for column in 0..<columns { state.enclose(area(column, row)) }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let (x, y) = (column * pitch, row * pitch)
        if column < columns - 1 {
          let point = GridPoint(x + pitch, random.integer(in: y + 1..<y + pitch))
          doorPoints[index(column, row, .right)] = point
          doorPoints[index(column + 1, row, .left)] = point
        }
        if row < rows - 1 {
          let point = GridPoint(random.integer(in: x + 1..<x + pitch), y + pitch)
          doorPoints[index(column, row, .down)] = point
          doorPoints[index(column, row + 1, .up)] = point
        }
      }
    }
    state.putAgent(
      columns / 2 * pitch + roomSize / 2, rows / 2 * pitch + roomSize / 2)
  }

  /// The cells of a room, with its walls.
  public func area(_ column: Int, _ row: Int) -> GridArea {
    GridArea(
      x: column * (roomSize - 1), y: row * (roomSize - 1), width: roomSize, height: roomSize)
  }

  private func index(_ column: Int, _ row: Int, _ side: Side) -> Int {
    4 * (row * columns + column) + Int(side.rawValue)
  }

  /// The same wall, seen from the room beyond it.
  private func beyond(_ column: Int, _ row: Int, _ side: Side) -> (Int, Int, Side) {
    (column + side.step.x, row + side.step.y, side.turnedLeft.turnedLeft)
  }

  private mutating func open(_ column: Int, _ row: Int, _ side: Side) {
    let (nextColumn, nextRow, nextSide) = beyond(column, row, side)
    passages[index(column, row, side)] = true
    passages[index(nextColumn, nextRow, nextSide)] = true
  }

  /// Puts a door into a wall that two rooms share.
  ///
  /// - Parameters:
  ///   - column: the room's column.
  ///   - row: the room's row.
  ///   - side: the wall.
  ///   - color: the door's color.
  ///   - state: the grid that it is put into.
  ///   - isLocked: whether it is locked, and the room thereby shut off.
  public mutating func addDoor(
    _ column: Int, _ row: Int, _ side: Side, _ color: GridColor, isLocked: Bool,
    in state: inout GridState<Cells>
  ) {
    guard let point = doorPoints[index(column, row, side)] else {
      preconditionFailure("there is no room beyond this wall")
    }
    locked[row * columns + column] = isLocked
    state[point] = .door(color, isLocked ? .locked : .closed)
    open(column, row, side)
  }

  /// Takes away the wall above a room, up to its ends.
  public mutating func removeUpperWall(
    _ column: Int, _ row: Int, in state: inout GridState<Cells>
  ) {
    let area = area(column, row)
    state.layRow(x: area.x + 1, y: area.y, length: roomSize - 2, of: .empty)
    open(column, row, .up)
  }

  /// Puts an object onto a random cell of a room, not beside the agent.
  public func place(
    _ tile: GridTile, _ column: Int, _ row: Int, in state: inout GridState<Cells>,
    using random: inout PCG64
  ) {
    let agent = state.agent
    state.place(tile, in: area(column, row), using: &random) { $0.distance(to: agent) < 2 }
  }

  /// Puts the agent onto a random cell of a room, with nothing but a wall right before it.
  public func placeAgent(
    _ column: Int, _ row: Int, in state: inout GridState<Cells>, using random: inout PCG64
  ) {
    repeat {
      state.placeAgent(in: area(column, row), using: &random)
    } while state[state.front] != .empty && state[state.front].object != .wall
  }

  /// Adds doors to random walls until every room can be reached from the agent's.
  public mutating func connectAll(
    in state: inout GridState<Cells>, using random: inout PCG64
  ) {
    while !areAllReached(from: state.agent) {
      let column = random.integer(below: columns)
      let row = random.integer(below: rows)
      let side = Side(rawValue: UInt8(random.integer(below: 4))) ?? .right
      let wall = index(column, row, side)
      guard doorPoints[wall] != nil, !passages[wall] else { continue }
      let (nextColumn, nextRow, _) = beyond(column, row, side)
      if locked[row * columns + column] || locked[nextRow * columns + nextColumn] { continue }
      let color = random.element(of: GridColor.alphabetical)
      addDoor(column, row, side, color, isLocked: false, in: &state)
    }
  }

  private func areAllReached(from point: GridPoint) -> Bool {
    var waiting = [(point.x / (roomSize - 1), point.y / (roomSize - 1))]
    var reached = Array(repeating: false, count: columns * rows)
    while let (column, row) = waiting.popLast() {
      if reached[row * columns + column] { continue }
      reached[row * columns + column] = true
      for side in [Side.right, .down, .left, .up] where passages[index(column, row, side)] {
        let (nextColumn, nextRow, _) = beyond(column, row, side)
        waiting.append((nextColumn, nextRow))
      }
    }
    return !reached.contains(false)
  }
}
