import Environments
import Glibc
import Randomness

/// The cart and pole of bsuite: three actions, angles from 0 to 2π, and a clock.
///
/// Barto, Sutton & Anderson (1983), without friction, as `CartPole` has it; the force is that of
/// action 0 (left), 1 (none) or 2 (right).
public struct PoleOnCart: Hashable, Sendable {
  /// Gravitational acceleration, m/s².
  public var gravity = 9.8
  /// Mass of the cart, kg.
  public var cartMass = 1.0
  /// Mass of the pole, kg.
  public var poleMass = 0.1
  /// Distance from the hinge to the pole's center, m.
  public var halfLength = 0.5
  /// Force of a push, N.
  public var force = 10.0
  /// Time between two actions, s.
  public var timeStep = 0.01

  init() {}

  /// Where the cart and the pole are, how fast they move, and how late it is.
  public struct State: Codable, Hashable, Sendable {
    /// Place of the cart, m, from the middle of the track.
    public let position: Double
    /// Velocity of the cart, m/s.
    public let velocity: Double
    /// Angle of the pole from upright, rad, clockwise, in 0..<2π after the first step.
    public let angle: Double
    /// Angular velocity of the pole, rad/s.
    public let angularVelocity: Double
    /// Time since the episode began, s.
    public let time: Double
    /// Of the angle: the reward, the features and the next step ask for them.
    let sine, cosine: Double

    @inline(__always)
    init(
      position: Double, velocity: Double, angle: Double, angularVelocity: Double, time: Double = 0
    ) {
      self.position = position
      self.velocity = velocity
      self.angle = angle
      self.angularVelocity = angularVelocity
      self.time = time
      (sine, cosine) = sineAndCosine(angle)
    }
  }

  /// A state at rest about an angle, but for up to `range` in each of its four numbers.
  func start(at angle: Double, range: Double, using random: inout PCG64) -> State {
    let range = -range...range
    return State(
      position: random.uniform(in: range), velocity: random.uniform(in: range),
      angle: angle + random.uniform(in: range), angularVelocity: random.uniform(in: range))
  }

  /// What follows an action.
  @inline(__always)
  func advance(_ state: State, taking action: Int) -> State {
    let mass = poleMass + cartMass
    let poleMoment = poleMass * halfLength
    let push = Double(action - 1) * force
    let (sine, cosine) = (state.sine, state.cosine)

    let shared =
      (push + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) / mass
    let angularAcceleration =
      (gravity * sine - cosine * shared)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / mass))
    let acceleration = shared - poleMoment * angularAcceleration * cosine / mass

    return State(
      position: state.position + timeStep * state.velocity,
      velocity: state.velocity + timeStep * acceleration,
      angle: Self.wrapped(state.angle + timeStep * state.angularVelocity),
      angularVelocity: state.angularVelocity + timeStep * angularAcceleration,
      time: state.time + timeStep)
  }

  /// The angle in 0..<2π.
  @inline(__always)
  private static func wrapped(_ angle: Double) -> Double {
    let turn = 2 * Double.pi
    if angle >= 0 && angle < turn { return angle }
    let rest = fmod(angle, turn)
    return rest < 0 ? rest + turn : rest
  }

  /// Place, velocity, angle, angular velocity and time.
  func numbers(of state: State) -> [Double] {
    [state.position, state.velocity, state.angle, state.angularVelocity, state.time]
  }

  func state(from numbers: [Double]) -> State {
    State(
      position: numbers[0], velocity: numbers[1], angle: numbers[2], angularVelocity: numbers[3],
      time: numbers[4])
  }

  func picture(of state: State, limit: Double) -> Picture {
    let width = 2 * limit + 1
    var picture = Picture(width: width, height: 3)
    let x = state.position + width / 2
    picture.stroke([.init(0, 1.7), .init(width, 1.7)], width: 0.03, DiagnosticColors.faint)
    picture.rectangle(x: x - 0.3, y: 1.6, width: 0.6, height: 0.25, DiagnosticColors.ink)
    let length = 2 * halfLength
    let tip = Picture.Point(x + length * state.sine, 1.6 - length * state.cosine)
    picture.stroke([.init(x, 1.6), tip], width: 0.1, DiagnosticColors.other)
    return picture
  }
}

/// A world made of the cart and its pole.
protocol PoleWorld: DiagnosticWorld where State == PoleOnCart.State, Actions == Discrete {
  var physics: PoleOnCart { get set }
  /// Distance from the middle of the track at which features are 1, m.
  var positionLimit: Double { get }
  /// When an episode ends, s.
  var maximumTime: Double { get }
}

extension PoleWorld {
  /// The largest value of the feature that shows the time.
  var latestTime: Float { Float((maximumTime + physics.timeStep) / maximumTime) }

  @inline(__always)
  func appendMotion(of state: State, to features: inout OutputSpan<Float>) {
    features.append(Float(state.position / positionLimit))
    features.append(Float(state.velocity / positionLimit))
    features.append(Float(state.sine))
    features.append(Float(state.cosine))
    features.append(Float(state.angularVelocity))
    features.append(Float(state.time / maximumTime))
  }

  static var physicsSettings: [Setting<Self>] {
    [
      Setting("gravity", \.physics.gravity, unit: "m/s²", .nonnegative),
      Setting("cartMass", \.physics.cartMass, unit: "kg", .positive),
      Setting("poleMass", \.physics.poleMass, unit: "kg", .positive),
      Setting("halfLength", \.physics.halfLength, unit: "m", .positive),
      Setting("force", \.physics.force, unit: "N", .nonnegative),
      Setting("timeStep", \.physics.timeStep, unit: "s", .positive),
    ]
  }
}
