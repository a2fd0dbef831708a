import Agents
import Environments
import NeuralNetworks
import Randomness

/// A world of random numbers with random endings, whose two actions have bounds of their own.
///
/// The process stops where an action lies outside of them.
struct Drift: Environment {
  struct State: Codable, Sendable { var features: [Double] = [0, 0, 0] }

  var actions: Box { Box(low: [-1, 10], high: [3, 20]) }
  var observations: Box { Box(low: [-1, -1, -1], high: [1, 1, 1]) }

  func initialState(using random: inout PCG64) -> State {
    State(features: (0..<3).map { _ in random.uniform(in: -1...1) })
  }

  func step(
    from state: State, taking action: ContinuousAction, using random: inout PCG64
  ) -> Step<State> {
    precondition(actions.contains(action), "an action lies outside of its bounds")
    let next = initialState(using: &random)
    let reward = state.features[0] - Double(action[0]) + 0.1 * Double(action[1])
    return random.uniform() < 0.1
      ? .termination(at: next, reward: reward) : .transition(to: next, reward: reward)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    for feature in state.features { features.append(Float(feature)) }
  }
}

/// The reward says how near the action was to half the number shown: no need to look ahead.
struct Copying: Environment {
  struct State: Codable, Sendable { var goal = 0.0 }

  var actions: Interval { Interval(-2...2) }
  var observations: Box { Box(symmetric: [1]) }

  func initialState(using random: inout PCG64) -> State {
    State(goal: random.uniform(in: -1...1))
  }

  func step(
    from state: State, taking action: Float, using random: inout PCG64
  ) -> Step<State> {
    let miss = Double(action) - 0.5 * state.goal
    return .termination(at: initialState(using: &random), reward: -miss * miss)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.goal))
  }
}

/// Rewards that are not numbers from the tenth step on.
struct BrokenContinuous: Environment {
  struct State: Codable, Sendable { var step = 0 }

  var actions: Interval { Interval(-1...1) }
  var observations: Box { Box(low: [0], high: [1]) }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Float, using random: inout PCG64) -> Step<State> {
    .transition(to: State(step: state.step + 1), reward: state.step >= 10 ? .nan : 0)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(1) }
}

extension OffPolicyReplaySettings {
  static var tiny: OffPolicyReplaySettings {
    var settings = OffPolicyReplaySettings()
    settings.capacity = 50
    settings.batchSize = 4
    settings.learningStarts = 5
    return settings
  }
}

extension SACSettings {
  /// Networks of a few weights that learn at every step from nearly the start.
  static var tiny: SACSettings {
    var settings = SACSettings()
    settings.network.hidden = [8]
    settings.actorOptimizer = .adam(learningRate: 0.01)
    settings.criticOptimizer = .adam(learningRate: 0.01)
    settings.replay = .tiny
    settings.randomSteps = 10
    return settings
  }
}

extension TD3Settings {
  static var tiny: TD3Settings {
    var settings = TD3Settings()
    settings.network.hidden = [8]
    settings.replay = .tiny
    settings.randomSteps = 10
    return settings
  }
}

extension DDPGSettings {
  static var tiny: DDPGSettings {
    var settings = DDPGSettings()
    settings.network.hidden = [8]
    settings.replay = .tiny
    settings.randomSteps = 10
    return settings
  }
}
