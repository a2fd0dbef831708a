public import Environments
public import Randomness

/// The cart and pole as bsuite has them: three actions, time among the features, ten seconds.
///
/// bsuite's `cartpole` (Osband et al. 2020). Reward 1 for each step after which the pole is high and
/// the cart central; terminates with reward 0 where they are not, and when the time is over.
public struct BsuiteCartPole: DiagnosticWorld, PoleWorld {
  /// The laws of motion and their constants.
  public var physics = PoleOnCart()
  /// The least cosine of the pole's angle.
  public var heightThreshold = 0.8
  /// Distance from the middle of the track beyond which the episode ends, m.
  public var positionLimit = 3.0
  /// When the episode ends, s; after 1001 steps, as 1000 times 0.01 is a little less than 10.
  public var maximumTime = 10.0
  /// The largest number of the first state.
  public var startRange = 0.05
  public var signal = RewardSignal()

  /// Makes bsuite's world; its properties may then be changed.
  public init() {}

  public typealias State = PoleOnCart.State
  public var actions: Discrete { Discrete(3) }

  public var observations: Box {
    let high: [Float] = [.infinity, .infinity, 1, 1, .infinity, latestTime]
    return Box(low: high.dropLast().map { -$0 } + [0], high: high)
  }

  public func initialState(using random: inout PCG64) -> State {
    physics.start(at: 0, range: startRange, using: &random)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let next = physics.advance(state, taking: action)
    let isUp = next.cosine > heightThreshold && abs(next.position) < positionLimit
    let reward = signal(isUp ? 1 : 0, using: &random)
    return next.time > maximumTime || !isUp
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    appendMotion(of: state, to: &features)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("heightThreshold", \.heightThreshold, .within(-1...1)),
      Setting("positionLimit", \.positionLimit, unit: "m", .positive),
      Setting("maximumTime", \.maximumTime, unit: "s", .positive),
      Setting("startRange", \.startRange, .nonnegative),
    ] + physicsSettings + signalSettings
  }

  /// Nothing is known: how many steps there are depends on the actions.
  public func drawLuck(using random: inout PCG64) -> Luck? { nil }

  /// Place, velocity, angle, angular velocity and time.
  public func numbers(of state: State) -> [Double] { physics.numbers(of: state) }
  public func state(from numbers: [Double]) -> State { physics.state(from: numbers) }

  public func picture(of state: State) -> Picture? {
    physics.picture(of: state, limit: positionLimit)
  }
}
