import Environments
import Randomness

/// A bit is shown once, at the beginning, and has to be named at the end.
///
/// That pays 1 if it was right, else -1; in between there is nothing to be seen.
struct Recall: Environment {
  var length: Int

  struct State: Codable, Sendable {
    var bit = 0
    var step = 0
  }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(low: [-1], high: [1]) }

  func initialState(using random: inout PCG64) -> State { State(bit: random.integer(below: 2)) }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    var next = state
    next.step += 1
    return next.step < length
      ? .transition(to: next, reward: 0)
      : .termination(at: next, reward: action == state.bit ? 1 : -1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(state.step == 0 ? Float(2 * state.bit - 1) : 0)
  }
}
