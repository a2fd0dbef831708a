import Environments
import Randomness

// Small worlds with known outcomes.

/// A corridor whose end is to be reached; action 1 goes on, 0 goes back.
struct Corridor: Environment {
  /// Where the goal is, in steps from the start.
  var length = 3
  /// Reward for each step.
  var price = -1.0
  /// Whether chance sends the walker back, one time in four.
  var isSlippery = false

  struct State: Codable, Hashable, Sendable {
    var position = 0
  }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [0, 0], high: [1, 1]) }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    var ahead = action == 1
    if isSlippery && random.uniform() < 0.25 { ahead = false }
    let next = State(position: max(0, state.position + (ahead ? 1 : -1)))
    return next.position == length
      ? .termination(at: next, reward: price) : .transition(to: next, reward: price)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.position) / Float(length))
    features.append(1)
  }

  static var settings: [Setting<Self>] {
    [
      Setting("length", \.length, unit: "steps", 1...1000),
      Setting("price", \.price, .within(-10...0)),
      Setting("isSlippery", \.isSlippery),
    ]
  }

  func numbers(of state: State) -> [Double] { [Double(state.position)] }

  func state(from numbers: [Double]) throws -> State {
    guard let position = Int(exactly: numbers[0]), (0..<length).contains(position) else {
      throw EnvironmentError.invalidState(
        environment: "the corridor", reason: "its position must be from 0 to \(length - 1)")
    }
    return State(position: position)
  }
}

/// A point that is moved by several numbers at once, and by chance, and never terminates.
struct Drift: Environment {
  var dimensions = 3

  struct State: Codable, Hashable, Sendable {
    var place: [Double]
  }

  var actions: Box { Box(symmetric: Array(repeating: 1, count: dimensions)) }
  var observations: Box { Box(symmetric: Array(repeating: .infinity, count: dimensions)) }

  func initialState(using random: inout PCG64) -> State {
    State(place: (0..<dimensions).map { _ in random.uniform(in: -1...1) })
  }

  func step(
    from state: State, taking action: ContinuousAction, using random: inout PCG64
  ) -> Step<State> {
    let place = state.place.indices.map {
      state.place[$0] + Double(action[$0]) + random.uniform(in: -0.1...0.1)
    }
    return .transition(to: State(place: place), reward: -place.reduce(0) { $0 + $1 * $1 })
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    for number in state.place { features.append(Float(number)) }
  }
}

/// A row of lamps, each of which can be lit once; lighting the last one ends the episode.
struct Lamps: Environment {
  struct State: Codable, Hashable, Sendable {
    var lit = [false, false, false, false]
  }

  var actions: Discrete { Discrete(4) }
  var observations: Box { Box(low: [0], high: [4]) }

  func initialState(using random: inout PCG64) -> State {
    var state = State()
    state.lit[random.integer(below: 4)] = true
    return state
  }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    precondition(!state.lit[action], "a lamp is lit once")
    var next = state
    next.lit[action] = true
    return next.lit.contains(false)
      ? .transition(to: next, reward: 0) : .termination(at: next, reward: 1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.lit.count { $0 }))
  }

  static var masksActions: Bool { true }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    for lit in state.lit { mask.append(lit ? 0 : 1) }
  }
}

/// Two choices at once, of three and two actions, some of them forbidden where it says so.
struct Gears: Environment {
  struct State: Codable, Hashable, Sendable {
    var place = 0
  }

  var actions: MultiDiscrete { MultiDiscrete([3, 2]) }
  var observations: Box { Box(low: [0], high: [.infinity]) }

  func initialState(using random: inout PCG64) -> State { State(place: random.integer(below: 4)) }

  func step(
    from state: State, taking action: MultiDiscreteAction, using random: inout PCG64
  ) -> Step<State> {
    let place = state.place + 10 * action[0] + 100 * action[1]
    return .transition(to: State(place: place), reward: Double(action[0] - action[1]))
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.place))
  }
}

/// Gears of which the first choice may not be the state's last digit, and the second not 0 in
/// state 0.
struct MaskedGears: Environment {
  /// Whether the second choice has nothing allowed at all.
  var isStuck = false
  private let gears = Gears()

  init(isStuck: Bool = false) { self.isStuck = isStuck }

  var actions: MultiDiscrete { gears.actions }
  var observations: Box { gears.observations }
  func initialState(using random: inout PCG64) -> Gears.State { gears.initialState(using: &random) }

  func step(
    from state: Gears.State, taking action: MultiDiscreteAction, using random: inout PCG64
  ) -> Step<Gears.State> {
    precondition(isStuck || allows(action, in: state), "a forbidden action was taken")
    var step = gears.step(from: state, taking: action, using: &random)
    step.state.place = random.integer(below: 4)
    return step
  }

  private func allows(_ action: MultiDiscreteAction, in state: Gears.State) -> Bool {
    action[0] != state.place && (action[1] != 0 || state.place != 0)
  }

  func observe(_ state: Gears.State, into features: inout OutputSpan<Float>) {
    gears.observe(state, into: &features)
  }

  static var masksActions: Bool { true }

  func appendMask(of state: Gears.State, to mask: inout OutputSpan<UInt8>) {
    for action in 0..<3 { mask.append(action == state.place ? 0 : 1) }
    mask.append(isStuck || state.place == 0 ? 0 : 1)
    mask.append(isStuck ? 0 : 1)
  }
}
