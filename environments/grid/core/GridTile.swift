/// What lies on a cell of a grid, with MiniGrid's numbers.
public enum GridObject: UInt8, Sendable {
  /// In MiniGrid's order.
  case unseen, empty, wall, floor, door, key, ball, box, goal, lava, agent

  /// How many there are.
  public static var count: Int { 11 }
}

/// The color of an object, with MiniGrid's numbers and names.
public enum GridColor: UInt8, CaseIterable, Sendable {
  /// In MiniGrid's order.
  case red, green, blue, purple, yellow, grey

  /// The colors by name, the order in which MiniGrid draws them.
  public static let alphabetical: [GridColor] = [.blue, .green, .grey, .purple, .red, .yellow]

  /// The color with this name.
  public init?(name: some StringProtocol) {
    guard let color = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = color
  }
}

/// How far a door stands open, with MiniGrid's numbers.
public enum GridDoor: UInt8, Sendable {
  /// In MiniGrid's order.
  case open, closed, locked
}

/// A cell of a grid in one byte: an object, its color and, of a door, how far it is open.
public struct GridTile: Hashable, BitwiseCopyable, Sendable {
  // The lower four bits say what it is: MiniGrid's number of the object, where 4 is an open door,
  // and 11 and 12 are a closed and a locked one. Above them is the color.
  @usableFromInline let code: UInt8

  @usableFromInline
  init(code: UInt8) { self.code = code }

  @usableFromInline
  init(_ object: GridObject, _ color: GridColor) {
    code = object.rawValue | color.rawValue << 4
  }

  /// A cell that the agent cannot see.
  public static let unseen = GridTile(code: 0)
  /// A cell with nothing in it.
  public static let empty = GridTile(code: 1)
  /// A wall.
  public static let wall = GridTile(.wall, .grey)
  /// The cell that ends the episode with a reward.
  public static let goal = GridTile(.goal, .green)
  /// The cell that ends the episode without one.
  public static let lava = GridTile(.lava, .red)

  /// A floor of a color.
  public static func floor(_ color: GridColor) -> GridTile { GridTile(.floor, color) }
  /// A key, which opens doors of its color.
  public static func key(_ color: GridColor) -> GridTile { GridTile(.key, color) }
  /// A ball of a color.
  public static func ball(_ color: GridColor) -> GridTile { GridTile(.ball, color) }
  /// A box, with nothing in it.
  public static func box(_ color: GridColor) -> GridTile { GridTile(.box, color) }

  /// A door of a color; closed unless said otherwise.
  @inlinable
  public static func door(_ color: GridColor, _ door: GridDoor = .closed) -> GridTile {
    GridTile(code: (door == .open ? 4 : 10 + door.rawValue) | color.rawValue << 4)
  }

  /// The tile with MiniGrid's three numbers, if a grid may hold it.
  ///
  /// Only doors have a state other than 0, and what is empty has no color. What is not seen and the
  /// agent are no tiles of a grid.
  public init?(object: Int, color: Int, state: Int) {
    guard let object = UInt8(exactly: object).flatMap(GridObject.init),
      let color = UInt8(exactly: color).flatMap(GridColor.init),
      let state = UInt8(exactly: state).flatMap(GridDoor.init)
    else { return nil }
    switch object {
    case .unseen, .agent: return nil
    case .door: self = .door(color, state)
    case .empty where color.rawValue != 0: return nil
    default:
      guard state.rawValue == 0 else { return nil }
      self.init(object, color)
    }
  }

  @inlinable var kind: UInt8 { code & 15 }

  /// What it is.
  public var object: GridObject { GridObject(rawValue: kind > 10 ? 4 : kind) ?? .unseen }
  /// Its color; red for what has none.
  public var color: GridColor { GridColor(rawValue: code >> 4) ?? .red }
  /// How far it is open, if it is a door.
  public var door: GridDoor? {
    switch kind {
    case 4: .open
    case 11: .closed
    case 12: .locked
    default: nil
    }
  }

  /// MiniGrid's three numbers: object, color, state.
  @inlinable public var numbers: SIMD4<UInt8> {
    let isShutDoor = kind > 10
    return SIMD4(isShutDoor ? 4 : kind, code >> 4, isShutDoor ? kind &- 10 : 0, 0)
  }

  /// Whether light passes: all but walls and doors that are shut.
  @inlinable public var isTransparent: Bool { 0b1_1000_0000_0100 >> UInt16(kind) & 1 == 0 }
  /// Whether the agent may stand there: nothing, floor, goal, lava or an open door.
  @inlinable public var canBeEntered: Bool { 0b11_0001_1010 >> UInt16(kind) & 1 == 1 }
  /// Whether the agent can carry it: keys, balls and boxes.
  @inlinable public var canBeCarried: Bool { 5...7 ~= kind }
}

extension GridTile: CustomStringConvertible {
  public var description: String {
    switch object {
    case .unseen, .empty, .agent: "\(object)"
    case .door: "\(door ?? .open) \(color) door"
    default: "\(color) \(object)"
    }
  }
}
