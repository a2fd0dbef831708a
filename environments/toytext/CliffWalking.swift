public import Environments
public import Randomness

/// A walk along a cliff to a goal, without falling.
///
/// Sutton & Barto (2018), example 6.6: four rows of twelve cells, start and goal at the ends of the
/// last row and the cliff between them. Actions: 0 up, 1 right, 2 down, 3 left; at the edge a step
/// stays. Reward -1, and -100 for falling, which leads back to the start without an end; only the
/// goal terminates. On slippery ground a step goes to each of its sides as often as where it
/// should. An observation is the cell's number, row · 12 + column. Equal to Gymnasium's
/// CliffWalking seed for seed, its tables included.
public struct CliffWalking: Environment {
  /// Whether a step may go to the side.
  public var isSlippery: Bool

  /// Makes the world of Gymnasium.
  public init(isSlippery: Bool = false) { self.isSlippery = isSlippery }

  /// Where the walker is.
  public struct State: Codable, Hashable, Sendable {
    /// The row, 0 to 3 from the top.
    public var row: Int
    /// The column, 0 to 11 from the left.
    public var column: Int

    static let start = State(row: 3, column: 0)
    static let goal = State(row: 3, column: 11)

    var isCliff: Bool { row == 3 && column > 0 && column < 11 }
    var number: Int { row &* 12 &+ column }

    init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }

    init(number: Int) { self.init(row: number / 12, column: number % 12) }

    /// The cell one step further: up (0), to the right (1), down (2) or to the left (3).
    ///
    /// Computed instead of chosen, because no processor could foresee the choice.
    @inline(__always)
    func neighbor(toward direction: Int) -> State {
      let direction = direction & 3
      let down = (direction == 2 ? 1 : 0) &- (direction == 0 ? 1 : 0)
      let right = (direction == 1 ? 1 : 0) &- (direction == 3 ? 1 : 0)
      return State(row: min(max(row &+ down, 0), 3), column: min(max(column &+ right, 0), 11))
    }
  }

  public var actions: Discrete { Discrete(4) }
  public var observations: Box { Box(categories: [48]) }

  public func initialState(using random: inout PCG64) -> State {
    _ = random.uniform()  // though there is one start only, as in Gymnasium
    return .start
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let unit = random.uniform()  // also where nothing is left to chance, as in Gymnasium
    let third = 1.0 / 3
    let turn = isSlippery ? 1 &- isBelow(unit, third) &- isBelow(unit, 2 * third) : 0
    let next = state.neighbor(toward: action &+ turn)
    if next.isCliff { return .transition(to: .start, reward: -100) }
    return next == .goal ? .termination(at: next, reward: -1) : .transition(to: next, reward: -1)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.number))
  }

  public static var settings: [Setting<Self>] { [Setting("isSlippery", \.isSlippery)] }

  /// The number of the cell.
  public func numbers(of state: State) -> [Double] { [Double(state.number)] }

  public func state(from numbers: [Double]) throws -> State {
    State(number: try stateNumber(in: numbers, below: 48, of: self))
  }
}

extension CliffWalking: TabularEnvironment {
  public var stateCount: Int { 48 }

  public var initialDistribution: [Double] {
    (0..<48).map { $0 == State.start.number ? 1 : 0 }
  }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    let turns = isSlippery ? [-1, 0, 1] : [0]
    return turns.map { turn in
      let next = State(number: state).neighbor(toward: action + turn)
      return Transition(
        probability: 1 / Double(turns.count),
        nextState: (next.isCliff ? .start : next).number, reward: next.isCliff ? -100 : -1,
        terminated: next == .goal)
    }
  }

  public func index(of state: State) -> Int { state.number }

  public var actionNames: [String] { ["up", "right", "down", "left"] }

  public func name(ofState state: Int) -> String { "row \(state / 12), column \(state % 12)" }

  public var grids: [StateGrid] {
    let rows = (0..<4).map { row in
      (0..<12).map { column in
        let cell = State(row: row, column: column)
        return cell.isCliff
          ? StateGrid.Cell.mark("C") : cell == .goal ? .mark("G") : .state(cell.number)
      }
    }
    return [StateGrid(rows: rows, signs: ["↑", "→", "↓", "←"])]
  }
}
