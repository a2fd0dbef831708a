public import Randomness

// What worlds lay out their grids with. The order of the draws is MiniGrid's.
extension GridState {
  /// Puts a tile on the cells to the right of one, itself included.
  public mutating func layRow(
    x: Int, y: Int, length: Int, of tile: GridTile = .wall
  ) {
    for x in x..<x + length { self[x, y] = tile }
  }

  /// Puts a tile on the cells below one, itself included.
  public mutating func layColumn(
    x: Int, y: Int, length: Int, of tile: GridTile = .wall
  ) {
    for y in y..<y + length { self[x, y] = tile }
  }

  /// Puts walls along the inner edge of an area.
  public mutating func enclose(_ area: GridArea) {
    layRow(x: area.x, y: area.y, length: area.width)
    layRow(x: area.x, y: area.y + area.height - 1, length: area.width)
    layColumn(x: area.x, y: area.y, length: area.height)
    layColumn(x: area.x + area.width - 1, y: area.y, length: area.height)
  }

  /// Puts walls along the edge of the grid.
  public mutating func enclose() { enclose(area) }

  /// The whole grid.
  public var area: GridArea { GridArea(width: width, height: height) }

  /// Draws an empty cell of an area where the agent is not, and puts a tile there.
  ///
  /// Columns and rows are drawn until they fit, so there must be such a cell.
  ///
  /// - Parameters:
  ///   - tile: what is put there.
  ///   - random: what is drawn from.
  ///   - area: where to look; without one, the whole grid.
  ///   - isRefused: which cells to leave out.
  /// - Returns: the cell.
  @discardableResult
  public mutating func place(
    _ tile: GridTile, in area: GridArea? = nil, using random: inout PCG64,
    unless isRefused: (GridPoint) -> Bool = { _ in false }
  ) -> GridPoint {
    let area = area ?? self.area
    for _ in 0..<1_000_000 {
      let x = random.integer(in: area.x..<min(area.x + area.width, width))
      let y = random.integer(in: area.y..<min(area.y + area.height, height))
      let point = GridPoint(x, y)
      if self[point] == .empty && point != agent && !isRefused(point) {
        self[point] = tile
        return point
      }
    }
    preconditionFailure("there is no empty cell in \(area) for a \(tile)")
  }

  /// Puts the agent on a random empty cell of an area, looking in a random direction.
  public mutating func placeAgent(in area: GridArea? = nil, using random: inout PCG64) {
    agent = .nowhere
    agent = place(.empty, in: area, using: &random)
    heading = GridHeading(rawValue: UInt8(random.integer(below: 4))) ?? .right
  }

  /// Puts the agent on a cell.
  public mutating func putAgent(_ x: Int, _ y: Int, looking heading: GridHeading = .right) {
    agent = GridPoint(x, y)
    self.heading = heading
  }
}

extension PCG64 {
  /// A whole number from a range that is not empty: NumPy's `Generator.integers(low, high)`.
  public mutating func integer(in range: Range<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// An element of a list that is not empty, as MiniGrid draws one.
  public mutating func element<Element>(of list: [Element]) -> Element {
    list[integer(below: list.count)]
  }

  /// Brings a list into a random order: NumPy's `Generator.shuffle` of a list.
  ///
  /// From the end, each element is exchanged with one at or before its place. The place is drawn
  /// by masking 32 random bits until they are small enough.
  public mutating func shuffle<Element>(_ list: inout [Element]) {
    guard list.count > 1 else { return }
    for last in (1..<list.count).reversed() {
      let mask = UInt32.max >> UInt32(UInt32(last).leadingZeroBitCount)
      var other: UInt32
      repeat { other = nextWord() & mask } while other > UInt32(last)
      list.swapAt(last, Int(other))
    }
  }
}
