public import Environments
import Glibc
public import Randomness

/// The mountain car with an engine that can be dosed, and a price on using it.
///
/// With the engine's force `f`, the action kept between -1 and 1, place `p` and velocity `v`,
///
///     v ← v + (f·power - slope·cos 3p)              p ← p + v
///
/// each kept inside its limits; the wall on the left stops the car. Reward `-0.1·a²` for the action
/// as it was given, even beyond the limits, and 100 more on top of the right hill, where it
/// terminates.
///
/// Equal to Gymnasium's MountainCarContinuous seed for seed and bit for bit, which takes care: there
/// the state is in single precision from the first step on, and numbers that are not from an array
/// (the constants, and a force or velocity that was cut off) take part in double precision until
/// they meet one that is. Both forms of the arithmetic are written out below.
public struct MountainCarContinuous: Environment {
  /// Change of velocity by the engine at full force, per step.
  public var power = 0.0015
  /// Change of velocity by gravity on the steepest slope, per step.
  public var slope = 0.0025
  /// Largest speed, per step.
  public var speedLimit = 0.07
  /// Largest force of the engine.
  public var forceLimit = 1.0
  /// What a step costs, times the square of the action.
  public var effortPrice = 0.1
  /// Reward for the goal.
  public var goalReward = 100.0
  /// The wall on the left.
  public var leftEnd = -1.2
  /// The end of the road on the right.
  public var rightEnd = 0.6
  /// From where on the goal is reached, if the car is also fast enough.
  public var goalPosition = 0.45
  /// The least velocity with which the goal counts, per step.
  public var goalVelocity = 0.0
  /// The least and the greatest place of a first state.
  public var startLow = -0.6, startHigh = -0.4

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the car is and how fast it moves.
  public struct State: Codable, Hashable, Sendable {
    /// Place along the road; the valley's bottom is at -π/6.
    public var position: Double
    /// Change of place per step.
    public var velocity: Double
    /// Whether a step was taken, after which both numbers are in single precision.
    public var hasMoved: Bool
  }

  public var actions: Interval { Interval(-Float(forceLimit)...Float(forceLimit)) }

  public var observations: Box {
    Box(
      low: [Float(leftEnd), -Float(speedLimit)], high: [Float(rightEnd), Float(speedLimit)])
  }

  public func initialState(using random: inout PCG64) -> State {
    State(position: random.uniform(in: startLow...startHigh), velocity: 0, hasMoved: false)
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Float, using random: inout PCG64
  ) -> Step<State> {
    let (next, isAtGoal) =
      state.hasMoved ? singleStep(from: state, action) : firstStep(from: state, action)
    let effort = Double(action) * Double(action) * effortPrice
    return isAtGoal
      ? .termination(at: next, reward: goalReward - effort)
      : .transition(to: next, reward: 0 - effort)
  }

  /// What the engine and the slope add to the velocity, as a double.
  ///
  /// A force inside its limits is a number in single precision and makes the sum one, too.
  private func acceleration(_ action: Float, _ pull: Double) -> Double {
    if Double(action) < -forceLimit { return -forceLimit * power - pull }
    if Double(action) > forceLimit { return forceLimit * power - pull }
    return Double(action * Float(power) - Float(pull))
  }

  /// A step from a state in double precision.
  private func firstStep(from state: State, _ action: Float) -> (State, isAtGoal: Bool) {
    let pull = slope * cos(3 * state.position)
    var velocity = clamp(state.velocity + acceleration(action, pull), -speedLimit, speedLimit)
    let position = clamp(state.position + velocity, leftEnd, rightEnd)
    if position == leftEnd && velocity < 0 { velocity = 0 }
    let next = State(
      position: Double(Float(position)), velocity: Double(Float(velocity)), hasMoved: true)
    return (next, position >= goalPosition && velocity >= goalVelocity)
  }

  /// A step from a state in single precision.
  private func singleStep(from state: State, _ action: Float) -> (State, isAtGoal: Bool) {
    let pull = slope * cos(Double(3 * Float(state.position)))
    let limit = Float(speedLimit)
    var velocity = Float(state.velocity) + Float(acceleration(action, pull))
    velocity = clamp(velocity, -limit, limit)
    let position = clamp(Float(state.position) + velocity, Float(leftEnd), Float(rightEnd))
    if position == Float(leftEnd) && velocity < 0 { velocity = 0 }
    let next = State(position: Double(position), velocity: Double(velocity), hasMoved: true)
    return (next, position >= Float(goalPosition) && velocity >= Float(goalVelocity))
  }

  @inline(__always)
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.position))
    features.append(Float(state.velocity))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("power", \.power, .nonnegative),
      Setting("slope", \.slope, .nonnegative),
      Setting("speedLimit", \.speedLimit, .positive),
      Setting("forceLimit", \.forceLimit, .positive),
      Setting("effortPrice", \.effortPrice, .nonnegative),
      Setting("goalReward", \.goalReward, .finite),
      Setting("leftEnd", \.leftEnd, .finite),
      Setting("rightEnd", \.rightEnd, .finite),
      Setting("startLow", \.startLow, .finite),
      Setting("startHigh", \.startHigh, .finite),
      Setting("goalPosition", \.goalPosition, .finite),
      Setting("goalVelocity", \.goalVelocity, .finite),
    ]
  }

  public func validate() throws {
    try checkRoad(from: leftEnd, to: rightEnd, startLow, startHigh)
  }

  /// Place and velocity, as before the first step.
  public func numbers(of state: State) -> [Double] { [state.position, state.velocity] }

  public func state(from numbers: [Double]) -> State {
    State(position: numbers[0], velocity: numbers[1], hasMoved: false)
  }
}
