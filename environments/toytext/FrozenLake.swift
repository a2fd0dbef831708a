public import Environments
public import Randomness

/// A walk over a frozen lake to a goal, without falling into a hole, on ice that may be slippery.
///
/// Actions: 0 left, 1 down, 2 right, 3 up. On slippery ice a step goes where it should with
/// probability `successRate`, else to one of the two sides; at the edge it stays. The reward
/// depends on the tile stepped on; goals and holes terminate. An observation is the tile's number,
/// row · columns + column. Equal to Gymnasium's FrozenLake seed for seed, its tables included.
public struct FrozenLake: Environment {
  /// The lake that is walked on: `map`, or a random one.
  public private(set) var lake: Lake
  /// The lake unless a random one is asked for.
  public var map: Lake { didSet { layOut() } }
  /// Whether a step may go to the side.
  public var isSlippery = true
  /// How likely a step on slippery ice goes where it should.
  public var successRate = 1.0 / 3.0
  /// The reward for stepping on a goal.
  public var goalReward = 1.0
  /// The reward for falling into a hole.
  public var holeReward = 0.0
  /// The reward for stepping on the ice.
  public var frozenReward = 0.0
  /// The rows and columns of a random lake, at least 2; 0 for `map`.
  public var randomMapSize = 0 { didSet { layOut() } }
  /// How likely a tile of a random lake is frozen.
  public var frozenProbability = 0.8 { didSet { layOut() } }
  /// The seed of a random lake.
  public var mapSeed = 0 { didSet { layOut() } }
  private var layoutFailure: LakeError?

  /// Makes the lake of Gymnasium, or another one; its properties may then be changed.
  public init(map: Lake = .fourByFour) {
    self.map = map
    lake = map
  }

  /// Where the walker is.
  public struct State: Codable, Hashable, Sendable {
    /// The number of the tile: row · columns + column.
    public var tile: Int
  }

  public var actions: Discrete { Discrete(4) }
  public var observations: Box { Box(categories: [lake.tiles.count]) }

  public func initialState(using random: inout PCG64) -> State {
    let unit = random.uniform()  // also where there is one start only, as in Gymnasium
    var cumulative = 0.0
    for start in lake.starts {
      cumulative += 1 / Double(lake.starts.count)
      if cumulative > unit { return State(tile: start) }
    }
    return State(tile: lake.starts[0])
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let unit = random.uniform()  // also where nothing is left to chance, as in Gymnasium
    guard !lake.tiles[state.tile].ends else { return .termination(at: state, reward: 0) }
    let next = State(tile: lake.neighbor(of: state.tile, toward: action &+ turn(unit)))
    switch lake.tiles[next.tile] {
    case .start, .frozen: return .transition(to: next, reward: frozenReward)
    case .hole: return .termination(at: next, reward: holeReward)
    case .goal: return .termination(at: next, reward: goalReward)
    }
  }

  /// How far a step turns from its direction: to one side (-1), not at all, or to the other (1).
  @inline(__always)
  private func turn(_ unit: Double) -> Int {
    guard isSlippery else { return 0 }
    let sideRate = (1 - successRate) / 2
    let both = sideRate + successRate
    if unit >= both + sideRate { return -1 }  // a gap below 1 by rounding; NumPy takes the first
    return 1 &- isBelow(unit, sideRate) &- isBelow(unit, both)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.tile))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting(
        "map", form: "rows of the letters S, F, H and G with / between them",
        read: { $0.map.description }, write: { $0.map = try Lake($1) }),
      Setting("isSlippery", \.isSlippery),
      Setting("successRate", \.successRate, .within(0...1)),
      Setting("goalReward", \.goalReward), Setting("holeReward", \.holeReward),
      Setting("frozenReward", \.frozenReward),
      Setting("randomMapSize", \.randomMapSize, unit: "tiles", 0...100),
      Setting("frozenProbability", \.frozenProbability, .within(0...1)),
      Setting("mapSeed", \.mapSeed, 0 ... .max),
    ]
  }

  public func validate() throws {
    if let layoutFailure { throw layoutFailure }
  }

  private mutating func layOut() {
    layoutFailure = nil
    lake = map
    guard randomMapSize > 0 else { return }
    do {
      lake = try Self.randomMap(
        size: randomMapSize, probability: frozenProbability, seed: UInt64(mapSeed))
    } catch { layoutFailure = error }
  }

  /// The number of the tile.
  public func numbers(of state: State) -> [Double] { [Double(state.tile)] }

  public func state(from numbers: [Double]) throws -> State {
    State(tile: try stateNumber(in: numbers, below: lake.tiles.count, of: self))
  }
}

extension FrozenLake: TabularEnvironment {
  public var stateCount: Int { lake.tiles.count }

  /// All starts are equally likely.
  public var initialDistribution: [Double] {
    lake.tiles.map { $0 == .start ? 1 / Double(lake.starts.count) : 0 }
  }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    if lake.tiles[state].ends {
      return [Transition(probability: 1, nextState: state, reward: 0, terminated: true)]
    }
    let sideRate = (1 - successRate) / 2
    let turns = isSlippery ? [(-1, sideRate), (0, successRate), (1, sideRate)] : [(0, 1)]
    return turns.map { turn, probability in
      let next = lake.neighbor(of: state, toward: action + turn)
      let tile = lake.tiles[next]
      let reward =
        switch tile {
        case .start, .frozen: frozenReward
        case .hole: holeReward
        case .goal: goalReward
        }
      return Transition(
        probability: probability, nextState: next, reward: reward, terminated: tile.ends)
    }
  }

  public func index(of state: State) -> Int { state.tile }

  public var actionNames: [String] { ["left", "down", "right", "up"] }

  public func name(ofState state: Int) -> String {
    "row \(state / lake.columns), column \(state % lake.columns)"
  }

  public var grids: [StateGrid] {
    let rows = (0..<lake.rows).map { row in
      (0..<lake.columns).map { column in
        let tile = row * lake.columns + column
        return lake.tiles[tile].ends
          ? StateGrid.Cell.mark(lake.tiles[tile].rawValue) : .state(tile)
      }
    }
    return [StateGrid(rows: rows, signs: ["←", "↓", "→", "↑"])]
  }
}
