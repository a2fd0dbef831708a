/// A cell by its column and row, from the upper left corner.
public struct GridPoint: Hashable, BitwiseCopyable, Codable, Sendable {
  /// Columns from the left and rows from the top, from 0.
  public var x, y: Int

  /// Makes the point in column `x` and row `y`.
  @inlinable
  public init(_ x: Int, _ y: Int) {
    self.x = x
    self.y = y
  }

  /// A place that no grid has.
  @inlinable public static var nowhere: GridPoint { GridPoint(-1, -1) }

  /// The steps between two cells if nothing is in the way.
  public func distance(to other: GridPoint) -> Int { abs(x - other.x) + abs(y - other.y) }
}

/// A rectangle of cells.
public struct GridArea: Hashable, Sendable {
  /// The upper left cell, and how many columns and rows there are.
  public var x, y, width, height: Int

  /// Makes the rectangle whose upper left cell is in column `x` and row `y`.
  public init(x: Int = 0, y: Int = 0, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// Where the agent looks, with MiniGrid's numbers; rows grow downwards.
public enum GridHeading: UInt8, BitwiseCopyable, Codable, Sendable {
  /// In the order in which turning right goes through them.
  case right, down, left, up

  /// After a quarter turn to the left.
  @inlinable public var turnedLeft: GridHeading {
    switch self {
    case .right: .up
    case .down: .right
    case .left: .down
    case .up: .left
    }
  }

  /// After a quarter turn to the right.
  @inlinable public var turnedRight: GridHeading {
    switch self {
    case .right: .down
    case .down: .left
    case .left: .up
    case .up: .right
    }
  }

  /// The columns and rows of one step ahead.
  @inlinable public var step: GridPoint {
    switch self {
    case .right: GridPoint(1, 0)
    case .down: GridPoint(0, 1)
    case .left: GridPoint(-1, 0)
    case .up: GridPoint(0, -1)
    }
  }
}

/// What an agent can do, with MiniGrid's numbers.
public enum GridAction: UInt8, CaseIterable, Sendable {
  /// In MiniGrid's order.
  case left, right, forward, pickUp, drop, toggle, done
}
