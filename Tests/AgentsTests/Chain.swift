import Environments
import Randomness

/// A corridor of `length` cells with a prize at its end: the smallest world that needs looking
/// ahead.
///
/// Action 1 goes right, action 0 back to the left; every step costs 0.1, the last cell pays 1 and
/// terminates. From the start, the best return is `1 - 0.1 * (length - 1)`.
struct Chain: Environment {
  var length = 5

  struct State: Codable, Sendable { var position = 0 }

  var actions: Discrete { Discrete(2) }
  var observations: Box {
    Box(
      low: [Float](repeating: 0, count: length), high: [Float](repeating: 1, count: length))
  }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let next = State(position: max(0, state.position + (action == 1 ? 1 : -1)))
    return next.position == length - 1
      ? .termination(at: next, reward: 0.9) : .transition(to: next, reward: -0.1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    for cell in 0..<length { features.append(cell == state.position ? 1 : 0) }
  }
}

/// A world of random numbers with random endings, in which two of three actions are allowed.
struct Noise: Environment {
  struct State: Codable, Sendable {
    var features: [Double] = [0, 0, 0]
    var forbidden = 0
  }

  var actions: Discrete { Discrete(3) }
  var observations: Box { Box(low: [0, 0, 0], high: [1, 1, 1]) }
  static var masksActions: Bool { true }

  func initialState(using random: inout PCG64) -> State {
    State(
      features: (0..<3).map { _ in random.uniform() }, forbidden: random.integer(below: 3))
  }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    precondition(action != state.forbidden, "a forbidden action was taken")
    let next = initialState(using: &random)
    let reward = state.features[action] - 0.5
    return random.uniform() < 0.1
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    for feature in state.features { features.append(Float(feature)) }
  }

  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    for action in 0..<3 { mask.append(action == state.forbidden ? 0 : 1) }
  }
}

/// Rewards that are not numbers from the tenth step on.
struct Broken: Environment {
  struct State: Codable, Sendable { var step = 0 }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [0], high: [1]) }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    .transition(to: State(step: state.step + 1), reward: state.step >= 10 ? .nan : 0)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}
