import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness

/// Settings that an agent, or the policy of a finished run, can be made from.
protocol AgentMaker {
  /// What is measured while the agent learns.
  var metrics: [Metric] { get }
  /// The same where the environments are of several tasks. Default: the same whatever they are.
  func metrics(of tasks: [String]) -> [Metric]
  /// What `fledge list agents` says.
  var summary: (actions: String, text: String, source: String) { get }

  /// Whether the agent heeds `Surroundings.normalization`. Default: no.
  var normalizes: Bool { get }
  /// Whether its policies are distributions, from which evaluations may draw. Default: no.
  var drawsActions: Bool { get }
  /// Whether its policies act by what they saw before, too. Default: no.
  var remembers: Bool { get }
  /// Whether it can normalize the rewards of each task by themselves. Default: no.
  var normalizesTasks: Bool { get }

  /// Makes the agent, which has seen nothing yet.
  ///
  /// - Throws: `SettingsError`, `AgentError` where agent and environment do not fit, `ReplayError`
  ///   where its memory does not.
  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent

  /// The policy of a finished run, made from its weights.
  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy
}

extension AgentMaker {
  var normalizes: Bool { false }
  var drawsActions: Bool { false }
  var remembers: Bool { false }
  var normalizesTasks: Bool { false }
  func metrics(of tasks: [String]) -> [Metric] { metrics }
}

