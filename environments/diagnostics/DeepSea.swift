public import Environments
public import Randomness

/// A diver sinks a row a step; only going right every time leads to the treasure.
///
/// bsuite's `deep_sea` and `deep_sea_stochastic` (Osband et al. 2020; Osband et al. 2019, "Deep
/// exploration via randomized value functions"). The board has `size` rows and columns; which of the
/// two actions means right is drawn for each place by `mappingSeed`. Moving right costs
/// `moveCost / size`; going right in the last column of the last row pays 1. Random actions get there
/// once in `2^size` episodes. In the stochastic form the wind undoes a move to the right with
/// probability `1/size`, and the two corners of the last row pay standard normal noise on top.
/// The observation is the board with a 1 for the diver. Asks: is exploration deep?
public struct DeepSea: DiagnosticWorld, TabularEnvironment {
  /// Rows and columns of the board, and steps in an episode.
  public var size = 10
  /// Whether there is wind, and noise at the end.
  public var stochastic = false
  /// What an episode of nothing but right moves costs.
  public var moveCost = 0.01
  /// Whether the meaning of the actions differs from place to place; else 1 means right.
  public var randomizeActions = true
  /// Which action means right in which place.
  public var mappingSeed = 42
  public var signal = RewardSignal()

  /// Makes bsuite's board of ten rows; its properties may then be changed.
  public init() {}

  /// Where the diver is.
  public struct State: Codable, Hashable, Sendable {
    /// Row, from 0 at the top; `size` at the end of an episode.
    public var row = 0
    /// Column, from 0 at the left.
    public var column = 0
  }

  public var actions: Discrete { Discrete(2) }

  public var observations: Box {
    Box(
      low: Array(repeating: 0, count: size * size), high: Array(repeating: 1, count: size * size))
  }

  /// The action that means right in a place.
  public func rightAction(at state: State) -> Int {
    guard randomizeActions else { return 1 }
    // One step of SplitMix64, of which a bit is as good as a coin.
    var bits =
      UInt64(mappingSeed) &* 0xD129_0D3B_35E6_9B1D
      &+ UInt64(state.row * size + state.column + 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return Int(bits >> 63)
  }

  public func initialState(using random: inout PCG64) -> State { State() }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    guard state.row < size else { return .termination(at: state, reward: 0) }
    let goesRight = action == rightAction(at: state)
    let (hasWind, noise) = drawWeather(inRow: state.row, using: &random)
    var next = state
    next.row += 1
    var reward = 0.0
    if goesRight {
      if state.column == size - 1 { reward = 1 }
      reward -= moveCost / Double(size)
      if !hasWind { next.column = min(state.column + 1, size - 1) }
    } else {
      next.column = max(state.column - 1, 0)
    }
    if state.column == 0 || state.column == size - 1 { reward += noise }
    reward = signal(reward, using: &random)
    return next.row == size
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  /// Whether there is wind in a row, and the noise of its corners, which only the last row has.
  private func drawWeather(
    inRow row: Int, using random: inout PCG64
  ) -> (hasWind: Bool, noise: Double) {
    guard stochastic else { return (false, 0) }
    let hasWind = random.uniform() <= 1 / Double(size)
    return (hasWind, row == size - 1 ? random.standardNormal() : 0)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    guard state.row < size else {
      features.append(repeating: 0, count: size * size)
      return
    }
    let place = state.row * size + state.column
    features.append(repeating: 0, count: place)
    features.append(1)
    features.append(repeating: 0, count: size * size - place - 1)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("size", \.size, 2...100), Setting("stochastic", \.stochastic),
      Setting("moveCost", \.moveCost, .finite),
      Setting("randomizeActions", \.randomizeActions),
      Setting("mappingSeed", \.mappingSeed, 0 ... .max),
    ] + signalSettings
  }

  /// The noise that the treasure's place has in the end.
  ///
  /// An episode tells how the agent acted where no wind would have hindered it on its way.
  public func drawLuck(using random: inout PCG64) -> Luck? {
    var luck = Luck()
    for row in 0..<size {
      let (hasWind, noise) = drawWeather(inRow: row, using: &random)
      if hasWind && row < size - 1 { luck.isTelling = false }
      luck.reward += signal.scale * noise + signal.drawNoise(using: &random)
    }
    return luck
  }

  /// Row and column.
  public func numbers(of state: State) -> [Double] { [Double(state.row), Double(state.column)] }

  public func state(from numbers: [Double]) throws -> State {
    State(
      row: try wholeNumber(numbers[0], "row", in: 0...size, of: "DeepSea"),
      column: try wholeNumber(numbers[1], "column", in: 0...(size - 1), of: "DeepSea"))
  }

  public func picture(of state: State) -> Picture? {
    let side = Double(size)
    var picture = Picture(width: side, height: side + 1, background: .init(hex: 0xE8F2FA))
    picture.polygon(
      [.init(0, 1), .init(side, side + 1), .init(0, side + 1)], .init(hex: 0xB9D6EC))
    picture.rectangle(x: side - 1, y: side, width: 1, height: 1, DiagnosticColors.goal)
    picture.disc(
      center: .init(Double(state.column) + 0.5, Double(state.row) + 0.5), radius: 0.35,
      DiagnosticColors.agent)
    return picture
  }
}

// Tables: places row after row, the places after the last row at the end.
extension DeepSea {
  public var stateCount: Int { (size + 1) * size }
  public var initialDistribution: [Double] { [1] + Array(repeating: 0, count: stateCount - 1) }
  public func index(of state: State) -> Int { state.row * size + state.column }

  public func name(ofState state: Int) -> String {
    "row \(state / size), column \(state % size)"
  }

  public func transitions(from index: Int, taking action: Int) -> [Transition] {
    let state = State(row: index / size, column: index % size)
    guard state.row < size else {
      return [Transition(probability: 1, nextState: index, reward: 0, terminated: true)]
    }
    let isLast = state.row == size - 1
    func following(_ probability: Double, _ column: Int, _ reward: Double) -> Transition {
      Transition(
        probability: probability,
        nextState: self.index(
          of: State(row: state.row + 1, column: min(max(column, 0), size - 1))),
        reward: signal.scale * reward, terminated: isLast)
    }
    guard action == rightAction(at: state) else { return [following(1, state.column - 1, 0)] }
    let reward = (state.column == size - 1 ? 1 : 0) - moveCost / Double(size)
    guard stochastic else { return [following(1, state.column + 1, reward)] }
    let wind = 1 / Double(size)
    return [
      following(1 - wind, state.column + 1, reward), following(wind, state.column, reward),
    ]
  }

  public var actionNames: [String] { randomizeActions ? ["0", "1"] : ["left", "right"] }

  public var grids: [StateGrid] {
    [
      StateGrid(
        rows: (0..<size).map { row in (0..<size).map { .state(row * size + $0) } },
        signs: randomizeActions ? ["0", "1"] : ["←", "→"])
    ]
  }
}
