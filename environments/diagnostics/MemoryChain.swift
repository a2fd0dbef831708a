public import Environments
public import Randomness

/// Bits are shown at first and asked for at the end.
///
/// bsuite's `memory_len` and `memory_size` (Osband et al. 2020). The observation is the time left,
/// from 1 to 0; the number of the bit that is asked for, shown in the last but one observation; and
/// the bits as -1 and 1, shown in the first. As in bsuite, the first observation is shown twice: it
/// also follows the first action. The last of `memoryLength + 1` actions has to name the bit;
/// reward 1 if it does, else -1. Asks: how far back, and how much, does the agent remember?
public struct MemoryChain: DiagnosticWorld {
  /// Steps over which the bits are to be remembered.
  public var memoryLength = 10
  /// How many bits there are.
  public var bits = 1
  public var signal = RewardSignal()

  /// Makes a chain for one bit; its properties may then be changed.
  public init() {}

  /// How far the episode is, and what it asks.
  public struct State: Codable, Hashable, Sendable {
    /// Actions taken so far.
    public var steps = 0
    /// The bits to be remembered, the first one in the lowest place.
    public var context: UInt64
    /// The number of the bit that is asked for.
    public var query: Int
  }

  public var actions: Discrete { Discrete(2) }

  public var observations: Box {
    Box(
      low: [0, 0] + Array(repeating: -1, count: bits),
      high: [1, Float(bits - 1)] + Array(repeating: 1, count: bits))
  }

  public func initialState(using random: inout PCG64) -> State {
    let context = random.next() >> UInt64(64 - bits)
    return State(context: context, query: random.integer(below: bits))
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    guard state.steps <= memoryLength else { return .termination(at: state, reward: 0) }
    var next = state
    next.steps += 1
    guard next.steps > memoryLength else {
      return .transition(to: next, reward: signal(0, using: &random))
    }
    let isRight = action == Int(state.context >> UInt64(state.query) & 1)
    return .termination(at: next, reward: signal(isRight ? 1 : -1, using: &random))
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    let time = max(0, state.steps - 1)
    features.append(Float(1 - Double(time) / Double(memoryLength)))
    features.append(time == memoryLength - 1 ? Float(state.query) : 0)
    for bit in 0..<bits {
      features.append(time > 0 ? 0 : state.context >> UInt64(bit) & 1 == 1 ? 1 : -1)
    }
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("memoryLength", \.memoryLength, unit: "steps", 1...100_000),
      Setting("bits", \.bits, 1...64),
    ] + signalSettings
  }

  public func drawLuck(using random: inout PCG64) -> Luck? {
    _ = initialState(using: &random)
    return drawNoise(ofSteps: memoryLength + 1, using: &random)
  }

  /// Actions taken, the bit asked for, and the bits.
  public func numbers(of state: State) -> [Double] {
    [Double(state.steps), Double(state.query)]
      + (0..<bits).map { Double(state.context >> UInt64($0) & 1) }
  }

  public func state(from numbers: [Double]) throws -> State {
    var context: UInt64 = 0
    for bit in 0..<bits
    where try wholeNumber(numbers[2 + bit], "bit \(bit)", in: 0...1, of: "MemoryChain") == 1 {
      context |= 1 << UInt64(bit)
    }
    return State(
      steps: try wholeNumber(
        numbers[0], "number of steps", in: 0...(memoryLength + 1), of: "MemoryChain"),
      context: context,
      query: try wholeNumber(numbers[1], "query", in: 0...(bits - 1), of: "MemoryChain"))
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: Double(max(bits, 4)), height: 2)
    for bit in 0..<bits {
      let isSet = state.context >> UInt64(bit) & 1 == 1
      picture.rectangle(
        x: Double(bit) + 0.1, y: 0.1, width: 0.8, height: 0.8,
        isSet ? DiagnosticColors.agent : DiagnosticColors.faint)
    }
    if state.steps >= memoryLength {
      picture.disc(
        center: .init(Double(state.query) + 0.5, 1.2), radius: 0.15, DiagnosticColors.other)
    }
    let share = Double(state.steps) / Double(memoryLength + 1)
    picture.rectangle(
      x: 0, y: 1.6, width: picture.width * share, height: 0.3, DiagnosticColors.ink)
    return picture
  }
}
