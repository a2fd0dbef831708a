public import Environments
public import Randomness

/// A pole hinged on a cart, to be kept upright by pushing the cart left or right.
///
/// Barto, Sutton & Anderson (1983), "Neuronlike adaptive elements that can solve difficult learning
/// control problems", without friction: `F` the push, `x` the cart's place, `θ` the pole's angle,
///
///     t = (F + mₚ·l·θ̇²·sin θ) / M                            (M: both masses, l: half the pole)
///     θ̈ = (g·sin θ - cos θ·t) / (l·(4/3 - mₚ·cos²θ / M))
///     ẍ = t - mₚ·l·θ̈·cos θ / M
///
/// advanced by explicit Euler steps (places with the old velocities). Action 0 pushes left, 1 right.
/// Reward 1 for every step, the last one included. Terminates when the cart leaves the track or the
/// pole leans too far. Equal to Gymnasium's CartPole seed for seed and bit for bit.
public struct CartPole: Environment {
  /// Gravitational acceleration, m/s².
  public var gravity = 9.8
  /// Mass of the cart, kg.
  public var cartMass = 1.0
  /// Mass of the pole, kg.
  public var poleMass = 0.1
  /// Distance from the hinge to the pole's centre, m: half its length.
  public var halfLength = 0.5
  /// Force of a push, N.
  public var force = 10.0
  /// Time between two actions, s.
  public var timeStep = 0.02
  /// Angle from upright beyond which the episode ends, rad (12°).
  public var angleLimit = 12 * 2 * Double.pi / 360
  /// Distance from the middle of the track beyond which the episode ends, m.
  public var positionLimit = 2.4

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the cart and the pole are and how fast they move.
  public struct State: Codable, Hashable, Sendable {
    /// Place of the cart, m, from the middle of the track.
    public var position: Double
    /// Velocity of the cart, m/s.
    public var velocity: Double
    /// Angle of the pole from upright, rad, clockwise.
    public var angle: Double
    /// Angular velocity of the pole, rad/s.
    public var angularVelocity: Double
  }

  public var actions: Discrete { Discrete(2) }

  public var observations: Box {
    Box(symmetric: [Float(2 * positionLimit), .infinity, Float(2 * angleLimit), .infinity])
  }

  public func initialState(using random: inout PCG64) -> State {
    State(
      position: random.uniform(in: -0.05...0.05), velocity: random.uniform(in: -0.05...0.05),
      angle: random.uniform(in: -0.05...0.05), angularVelocity: random.uniform(in: -0.05...0.05))
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let mass = poleMass + cartMass
    let poleMoment = poleMass * halfLength
    let push = action == 1 ? force : -force
    let (sine, cosine) = sineAndCosine(state.angle)

    let shared =
      (push + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) / mass
    let angularAcceleration =
      (gravity * sine - cosine * shared)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / mass))
    let acceleration = shared - poleMoment * angularAcceleration * cosine / mass

    let next = State(
      position: state.position + timeStep * state.velocity,
      velocity: state.velocity + timeStep * acceleration,
      angle: state.angle + timeStep * state.angularVelocity,
      angularVelocity: state.angularVelocity + timeStep * angularAcceleration)
    let fell =
      next.position < -positionLimit || next.position > positionLimit
      || next.angle < -angleLimit || next.angle > angleLimit
    return fell ? .termination(at: next, reward: 1) : .transition(to: next, reward: 1)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.position))
    features.append(Float(state.velocity))
    features.append(Float(state.angle))
    features.append(Float(state.angularVelocity))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("gravity", \.gravity, unit: "m/s²", .nonnegative),
      Setting("cartMass", \.cartMass, unit: "kg", .positive),
      Setting("poleMass", \.poleMass, unit: "kg", .positive),
      Setting("halfLength", \.halfLength, unit: "m", .positive),
      Setting("force", \.force, unit: "N", .nonnegative),
      Setting("timeStep", \.timeStep, unit: "s", .positive),
      Setting("angleLimit", \.angleLimit, unit: "rad", .positive),
      Setting("positionLimit", \.positionLimit, unit: "m", .positive),
    ]
  }

  /// Place, velocity, angle, angular velocity.
  public func numbers(of state: State) -> [Double] {
    [state.position, state.velocity, state.angle, state.angularVelocity]
  }

  public func state(from numbers: [Double]) -> State {
    State(
      position: numbers[0], velocity: numbers[1], angle: numbers[2], angularVelocity: numbers[3])
  }
}
