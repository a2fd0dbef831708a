import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness

extension SACSettings: AgentMaker {
  var normalizes: Bool { true }
  var normalizesTasks: Bool { tasks != nil }
  var metrics: [Metric] { tasks == nil ? SAC.metrics : MultiTaskSAC.metrics }
  func metrics(of names: [String]) -> [Metric] {
    tasks == nil ? SAC.metrics : MultiTaskSAC.metrics(of: names)
  }
  var summary: (actions: String, text: String, source: String) {
    (
      "continuous",
      "Soft actor-critic: rewards and entropy together; smooth exploration by a switch.",
      "Haarnoja et al. (2018), Raffin et al. (2021)"
    )
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    if let tasks {
      try requireMemory(for: tasks, in: surroundings)
      return try MultiTaskSAC(
        self, in: surroundings, recordingInterval: run.recordingInterval, seeds: run.seeds)
    }
    try requireMemory(in: surroundings)
    return try SAC(
      self, in: surroundings, recordingInterval: run.recordingInterval, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    if let tasks {
      return try MultiTaskSAC.policy(self, tasks, in: surroundings, weights: weights)
    }
    return try SAC.policy(self, in: surroundings, weights: weights)
  }
}

extension DiscreteSACSettings: AgentMaker {
  var normalizes: Bool { true }
  var metrics: [Metric] { DiscreteSAC.metrics }
  var summary: (actions: String, text: String, source: String) {
    ("discrete", "Soft actor-critic for choices: sums over all of them.", "Christodoulou (2019)")
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try requireMemory(in: surroundings)
    return try DiscreteSAC(
      self, in: surroundings, recordingInterval: run.recordingInterval, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try DiscreteSAC.policy(self, in: surroundings, weights: weights)
  }
}

/// Makes agents with a deterministic actor, by their rule.
struct DeterministicMaker<Rule: DeterministicRule>: AgentMaker {
  var settings: Rule.Settings

  var normalizes: Bool { true }
  var metrics: [Metric] { DeterministicAgent<Rule>.metrics }
  var summary: (actions: String, text: String, source: String) {
    ("continuous", Rule.summary, Rule.source)
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try settings.requireMemory(in: surroundings)
    return try DeterministicAgent<Rule>(
      settings, in: surroundings, recordingInterval: run.recordingInterval, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try DeterministicAgent<Rule>.policy(settings, in: surroundings, weights: weights)
  }
}
