import Environments
import Experiments
import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// A run that was interrupted or died, and was resumed, ends like one that never stopped: in every
/// number of its metrics, episodes, evaluations and weights.
@Suite struct ResumeTests {
  static let variants: [(name: String, overrides: [String])] = [
    ("one environment", []),
    (
      "three environments, polyak, several gradient steps",
      [
        "environment.copies=3", "agent.dqn.targetUpdate={polyak: {rate: 0.01}}",
        "agent.dqn.gradientSteps=3", "agent.dqn.target=double", "agent.dqn.loss=huber",
      ]
    ),
    (
      "as many updates as steps, AdamW with a schedule",
      [
        "environment.copies=3", "agent.dqn.gradientSteps=collected",
        "agent.dqn.trainFrequency=50",
        "agent.dqn.optimizer={adamW: {learningRate: {cosine: {from: 1e-2, to: 0, steps: 900}}}}",
      ]
    ),
    (
      "rmsProp, a ring that has wrapped, random steps",
      [
        "agent.dqn.optimizer={rmsProp: {}}", "agent.dqn.replay.capacity=70",
        "agent.dqn.randomSteps=300", "evaluation.every=1",
      ]
    ),
    (
      "random wrappers, normalization",
      [
        "environment.wrappers=[{stickyActions: {probability: 0.3}}, {noise: {deviation: 0.2}}, "
          + "{frameStack: {count: 2}}, {delayObservations: {steps: 3}}, timeAware, signReward]",
        "environment.copies=3", "normalization={observations: true, rewards: true}",
      ]
    ),
    (
      "repeated actions, tables of features",
      [
        "environment={id: MountainCar-v0, wrappers: [{shapeReward: {weights: [1, 10]}}, "
          + "{repeatActions: {count: 4}}, {discretizeObservation: {bins: 6, flat: false}}, oneHot]}"
      ]
    ),
    (
      "statistics without learning",
      [
        "agent=random", "normalization={observations: true, rewards: true}",
        "environment={id: Pendulum-v1, copies: 2, wrappers: [rescaleAction]}",
      ]
    ),
    ("nothing learned", ["agent=random", "environment={id: Pendulum-v1, copies: 2}"]),
    ("random acting", ["agent=random", "environment={id: Acrobot-v1}", "evaluation.every=100"]),
  ]

  private func whole(
    _ config: ExperimentConfig, in output: URL, catalogue: Catalogue = Samples.catalogue
  ) throws -> RunFolder {
    let run = try Samples.begin(config, in: output.appending(path: "whole"), catalogue: catalogue)
    #expect(try run.go().isFinished)
    #expect(!run.folder.hasCheckpoint)
    return run.folder
  }

