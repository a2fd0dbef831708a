/// Room for the cells of a grid inside a state, so that copying a state allocates nothing.
public protocol GridStorage: BitwiseCopyable, Sendable {
  /// The most cells that fit.
  static var capacity: Int { get }
  /// Makes cells that are all the same.
  init(repeating tile: GridTile)
  /// The cell at an index below `capacity`.
  subscript(index: Int) -> GridTile { get set }
  /// Lets a loop read the cells in place.
  func withTiles<Result>(_ body: (UnsafeBufferPointer<GridTile>) -> Result) -> Result
}

/// Room for up to `size` cells.
public struct GridCells<let size: Int>: GridStorage {
  @usableFromInline var tiles: InlineArray<size, GridTile>

  @inlinable public static var capacity: Int { size }

  @inlinable
  public init(repeating tile: GridTile) { tiles = InlineArray(repeating: tile) }

  @inlinable
  public subscript(index: Int) -> GridTile {
    get { tiles.span[index] }
    set { tiles[index] = newValue }
  }

  @inlinable @inline(__always)
  public func withTiles<Result>(
    _ body: (UnsafeBufferPointer<GridTile>) -> Result
  ) -> Result {
    tiles.span.withUnsafeBufferPointer(body)
  }
}

/// An episode of a grid world: the grid, the agent and what it carries.
public struct GridState<Cells: GridStorage>: BitwiseCopyable, Sendable {
  /// The size of the grid, in cells.
  public let width, height: Int
  /// The cells, row by row.
  @usableFromInline var cells: Cells
  /// Where the agent is.
  public var agent = GridPoint.nowhere
  /// Where the agent looks.
  public var heading = GridHeading.right
  /// What the agent carries; `empty` for nothing.
  public var carrying = GridTile.empty
  /// The object that the mission names, in worlds where it varies.
  public var mission = GridTile.empty
  /// The steps since the episode began.
  public var stepCount = 0
  /// Places that a world's rule asks for, such as the door that ends the episode.
  public var target = GridPoint.nowhere
  /// A second such place.
  public var secondTarget = GridPoint.nowhere

  /// Makes an empty grid without an agent, whose cells must fit into `Cells`.
  public init(width: Int, height: Int) {
    precondition(
      width > 0 && height > 0 && width * height <= Cells.capacity,
      "a grid of \(width)x\(height) cells does not fit into \(Cells.capacity)")
    self.width = width
    self.height = height
    cells = Cells(repeating: .empty)
  }

  /// Whether the grid has such a cell.
  @inlinable
  public func contains(_ point: GridPoint) -> Bool {
    0..<width ~= point.x && 0..<height ~= point.y
  }

  /// A cell; outside of the grid everything is wall, and nothing can be put there.
  @inlinable
  public subscript(x: Int, y: Int) -> GridTile {
    get { self[GridPoint(x, y)] }
    set { self[GridPoint(x, y)] = newValue }
  }

  /// A cell; outside of the grid everything is wall, and nothing can be put there.
  @inlinable
  public subscript(point: GridPoint) -> GridTile {
    get { contains(point) ? cells[point.y &* width &+ point.x] : .wall }
    set {
      precondition(contains(point), "there is no such cell")
      cells[point.y &* width &+ point.x] = newValue
    }
  }

  /// The cell that the agent looks at.
  @inlinable public var front: GridPoint {
    let step = heading.step
    return GridPoint(agent.x &+ step.x, agent.y &+ step.y)
  }

  /// All cells, row by row.
  public var points: some Sequence<GridPoint> {
    (0..<width * height).lazy.map { [width] in GridPoint($0 % width, $0 / width) }
  }

  /// The cells that hold such a tile, row by row.
  public func points(where matches: (GridTile) -> Bool) -> [GridPoint] {
    points.filter { matches(self[$0]) }
  }
}

extension GridState: Codable {
  private enum CodingKeys: String, CodingKey {
    case width, height, cells, agent, heading, carrying, mission, stepCount, target, secondTarget
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let width = try values.decode(Int.self, forKey: .width)
    let height = try values.decode(Int.self, forKey: .height)
    let codes = try values.decode([UInt8].self, forKey: .cells)
    guard width > 0, height > 0, codes.count <= Cells.capacity, width <= codes.count,
      width * height == codes.count, codes.allSatisfy({ $0 & 15 <= 12 && $0 >> 4 < 6 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .cells, in: values,
        debugDescription: "\(codes.count) cells are no grid of \(width)x\(height)")
    }
    self.init(width: width, height: height)
    for (index, code) in codes.enumerated() { cells[index] = GridTile(code: code) }
    agent = try values.decode(GridPoint.self, forKey: .agent)
    heading = try values.decode(GridHeading.self, forKey: .heading)
    carrying = GridTile(code: try values.decode(UInt8.self, forKey: .carrying))
    mission = GridTile(code: try values.decode(UInt8.self, forKey: .mission))
    stepCount = try values.decode(Int.self, forKey: .stepCount)
    target = try values.decode(GridPoint.self, forKey: .target)
    secondTarget = try values.decode(GridPoint.self, forKey: .secondTarget)
    guard contains(agent) else {
      throw DecodingError.dataCorruptedError(
        forKey: .agent, in: values, debugDescription: "the agent is outside of the grid")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(width, forKey: .width)
    try values.encode(height, forKey: .height)
    try values.encode((0..<width * height).map { cells[$0].code }, forKey: .cells)
    try values.encode(agent, forKey: .agent)
    try values.encode(heading, forKey: .heading)
    try values.encode(carrying.code, forKey: .carrying)
    try values.encode(mission.code, forKey: .mission)
    try values.encode(stepCount, forKey: .stepCount)
    try values.encode(target, forKey: .target)
    try values.encode(secondTarget, forKey: .secondTarget)
  }
}