extension DQNSettings: AgentMaker {
  var normalizes: Bool { true }
  var normalizesTasks: Bool { tasks != nil }
  var metrics: [Metric] { tasks == nil ? DQN.metrics(of: self) : MultiTaskDQN.metrics }
  func metrics(of names: [String]) -> [Metric] {
    tasks == nil ? metrics : MultiTaskDQN.metrics(of: names)
  }
  var summary: (actions: String, text: String, source: String) {
    (
      "discrete",
      "Deep Q-learning with replay and a target network; by switches double, dueling, n-step, "
        + "prioritized, categorical or quantile, noisy: Rainbow.",
      "Mnih et al. (2015), van Hasselt et al. (2016), Hessel et al. (2018)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    if let tasks {
      try requireMemory(for: tasks, in: surroundings)
      return try MultiTaskDQN(
        self, in: surroundings, totalSteps: run.totalSteps,
        recordingInterval: run.recordingInterval, seeds: run.seeds)
    }
    try requireMemory(in: surroundings)
    return try DQN(
      self, in: surroundings, totalSteps: run.totalSteps, recordingInterval: run.recordingInterval,
      seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    if let tasks {
      return try MultiTaskDQN.policy(self, tasks, in: surroundings, weights: weights)
    }
    return try DQN.policy(self, in: surroundings, weights: weights)
  }
}

extension RecurrentDQNSettings: AgentMaker {
  var normalizes: Bool { true }
  var remembers: Bool { true }
  var metrics: [Metric] { RecurrentDQN.metrics }
  var summary: (actions: String, text: String, source: String) {
    (
      "discrete", "Deep Q-learning with a memory: replayed sequences, stored states, burn-in.",
      "Hausknecht & Stone (2015), Kapturowski et al. (2019)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try requireMemory(in: surroundings)
    return try RecurrentDQN(
      self, in: surroundings, totalSteps: run.totalSteps, recordingInterval: run.recordingInterval,
      seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try RecurrentDQN.policy(self, in: surroundings, weights: weights)
  }
}

/// Settings of agents that learn a policy and values from segments.
private protocol OnPolicyMaker: AgentMaker {
  var network: ActorCriticSettings { get }
  var exploration: ActorCriticExploration { get }
  var segmentLength: Int { get }
  var discountFactor: Double { get }
}

extension OnPolicyMaker {
  var remembers: Bool { network.recurrence != nil }
  var normalizes: Bool { true }
  var normalizesTasks: Bool { true }
  var drawsActions: Bool { true }

  /// Refuses networks and segments that the machine's memory cannot hold.
  func requireMemory(in surroundings: Surroundings) throws(SettingsError) {
    let (count, overflow) = segmentLength.multipliedReportingOverflow(
      by: surroundings.environments)
    try network.requireMemory(
      in: surroundings, segmentSize: overflow ? .max : count,
      drawsWeights: exploration != .independent)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try network.policy(
      in: surroundings, exploration: exploration, discountFactor: discountFactor,
      weights: weights)
  }
}

extension PPOSettings: OnPolicyMaker {
  var metrics: [Metric] { tasks == nil ? PPO.metrics : MultiTaskPPO.metrics }
  func metrics(of names: [String]) -> [Metric] {
    tasks == nil ? PPO.metrics : MultiTaskPPO.metrics(of: names)
  }
  var summary: (actions: String, text: String, source: String) {
    (
      "any", "Proximal policy optimization: a clipped objective, several passes over each segment.",
      "Schulman et al. (2017), Huang et al. (2022)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    if let tasks {
      try requireMemory(for: tasks, in: surroundings)
      return try MultiTaskPPO(
        self, in: surroundings, totalSteps: run.totalSteps,
        recordingInterval: run.recordingInterval, seeds: run.seeds)
    }
    try requireMemory(in: surroundings)
    if network.recurrence != nil {
      return try RecurrentPPO(
        self, in: surroundings, totalSteps: run.totalSteps,
        recordingInterval: run.recordingInterval, seeds: run.seeds)
    }
    return try PPO(
      self, in: surroundings, totalSteps: run.totalSteps, recordingInterval: run.recordingInterval,
      seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    if let tasks {
      return try MultiTaskPPO.policy(self, tasks, in: surroundings, weights: weights)
    }
    return try network.policy(
      in: surroundings, exploration: exploration, discountFactor: discountFactor,
      weights: weights)
  }
}

extension A2CSettings: OnPolicyMaker {
  var metrics: [Metric] { A2C.metrics }
  var summary: (actions: String, text: String, source: String) {
    (
      "any", "Advantage actor-critic: one step along the gradient for each short segment.",
      "Mnih et al. (2016)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try requireMemory(in: surroundings)
    return try A2C(
      self, in: surroundings, totalSteps: run.totalSteps, recordingInterval: run.recordingInterval,
      seeds: run.seeds)
  }
}

extension ReinforceSettings: AgentMaker {
  var normalizes: Bool { true }
  var drawsActions: Bool { true }
  var metrics: [Metric] { Reinforce.metrics }
  var summary: (actions: String, text: String, source: String) {
    (
      "any", "REINFORCE with a baseline: one step along the gradient for each whole episode.",
      "Williams (1992), Sutton & Barto (2018)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try network.requireMemory(in: surroundings, segmentSize: Reinforce.chunkSize)
    return try Reinforce(
      self, in: surroundings, recordingInterval: run.recordingInterval, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try network.policy(in: surroundings, discountFactor: discountFactor, weights: weights)
  }
}

/// Makes agents with a table, by their rule.
struct TabularMaker<Rule: TabularRule>: AgentMaker {
  var settings: TabularSettings

  var metrics: [Metric] { TabularAgent<Rule>.metrics }
  var summary: (actions: String, text: String, source: String) {
    ("discrete", Rule.summary, Rule.source)
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try settings.requireMemory(in: surroundings, tables: Rule.tableCount)
    return try TabularAgent<Rule>(
      settings, in: surroundings, totalSteps: run.totalSteps,
      recordingInterval: run.recordingInterval, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try TabularAgent<Rule>.policy(in: surroundings, weights: weights)
  }
}

/// Makes the agent that learns nothing.
struct RandomMaker: AgentMaker {
  var normalizes: Bool { true }
  var metrics: [Metric] { RandomAgent.metrics }
  var summary: (actions: String, text: String, source: String) {
    ("any", "Acts uniformly at random: the floor that any agent has to leave behind.", "")
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try RandomAgent(in: surroundings, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try RandomAgent(in: surroundings, seeds: seeds)
      .makePolicy(environments: surroundings.environments)
  }
}
