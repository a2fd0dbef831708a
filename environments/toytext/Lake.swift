import Randomness

/// The map of a frozen lake: tiles in rows.
public struct Lake: Hashable, Sendable {
  /// What a tile is.
  public enum Tile: Character, Hashable, Sendable {
    /// Where episodes begin.
    case start = "S"
    /// Safe to stand on.
    case frozen = "F"
    /// Ends the episode without a reward.
    case hole = "H"
    /// Ends the episode with a reward of 1.
    case goal = "G"

    /// Whether an episode ends on it.
    @inline(__always) public var ends: Bool {
      switch self {
      case .start, .frozen: false
      case .hole, .goal: true
      }
    }
  }

  /// How many rows there are.
  public let rows: Int
  /// How many tiles a row has.
  public let columns: Int
  /// `[rows, columns]`: the tiles, row by row.
  public let tiles: [Tile]
  /// The numbers of the start tiles, in ascending order.
  public let starts: [Int]
  /// `[rows, columns, 4]`: where a step to the left, down, to the right and up leads.
  let neighbors: [Int]

  /// Reads a map such as `SFF/FHF/FFG`; rows may also stand on lines of their own.
  ///
  /// - Throws: `LakeError` for other letters, rows of different lengths, a map without a start or a
  ///   goal, and a start from which no goal can be reached.
  public init(_ text: String) throws(LakeError) {
    let lines = text.split(omittingEmptySubsequences: true) { $0 == "/" || $0.isNewline }
    guard let first = lines.first else { throw .empty }
    var tiles: [Tile] = []
    for (row, line) in lines.enumerated() {
      for letter in line {
        guard let tile = Tile(rawValue: letter) else { throw .letter(letter, row: row) }
        tiles.append(tile)
      }
      guard line.count == first.count else {
        throw .ragged(row: row, length: line.count, first: first.count)
      }
    }
    self.init(rows: lines.count, columns: first.count, tiles: tiles)
    guard !starts.isEmpty else { throw .noStart }
    guard tiles.contains(.goal) else { throw .noGoal }
    for start in starts where !reachesGoal(from: start) {
      throw .unreachable(row: start / columns, column: start % columns)
    }
  }

  fileprivate init(rows: Int, columns: Int, tiles: [Tile]) {
    self.rows = rows
    self.columns = columns
    self.tiles = tiles
    starts = tiles.indices.filter { tiles[$0] == .start }
    neighbors = tiles.indices.flatMap { tile in
      let (row, column) = (tile / columns, tile % columns)
      return [
        column > 0 ? tile - 1 : tile, row < rows - 1 ? tile + columns : tile,
        column < columns - 1 ? tile + 1 : tile, row > 0 ? tile - columns : tile,
      ]
    }
  }

  /// The tile beside another one, or the tile itself at the edge.
  ///
  /// - Parameter direction: 0 left, 1 down, 2 right, 3 up; also beyond that, in turns.
  @inline(__always)
  func neighbor(of tile: Int, toward direction: Int) -> Int {
    neighbors[tile &* 4 &+ direction & 3]
  }

  fileprivate func reachesGoal(from start: Int) -> Bool {
    var isSeen = tiles.map { $0 == .hole }
    var frontier = [start]
    while let tile = frontier.popLast() {
      if tiles[tile] == .goal { return true }
      for direction in 0..<4 {
        let next = neighbor(of: tile, toward: direction)
        if !isSeen[next] { frontier.append(next) }
        isSeen[next] = true
      }
    }
    return false
  }
}

extension Lake {
  /// Gymnasium's map `4x4`.
  public static let fourByFour = Lake(letters: "SFFF FHFH FFFH HFFG")

  /// Gymnasium's map `8x8`.
  public static let eightByEight = Lake(
    letters: "SFFFFFFF FFFFFFFF FFFHFFFF FFFFFHFF FFFHFFFF FHHFFFHF FHFFHFHF FFFHFFFG")

  /// A map that is known to be right.
  private init(letters: String) {
    let lines = letters.split(separator: " ")
    self.init(
      rows: lines.count, columns: lines[0].count, tiles: lines.joined().compactMap(Tile.init))
  }
}

extension FrozenLake {
  /// A random map with a way from the upper left to the lower right corner.
  ///
  /// Gymnasium's `generate_random_map` with the same seed, except that it gives up where maps with
  /// a way are too rare.
  ///
  /// - Parameters:
  ///   - seed: what NumPy's generator is seeded with.
  ///   - size: rows and columns, at least 2.
  ///   - probability: how likely a tile is frozen, from 0 to 1.
  /// - Throws: `LakeError.tooSmall`, or `.noWay` after four million tiles without a way.
  public static func randomMap(
    size: Int, probability: Double = 0.8, seed: UInt64
  ) throws(LakeError) -> Lake {
    guard size >= 2 else { throw .tooSmall(size) }
    var random = PCG64(seed: seed)
    // As NumPy's choice has it: cumulative probabilities, divided by the last one.
    let frozen = probability / (probability + (1 - probability))
    for _ in 0..<max(1, 4_000_000 / (size * size)) {
      var tiles = (0..<size * size).map { _ in
        random.uniform() < frozen ? Lake.Tile.frozen : .hole
      }
      tiles[0] = .start
      tiles[tiles.count - 1] = .goal
      let lake = Lake(rows: size, columns: size, tiles: tiles)
      if lake.reachesGoal(from: 0) { return lake }
    }
    throw .noWay(size: size, probability: probability)
  }
}

extension Lake: CustomStringConvertible {
  /// The map as `Lake(_:)` reads it, with `/` between the rows.
  public var description: String {
    (0..<rows).map { row in
      String(tiles[row * columns..<(row + 1) * columns].map(\.rawValue))
    }.joined(separator: "/")
  }
}

/// What is wrong with the map of a lake.
public enum LakeError: Error, Hashable, Sendable {
  /// There is no row.
  case empty
  /// A letter that stands for no tile.
  case letter(Character, row: Int)
  /// A row of another length than the first one.
  case ragged(row: Int, length: Int, first: Int)
  /// There is no tile to begin on.
  case noStart
  /// There is no goal.
  case noGoal
  /// No way leads from a start to any goal.
  case unreachable(row: Int, column: Int)
  /// Fewer than two rows and columns.
  case tooSmall(Int)
  /// No map with a way was found among very many.
  case noWay(size: Int, probability: Double)
}

extension LakeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the map is empty; give rows such as SFF/FHF/FFG"
    case .letter(let letter, let row):
      "row \(row) of the map has the letter \"\(letter)\"; use S (start), F (frozen), H (hole) and "
        + "G (goal)"
    case .ragged(let row, let length, let first):
      "row \(row) of the map has \(length) tiles and row 0 has \(first); give all rows the same "
        + "length"
    case .noStart: "the map has no start; make one tile an S"
    case .noGoal: "the map has no goal; make one tile a G"
    case .unreachable(let row, let column):
      "no way leads from the start in row \(row), column \(column) to a goal; take a hole out of it"
    case .tooSmall(let size):
      "a random map needs randomMapSize 2 or more, not \(size); 0 stands for the map given"
    case .noWay(let size, let probability):
      "no random map with randomMapSize \(size) and frozenProbability \(probability) has a way to "
        + "the goal; raise frozenProbability"
    }
  }
}
