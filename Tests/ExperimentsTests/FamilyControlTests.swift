import Agents
import Environments
import Experiments
import Foundation
import MultiTask
import TestSupport
import Testing
import Tracking

/// Single-task agents and a random one beside an agent that learns several tasks.
@Suite struct FamilyControlTests {
  private static let family = [
    "environment.copies=4",
    "environment.tasks=[{name: short, settings: {halfLength: 0.25}}, {name: long}]",
    "controls.singleTask=true", "budget.steps=800", "evaluation.every=200",
    "agent.dqn.replay.learningStarts=60", "agent.dqn.targetUpdate={hard: {every: 40}}",
  ]

  private func variants(_ overrides: [String] = []) throws -> [ExperimentConfig] {
    try Samples.config(Self.family + overrides).variants()
  }

  @Test func `an experiment alone is its only variant`() throws {
    let config = try Samples.config()
    #expect(try config.variants() == [config])
  }

  @Test func `a task alone gets its share of copies, budget and rows, and as many updates`() throws
  {
    let all = try variants()
    #expect(all.map(\.variant) == ["main", "single-short", "single-long", "random"])
    #expect(all.allSatisfy { !$0.controls.singleTask })
    let alone = all[2]
    #expect(alone.environment.only == "long" && alone.environment.copies == 2)
    #expect(alone.budget.steps == 400 && alone.evaluation.every == 100)
    guard case .dqn(let own) = alone.agent, case .dqn(let whole) = all[0].agent else {
      Issue.record("another agent")
      return
    }
    #expect(own.replay.batchSize == 4 && own.replay.capacity == 150)
    #expect(own.replay.learningStarts == 30 && own.targetUpdate == .hard(every: 20))
    #expect(own.trainFrequency == 2 && whole.trainFrequency == 4)
    #expect(all[3].agent == .random && all[3].environment.only == nil)
  }

  @Test func `updates are as many where steps do not divide, and where they are collected`() throws
  {
    func settings(_ overrides: [String]) throws -> DQNSettings {
      guard case .dqn(let own) = try variants(overrides)[1].agent else { return DQNSettings() }
      return own
    }
    let odd = try settings(["agent.dqn.trainFrequency=5", "agent.dqn.gradientSteps=3"])
    #expect(odd.trainFrequency == 5 && odd.gradientSteps == .fixed(6))
    let collected = try settings(["agent.dqn.gradientSteps=collected"])
    #expect(collected.trainFrequency == 4 && collected.gradientSteps == .fixed(8))
  }

  @Test func `heads make no difference to a task alone, architecture and scales do`() throws {
    func tasks(_ text: String) throws -> TaskLearningSettings? {
      guard case .dqn(let own) = try variants(["agent.dqn.tasks=\(text)"])[1].agent else {
        return nil
      }
      return own.tasks
    }
    #expect(try tasks("{strategy: pcGrad}") == nil)
    #expect(try tasks("{strategy: pcGrad, popArt: {beta: 0.1}}")?.popArt?.beta == 0.1)
    #expect(try tasks("{strategy: pcGrad, popArt: {}}")?.strategy == .init())
  }

  @Test(arguments: [
    (["environment.tasks=[]"], "controls.singleTask: needs several tasks"),
    (["variant=single-long"], "two variants would be called 'single-long'"),
    (
      ["agent.dqn.optimizer={adam: {learningRate: {linear: {from: 0.1, to: 0, steps: 10}}}}"],
      "needs constant learning rates in agent.dqn"
    ),
    (["environment.only=middle"], "environment.only: must be the name of one of the tasks"),
  ])
  func `controls that cannot be are refused in words`(overrides: [String], words: String) {
    do {
      _ = try variants(overrides)
      Issue.record("accepted")
    } catch { #expect("\(error)".contains(words), "\(error)") }
  }

  @Test(arguments: [
    "dqn: {network: {hidden: [8]}, tasks: {popArt: {}}, trainFrequency: 4, "
      + "replay: {capacity: 500, batchSize: 8, learningStarts: 100}}",
    "ppo: {network: {hidden: [8]}, tasks: {popArt: {}}, segmentLength: 20, minibatchSize: 20}",
  ])
  func `a task alone is learned with its own head, resumed and evaluated`(agent: String) throws {
    try withTemporaryDirectory { output in
      let config = try variants([
        "agent={\(agent)}", "budget.steps=4000",
      ])[2]
      let whole = try Samples.begin(config, in: output.appending(path: "whole"))
      try whole.go()
      let cut = try Samples.begin(config, in: output.appending(path: "cut"))
      #expect(try !cut.go(stoppingAtOnce: true).isFinished)
      try Samples.resume(cut.folder).go()
      let reader = try RunReader(whole.folder)
      #expect(try reader.fingerprint == RunReader(cut.folder).fingerprint)
      #expect(Set(try reader.episodes().map(\.task)) == [0])
      let finished = try FinishedRun(whole.folder, catalogue: Samples.catalogue)
      #expect(finished.taskNames == ["long"])
      let played = try evaluateFinishedRun(
        whole.folder, episodes: 2, seed: 3, catalogue: Samples.catalogue)
      #expect(played.count == 2)
    }
  }

  @Test func `a run's configuration tells its place, and the best return where a table does`()
    throws
  {
    let all = try variants()
    let records = all.map { $0.familyRecord(in: Samples.catalogue) }
    #expect(records[0]?.record.tasks.map(\.name) == ["short", "long"])
    #expect(records[2]?.record.tasks.map(\.name) == ["long"])
    #expect(records[2]?.record.cell.role == .singleTask && records[2]?.familySize == 2)
    #expect(records[3]?.isRandom == true && records[0]?.isRandom == false)
    #expect(records[0]?.record.tasks[0].scores[0].optimum == nil)
    #expect(try Samples.config().familyRecord(in: Samples.catalogue) == nil)

    let rooms = try Samples.config([
      "environment={id: FourRoomsGoal-v0, copies: 2, wrappers: [oneHot], tasks: "
        + "[{name: a}, {name: b, settings: {rewardScale: 10}}]}"
    ]).familyRecord(in: Samples.catalogue)
    let optima = try #require(rooms).record.tasks.map { $0.scores[0].optimum ?? .nan }
    #expect(abs(optima[1] - 10 * optima[0]) < 1e-9 && optima[0] > 0.9)
    // What is paid may have been changed by a wrapper.
    let shaped = try Samples.config([
      "environment={id: FourRoomsGoal-v0, copies: 2, wrappers: [signReward], tasks: "
        + "[{name: a}, {name: b}]}", "agent=random",
    ]).familyRecord(in: Samples.catalogue)
    #expect(shaped?.record.tasks[0].scores[0].optimum == nil)
  }
}
