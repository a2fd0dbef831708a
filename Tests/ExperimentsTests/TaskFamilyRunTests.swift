import Agents
import Environments
import Experiments
import Foundation
import TestSupport
import Testing
import Tracking

/// Runs in which one agent learns several tasks.
@Suite struct TaskFamilyRunTests {
  private static let tasks = [
    "environment.copies=4",
    "environment.tasks=[{name: short, settings: {halfLength: 0.25}}, {name: long}]",
  ]

  @Test func `episodes and evaluations tell their tasks`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(Self.tasks)
      let run = try Samples.begin(config, in: output)
      try run.go()
      let reader = try RunReader(run.folder)
      #expect(Set(try reader.episodes().map(\.task)) == [0, 1])
      let last = try reader.evaluations().suffix(2 * config.evaluation.finalEpisodes)
      #expect(last.map(\.task) == [0, 0, 0, 1, 1, 1])
      #expect(last.map(\.episode) == [0, 1, 2, 3, 4, 5])
      // 4 features and the task's number.
      #expect(reader.weightArrays[0].shape[0] == 6)

      let played = try evaluateFinishedRun(
        run.folder, episodes: 2, seed: 3, catalogue: Samples.catalogue)
      #expect(played.count == 4)
      let finished = try FinishedRun(run.folder, catalogue: Samples.catalogue)
      #expect(finished.taskNames == ["short", "long"])
      let alone = try finished.makeBatch(count: 1, only: "long")
      #expect(alone.observationSize == 6)
      _ = try finished.makePolicy(for: alone, seed: 1)
    }
  }

  @Test func `heads and a strategy are recorded, evaluated and saved by task`() throws {
    try withTemporaryDirectory { output in
      let agent =
        "agent={ppo: {network: {hidden: [8]}, segmentLength: 25, minibatchSize: 20, "
        + "tasks: {strategy: pcGrad}}}"
      let config = try Samples.config(
        Self.tasks + [
          agent, "normalization.rewards=true",
          "normalization.perTask=true",
        ])
      let run = try Samples.begin(config, in: output)
      try run.go()
      let reader = try RunReader(run.folder)
      for name in ["loss/short", "weights/long", "strategy/residual"] {
        #expect(reader.metrics.contains { $0.name == name }, "\(name)")
      }
      #expect(reader.weightArrays.contains { $0.name.hasPrefix("actor/own/1/") })
      let played = try evaluateFinishedRun(
        run.folder, episodes: 2, seed: 3, catalogue: Samples.catalogue)
      #expect(played.count == 4)
      let finished = try FinishedRun(run.folder, catalogue: Samples.catalogue)
      let alone = try finished.makeBatch(count: 2, only: "long")
      let policy = try finished.makePolicy(for: alone, seed: 1)
      #expect(!evaluate(policy, in: alone, episodes: 1, seed: 3).isEmpty)
    }
  }

  @Test func `soft actor-critic of several tasks is recorded, evaluated and saved by task`() throws
  {
    try withTemporaryDirectory { output in
      let config = try Samples.config([
        "environment={id: Pendulum-v1, copies: 2, tasks: [{name: short, settings: {length: 0.6}}, "
          + "{name: long}]}",
        "agent={sac: {network: {hidden: [8]}, replay: {capacity: 400, batchSize: 8, "
          + "learningStarts: 50}, trainFrequency: 10, tasks: {strategy: pcGrad, popArt: {}}}}",
      ])
      let run = try Samples.begin(config, in: output)
      try run.go()
      let reader = try RunReader(run.folder)
      for name in ["loss/short", "temperature/long", "actorWeights/long", "strategy/residual"] {
        #expect(reader.metrics.contains { $0.name == name }, "\(name)")
      }
      let finished = try FinishedRun(run.folder, catalogue: Samples.catalogue)
      let alone = try finished.makeBatch(count: 2, only: "long")
      let policy = try finished.makePolicy(for: alone, seed: 1)
      #expect(!evaluate(policy, in: alone, episodes: 1, seed: 3).isEmpty)
    }
  }

  @Test(arguments: [
    (["agent={ppo: {tasks: {}}}"], "name them in environment.tasks"),
    (
      Self.tasks + ["agent={ppo: {tasks: {strategy: uncertainty}}}"], "agent.ppo.tasks.strategy"
    ),
    (
      Self.tasks + ["normalization={rewards: true, perTask: true}"],
      "by ppo, a2c, dqn.tasks and sac.tasks alone"
    ),
    (
      Self.tasks + [
        "agent={ppo: {tasks: {architecture: {hardSharing: {trunk: {mlp: "
          + "{hidden: [60000, 60000, 60000]}}}}}}}"
      ], "parameters"
    ),
  ])
  func `heads that cannot be are refused in words`(overrides: [String], words: String) {
    let refusal = Samples.refusal("{}", overrides) ?? "accepted"
    #expect(refusal.contains(words), "\(refusal)")
  }

  @Test func `a task's own environment, settings and wrappers are laid over the common ones`()
    throws
  {
    let config = try Samples.config([
      "environment.copies=3", "environment.showsTask=false",
      """
      environment.tasks=[{name: pole}, {name: car, id: MountainCar-v0, wrappers: [{scaleReward: \
      {factor: 0.1}}]}, {name: arm, id: Acrobot-v1}]
      """,
    ])
    let batch = try config.environment.makeBatch(count: 3, in: Samples.catalogue)
    #expect(batch.observationSize == 6)
    #expect(batch.actionSpace == .discrete(count: 3))
    #expect(batch.tasks.names == ["pole", "car", "arm"])
  }

  @Test(arguments: [
    (["environment.tasks=[{name: a}, {name: b}]"], "a multiple of the number of tasks (2)"),
    (
      ["environment.copies=2", "environment.tasks=[{name: a}, {name: a}]"],
      "environment.tasks[1].name: must be another one"
    ),
    (["environment.tasks=[{name: ''}]"], "environment.tasks[0].name"),
    (
      ["environment.tasks=[{name: a, settings: {halfLenght: 1}}]"],
      "did you mean \"halfLength\"?"
    ),
    (["environment.tasks=[{name: a, id: CartPole-v7}]"], "environment.tasks[0]"),
    (
      ["environment.copies=2", "environment.tasks=[{name: a}, {name: b, id: Pendulum-v1}]"],
      "the task a takes a whole number"
    ),
  ])
  func `tasks that cannot be are refused in words`(overrides: [String], words: String) {
    let refusal = Samples.refusal("{}", overrides) ?? "accepted"
    #expect(refusal.contains(words), "\(refusal)")
  }

  @Test func `a resumed run with several tasks ends as one that was never stopped`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(Self.tasks + ["checkpoint.steps=100"])
      let whole = try Samples.begin(config, in: output.appending(path: "whole"))
      try whole.go()
      let cut = try Samples.begin(config, in: output.appending(path: "cut"))
      #expect(try !cut.go(stoppingAtOnce: true).isFinished)
      try Samples.resume(cut.folder).go()
      #expect(
        try RunReader(whole.folder).fingerprint == RunReader(cut.folder).fingerprint)
    }
  }
}
