public import Environments
public import Randomness

/// A bandit whose arms pay 0, 0.1, … 1, in an order that is to be found out.
///
/// bsuite's `bandit` (Osband et al. 2020): an episode is one pull, and the observation is always 1.
/// `mappingSeed` decides which arm pays what. Asks: is the simplest of problems learned?
public struct Bandit: DiagnosticWorld, TabularEnvironment {
  /// How many arms there are.
  public var arms = 11 { didSet { shuffle() } }
  /// Which arm pays what.
  public var mappingSeed = 0 { didSet { shuffle() } }
  public var signal = RewardSignal()
  /// What each arm pays, before the signal.
  public private(set) var payments: [Double] = []

  /// Makes bsuite's bandit; its properties may then be changed.
  public init() { shuffle() }

  private mutating func shuffle() {
    var random = RandomStream(key: UInt64(mappingSeed))
    payments = random.permutation(of: arms).map { Double($0) / Double(max(1, arms - 1)) }
  }

  /// Whether the arm has been pulled.
  public struct State: Codable, Hashable, Sendable {
    /// Whether the only pull has been made.
    public var isOver = false
  }

  public var actions: Discrete { Discrete(arms) }
  public var observations: Box { Box(low: [1], high: [1]) }

  public func initialState(using random: inout PCG64) -> State { State() }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    .termination(at: State(isOver: true), reward: signal(payments[action], using: &random))
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(1)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("arms", \.arms, 1...1000),
      Setting("mappingSeed", \.mappingSeed, 0 ... .max),
    ] + signalSettings
  }

  public func drawLuck(using random: inout PCG64) -> Luck? { drawNoise(ofSteps: 1, using: &random) }

  /// 1 after the pull, 0 before.
  public func numbers(of state: State) -> [Double] { [state.isOver ? 1 : 0] }

  public func state(from numbers: [Double]) throws -> State {
    State(isOver: try wholeNumber(numbers[0], "number of pulls", in: 0...1, of: "Bandit") == 1)
  }

  // Tables: state 0 before the pull, state 1 after it.
  public var stateCount: Int { 2 }
  public var initialDistribution: [Double] { [1, 0] }
  public func index(of state: State) -> Int { state.isOver ? 1 : 0 }
  public func name(ofState state: Int) -> String { state == 0 ? "before the pull" : "over" }

  public func transitions(from state: Int, taking action: Int) -> [Transition] {
    let reward = state == 0 ? signal.scale * payments[action] : 0
    return [Transition(probability: 1, nextState: 1, reward: reward, terminated: true)]
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: Double(arms), height: 4)
    for (arm, payment) in payments.enumerated() {
      let height = 0.1 + 3.4 * payment
      picture.rectangle(
        x: Double(arm) + 0.15, y: 4 - height, width: 0.7, height: height, DiagnosticColors.goal)
    }
    return picture
  }
}

/// The colors of the diagnostic worlds' pictures.
enum DiagnosticColors {
  static let goal = Picture.Color(hex: 0x2E8B57)
  static let agent = Picture.Color(hex: 0x0072B2)
  static let other = Picture.Color(hex: 0xD55E00)
  static let faint = Picture.Color(hex: 0xDDE1E6)
  static let ink = Picture.Color(hex: 0x1B1F24)
}
