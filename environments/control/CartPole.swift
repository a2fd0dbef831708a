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
  /// Largest number of a first state, all of which are uniform around 0.
  public var startRange = 0.05
  /// Whether velocities are advanced first and places with the new ones (semi-implicit Euler).
  public var semiImplicit = false
  /// Whether the reward is 0 for every step and -1 for a failure (Sutton & Barto), instead of 1.
  public var suttonBartoReward = false

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the cart and the pole are and how fast they move.
  public struct State: Sendable {
    /// Place of the cart, m, from the middle of the track.
    public let position: Double
    /// Velocity of the cart, m/s.
    public let velocity: Double
    /// Angle of the pole from upright, rad, clockwise.
    public let angle: Double
    /// Angular velocity of the pole, rad/s.
    public let angularVelocity: Double
    /// Of the angle; known before the next step, which they would hold up.
    let sine, cosine: Double

    /// Makes a state.
    @inline(__always)
    public init(position: Double, velocity: Double, angle: Double, angularVelocity: Double) {
      self.position = position
      self.velocity = velocity
      self.angle = angle
      self.angularVelocity = angularVelocity
      (sine, cosine) = sineAndCosine(angle)
    }
  }

  public var actions: Discrete { Discrete(2) }

  public var observations: Box {
    Box(symmetric: [Float(2 * positionLimit), .infinity, Float(2 * angleLimit), .infinity])
  }

  public func initialState(using random: inout PCG64) -> State {
    let range = -startRange...startRange
    return State(
      position: random.uniform(in: range), velocity: random.uniform(in: range),
      angle: random.uniform(in: range), angularVelocity: random.uniform(in: range))
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    let mass = poleMass + cartMass
    let poleMoment = poleMass * halfLength
    let push = Double(2 &* action &- 1) * force  // a branch would be mispredicted
    let (sine, cosine) = (state.sine, state.cosine)

    let shared =
      (push + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) / mass
    let angularAcceleration =
      (gravity * sine - cosine * shared)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / mass))
    let acceleration = shared - poleMoment * angularAcceleration * cosine / mass

    let velocity = state.velocity + timeStep * acceleration
    let angularVelocity = state.angularVelocity + timeStep * angularAcceleration
    let next =
      semiImplicit
      ? advanced(state, velocity, angularVelocity)
      : State(
        position: state.position + timeStep * state.velocity, velocity: velocity,
        angle: state.angle + timeStep * state.angularVelocity, angularVelocity: angularVelocity)
    let fell =
      next.position < -positionLimit || next.position > positionLimit
      || next.angle < -angleLimit || next.angle > angleLimit
    return fell
      ? .termination(at: next, reward: suttonBartoReward ? -1 : 1)
      : .transition(to: next, reward: suttonBartoReward ? 0 : 1)
  }

  /// The state with new velocities and the places that follow from them.
  ///
  /// Apart, so that the usual next angle does not wait for the acceleration.
  @inline(never)
  private func advanced(
    _ state: State, _ velocity: Double, _ angularVelocity: Double
  ) -> State {
    State(
      position: state.position + timeStep * velocity, velocity: velocity,
      angle: state.angle + timeStep * angularVelocity, angularVelocity: angularVelocity)
  }

  @inline(__always)
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
      Setting("startRange", \.startRange, .nonnegative),
      Setting("semiImplicit", \.semiImplicit),
      Setting("suttonBartoReward", \.suttonBartoReward),
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

// The sine and the cosine follow from the angle.
extension CartPole.State: Codable, Hashable {
  private enum CodingKeys: String, CodingKey { case position, velocity, angle, angularVelocity }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      position: try fields.decode(Double.self, forKey: .position),
      velocity: try fields.decode(Double.self, forKey: .velocity),
      angle: try fields.decode(Double.self, forKey: .angle),
      angularVelocity: try fields.decode(Double.self, forKey: .angularVelocity))
  }
}
