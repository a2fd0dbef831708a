public import Environments
public import Randomness

/// A taxi that fetches a passenger and brings him where he wants to go.
///
/// Dietterich (2000), "Hierarchical reinforcement learning with the MAXQ value function
/// decomposition": five rows of five cells with a few walls and four named places. Actions: 0
/// south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off. Reward -1, +20 for delivering the
/// passenger, which terminates, and -10 for picking up or dropping off where that cannot be done.
/// Masked are the actions that can change nothing. An observation is the state's number,
/// ((row · 5 + column) · 5 + passenger) · 4 + destination. Equal to Gymnasium's Taxi seed for seed,
/// its tables included.
public struct Taxi: Environment {
  /// Whether a drive may go to the side.
  public var isRainy = false
  /// How likely a drive in the rain goes where it should.
  public var rainyProbability = 0.8
  /// Whether the passenger may change his mind at the first drive after he was picked up.
  public var isFickle = false
  /// How likely he is to change his mind.
  public var fickleProbability = 0.3

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// A cell of the town.
  public struct Place: Codable, Hashable, Sendable {
    /// The row, 0 to 4 from the north.
    public var row: Int
    /// The column, 0 to 4 from the west.
    public var column: Int

    /// The named places: red, green, yellow and blue.
    static func named(_ index: Int) -> Place {
      switch index {
      case 0: Place(row: 0, column: 0)
      case 1: Place(row: 0, column: 4)
      case 2: Place(row: 4, column: 0)
      default: Place(row: 4, column: 3)
      }
    }

    /// The number of this place, if it has a name.
    var name: Int? { (0..<4).first { self == .named($0) } }

    /// Whether a wall stands on this cell's eastern side.
    var hasWallToTheEast: Bool {
      switch column {
      case 0, 2: row >= 3
      case 1: row <= 1
      default: column == 4
      }
    }

    /// Where a drive leads: south (0), north (1), east (2) or west (3); a wall stops it.
    func neighbor(toward direction: Int) -> Place {
      switch direction {
      case 0: Place(row: min(row + 1, 4), column: column)
      case 1: Place(row: max(row - 1, 0), column: column)
      case 2: hasWallToTheEast ? self : Place(row: row, column: column + 1)
      default:
        column == 0 || Place(row: row, column: column - 1).hasWallToTheEast
          ? self : Place(row: row, column: column - 1)
      }
    }
  }

  /// Where the taxi and the passenger are, and where he wants to go.
  public struct State: Codable, Hashable, Sendable {
    /// Where the taxi is.
    public var taxi: Place
    /// The named place where the passenger waits, or 4 in the taxi.
    public var passenger: Int
    /// The named place where he wants to go.
    public var destination: Int
    /// Whether he will change his mind when he is driven for the first time.
    public var isFickle = false

    /// The number that an observation shows.
    public var number: Int {
      ((taxi.row * 5 + taxi.column) * 5 + passenger) * 4 + destination
    }

    init(number: Int, isFickle: Bool = false) {
      taxi = Place(row: number / 100, column: number / 20 % 5)
      passenger = number / 4 % 5
      destination = number % 4
      self.isFickle = isFickle
    }
  }

  public var actions: Discrete { Discrete(6) }
  public var observations: Box { Box(categories: [500]) }

  public func initialState(using random: inout PCG64) -> State {
    var state = State(number: Self.start(at: random.uniform()))
    if isFickle { state.isFickle = random.uniform() < fickleProbability }
    return state
  }

  /// Whether the passenger waits at another place than the one where he wants to go.
  private static func isStart(_ number: Int) -> Bool {
    let state = State(number: number)
    return state.passenger < 4 && state.passenger != state.destination
  }

  /// The first of the 300 starts, equally likely, whose cumulative probability exceeds a number.
  private static func start(at unit: Double) -> Int {
    var (cumulative, last) = (0.0, 0)
    for number in 0..<500 where isStart(number) && cumulative <= unit {
      cumulative += 1.0 / 300  // a sum, not a product, to be rounded as in Gymnasium
      last = number
    }
    return last
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let unit = random.uniform()  // also where nothing is left to chance, as in Gymnasium
    guard action < 4 else { return serve(state, action) }
    var next = state
    next.taxi = state.taxi.neighbor(toward: direction(of: action, from: state.taxi, unit))
    if state.isFickle && state.passenger == 4 && next.taxi != state.taxi {
      let choice = random.integer(below: 3)
      next.destination = choice < state.destination ? choice : choice + 1
      next.isFickle = false
    }
    return .transition(to: next, reward: -1)
  }

  /// Where a drive goes: in the rain to one of the sides, too, unless a wall stops it.
  private func direction(of action: Int, from place: Place, _ unit: Double) -> Int {
    guard isRainy, place.neighbor(toward: action) != place else { return action }
    let sides = Self.sides(of: action)
    let sideRate = (1 - rainyProbability) / 2
    if unit < rainyProbability { return action }
    if unit < rainyProbability + sideRate { return sides.left }
    return unit < rainyProbability + sideRate + sideRate ? sides.right : action
  }

  /// The directions to the left and to the right of another one.
  private static func sides(of direction: Int) -> (left: Int, right: Int) {
    switch direction {
    case 0: (2, 3)
    case 1: (3, 2)
    case 2: (1, 0)
    default: (0, 1)
    }
  }

