public import Agents
import Autodiff
import Environments
public import NeuralNetworks
import Randomness

/// Which agent is trained, with its settings: `dqn: {…}` or `random`.
public enum AgentSettings: Choice {
  case dqn(DQNSettings)
  case random

  /// Those of DQN, as CleanRL has them.
  public init() { self = .dqn(DQNSettings()) }

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("dqn", DQNSettings.self) { .dqn($0) },
      Alternative("random", .random),
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .dqn(let settings): ("dqn", settings)
    case .random: ("random", nil)
    }
  }

  /// The key that stands for the agent in an experiment file.
  public var name: String { chosen.name }

  /// What is measured while the agent learns.
  var metrics: [Metric] {
    switch self {
    case .dqn: DQN.metrics
    case .random: RandomAgent.metrics
    }
  }
}

/// A line of `fledge list agents`.
public struct AgentSummary: Codable, Sendable {
  public let id: String
  /// `discrete`, `continuous` or `any`.
  public let actions: String
  public let summary: String
  public let source: String

  /// Every agent that an experiment file may name.
  public static let all = [
    AgentSummary(
      id: "dqn", actions: "discrete",
      summary: "Deep Q-learning with replay and a target network; double targets by a switch.",
      source: "Mnih et al. (2015), van Hasselt et al. (2016)"),
    AgentSummary(
      id: "random", actions: "any",
      summary: "Acts uniformly at random: the floor that any agent has to leave behind.",
      source: ""),
  ]
}

extension AgentSettings {
  /// Makes the agent, which has seen nothing yet.
  ///
  /// - Throws: `SettingsError`, `AgentError` where agent and environment do not fit, `ReplayError`
  ///   where its memory does not.
  func makeAgent(
    in surroundings: Surroundings, totalSteps: Int, recordingInterval: Int, seeds: Seeds
  ) throws -> any Agent {
    switch self {
    case .dqn(let settings):
      try settings.requireMemory(in: surroundings)
      return try DQN(
        settings, in: surroundings, totalSteps: totalSteps, recordingInterval: recordingInterval,
        seeds: seeds)
    case .random: return try RandomAgent(in: surroundings, seeds: seeds)
    }
  }

  /// The policy of a finished run, made from its weights.
  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    switch self {
    case .dqn(let settings): try DQN.policy(settings, in: surroundings, weights: weights)
    case .random:
      try RandomAgent(in: surroundings, seeds: seeds)
        .makePolicy(environments: surroundings.environments)
    }
  }
}
