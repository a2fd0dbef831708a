public import Environments
public import Randomness

/// A walk through four rooms to a goal that the walker is not shown.
///
/// Four rooms of nine cells, each joined to two others by a door (after Sutton, Precup & Singh 1999,
/// "Between MDPs and semi-MDPs"). Free cells are numbered row by row, 0 to 39; the walker begins in
/// any of them but the goal. Actions: 0 up, 1 right, 2 down, 3 left; a step into a wall stays, and
/// with probability `slip` a step goes to one of its sides instead. Each step costs
/// `rewardScale / 100`, and the goal pays `rewardScale` and terminates. An observation is the number
/// of the cell. Several goals make a family of tasks that share a map and want different things of
/// it, each with an exact optimum.
public struct FourRoomsGoal: Environment {
  /// The number of the cell that is to be reached.
  public var goal = 39
  /// How often a step goes to one of its sides.
  public var slip = 0.0
  /// What rewards are multiplied with.
  public var rewardScale = 1.0

  /// Makes the world with its goal in the lower right corner.
  public init() {}

  /// Where the walker is.
  public struct State: Codable, Hashable, Sendable {
    /// The number of the cell.
    public var cell: Int
  }

  private static let map = [
    "...#...", ".......", "...#...", "#.###.#", "...#...", ".......", "...#...",
  ]

  /// Row and column of each free cell, and what is next to it by action.
  private static let cells: [(row: Int, column: Int)] = map.enumerated().flatMap { row, line in
    line.enumerated().compactMap { $1 == "." ? (row, $0) : nil }
  }

  private static let neighbors: [InlineArray<4, Int>] = cells.indices.map { cell in
    let (row, column) = cells[cell]
    func neighbor(_ down: Int, _ right: Int) -> Int {
      cells.firstIndex { $0 == (row + down, column + right) } ?? cell
    }
    return [neighbor(-1, 0), neighbor(0, 1), neighbor(1, 0), neighbor(0, -1)]
  }

  /// The number of free cells.
  public static let cellCount = 40

  public var actions: Discrete { Discrete(4) }
  public var observations: Box { Box(categories: [Self.cellCount]) }

  public func initialState(using random: inout PCG64) -> State {
    let cell = random.integer(below: Self.cellCount - 1)
    return State(cell: cell < goal ? cell : cell + 1)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let unit = random.uniform()
    let turn = unit < slip / 2 ? 3 : unit < slip ? 1 : 0
    let next = State(cell: Self.neighbors[state.cell][(action + turn) & 3])
    return next.cell == goal
      ? .termination(at: next, reward: goalReward) : .transition(to: next, reward: -price)
  }

  private var price: Double { rewardScale / 100 }
  private var goalReward: Double { rewardScale - price }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.cell))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("goal", \.goal, 0...cellCount - 1), Setting("slip", \.slip, .within(0...1)),
      Setting("rewardScale", \.rewardScale, .within(0.001...1000)),
    ]
  }

  /// The number of the cell.
  public func numbers(of state: State) -> [Double] { [Double(state.cell)] }

  public func state(from numbers: [Double]) throws -> State {
    State(cell: try stateNumber(in: numbers, below: Self.cellCount, of: self))
  }
}

extension FourRoomsGoal: TabularEnvironment {
  public var stateCount: Int { Self.cellCount }

  public var initialDistribution: [Double] {
    (0..<Self.cellCount).map { $0 == goal ? 0 : 1 / Double(Self.cellCount - 1) }
  }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    let turns = slip > 0 ? [(3, slip / 2), (1, slip / 2), (0, 1 - slip)] : [(0, 1)]
    return turns.filter { $0.1 > 0 }.map { turn, probability in
      let next = Self.neighbors[state][(action + turn) & 3]
      return Transition(
        probability: probability, nextState: next, reward: next == goal ? goalReward : -price,
        terminated: next == goal)
    }
  }

  public func index(of state: State) -> Int { state.cell }

  public var actionNames: [String] { ["up", "right", "down", "left"] }

  public func name(ofState state: Int) -> String {
    "row \(Self.cells[state].row), column \(Self.cells[state].column)"
  }

  public var grids: [StateGrid] {
    let rows = Self.map.indices.map { row in
      Array(Self.map[row]).indices.map { column in
        guard let cell = Self.cells.firstIndex(where: { $0 == (row, column) }) else {
          return StateGrid.Cell.mark("#")
        }
        return cell == goal ? .mark("G") : .state(cell)
      }
    }
    return [StateGrid(rows: rows, signs: ["↑", "→", "↓", "←"])]
  }
}

extension FourRoomsGoal {
  /// The rooms, a flag on the goal, and the walker.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: 7, height: 7, background: ToyTextColor.rock)
    for (number, cell) in Self.cells.enumerated() {
      let (x, y) = (Double(cell.column), Double(cell.row))
      picture.tile(x: x, y: y, ToyTextColor.street)
      if number == goal { picture.flag(x: x, y: y) }
    }
    let place = Self.cells[state.cell]
    picture.walker(x: Double(place.column), y: Double(place.row))
    return picture
  }
}
