import Agents
import Autodiff
import Environments
import Experiments
import Foundation
import NeuralNetworks
import Randomness
import Simulators
import TestSupport
import Testing
import Tracking

/// Pushes one way for some steps and then the other, and learns how far by chance.
private final class Pusher: Agent {
  static let metrics = [Metric("pushes", meaning: "steps in one direction")]

  struct Memory: Codable {
    var steps = 0
    var turn: Float
    var random: RandomStream
  }

  let observationRows: UnsafeMutablePointer<Float>
  let chosen: UnsafeMutablePointer<Int32>
  let environments: Int
  var memory: Memory

  init(_ settings: PusherSettings, in surroundings: Surroundings, seeds: Seeds) {
    environments = surroundings.environments
    observationRows = .allocate(capacity: environments * surroundings.observationSize)
    chosen = .allocate(capacity: environments)
    memory = Memory(turn: Float(settings.turn), random: seeds["exploration"])
  }

  deinit {
    observationRows.deallocate()
    chosen.deallocate()
  }

  var steps: Int { memory.steps }
  func begin(_ environment: any BatchedEnvironment) {}

  func act() -> ActionRows {
    let isRight = memory.steps % 20 < Int(memory.turn)
    chosen.initialize(repeating: isRight ? 1 : 0, count: environments)
    return .discrete(chosen)
  }

  func remember(_ environment: any BatchedEnvironment) { memory.steps += environments }

  func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    guard memory.steps.isMultiple(of: 100) else { return }
    memory.turn += memory.random.normal()
    record(0, memory.turn)
  }

  func makePolicy(environments count: Int) -> any Policy {
    PushingPolicy(count, pushes: memory.turn > 10 ? 1 : 0)
  }

  var weights: [(name: String, tensor: Tensor)] { [("turn", Tensor([memory.turn]))] }

  func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("memory", &memory)
  }
}

private final class PushingPolicy: Policy {
  let rows: UnsafeMutablePointer<Int32>

  init(_ count: Int, pushes action: Int32) {
    rows = .allocate(capacity: count)
    rows.initialize(repeating: action, count: count)
  }

  deinit { rows.deallocate() }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows { .discrete(rows) }
}

private struct PusherSettings: AgentDefinition {
  var turn = 10.0

  func validate() throws(SettingsError) {
    guard turn >= 0 else { throw SettingsError(path: "turn", problem: "must be 0 or more") }
  }

  var metrics: [Metric] { Pusher.metrics }

  func makeAgent(in surroundings: Surroundings, for run: AgentRun) throws -> any Agent {
    guard case .discrete(2) = surroundings.actions else {
      throw AgentError.needsDiscreteActions(agent: "pusher", found: surroundings.actions)
    }
    return Pusher(self, in: surroundings, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    PushingPolicy(surroundings.environments, pushes: weights[0].tensor.scalars[0] > 10 ? 1 : 0)
  }
}

/// Agents of one's own in experiment files.
@Suite struct AgentEntryTests {
  private let catalogue: Catalogue = {
    var catalogue = Simulators.catalogue
    catalogue.add(
      AgentEntry("pusher", PusherSettings(), summary: "pushes", actions: "discrete", source: "us"))
    return catalogue
  }()

  private func config(_ overrides: String...) throws -> ExperimentConfig {
    try Samples.config(["budget.steps=1000"] + overrides, catalogue: catalogue)
  }

  @Test func `a file names it with or without settings, and its text says them all`() throws {
    let standard = try config("agent=pusher")
    #expect(standard.agent.name == "pusher")
    #expect(try standard.yaml().contains("turn: 10.0"))
    let changed = try config("agent={pusher: {turn: 7}}")
    #expect(try changed.yaml().contains("turn: 7.0"))
    #expect(changed.agent != standard.agent)
    let again = try ExperimentConfig.parse(changed.yaml(), name: "again", catalogue: catalogue)
    #expect(again == changed)
  }

  @Test(arguments: [
    ("agent=pushr", "agent: 'pushr' is not one of dqn,"),
    ("agent=pushr", "did you mean 'pusher'?"),
    ("agent={pusher: {trun: 2}}", "agent.pusher: unknown key 'trun'; did you mean 'turn'?"),
    ("agent={pusher: {turn: far}}", "agent.pusher.turn: expected a number, found 'far'"),
    ("agent={pusher: {turn: -1}}", "agent.pusher.turn: must be 0 or more"),
    ("agent={pusher: {}, dqn: {}}", "agent: one of dqn"),
    ("agent={dqn: {turn: 1}}", "agent.dqn: unknown key 'turn'"),
  ])
  func `what is wrong is told with its place`(override: String, words: String) throws {
    let error = #expect(throws: ConfigError.self) { try config(override) }
    #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
  }

  @Test func `a world that it cannot act in is refused before the run`() throws {
    let error = #expect(throws: ConfigError.self) {
      try config("agent=pusher", "environment.id=Acrobot-v1")
    }
    #expect("\(try #require(error))".contains("agent.pusher"))
  }

  @Test func `it is listed behind those that come along`() {
    let listed = AgentSummary.all(in: catalogue)
    #expect(listed.dropLast().map(\.id) == AgentSummary.all.map(\.id))
    #expect(listed.last?.id == "pusher" && listed.last?.summary == "pushes")
  }

  @Test func `stopped at every opportunity, it ends with the same bits and can be evaluated`()
    throws
  {
    try withTemporaryDirectory { place in
      let config = try config("agent=pusher", "evaluation={every: 250, episodes: 2}")
      let whole = try Samples.begin(
        config, in: place.appending(path: "whole"), catalogue: catalogue)
      try whole.go()
      let begun = try Samples.begin(
        config, in: place.appending(path: "parts"), catalogue: catalogue)
      var isFinished = try begun.go(stoppingAtOnce: true).isFinished
      while !isFinished {
        isFinished = try Samples.resume(begun.folder, catalogue: catalogue)
          .go(stoppingAtOnce: true).isFinished
      }
      let reader = try RunReader(begun.folder)
      #expect(reader.sessions.count > 2)
      try expectSame(begun.folder, whole.folder)
      #expect(try reader.series("pushes").values.count == 10)
      let episodes = try evaluateFinishedRun(
        begun.folder, episodes: 3, seed: 1, catalogue: catalogue)
      #expect(episodes.count == 3)
    }
  }
}
