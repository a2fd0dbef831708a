public import Environments
public import Randomness

/// Whether to take an umbrella is decided by the first action; whether it was right shows at the end.
///
/// bsuite's `umbrella_length` and `umbrella_distract` (Osband et al. 2020). The last step pays 1 if
/// umbrella and weather agree, else -1; every step before it pays 1 or -1 at random, whatever is
/// done. The observation is the weather to come (1: rain), whether the umbrella is there (before the
/// first action at random), the time left from 1 to 0, and random bits that mean nothing.
/// Asks: is a late reward assigned to the one action that matters?
public struct UmbrellaChain: DiagnosticWorld {
  /// Steps in an episode.
  public var chainLength = 10
  /// How many features mean nothing, at most 128.
  public var distractors = 20
  public var signal = RewardSignal()

  /// Makes a chain of ten steps with bsuite's twenty distractors; its properties may be changed.
  public init() {}

  /// How far the episode is, what it will ask, and the random bits that are shown now.
  public struct State: Codable, Hashable, Sendable {
    /// Actions taken so far.
    public var steps = 0
    /// Whether it will rain.
    public var needsUmbrella: Bool
    /// Whether the umbrella is there.
    public var hasUmbrella: Bool
    /// The first 64 distractors, the first one in the lowest place.
    public var distractors: UInt64 = 0
    /// The distractors after these.
    public var moreDistractors: UInt64 = 0
  }

  public var actions: Discrete { Discrete(2) }

  public var observations: Box {
    Box(
      low: Array(repeating: 0, count: 3 + distractors),
      high: Array(repeating: 1, count: 3 + distractors))
  }

  public func initialState(using random: inout PCG64) -> State {
    let bits = random.next()
    var state = State(needsUmbrella: bits >> 63 == 1, hasUmbrella: bits >> 62 & 1 == 1)
    drawDistractors(of: &state, using: &random)
    return state
  }

  private func drawDistractors(of state: inout State, using random: inout PCG64) {
    if distractors > 0 { state.distractors = random.next() >> UInt64(max(0, 64 - distractors)) }
    if distractors > 64 { state.moreDistractors = random.next() >> UInt64(128 - distractors) }
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    guard state.steps < chainLength else { return .termination(at: state, reward: 0) }
    var next = state
    next.steps += 1
    if next.steps == 1 { next.hasUmbrella = action == 1 }
    let isLast = next.steps == chainLength
    let isPaid = isLast ? next.hasUmbrella == next.needsUmbrella : random.next() >> 63 == 1
    drawDistractors(of: &next, using: &random)
    let reward = signal(isPaid ? 1 : -1, using: &random)
    return isLast ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(state.needsUmbrella ? 1 : 0)
    features.append(state.hasUmbrella ? 1 : 0)
    features.append(Float(1 - Double(state.steps) / Double(chainLength)))
    for place in 0..<distractors { features.append(Float(distractor(place, of: state))) }
  }

  @inline(__always)
  private func distractor(_ place: Int, of state: State) -> UInt64 {
    (place < 64 ? state.distractors : state.moreDistractors) >> UInt64(place & 63) & 1
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("chainLength", \.chainLength, unit: "steps", 1...100_000),
      Setting("distractors", \.distractors, 0...128),
    ] + signalSettings
  }

  /// All rewards but the last one, and the noise of all.
  public func drawLuck(using random: inout PCG64) -> Luck? {
    var silent = self
    silent.signal = RewardSignal()
    var luck = Luck()
    var state = silent.initialState(using: &random)
    for _ in 0..<chainLength {
      let step = silent.step(from: state, taking: 0, using: &random)
      state = step.state
      if step.ending == nil { luck.reward += signal.scale * step.reward }
      luck.reward += signal.drawNoise(using: &random)
    }
    return luck
  }

  /// Actions taken, rain, umbrella, and the distractors.
  public func numbers(of state: State) -> [Double] {
    [Double(state.steps), state.needsUmbrella ? 1 : 0, state.hasUmbrella ? 1 : 0]
      + (0..<distractors).map { Double(distractor($0, of: state)) }
  }

  public func state(from numbers: [Double]) throws -> State {
    func bit(_ place: Int, _ name: String) throws -> Bool {
      try wholeNumber(numbers[place], name, in: 0...1, of: "UmbrellaChain") == 1
    }
    var state = State(
      steps: try wholeNumber(
        numbers[0], "number of steps", in: 0...chainLength, of: "UmbrellaChain"),
      needsUmbrella: try bit(1, "weather"), hasUmbrella: try bit(2, "umbrella"))
    for place in 0..<distractors where try bit(3 + place, "distractor \(place)") {
      if place < 64 {
        state.distractors |= 1 << UInt64(place)
      } else {
        state.moreDistractors |= 1 << UInt64(place - 64)
      }
    }
    return state
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: 10, height: 6)
    let weather = state.needsUmbrella ? DiagnosticColors.agent : Picture.Color(hex: 0xEDB63C)
    picture.disc(center: .init(2.5, 2.5), radius: 1.5, weather)
    if state.hasUmbrella {
      picture.polygon(
        [.init(5, 3), .init(6, 1.6), .init(7, 1.2), .init(8, 1.6), .init(9, 3)],
        DiagnosticColors.other)
      picture.stroke([.init(7, 3), .init(7, 4.5)], width: 0.2, DiagnosticColors.ink)
    }
    picture.rectangle(
      x: 0, y: 5.4, width: 10 * Double(state.steps) / Double(chainLength), height: 0.4,
      DiagnosticColors.ink)
    return picture
  }
}
