public import Environments
import Glibc
public import Randomness

/// An underpowered car in a valley, to be brought up the right hill by swinging.
///
/// Moore (1990), "Efficient memory-based learning for robot control"; Sutton & Barto (2018), example
/// 10.1. With action `a` = 0 (left), 1 (coast) or 2 (right), place `p` and velocity `v`,
///
///     v ← v + (a - 1)·power - slope·cos 3p          p ← p + v
///
/// each kept inside its limits; the wall on the left stops the car. Reward -1 for every step.
/// Terminates on top of the right hill. Equal to Gymnasium's MountainCar seed for seed and bit for
/// bit.
public struct MountainCar: Environment {
  /// Change of velocity by the engine, per step.
  public var power = 0.001
  /// Change of velocity by gravity on the steepest slope, per step.
  public var slope = 0.0025
  /// Largest speed, per step.
  public var speedLimit = 0.07
  /// The wall on the left.
  public var leftEnd = -1.2
  /// The end of the road on the right.
  public var rightEnd = 0.6
  /// From where on the goal is reached, if the car is also fast enough.
  public var goalPosition = 0.5
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
  }

  public var actions: Discrete { Discrete(3) }

  public var observations: Box {
    Box(
      low: [Float(leftEnd), -Float(speedLimit)], high: [Float(rightEnd), Float(speedLimit)])
  }

  public func initialState(using random: inout PCG64) -> State {
    State(position: random.uniform(in: startLow...startHigh), velocity: 0)
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    var velocity = state.velocity + (Double(action - 1) * power + cos(3 * state.position) * -slope)
    velocity = clamp(velocity, -speedLimit, speedLimit)
    let position = clamp(state.position + velocity, leftEnd, rightEnd)
    if position == leftEnd && velocity < 0 { velocity = 0 }

    let next = State(position: position, velocity: velocity)
    return position >= goalPosition && velocity >= goalVelocity
      ? .termination(at: next, reward: -1) : .transition(to: next, reward: -1)
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

  /// Place and velocity.
  public func numbers(of state: State) -> [Double] { [state.position, state.velocity] }

  public func state(from numbers: [Double]) -> State {
    State(position: numbers[0], velocity: numbers[1])
  }
}

/// Says what is wrong with the ends of the mountain cars' road and with where they start.
///
/// - Throws: a sentence.
func checkRoad(
  from leftEnd: Double, to rightEnd: Double, _ startLow: Double, _ startHigh: Double
) throws {
  guard leftEnd <= startLow, startLow <= startHigh, startHigh <= rightEnd else {
    throw RoadProblem(
      description: "leftEnd ≤ startLow ≤ startHigh ≤ rightEnd must hold, not "
        + "\(leftEnd), \(startLow), \(startHigh), \(rightEnd)")
  }
}

private struct RoadProblem: Error, CustomStringConvertible {
  let description: String
}
