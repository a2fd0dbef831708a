public import Environments
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
  /// Largest angle of a first state from upright, rad.
  public var startAngle = Double.pi
  /// Largest angular speed of a first state, rad/s.
  public var startSpeed = 1.0
  /// What a step costs, times the square of the angular velocity.
  public var speedPrice = 0.1
  /// What a step costs, times the square of the torque.
  public var torquePrice = 0.001

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the rod points and how fast it turns.
  public struct State: Sendable {
    /// Angle from upright, rad, counting turns: not limited to `-π...π`.
    public let angle: Double
    /// Angular velocity, rad/s.
    public let velocity: Double
    /// Of the angle; an observation and the next step need them.
    let sine, cosine: Double

    /// Makes a state.
    @inline(__always)
    public init(angle: Double, velocity: Double) {
      self.angle = angle
      self.velocity = velocity
      (sine, cosine) = branchlessSineAndCosine(angle)
    }
  }

  public var actions: Interval { Interval(-Float(torqueLimit)...Float(torqueLimit)) }

  public var observations: Box { Box(symmetric: [1, 1, Float(speedLimit)]) }

  public func initialState(using random: inout PCG64) -> State {
    State(
      angle: random.uniform(in: -startAngle...startAngle),
      velocity: random.uniform(in: -startSpeed...startSpeed))
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Float, using random: inout PCG64
  ) -> Step<State> {
    let torque = clamp(action, -Float(torqueLimit), Float(torqueLimit))
    let cost =
      squared(fromUpright(state.angle)) + speedPrice * squared(state.velocity)
      + Double(Float(torquePrice) * squared(torque))
    let pull = 3 * gravity / (2 * length) * state.sine
    let push = Double(Float(3 / (mass * (length * length))) * torque)
    let velocity = clamp(state.velocity + (pull + push) * timeStep, -speedLimit, speedLimit)
    let next = State(angle: state.angle + velocity * timeStep, velocity: velocity)
    return .transition(to: next, reward: -cost)
  }

  /// An angle brought into `-π..<π`.
  private func fromUpright(_ angle: Double) -> Double {
    floorRemainder(angle + .pi, 2 * .pi) - .pi
  }

  @inline(__always)
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.cosine))
    features.append(Float(state.sine))
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
      Setting("startAngle", \.startAngle, unit: "rad", .within(0...Double.pi)),
      Setting("startSpeed", \.startSpeed, unit: "rad/s", .nonnegative),
      Setting("speedPrice", \.speedPrice, .nonnegative),
      Setting("torquePrice", \.torquePrice, .nonnegative),
    ]
  }

  /// Angle and angular velocity.
  public func numbers(of state: State) -> [Double] { [state.angle, state.velocity] }

  public func state(from numbers: [Double]) -> State {
    State(angle: numbers[0], velocity: numbers[1])
  }
}

// The sine and the cosine follow from the angle.
extension Pendulum.State: Codable, Hashable {
  private enum CodingKeys: String, CodingKey { case angle, velocity }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      angle: try fields.decode(Double.self, forKey: .angle),
      velocity: try fields.decode(Double.self, forKey: .velocity))
  }
}