  /// Picks the passenger up or drops him off.
  private func serve(_ state: State, _ action: Int) -> Step<State> {
    var next = state
    if action == 4 {
      guard state.passenger < 4, state.taxi == .named(state.passenger) else {
        return .transition(to: state, reward: -10)
      }
      next.passenger = 4
      return .transition(to: next, reward: -1)
    }
    guard state.passenger == 4, let place = state.taxi.name else {
      return .transition(to: state, reward: -10)
    }
    next.passenger = place
    return place == state.destination
      ? .termination(at: next, reward: 20) : .transition(to: next, reward: -1)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.number))
  }

  public static var masksActions: Bool { true }

  /// Allowed are drives that no wall stops, and picking up and dropping off where it can be done.
  ///
  /// In the rain, too: a drive against a wall does not go to the side.
  public func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    for direction in 0..<4 {
      mask.append(state.taxi.neighbor(toward: direction) != state.taxi ? 1 : 0)
    }
    mask.append(state.passenger < 4 && state.taxi == .named(state.passenger) ? 1 : 0)
    mask.append(state.passenger == 4 && state.taxi.name != nil ? 1 : 0)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("isRainy", \.isRainy),
      Setting("rainyProbability", \.rainyProbability, .within(0...1)),
      Setting("isFickle", \.isFickle),
      Setting("fickleProbability", \.fickleProbability, .within(0...1)),
    ]
  }

  /// The state's number; with a fickle passenger also whether he will change his mind, 0 or 1.
  public func numbers(of state: State) -> [Double] {
    isFickle ? [Double(state.number), state.isFickle ? 1 : 0] : [Double(state.number)]
  }

  public func state(from numbers: [Double]) throws -> State {
    let number = try stateNumber(in: numbers, below: 500, of: self)
    let fickle = isFickle ? try stateNumber(in: Array(numbers.dropFirst()), below: 2, of: self) : 0
    return State(number: number, isFickle: fickle == 1)
  }
}

extension Taxi: TabularEnvironment {
  /// 500; with a fickle passenger twice as many, those in which he will change his mind at the end.
  public var stateCount: Int { isFickle ? 1000 : 500 }

  public var initialDistribution: [Double] {
    let steady = (0..<500).map { Self.isStart($0) ? 1.0 / 300 : 0 }
    guard isFickle else { return steady }
    return steady.map { $0 * (1 - fickleProbability) } + steady.map { $0 * fickleProbability }
  }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    let state = State(number: state % 500, isFickle: state >= 500)
    guard action < 4 else {
      let step = serve(state, action)
      return [
        Transition(
          probability: 1, nextState: index(of: step.state), reward: step.reward,
          terminated: step.ending != nil)
      ]
    }
    return drives(action, from: state.taxi).flatMap { probability, taxi in
      var next = state
      next.taxi = taxi
      guard state.isFickle && state.passenger == 4 && taxi != state.taxi else {
        return [
          Transition(
            probability: probability, nextState: index(of: next), reward: -1, terminated: false)
        ]
      }
      next.isFickle = false
      return (0..<4).filter { $0 != state.destination }.map { destination in
        next.destination = destination
        return Transition(
          probability: probability / 3, nextState: index(of: next), reward: -1, terminated: false)
      }
    }
  }

  /// Where a drive may lead.
  private func drives(_ action: Int, from place: Place) -> [(probability: Double, taxi: Place)] {
    let ahead = place.neighbor(toward: action)
    guard isRainy else { return [(1, ahead)] }
    let sides = Self.sides(of: action)
    let sideRate = (1 - rainyProbability) / 2
    return [
      (rainyProbability, ahead),
      (sideRate, ahead == place ? place : place.neighbor(toward: sides.left)),
      (sideRate, ahead == place ? place : place.neighbor(toward: sides.right)),
    ]
  }

  public func index(of state: State) -> Int { state.number + (state.isFickle ? 500 : 0) }

  public var actionNames: [String] {
    ["south", "north", "east", "west", "pick up", "drop off"]
  }

  private static let passengers = ["at red", "at green", "at yellow", "at blue", "in the taxi"]
  private static let destinations = ["red", "green", "yellow", "blue"]

  public func name(ofState state: Int) -> String {
    let fickle = state >= 500 ? ", about to change his mind" : ""
    let state = State(number: state % 500)
    return "taxi in row \(state.taxi.row), column \(state.taxi.column), passenger "
      + "\(Self.passengers[state.passenger]) to \(Self.destinations[state.destination])\(fickle)"
  }

  /// One map for each place of the passenger and each destination other than that.
  public var grids: [StateGrid] {
    (0..<stateCount / 500).flatMap { fickle in
      (0..<20).filter { $0 / 4 != $0 % 4 }.map { ride in
        StateGrid(
          title: "passenger \(Self.passengers[ride / 4]) to \(Self.destinations[ride % 4])"
            + (fickle == 1 ? ", about to change his mind" : ""),
          rows: (0..<5).map { row in
            (0..<5).map { .state(fickle * 500 + (row * 5 + $0) * 20 + ride) }
          },
          signs: ["↓", "↑", "→", "←", "P", "D"])
      }
    }
  }
}
