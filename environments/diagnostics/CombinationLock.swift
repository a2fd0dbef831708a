public import Environments
public import Randomness

/// A lock whose dials are turned all at once: an action is a choice for each of them.
///
/// In every step each dial turns back, stays or turns on by one position; the reward is minus the
/// share of dials that are then out of place, and the lock opens when none is. An agent with one
/// choice would have to learn `3^dials` actions apart. The best is to turn each dial the shorter way
/// and to leave it in its place: a dial that is `d` positions away costs `max(0, d - 1) / dials`.
public struct CombinationLock: Environment {
  /// How many dials there are.
  public var dials = 4
  /// How many positions each dial has, in a circle.
  public var positions = 10

  /// Makes a lock of four dials with ten positions; its properties may then be changed.
  public init() {}

  /// How far each dial is from its place.
  public struct State: Codable, Hashable, Sendable {
    /// Four bits for each dial, the first one lowest, so that copying allocates nothing.
    var packed: UInt64 = 0

    /// Positions from a dial's place onward, from 0.
    public subscript(dial: Int) -> Int {
      get { Int(packed >> UInt64(4 * dial) & 15) }
      set {
        let shift = UInt64(4 * dial)
        packed = packed & ~(15 << shift) | UInt64(newValue) << shift
      }
    }
  }

  public var actions: MultiDiscrete { MultiDiscrete(Array(repeating: 3, count: dials)) }
  public var observations: Box { Box(symmetric: Array(repeating: 1, count: dials)) }

  public func initialState(using random: inout PCG64) -> State {
    var state = State()
    for dial in 0..<dials { state[dial] = random.integer(below: positions) }
    return state
  }

  public func step(
    from state: State, taking action: MultiDiscreteAction, using random: inout PCG64
  ) -> Step<State> {
    var next = state
    for dial in 0..<dials {
      next[dial] = (state[dial] + action[dial] - 1 + positions) % positions
    }
    let wrong = (0..<dials).count { next[$0] != 0 }
    return wrong == 0
      ? .termination(at: next, reward: 0)
      : .transition(to: next, reward: -Double(wrong) / Double(dials))
  }

  /// Each dial's way to its place as a share of half a turn: above 0 if it is the shorter way to turn
  /// on.
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    for dial in 0..<dials {
      let ahead = 2 * state[dial]
      let way = ahead < positions ? -ahead : 2 * positions - ahead
      features.append(Float(way) / Float(positions))
    }
  }

  /// The mean return of the best policy, without a time limit: each dial begins anywhere.
  public var bestReturn: Double {
    let costs = (0..<positions).map { Double(max(0, min($0, positions - $0) - 1)) }
    return -costs.reduce(0, +) / Double(positions)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("dials", \.dials, 1...16),
      Setting("positions", \.positions, 2...16),
    ]
  }

  /// How far each dial is from its place.
  public func numbers(of state: State) -> [Double] { (0..<dials).map { Double(state[$0]) } }

  public func state(from numbers: [Double]) throws -> State {
    var state = State()
    for (dial, number) in numbers.enumerated() {
      state[dial] = try wholeNumber(
        number, "dial \(dial)", in: 0...(positions - 1), of: "CombinationLock")
    }
    return state
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: Double(dials), height: Double(positions))
    for dial in 0..<dials {
      let (x, place) = (Double(dial) + 0.5, Double(state[dial]) + 0.5)
      picture.rectangle(
        x: Double(dial) + 0.1, y: 0, width: 0.8, height: 1, DiagnosticColors.goal)
      picture.disc(center: .init(x, place), radius: 0.3, DiagnosticColors.agent)
    }
    return picture
  }
}
