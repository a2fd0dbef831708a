public import Agents
import Autodiff
import Environments
public import NeuralNetworks
import Randomness

/// Which agent is trained, with its settings: `dqn: {…}`, `ppo: {…}`, `random` and so on.
public enum AgentSettings: Choice {
  case dqn(DQNSettings)
  case recurrentDqn(RecurrentDQNSettings)
  case ppo(PPOSettings)
  case a2c(A2CSettings)
  case reinforce(ReinforceSettings)
  case sac(SACSettings)
  case discreteSac(DiscreteSACSettings)
  case td3(TD3Settings)
  case ddpg(DDPGSettings)
  case qLearning(TabularSettings)
  case doubleQLearning(TabularSettings)
  case sarsa(TabularSettings)
  case expectedSARSA(TabularSettings)
  case monteCarlo(TabularSettings)
  case random

  /// Those of DQN, as CleanRL has them.
  public init() { self = .dqn(DQNSettings()) }

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("dqn", DQNSettings.self) { .dqn($0) },
      Alternative("recurrentDqn", RecurrentDQNSettings.self) { .recurrentDqn($0) },
      Alternative("ppo", PPOSettings.self) { .ppo($0) },
      Alternative("a2c", A2CSettings.self) { .a2c($0) },
      Alternative("reinforce", ReinforceSettings.self) { .reinforce($0) },
      Alternative("sac", SACSettings.self) { .sac($0) },
      Alternative("discreteSac", DiscreteSACSettings.self) { .discreteSac($0) },
      Alternative("td3", TD3Settings.self) { .td3($0) },
      Alternative("ddpg", DDPGSettings.self) { .ddpg($0) },
      Alternative("qLearning", TabularSettings.self) { .qLearning($0) },
      Alternative("doubleQLearning", TabularSettings.self) { .doubleQLearning($0) },
      Alternative("sarsa", TabularSettings.self) { .sarsa($0) },
      Alternative("expectedSARSA", TabularSettings.self) { .expectedSARSA($0) },
      Alternative("monteCarlo", TabularSettings.self) { .monteCarlo($0) },
      Alternative("random", .random),
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .dqn(let settings): ("dqn", settings)
    case .recurrentDqn(let settings): ("recurrentDqn", settings)
    case .ppo(let settings): ("ppo", settings)
    case .a2c(let settings): ("a2c", settings)
    case .reinforce(let settings): ("reinforce", settings)
    case .sac(let settings): ("sac", settings)
    case .discreteSac(let settings): ("discreteSac", settings)
    case .td3(let settings): ("td3", settings)
    case .ddpg(let settings): ("ddpg", settings)
    case .qLearning(let settings): ("qLearning", settings)
    case .doubleQLearning(let settings): ("doubleQLearning", settings)
    case .sarsa(let settings): ("sarsa", settings)
    case .expectedSARSA(let settings): ("expectedSARSA", settings)
    case .monteCarlo(let settings): ("monteCarlo", settings)
    case .random: ("random", nil)
    }
  }

  public static func nearestAlternative(to name: String) -> String? {
    nearestName(to: name, among: alternatives.map(\.name))
  }

  /// The key that stands for the agent in an experiment file.
  public var name: String { chosen.name }

  /// How the agent is made, and what there is to know of it.
  var maker: any AgentMaker {
    switch self {
    case .dqn(let settings): settings
    case .recurrentDqn(let settings): settings
    case .ppo(let settings): settings
    case .a2c(let settings): settings
    case .reinforce(let settings): settings
    case .sac(let settings): settings
    case .discreteSac(let settings): settings
    case .td3(let settings): DeterministicMaker<TD3>(settings: settings)
    case .ddpg(let settings): DeterministicMaker<DDPG>(settings: settings)
    case .qLearning(let settings): TabularMaker<QLearning>(settings: settings)
    case .doubleQLearning(let settings): TabularMaker<DoubleQLearning>(settings: settings)
    case .sarsa(let settings): TabularMaker<SARSA>(settings: settings)
    case .expectedSARSA(let settings): TabularMaker<ExpectedSARSA>(settings: settings)
    case .monteCarlo(let settings): TabularMaker<MonteCarlo>(settings: settings)
    case .random: RandomMaker()
    }
  }

  /// What is measured while the agent learns.
  ///
  /// - Parameter tasks: The names of the environment's tasks.
  func metrics(of tasks: [String]) -> [Metric] { maker.metrics(of: tasks) }

  /// Makes the agent, which has seen nothing yet.
  ///
  /// - Throws: `SettingsError`, `AgentError` where agent and environment do not fit, `ReplayError`
  ///   where its memory does not.
  func makeAgent(
    in surroundings: Surroundings, totalSteps: Int, recordingInterval: Int, seeds: Seeds
  ) throws -> any Agent {
    guard maker.normalizes || !surroundings.normalization.isOn else {
      throw SettingsError(
        path: "normalization",
        problem: "is not heeded by \(name); leave it out, or choose an agent with a network")
    }
    guard maker.normalizesTasks || !surroundings.normalization.perTask else {
      throw SettingsError(
        path: "normalization.perTask",
        problem: "is heeded by ppo, a2c, dqn.tasks and sac.tasks alone, not by \(name), which "
          + "mixes the rewards of all tasks before it normalizes them; leave it out")
    }
    return try maker.makeAgent(
      in: surroundings,
      AgentRun(totalSteps: totalSteps, recordingInterval: recordingInterval, seeds: seeds))
  }

  /// The policy of a finished run, made from its weights.
  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try maker.makePolicy(in: surroundings, weights: weights, seeds: seeds)
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
  public static var all: [AgentSummary] {
    AgentSettings.alternatives.map { alternative in
      let summary = alternative.standard.maker.summary
      return AgentSummary(
        id: alternative.name, actions: summary.actions, summary: summary.text,
        source: summary.source)
    }
  }
}
