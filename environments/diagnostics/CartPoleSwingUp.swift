public import Environments
public import Randomness

/// The pole hangs down; it is to be swung up and held, though every push costs.
///
/// bsuite's `cartpole_swingup` (Osband et al. 2020). Reward 1 for each step after which the pole is
/// high and slow and the cart near the middle, less `moveCost` for a push. Terminates when the cart
/// leaves the track and when the time is over. Two features more than `BsuiteCartPole` has: whether
/// (1, else -1) the cart is near enough and the pole slow enough. Asks: is something learned that
/// costs before it pays?
public struct CartPoleSwingUp: DiagnosticWorld, PoleWorld {
  /// The laws of motion and their constants.
  public var physics = PoleOnCart()
  /// The least cosine of the pole's angle that is rewarded.
  public var heightThreshold = 0.5
  /// The angular velocity below which the pole is rewarded, rad/s.
  public var angularVelocityThreshold = 1.0
  /// Distance from the middle of the track below which the cart is rewarded, m.
  public var rewardPositionThreshold = 1.0
  /// What a push costs.
  public var moveCost = 0.1
  /// Distance from the middle of the track beyond which the episode ends, m.
  public var positionLimit = 3.0
  /// When the episode ends, s; after 1001 steps, as 1000 times 0.01 is a little less than 10.
  public var maximumTime = 10.0
  /// How far the first state is from hanging at rest, at most.
  public var startRange = 0.05
  public var signal = RewardSignal()

  /// Makes bsuite's world; its properties may then be changed.
  public init() {}

  public typealias State = PoleOnCart.State
  public var actions: Discrete { Discrete(3) }

  public var observations: Box {
    let high: [Float] = [.infinity, .infinity, 1, 1, .infinity, latestTime, 1, 1]
    return Box(low: high.enumerated().map { $0.offset == 5 ? 0 : -$0.element }, high: high)
  }

  public func initialState(using random: inout PCG64) -> State {
    physics.start(at: .pi, range: startRange, using: &random)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let next = physics.advance(state, taking: action)
    let isUp = next.cosine > heightThreshold && isSlow(next) && isCentral(next)
    let cost = action == 1 ? 0 : moveCost
    let reward = signal((isUp ? 1 : 0) - cost, using: &random)
    return next.time > maximumTime || abs(next.position) > positionLimit
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  private func isSlow(_ state: State) -> Bool {
    abs(state.angularVelocity) < angularVelocityThreshold
  }

  private func isCentral(_ state: State) -> Bool { abs(state.position) < rewardPositionThreshold }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    appendMotion(of: state, to: &features)
    features.append(isCentral(state) ? 1 : -1)
    features.append(isSlow(state) ? 1 : -1)
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("heightThreshold", \.heightThreshold, .within(-1...1)),
      Setting(
        "angularVelocityThreshold", \.angularVelocityThreshold, unit: "rad/s", .positive),
      Setting("rewardPositionThreshold", \.rewardPositionThreshold, unit: "m", .positive),
      Setting("moveCost", \.moveCost, .finite),
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
