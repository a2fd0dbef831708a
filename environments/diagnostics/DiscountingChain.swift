public import Environments
public import Randomness

/// The first action chooses when a reward comes: after 1, 3, 10, 30 or 100 steps.
///
/// bsuite's `discounting_chain` (Osband et al. 2020). All rewards are 1, but one of them, which
/// `mappingSeed` names, is a tenth larger. Later actions have no effect. The observation is the
/// choice, -1 before it, and the share of the episode that has passed. Asks: are far rewards valued
/// like near ones?
public struct DiscountingChain: DiagnosticWorld, TabularEnvironment {
  /// Which reward is larger, counted from 0 and modulo 5.
  public var mappingSeed = 0
  /// Steps in an episode.
  public var horizon = 100
  /// By how much the larger reward is larger.
  public var bonus = 0.1
  public var signal = RewardSignal()

  /// When the reward of each choice comes.
  public static let rewardSteps: InlineArray<5, Int> = [1, 3, 10, 30, 100]

  /// Makes bsuite's chain; its properties may then be changed.
  public init() {}

  /// How far the episode is, and what was chosen.
  public struct State: Codable, Hashable, Sendable {
    /// Actions taken so far.
    public var steps = 0
    /// The first action, -1 before it.
    public var choice = -1
  }

  public var actions: Discrete { Discrete(5) }
  public var observations: Box { Box(low: [-1, 0], high: [4, 1]) }

  public func initialState(using random: inout PCG64) -> State { State() }

  public func step(
    from state: State, taking action: Int, using random: inout PCG64
  ) -> Step<State> {
    guard state.steps < horizon else { return .termination(at: state, reward: 0) }
    let next = following(state, action)
    let reward = signal(payment(in: next), using: &random)
    return next.steps == horizon
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  private func following(_ state: State, _ action: Int) -> State {
    State(steps: state.steps + 1, choice: state.steps == 0 ? action : state.choice)
  }

  private func payment(in state: State) -> Double {
    guard state.steps == Self.rewardSteps[state.choice] else { return 0 }
    return state.choice == mappingSeed % 5 ? 1 + bonus : 1
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.choice))
    features.append(Float(Double(state.steps) / Double(horizon)))
  }

  public static var settings: [Setting<Self>] {
    [
      Setting("mappingSeed", \.mappingSeed, 0 ... .max),
      Setting("horizon", \.horizon, unit: "steps", 100...100_000),
      Setting("bonus", \.bonus, .finite),
    ] + signalSettings
  }

  public func drawLuck(using random: inout PCG64) -> Luck? {
    drawNoise(ofSteps: horizon, using: &random)
  }

  /// Actions taken and the choice.
  public func numbers(of state: State) -> [Double] { [Double(state.steps), Double(state.choice)] }

  public func state(from numbers: [Double]) throws -> State {
    let steps = try wholeNumber(
      numbers[0], "number of steps", in: 0...horizon, of: "DiscountingChain")
    let choices = steps == 0 ? -1 ... -1 : 0...4
    return State(
      steps: steps,
      choice: try wholeNumber(numbers[1], "choice", in: choices, of: "DiscountingChain"))
  }

  // Tables: the start, then the steps after each choice.
  public var stateCount: Int { 1 + 5 * horizon }
  public var initialDistribution: [Double] { [1] + Array(repeating: 0, count: 5 * horizon) }
  public var actionNames: [String] { (0..<5).map { "reward after \(Self.rewardSteps[$0])" } }

  public func index(of state: State) -> Int {
    state.steps == 0 ? 0 : state.choice * horizon + state.steps
  }

  private func state(at index: Int) -> State {
    guard index > 0 else { return State() }
    return State(steps: (index - 1) % horizon + 1, choice: (index - 1) / horizon)
  }

  public func name(ofState state: Int) -> String {
    let state = self.state(at: state)
    return state.steps == 0 ? "start" : "chain \(state.choice), step \(state.steps)"
  }

  public func transitions(from index: Int, taking action: Int) -> [Transition] {
    let state = self.state(at: index)
    guard state.steps < horizon else {
      return [Transition(probability: 1, nextState: index, reward: 0, terminated: true)]
    }
    let next = following(state, action)
    return [
      Transition(
        probability: 1, nextState: self.index(of: next), reward: signal.scale * payment(in: next),
        terminated: next.steps == horizon)
    ]
  }

  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: Double(horizon), height: 60)
    for chain in 0..<5 {
      let y = 6 + 12 * Double(chain)
      let step = Double(Self.rewardSteps[chain])
      picture.stroke(
        [.init(0, y), .init(Double(horizon), y)], width: 0.6, DiagnosticColors.faint)
      let isLarger = chain == mappingSeed % 5
      picture.disc(
        center: .init(min(step, Double(horizon) - 3), y), radius: isLarger ? 3 : 2,
        DiagnosticColors.goal)
      if chain == state.choice {
        picture.disc(center: .init(Double(state.steps), y), radius: 2.5, DiagnosticColors.agent)
      }
    }
    return picture
  }
}
