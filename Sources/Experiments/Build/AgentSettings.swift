public import Agents
import Autodiff
public import Environments
public import NeuralNetworks
import Randomness

/// Which agent is trained, with its settings: `dqn: {…}`, `ppo: {…}`, `random` and so on.
public enum AgentSettings: Choice {
  /// Deep Q-learning, with every switch up to Rainbow.
  case dqn(DQNSettings)
  /// Deep Q-learning with a memory.
  case recurrentDqn(RecurrentDQNSettings)
  /// Proximal policy optimization.
  case ppo(PPOSettings)
  /// Advantage actor-critic.
  case a2c(A2CSettings)
  /// Policy gradient from whole episodes.
  case reinforce(ReinforceSettings)
  /// Soft actor-critic for actions that are numbers.
  case sac(SACSettings)
  /// Soft actor-critic for choices.
  case discreteSac(DiscreteSACSettings)
  /// Twin delayed deep deterministic policy gradients.
  case td3(TD3Settings)
  /// Deep deterministic policy gradients.
  case ddpg(DDPGSettings)
  /// A table, learned by the best next action.
  case qLearning(TabularSettings)
  /// Two tables, each judged by the other one.
  case doubleQLearning(TabularSettings)
  /// A table, learned by the action that is taken next.
  case sarsa(TabularSettings)
  /// A table, learned by the mean over the next actions.
  case expectedSARSA(TabularSettings)
  /// A table, learned from whole episodes.
  case monteCarlo(TabularSettings)
  /// Uniformly random actions.
  case random
  /// One that a program has added: ``AgentEntry``.
  case own(OwnAgent)

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
    case .own(let agent): (agent.entry.name, agent.definition)
    }
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
    case .own(let agent): agent
    }
  }

  /// What is measured while the agent learns.
  ///
  /// - Parameter tasks: The names of the environment's tasks.
  package func metrics(of tasks: [String]) -> [Metric] { maker.metrics(of: tasks) }

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
  /// The key that stands for it in an experiment file.
  public let id: String
  /// `discrete`, `continuous` or `any`.
  public let actions: String
  /// What it does, in a line.
  public let summary: String
  /// The papers.
  public let source: String

  private init(_ name: String, _ maker: any AgentMaker) {
    id = name
    (actions, summary, source) = maker.summary
  }

  /// Every agent that comes along.
  public static var all: [AgentSummary] {
    AgentSettings.alternatives.map { AgentSummary($0.name, $0.standard.maker) }
  }

  /// Every agent that an experiment file may name.
  public static func all(in catalogue: Catalogue) -> [AgentSummary] {
    all
      + catalogue.agents.map {
        AgentSummary($0.name, OwnAgent(entry: $0, definition: $0.standard))
      }
  }
}
