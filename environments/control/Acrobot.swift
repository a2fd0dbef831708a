public import Environments
import Glibc
public import Randomness

/// Two links hanging from a hinge, with a motor between them, to be swung above the hinge.
///
/// Sutton (1996), "Generalization in reinforcement learning", with the equations of Sutton & Barto's
/// book (the term with `θ̇₁²` in the second acceleration, which the paper lacks). `θ₁` is the first
/// link's angle from hanging down and `θ₂` the second link's relative to the first; one classical
/// Runge-Kutta step per action, the torque held. Actions 0, 1, 2 are torques of -1, 0, 1 N·m.
/// Reward -1 for every step but the last, which gives 0. Terminates when the free end is a link's
/// length above the hinge. Equal to Gymnasium's Acrobot seed for seed; its states bit for bit.
public struct Acrobot: Environment {
  /// Gravitational acceleration, m/s².
  public var gravity = 9.8
  /// Length of the first link, m.
  public var length1 = 1.0
  /// Mass of the first link, kg.
  public var mass1 = 1.0
  /// Mass of the second link, kg.
  public var mass2 = 1.0
  /// Distance from the hinge to the first link's centre of mass, m.
  public var center1 = 0.5
  /// Distance from the joint to the second link's centre of mass, m.
  public var center2 = 0.5
  /// Moment of inertia of each link, kg·m².
  public var inertia = 1.0
  /// Torque of the motor, N·m.
  public var torque = 1.0
  /// Time between two actions, s.
  public var timeStep = 0.2
  /// Largest speed of the first link, rad/s.
  public var speedLimit1 = 4 * Double.pi
  /// Largest speed of the second link, rad/s.
  public var speedLimit2 = 9 * Double.pi
  /// Height of the free end above the hinge from which on the goal is reached, m.
  public var goalHeight = 1.0
  /// Largest number of a first state, all of which are uniform around 0.
  public var startRange = 0.1
  /// Largest random torque that is added to the motor's, N·m.
  public var torqueNoise = 0.0
  /// Whether the equations are the paper's instead of the book's.
  public var paperDynamics = false

  /// Makes the world of Gymnasium; its properties may then be changed.
  public init() {}

  /// Where the links are and how fast they turn.
  public struct State: Codable, Hashable, Sendable {
    /// Angle of the first link from hanging down, rad, in `-π...π`.
    public var angle1: Double
    /// Angle of the second link relative to the first, rad, in `-π...π`.
    public var angle2: Double
    /// Angular velocity of the first link, rad/s.
    public var velocity1: Double
    /// Angular velocity of the second link relative to the first, rad/s.
    public var velocity2: Double
  }

  public var actions: Discrete { Discrete(3) }

  public var observations: Box {
    Box(symmetric: [1, 1, 1, 1, Float(speedLimit1), Float(speedLimit2)])
  }

  /// All four numbers near 0, rounded to single precision.
  public func initialState(using random: inout PCG64) -> State {
    func number() -> Double { Double(Float(random.uniform(in: -startRange...startRange))) }
    return State(angle1: number(), angle2: number(), velocity1: number(), velocity2: number())
  }

  @inline(__always)
  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    var torque = Double(action - 1) * torque
    if torqueNoise > 0 { torque += random.uniform(in: -torqueNoise...torqueNoise) }
    let start = SIMD4(state.angle1, state.angle2, state.velocity1, state.velocity2)
    let half = timeStep / 2
    let k1 = derivative(start, torque)
    let k2 = derivative(start + half * k1, torque)
    let k3 = derivative(start + half * k2, torque)
    let k4 = derivative(start + timeStep * k3, torque)
    let end = start + timeStep / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    let next = State(
      angle1: wrapped(end[0]), angle2: wrapped(end[1]),
      velocity1: clamp(end[2], -speedLimit1, speedLimit1),
      velocity2: clamp(end[3], -speedLimit2, speedLimit2))
    let (height1, height2) = (cos(next.angle1), cos(next.angle2 + next.angle1))
    return -height1 - height2 > goalHeight
      ? .termination(at: next, reward: 0) : .transition(to: next, reward: -1)
  }

  /// The velocities and accelerations at angles and velocities, the torque given.
  @inline(__always)
  private func derivative(_ state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
    let (angle1, angle2, velocity1, velocity2) = (state[0], state[1], state[2], state[3])
    let (m1, m2, l1, c1, c2) = (mass1, mass2, length1, center1, center2)
    let (sine2, cosine2) = sineAndCosine(angle2)
    let (shared, first) = (cos(angle1 + angle2 - .pi / 2), cos(angle1 - .pi / 2))

    let d1 = m1 * (c1 * c1) + m2 * (l1 * l1 + c2 * c2 + 2 * l1 * c2 * cosine2) + inertia + inertia
    let d2 = m2 * (c2 * c2 + l1 * c2 * cosine2) + inertia
    let phi2 = m2 * c2 * gravity * shared
    let phi1 =
      -m2 * l1 * c2 * squared(velocity2) * sine2
      - 2 * m2 * l1 * c2 * velocity2 * velocity1 * sine2
      + (m1 * c1 + m2 * l1) * gravity * first
      + phi2
    let drive = torque + d2 / d1 * phi1
    let turned = paperDynamics ? drive : drive - m2 * l1 * c2 * squared(velocity1) * sine2
    let acceleration2 = (turned - phi2) / (m2 * (c2 * c2) + inertia - squared(d2) / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return SIMD4(velocity1, velocity2, acceleration1, acceleration2)
  }

  /// An angle brought into `-π...π` by whole turns.
  private func wrapped(_ angle: Double) -> Double {
    // By turns, as Gymnasium does; at once where that would take for ever.
    var angle = abs(angle) < 1000 ? angle : angle.remainder(dividingBy: 2 * .pi)
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }

  @inline(__always)
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    let first = sineAndCosine(state.angle1)
    let second = sineAndCosine(state.angle2)
    features.append(Float(first.cosine))
    features.append(Float(first.sine))
    features.append(Float(second.cosine))
    features.append(Float(second.sine))
    features.append(Float(state.velocity1))
    features.append(Float(state.velocity2))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("gravity", \.gravity, unit: "m/s²", .nonnegative),
      Setting("length1", \.length1, unit: "m", .positive),
      Setting("mass1", \.mass1, unit: "kg", .positive),
      Setting("mass2", \.mass2, unit: "kg", .positive),
      Setting("center1", \.center1, unit: "m", .positive),
      Setting("center2", \.center2, unit: "m", .positive),
      Setting("inertia", \.inertia, unit: "kg·m²", .positive),
      Setting("torque", \.torque, unit: "N·m", .nonnegative),
      Setting("timeStep", \.timeStep, unit: "s", .positive),
      Setting("speedLimit1", \.speedLimit1, unit: "rad/s", .positive),
      Setting("speedLimit2", \.speedLimit2, unit: "rad/s", .positive),
      Setting("goalHeight", \.goalHeight, unit: "m", .within(-2...2)),
      Setting("startRange", \.startRange, .nonnegative),
      Setting("torqueNoise", \.torqueNoise, unit: "N·m", .nonnegative),
      Setting("paperDynamics", \.paperDynamics),
    ]
  }

  /// Both angles, then both angular velocities.
  public func numbers(of state: State) -> [Double] {
    [state.angle1, state.angle2, state.velocity1, state.velocity2]
  }

  public func state(from numbers: [Double]) -> State {
    State(angle1: numbers[0], angle2: numbers[1], velocity1: numbers[2], velocity2: numbers[3])
  }
}
