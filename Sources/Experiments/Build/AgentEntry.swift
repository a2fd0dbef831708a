public import Agents
public import Autodiff
public import Environments
public import NeuralNetworks
public import Randomness
import Spelling

/// Settings that an agent of one's own is made from.
///
/// Its properties with their initial values are the settings that an experiment file may change.
///
/// ```swift
/// struct CrossEntropy: AgentDefinition {
///   var population = 40
///
///   func makeAgent(in surroundings: Surroundings, for run: AgentRun) throws -> any Agent {
///     try CrossEntropyAgent(self, in: surroundings, seeds: run.seeds)
///   }
///   func makePolicy(
///     in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
///   ) throws -> any Policy {
///     LinearPolicy(weights[0].tensor.scalars, in: surroundings)
///   }
/// }
/// ```
///
/// `Fledge.main(with:agents:)` makes it known to the command line, and `agent: {crossEntropy:
/// {population: 20}}` in an experiment file chooses it.
public protocol AgentDefinition: ValidatedSettings {
  /// What the agent's `learn` records; nothing unless declared.
  var metrics: [Metric] { get }
  /// Whether its policies act by what they saw before, too. Default: no.
  var remembers: Bool { get }
  /// Whether its policies are distributions, from which evaluations may draw. Default: no.
  var drawsActions: Bool { get }

  /// Makes the agent, which has seen nothing yet.
  ///
  /// Called once before a run begins only to see whether agent and environment fit.
  ///
  /// - Throws: a sentence where they do not, such as `SettingsError` or `AgentError`.
  func makeAgent(in surroundings: Surroundings, for run: AgentRun) throws -> any Agent

  /// The policy of a finished run, made from what `Agent.weights` was at its end.
  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy
}

extension AgentDefinition {
  public var metrics: [Metric] { [] }
  public var remembers: Bool { false }
  public var drawsActions: Bool { false }

  /// Allows every value.
  public func validate() throws(SettingsError) {}
}

/// What an agent has to know of the run that it learns in.
public struct AgentRun: Sendable {
  /// Environment steps of the whole run.
  public var totalSteps: Int
  /// Environment steps from one recording of the metrics to the next.
  public var recordingInterval: Int
  /// Where all of its chance comes from.
  public var seeds: Seeds
}

/// An agent of one's own that experiment files may name.
public struct AgentEntry: Sendable {
  /// The key that stands for it in an experiment file, such as `crossEntropy`.
  public let name: String
  /// What it does, in a phrase.
  public let summary: String
  /// The actions that it can take, as lists show them: `discrete`, `continuous` or `any`.
  public let actions: String
  /// Authors, year and title of a paper; empty if there is none.
  public let source: String
  /// Its standard settings.
  package let standard: any AgentDefinition

  /// - Parameters:
  ///   - name: The key that stands for it in an experiment file, such as `crossEntropy`.
  ///   - definition: Its standard settings.
  ///   - summary: What it does, in a phrase.
  ///   - actions: The actions that it can take, as lists show them.
  ///   - source: Authors, year and title of a paper, if there is one.
  public init(
    _ name: String, _ definition: some AgentDefinition, summary: String, actions: String = "any",
    source: String = ""
  ) {
    self.name = name
    self.summary = summary
    self.actions = actions
    self.source = source
    standard = definition
  }
}

/// An agent of one's own, as it was chosen.
public struct OwnAgent: Equatable, Sendable {
  let entry: AgentEntry
  let definition: any AgentDefinition

  public static func == (left: OwnAgent, right: OwnAgent) -> Bool {
    func isEqual<D: AgentDefinition>(_ definition: D) -> Bool {
      definition == right.definition as? D
    }
    return left.entry.name == right.entry.name && isEqual(left.definition)
  }
}

extension OwnAgent: AgentMaker {
  var metrics: [Metric] { definition.metrics }
  var remembers: Bool { definition.remembers }
  var drawsActions: Bool { definition.drawsActions }
  var summary: (actions: String, text: String, source: String) {
    (entry.actions, entry.summary, entry.source)
  }

  func makeAgent(in surroundings: Surroundings, _ run: AgentRun) throws -> any Agent {
    try definition.makeAgent(in: surroundings, for: run)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    try definition.makePolicy(in: surroundings, weights: weights, seeds: seeds)
  }
}

extension Catalogue {
  private static let agentsKey = "agents"

  /// The agents of one's own that experiment files may name, beside the built-in ones.
  public var agents: [AgentEntry] { additions[Self.agentsKey] as? [AgentEntry] ?? [] }

  /// Adds an agent.
  public mutating func add(_ agent: AgentEntry) {
    let taken = AgentSettings.alternatives.map(\.name) + agents.map(\.name)
    precondition(!taken.contains(agent.name), "two agents are called \(agent.name)")
    additions[Self.agentsKey] = agents + [agent]
  }

  /// The agent of one's own that a tree chooses; `nil` where it chooses none of them.
  ///
  /// - Throws: `ConfigError` for a setting that the agent does not have, and for a name that is
  ///   near to its own.
  func ownAgent(of tree: ConfigNode) throws -> OwnAgent? {
    guard let chosen = tree["agent"], !agents.isEmpty else { return nil }
    let name: String
    switch chosen.content {
    case .scalar(let text): name = text
    case .mapping(let entries) where entries.count == 1: name = entries[0].key
    default: return nil
    }
    guard let entry = agents.first(where: { $0.name == name }) else {
      let builtIn = AgentSettings.alternatives.map(\.name)
      guard !builtIn.contains(name) else { return nil }
      let known = builtIn + agents.map(\.name)
      throw ConfigError(
        path: "agent", place: chosen.place,
        problem: "'\(name)' is not one of \(known.joined(separator: ", "))"
          + (nearestName(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""))
    }
    return try Self.choose(entry.standard, of: entry, by: chosen[name])
  }

  private static func choose<Definition: AgentDefinition>(
    _ standard: Definition, of entry: AgentEntry, by settings: ConfigNode?
  ) throws -> OwnAgent {
    guard let settings, !settings.isNull else {
      return OwnAgent(entry: entry, definition: standard)
    }
    let definition = try ConfigDecoder.decode(
      Definition.self, from: settings, over: ConfigEncoder.encode(standard),
      path: "agent.\(entry.name)")
    return OwnAgent(entry: entry, definition: definition)
  }
}
