public import Environments
import Glibc
public import Randomness

/// The mountain car as bsuite has it: it also sees the time, and has a thousand steps.
///
/// bsuite's `mountain_car` (Osband et al. 2020; Moore 1990). With action `a` = 0 (left), 1 (coast) or
/// 2 (right), place `p` and velocity `v`,
///
///     v ← v + (a - 1)·power - slope·cos 3p          p ← p + v
///
/// each kept inside its limits; the wall on the left stops the car. Reward -1 for every step.
/// Terminates on top of the right hill. The time limit, by which the time is shown, truncates; in
/// bsuite it terminates.
public struct BsuiteMountainCar: DiagnosticWorld {
  /// Change of velocity by the engine, per step.
  public var power = 0.001
  /// Change of velocity by gravity on the steepest slope, per step.
  public var slope = 0.0025
  /// Largest speed, per step.
  public var speedLimit = 0.07
  /// From where on the goal is reached.
  public var goalPosition = 0.5
  public var signal = RewardSignal()
  public var ownTimeLimit: Int? = 1000

  private static let leftEnd = -1.2
  private static let rightEnd = 0.6

  /// Makes bsuite's world; its properties may then be changed.
  public init() {}

  /// Where the car is, how fast it moves, and how late it is.
  public struct State: Codable, Hashable, Sendable {
    /// Place along the road; the valley's bottom is at -π/6.
    public var position: Double
    /// Change of place per step.
    public var velocity: Double
    /// Steps taken so far.
    public var steps = 0
  }

  public var actions: Discrete { Discrete(3) }

  public var observations: Box {
    Box(
      low: [Float(Self.leftEnd), -Float(speedLimit), 0],
      high: [Float(Self.rightEnd), Float(speedLimit), 1])
  }

  public func initialState(using random: inout PCG64) -> State {
    State(position: random.uniform(in: -0.6 ... -0.4), velocity: 0)
  }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    var velocity = state.velocity + (Double(action - 1) * power + cos(3 * state.position) * -slope)
    velocity = clamp(velocity, -speedLimit, speedLimit)
    let position = clamp(state.position + velocity, Self.leftEnd, Self.rightEnd)
    if position == Self.leftEnd && velocity < 0 { velocity = 0 }
    let next = State(position: position, velocity: velocity, steps: state.steps + 1)
    let reward = signal(-1, using: &random)
    return position >= goalPosition
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.position))
    features.append(Float(state.velocity))
    features.append(Float(min(1, Double(state.steps) / Double(ownTimeLimit ?? 1000))))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("power", \.power, .nonnegative), Setting("slope", \.slope, .nonnegative),
      Setting("speedLimit", \.speedLimit, .positive),
      Setting("goalPosition", \.goalPosition, .within(-0.4...0.6)),
    ] + signalSettings
  }

  /// Nothing is known: how many steps there are depends on the actions.
  public func drawLuck(using random: inout PCG64) -> Luck? { nil }

  /// Place, velocity and steps taken.
  public func numbers(of state: State) -> [Double] {
    [state.position, state.velocity, Double(state.steps)]
  }

  public func state(from numbers: [Double]) throws -> State {
    State(
      position: numbers[0], velocity: numbers[1],
      steps: try wholeNumber(
        numbers[2], "number of steps", in: 0...1_000_000_000, of: "BsuiteMountainCar"))
  }

  public func picture(of state: State) -> Picture? {
    func place(_ x: Double) -> Picture.Point {
      .init((x - Self.leftEnd) * 100, 110 - 45 * (1 + sin(3 * x)))
    }
    var picture = Picture(width: 180, height: 130)
    let road = (0...60).map { place(Self.leftEnd + Double($0) * 0.03) }
    picture.polygon(road + [.init(180, 130), .init(0, 130)], DiagnosticColors.faint)
    let goal = place(goalPosition)
    picture.rectangle(x: goal.x - 1, y: goal.y - 18, width: 2, height: 18, DiagnosticColors.goal)
    let car = place(state.position)
    picture.disc(center: .init(car.x, car.y - 5), radius: 5, DiagnosticColors.agent)
    return picture
  }
}
