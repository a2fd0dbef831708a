/// The square of cells that an agent sees: it stands in the middle of the lower edge, looking up.
///
/// Sight spreads as in MiniGrid's `process_vis`: row by row away from the agent, in each row first
/// to the right, then to the left, through cells that let light pass; each of these also lights the
/// cells ahead of it and ahead of the neighbor it spread to.
///
/// A view reads the cells of a state in place, so it is valid only inside `GridState.withView`.
public struct GridView {
  /// The largest side, in cells: a row is kept in 32 bits.
  @inlinable public static var largestSize: Int { 31 }

  /// The side of the square, in cells.
  public let size: Int
  /// Which cells of a row can be seen, bit by bit from the left; row 0 is the agent's.
  @usableFromInline let rows: UnsafeMutableBufferPointer<UInt32>

  // The cell in column `side` of the row `ahead` of the agent's is at `origin + ahead·forward +
  // side·rightward`, if `ahead` is below `depth` and `side` is in `columns`; all others are wall.
  @usableFromInline let tiles: UnsafeBufferPointer<GridTile>
  @usableFromInline let origin, forward, rightward, depth: Int
  @usableFromInline let columns: Range<Int>

  /// Places the square before the agent; nothing is seen yet.
  @inlinable @inline(__always)
  init<Cells>(
    size: Int, of state: GridState<Cells>, tiles: UnsafeBufferPointer<GridTile>,
    rows: UnsafeMutableBufferPointer<UInt32>
  ) {
    let (width, height, agent) = (state.width, state.height, state.agent)
    let (west, north) = (agent.x, agent.y)
    let (east, south) = (width &- 1 &- west, height &- 1 &- north)
    let (ahead, left, right): (Int, Int, Int)
    switch state.heading {
    case .right: (ahead, left, right, forward, rightward) = (east, north, south, 1, width)
    case .down: (ahead, left, right, forward, rightward) = (south, east, west, width, -1)
    case .left: (ahead, left, right, forward, rightward) = (west, south, north, -1, 0 &- width)
    case .up: (ahead, left, right, forward, rightward) = (north, west, east, 0 &- width, 1)
    }
    self.size = size
    self.tiles = tiles
    self.rows = rows
    let middle = size / 2
    depth = min(size, ahead &+ 1)
    columns = max(0, middle &- left)..<min(size, middle &+ right &+ 1)
    origin = north &* width &+ west &- middle &* rightward
  }

  /// Lets everything be seen, or what is not hidden.
  @inlinable @inline(__always)
  func light(throughWalls: Bool) {
    let all = UInt32.max >> UInt32(truncatingIfNeeded: 32 &- size)
    rows.update(repeating: throughWalls ? all : 0)
    if throughWalls { return }
    var seen: UInt32 = 1 << UInt32(truncatingIfNeeded: size / 2)
    var ahead = 0
    while ahead < size && seen != 0 {
      let clear = transparentCells(ahead)
      let toRight = spread(seen & clear, through: clear) { $0 << $1 } & (all >> 1)
      seen |= toRight << 1
      let toLeft = spread(seen & clear, through: clear) { $0 >> $1 } & ~1
      rows[ahead] = seen | toLeft >> 1
      seen = toRight | toRight << 1 | toLeft | toLeft >> 1
      ahead &+= 1
    }
  }

  /// The cells of a row that light passes, bit by bit.
  @inlinable @inline(__always)
  func transparentCells(_ ahead: Int) -> UInt32 {
    guard ahead < depth else { return 0 }
    var bits: UInt32 = 0
    var bit: UInt32 = 1 << UInt32(truncatingIfNeeded: columns.lowerBound)
    var index = origin &+ ahead &* forward &+ columns.lowerBound &* rightward
    for _ in columns {
      bits |= tiles[index].isTransparent ? bit : 0
      bit <<= 1
      index &+= rightward
    }
    return bits
  }

  /// The clear cells that are reached from `start` over clear cells in one direction.
  @inlinable @inline(__always)
  func spread(
    _ start: UInt32, through clear: UInt32, _ shifted: (UInt32, UInt32) -> UInt32
  ) -> UInt32 {
    var (reached, clear) = (start, clear)
    var distance: UInt32 = 1
    while distance < size {
      reached |= clear & shifted(reached, distance)
      clear &= shifted(clear, distance)
      distance &*= 2
    }
    return reached
  }

  /// What is seen in a column of the square, from the farthest cell to the agent's row.
  @inlinable @inline(__always)
  func forEachTile(ofColumn column: Int, _ body: (GridTile) -> Void) {
    let depth = columns ~= column ? depth : 0
    let bit = UInt32(truncatingIfNeeded: column)
    var index = origin &+ column &* rightward &+ size &* forward
    var ahead = size
    while ahead > 0 {
      ahead &-= 1
      index &-= forward
      let tile = ahead < depth ? tiles[index] : GridTile.wall
      let isSeen = UInt8(truncatingIfNeeded: rows[ahead] >> bit & 1)
      body(GridTile(code: tile.code & (0 &- isSeen)))
    }
  }
}

extension GridState {
  /// Looks at what the agent sees.
  ///
  /// - Parameters:
  ///   - size: the side of the square, odd and from 3 to `GridView.largestSize`.
  ///   - throughWalls: whether nothing hides what is behind it.
  @inlinable @inline(__always)
  func withView<Result>(
    size: Int, throughWalls: Bool, _ body: (GridView) -> Result
  ) -> Result {
    precondition(contains(agent), "the agent must be in the grid to see it")
    precondition(size <= GridView.largestSize, "a view has at most 31 rows")
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 32) { rows in
      cells.withTiles { tiles in
        let rows = UnsafeMutableBufferPointer(rebasing: rows[..<size])
        let view = GridView(size: size, of: self, tiles: tiles, rows: rows)
        view.light(throughWalls: throughWalls)
        return body(view)
      }
    }
  }
}
