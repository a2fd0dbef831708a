public import Environments
import Glibc
public import Randomness

/// A pendulum with a weak motor, to be swung up and held upright.
///
/// Semi-implicit Euler steps of `θ̈ = 3g/(2l)·sin θ + 3/(ml²)·u`, a uniform rod hinged at its end;
/// `θ = 0` is upright, `u` the torque, kept inside its limits. Reward `-(θ² + 0.1·θ̇² + 0.001·u²)`
/// of the state before the step, with `θ` brought into `-π...π`. Never terminates. Equal to
/// Gymnasium's Pendulum seed for seed and bit for bit, where the torque is a number in single
/// precision and makes its products ones, too.
public struct Pendulum: Environment {
  /// Gravitational acceleration, m/s².
  public var gravity = 10.0
  /// Mass of the rod, kg.
  public var mass = 1.0
  /// Length of the rod, m.
  public var length = 1.0
  /// Largest torque of the motor, N·m.
  public var torqueLimit = 2.0
  /// Largest angular speed, rad/s.
  public var speedLimit = 8.0
  /// Time between two actions, s.
  public var timeStep = 0.05

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the rod points and how fast it turns.
  public struct State: Codable, Hashable, Sendable {
    /// Angle from upright, rad, counting turns: not limited to `-π...π`.
    public var angle: Double
    /// Angular velocity, rad/s.
    public var velocity: Double
  }

  public var actions: Interval { Interval(-Float(torqueLimit)...Float(torqueLimit)) }

  public var observations: Box { Box(symmetric: [1, 1, Float(speedLimit)]) }

  public func initialState(using random: inout PCG64) -> State {
    State(angle: random.uniform(in: -.pi ... .pi), velocity: random.uniform(in: -1...1))
  }

  public func step(
    from state: State, taking action: Float, using random: inout PCG64
  ) -> Step<State> {
    let torque = clamp(action, -Float(torqueLimit), Float(torqueLimit))
    let cost =
      squared(fromUpright(state.angle)) + 0.1 * squared(state.velocity)
      + Double(0.001 * squared(torque))
    let pull = 3 * gravity / (2 * length) * sin(state.angle)
    let push = Double(Float(3 / (mass * (length * length))) * torque)
    let velocity = clamp(state.velocity + (pull + push) * timeStep, -speedLimit, speedLimit)
    let next = State(angle: state.angle + velocity * timeStep, velocity: velocity)
    return .transition(to: next, reward: -cost)
  }

  /// An angle brought into `-π..<π`.
  private func fromUpright(_ angle: Double) -> Double {
    floorRemainder(angle + .pi, 2 * .pi) - .pi
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    let (sine, cosine) = sineAndCosine(state.angle)
    features.append(Float(cosine))
    features.append(Float(sine))
    features.append(Float(state.velocity))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("gravity", \.gravity, unit: "m/s²", .nonnegative),
      Setting("mass", \.mass, unit: "kg", .positive),
      Setting("length", \.length, unit: "m", .positive),
      Setting("torqueLimit", \.torqueLimit, unit: "N·m", .nonnegative),
      Setting("speedLimit", \.speedLimit, unit: "rad/s", .positive),
      Setting("timeStep", \.timeStep, unit: "s", .positive),
    ]
  }

  /// Angle and angular velocity.
  public func numbers(of state: State) -> [Double] { [state.angle, state.velocity] }

  public func state(from numbers: [Double]) -> State {
    State(angle: numbers[0], velocity: numbers[1])
  }
}