  @Test(arguments: variants)
  func `a run that stops at every opportunity ends like one that never does`(
    name: String, overrides: [String]
  ) throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(overrides)
      let whole = try whole(config, in: output)
      let run = try Samples.begin(config, in: output.appending(path: "stopped"))
      var stops = 0
      var result = try run.go(stoppingAtOnce: true)
      while !result.isFinished {
        stops += 1
        #expect(try RunReader(run.folder).status == .interrupted)
        result = try Samples.resume(run.folder, expecting: config).go(stoppingAtOnce: true)
      }
      #expect(stops >= 900 / 64 / 3)
      try expectSame(whole, run.folder, name)
      #expect(try RunReader(run.folder).sessions.count == stops + 1)
    }
  }

  /// Dies in the middle of a step, with rows in the log that its last checkpoint does not know.
  @Test(arguments: [1, 3])
  func `a run that dies at random steps ends like one that never does`(copies: Int) throws {
    let fuse = Fuse()
    let catalogue = FragileCartPole.catalogue(fuse)
    try withTemporaryDirectory { output in
      let overrides = ["environment.copies=\(copies)", "evaluation.every=90"]
      let reference = try Samples.config(overrides)
      let plain = try whole(reference, in: output, catalogue: catalogue)
      for attempt in 0..<6 {
        let period = Int.random(in: 5..<300)
        let config = try Samples.config(overrides + ["checkpoint.steps=\(period)"])
        let place = output.appending(path: "died-\(attempt)")
        fuse.light(steps: Int.random(in: 1..<1500))
        let run = try Samples.begin(config, in: place, catalogue: catalogue)
        var deaths = 0
        var isFinished = (try? run.go().isFinished) ?? false
        while !isFinished {
          deaths += 1
          fuse.light(steps: deaths < 8 ? Int.random(in: 1..<900) : .max)
          let next = try Samples.goOn(run.folder, catalogue: catalogue)
          isFinished = (try? next.go().isFinished) ?? false
        }
        fuse.light(steps: .max)
        let (one, two) = (try Outcome(plain), try Outcome(run.folder))
        #expect(one == two, "checkpoints every \(period) steps, \(deaths) deaths")
      }
    }
  }

  @Test func `seeds side by side end like seeds one after another`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(["evaluation.every=100"])
      func run(width: Int) throws -> [RunFolder] {
        let jobs = try (1...4).map { seed in
          try ExperimentRunner.Job.starting(
            config, seed: UInt64(seed), output: output.path + "/\(width)", command: [],
            catalogue: Samples.catalogue)
        }
        let outcomes = ExperimentRunner(jobs: jobs, width: width).run(until: StopSignal()) { _ in }
        #expect(outcomes.map(\.seed) == [1, 2, 3, 4])
        return outcomes.compactMap { row in
          guard case .finished = row.outcome else { return nil }
          return RunFolder(path: row.folder)
        }
      }
      let (alone, together) = (try run(width: 1), try run(width: 2))
      #expect(alone.count == 4 && together.count == 4)
      for (one, two) in zip(alone, together) { try expectSame(one, two) }
      #expect(try Set(alone.map { try RunReader($0).fingerprint }).count == 4)
    }
  }

  @Test func `a stop leaves waiting seeds alone and interrupts the others`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config()
      let jobs = try (1...4).map { seed in
        try ExperimentRunner.Job.starting(
          config, seed: UInt64(seed), output: output.path, command: [],
          catalogue: Samples.catalogue)
      }
      let stop = StopSignal()
      let outcomes = ExperimentRunner(jobs: jobs, width: 1).run(until: stop) { _ in stop.request() }
      guard case .interrupted(let step) = outcomes[0].outcome else {
        Issue.record("\(outcomes[0].outcome)")
        return
      }
      #expect(step == 64)
      for row in outcomes.dropFirst() {
        guard case .skipped = row.outcome else {
          Issue.record("\(row.outcome)")
          continue
        }
        #expect(!RunFolder(path: row.folder).hasRun)
      }
    }
  }

  @Test func `evaluating more often changes nothing else`() throws {
    try withTemporaryDirectory { output in
      let rarely = try whole(Samples.config(["evaluation.every=0"]), in: output)
      let often = try Samples.begin(
        Samples.config(["evaluation.every=50"]), in: output.appending(path: "often"))
      try often.go()
      let (one, two) = (try Outcome(rarely), try Outcome(often.folder))
      #expect(one.series == two.series)
      #expect(one.weights == two.weights)
      #expect(one.episodes == two.episodes)
      #expect(one.evaluations == two.evaluations.filter { $0.step == 900 })
    }
  }

  @Test func `a stop after the last step finishes the run`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(["budget.steps=40"])
      #expect(try Samples.begin(config, in: output).go(stoppingAtOnce: true).isFinished)
    }
  }

  @Test func `a run that was stopped before its first checkpoint begins again`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config()
      let whole = try whole(config, in: output)
      let folder = try Samples.begin(config, in: output.appending(path: "early")).folder
      #expect(!folder.hasCheckpoint)
      #expect(try TrainingRun.hasNotBegun(folder))
      let job = try ExperimentRunner.Job.resuming(
        folder, expecting: config, command: [], catalogue: Samples.catalogue)
      #expect(job.seed == 7)
      let outcomes = ExperimentRunner(jobs: [job], width: 1).run(until: StopSignal()) { _ in }
      guard case .finished = outcomes[0].outcome else {
        Issue.record("\(outcomes[0].outcome)")
        return
      }
      try expectSame(whole, folder)
    }
  }
}
