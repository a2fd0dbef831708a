import Experiments
import Foundation
import Sweeps
import Synchronization
import TestSupport
import Testing
import Tracking

/// Sweeps that take a moment and do everything a large one does.
@Suite struct SweepRunTests {
  private static let yaml = """
    name: s
    experiment:
      environment: {id: CartPole-v1}
      agent: {ppo: {network: {hidden: [8]}, segmentLength: 50, minibatchSize: 50, epochs: 1}}
      budget: {steps: 400}
      evaluation: {every: 100, episodes: 2, finalEpisodes: 3}
      checkpoint: {seconds: 0, steps: 130}
    method: {tpe: {startupTrials: 2}}
    seedsPerTrial: 2
    trials: 5
    parameters:
      agent.ppo.optimizer.adam.learningRate: {distribution: log_uniform_values, min: 1e-4, max: 1e-1}
      agent.ppo.epochs: {min: 1, max: 4}

    """

  private static func run(
    _ yaml: String, in folder: String, stop: StopSignal = StopSignal(), limit: Int? = nil,
    watch: @escaping @Sendable (SweepRunner.Event) -> Void = { _ in }
  ) throws -> SweepRunner.Result {
    let runner = try SweepRunner(
      SweepConfigTests.plan(yaml), in: SweepFolder(path: folder), command: ["test"], stop: stop
    ) { watch($1) }
    return try runner.run(width: 1, limit: limit)
  }

  private func fingerprints(_ folder: String) throws -> [UInt64] {
    try RunFolder.all(under: folder).map { try RunReader($0).fingerprint }
  }

  @Test func `trials have the scores of their seeds' runs`() throws {
    try withTemporaryDirectory { folder in
      let result = try Self.run(Self.yaml, in: folder.path)
      #expect(result.problem == nil && !result.isInterrupted && result.elsewhere == 0)
      #expect(result.states[0].endedCount == 5)
      for trial in result.states[0].trials {
        let sweep = SweepFolder(path: folder.path)
        for seed in [UInt64(1), 2] {
          let reader = try RunReader(sweep.run(trial: trial.trial.number, seed: seed))
          #expect(try reader.status == .finished)
          let last = try reader.evaluations().filter { $0.step == 400 }.map(\.return)
          #expect(last.count == 3)
          #expect(trial.seedScores[seed] == last.reduce(0, +) / 3)
        }
        let scores = trial.seedScores.values
        #expect(trial.score == scores.reduce(0, +) / 2)
        #expect(trial.trial.reports.map(\.step) == [100, 200, 300, 400])
      }
    }
  }

  @Test func `runs that train by turns are those that train one after another`() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.run(Self.yaml, in: folder.path)
      let config = try SweepConfigTests.read(Self.yaml)
      let sweep = SweepFolder(path: folder.path)
      let values = try sweep.state(of: config).trials[3].trial.values
      let made = try config.experiment(with: values, variant: "3", seeds: config.seeds)
      let alone = try TrainingRun(
        starting: made, seed: 2, output: folder.path + "/alone", command: ["test"],
        catalogue: Samples.catalogue)
      _ = try alone.run(until: StopSignal()) { _ in }
      #expect(
        try RunReader(alone.folder).fingerprint
          == RunReader(sweep.run(trial: 3, seed: 2)).fingerprint)
    }
  }

  @Test func `a sweep that is stopped again and again ends as one that is not`() throws {
    try withTemporaryDirectory { folder in
      let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
      let expected = try Self.run(Self.yaml, in: whole)
      var interruptions = 0
      for _ in 0..<200 {
        let stop = StopSignal()
        let count = Mutex(0)
        let result = try Self.run(Self.yaml, in: parts, stop: stop) { event in
          guard case .progress = event else { return }
          // Some reports into the work, at another place each time.
          count.withLock { $0 += 1 }
          if count.withLock({ $0 }) == 9 { stop.request() }
        }
        #expect(result.problem == nil)
        if result.isInterrupted { interruptions += 1 }
        if result.states[0].endedCount == 5 { break }
      }
      #expect(interruptions > 3)
      let state = try SweepFolder(path: parts).state(of: SweepConfigTests.read(Self.yaml))
      #expect(state.trials.map(\.trial) == expected.states[0].trials.map(\.trial))
      #expect(try fingerprints(parts) == fingerprints(whole))
    }
  }

  @Test func `stopping early saves steps, and stopped runs are finished early`() throws {
    try withTemporaryDirectory { folder in
      // Rates from useless to good, so that some trials are worse at once.
      let yaml =
        Self.yaml.replacing("trials: 5", with: "trials: 8")
        + "earlyTerminate: {successiveHalving: {minimumResource: 100, reductionFactor: 2}}\n"
      let result = try Self.run(yaml, in: folder.path)
      let stopped = result.states[0].trials.filter { $0.trial.state == .stopped }
      #expect(!stopped.isEmpty && stopped.count < 8)
      var steps: Int64 = 0
      for trial in result.states[0].trials {
        let runs = RunFolder.all(under: folder.path + "/trials/\(trial.trial.number)")
        for run in runs {
          let reader = try RunReader(run)
          #expect(try reader.status == .finished)
          steps += reader.stepsDone
          guard trial.trial.state == .stopped else { continue }
          #expect(reader.stepsDone == Int64(trial.trial.reports.last?.step ?? 0))
          #expect(try reader.earlyEnd?.contains("the sweep stopped its trial") == true)
        }
      }
      let left = stopped.reduce(0) { $0 + 2 * (400 - ($1.trial.reports.last?.step ?? 0)) }
      #expect(left > 0 && steps == Int64(8 * 2 * 400 - left))
    }
  }

  @Test func `trials whose values make no experiment fail and the sweep goes on`() throws {
    try withTemporaryDirectory { folder in
      let parameters = "parameters:\n"
      let start = try #require(Self.yaml.firstRange(of: parameters))
      let yaml =
        Self.yaml[..<start.upperBound].replacing("{tpe: {startupTrials: 2}}", with: "grid")
        + "  agent.ppo.segmentLength: {values: [50, 64]}\n"
        + "  agent.ppo.minibatchSize: {values: [50, 64]}\n"
      let result = try Self.run(String(yaml), in: folder.path)
      #expect(result.states[0].trials.count == 4)
      let failures = result.states[0].trials.compactMap { trial in
        if case .failed(let reason) = trial.trial.state { reason } else { nil as String? }
      }
      #expect(failures.count == 2, "\(failures)")
      #expect(failures.allSatisfy { $0.contains("minibatchSize") })
    }
  }

  @Test func `a sweep whose first trials all fail ends and says why`() throws {
    try withTemporaryDirectory { folder in
      // A rate at which the loss is no number after an update or two.
      let yaml =
        Self.yaml.replacing("min: 1e-4, max: 1e-1", with: "min: 1e36, max: 1e37")
        .replacing("trials: 5", with: "trials: 9") + "giveUpAfter: 2\n"
      let result = try Self.run(yaml, in: folder.path)
      #expect(result.problem?.contains("the first 2 trials all failed") == true, "\(result)")
      #expect(result.states[0].trials.count == 2)
    }
  }

  @Test func `the best point and the experiment are tried on the same fresh seeds`() throws {
    try withTemporaryDirectory { folder in
      let yaml =
        Self.yaml.replacing("trials: 5", with: "trials: 2")
        + "confirm: {seeds: 3, root: 100}\n"
      let result = try Self.run(yaml, in: folder.path)
      #expect(result.problem == nil)
      let best = try #require(result.states[0].best).trial.number
      let config = try SweepConfigTests.read(yaml)
      for role in [ConfirmRole.best(trial: best), .base] {
        let found = try config.confirmed(role, in: SweepFolder(path: folder.path))
        #expect(found.keys.sorted() == [100, 101, 102])
      }
    }
  }

  @Test func `the folder of another sweep is refused with the first difference`() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.run(Self.yaml, in: folder.path, limit: 1)
      // More trials are the same sweep.
      _ = try Self.run(
        Self.yaml.replacing("trials: 5", with: "trials: 6"), in: folder.path, limit: 1)
      #expect {
        _ = try Self.run(
          Self.yaml.replacing("budget: {steps: 400}", with: "budget: {steps: 500}"),
          in: folder.path)
      } throws: {
        "\($0)".contains("experiment.budget.steps is 500 now and was 400")
      }
      try Data().write(to: folder.appending(path: "other"))
      let busy = folder.path + "/trials"
      #expect {
        _ = try Self.run(Self.yaml, in: busy)
      } throws: { "\($0)".contains("holds something else already") }
    }
  }

  @Test func `trials without the journal that told of them are not run over again`() throws {
    try withTemporaryDirectory { folder in
      _ = try Self.run(Self.yaml, in: folder.path, limit: 1)
      let journal = Journal.path(in: folder.path)
      for remains in [Data(), Data("{\"event\":\"stu".utf8), nil] {
        try? FileManager.default.removeItem(atPath: journal)
        try remains?.write(to: URL(filePath: journal))
        func isRefusal(_ error: any Error) -> Bool {
          "\(error)".contains("is missing or empty") && "\(error)".contains("remove")
        }
        #expect { _ = try Self.run(Self.yaml, in: folder.path) } throws: { isRefusal($0) }
        #expect {
          _ = try SweepFolder(path: folder.path).state(of: SweepConfigTests.read(Self.yaml))
        } throws: {
          isRefusal($0)
        }
      }
    }
  }

  @Test func `what no trial depends on may change, and the folder keeps it`() throws {
    try withTemporaryDirectory { folder in
      let place = SweepFolder(path: folder.path)
      _ = try Self.run(Self.yaml, in: folder.path, limit: 1)
      func kept() throws -> SweepSettings {
        try place.plan(catalogue: Samples.catalogue).common.settings
      }
      let changed =
        Self.yaml.replacing("trials: 5", with: "trials: 2")
        + "confirm: {seeds: 2}\ngiveUpAfter: 0\nquestion: What now?\n"
      let result = try Self.run(changed, in: folder.path)
      #expect(result.endedCount == 2 && result.problem == nil)
      #expect(try kept().confirm?.seeds == 2 && kept().giveUpAfter == 0)
      #expect(try kept().question == "What now?")
      // Fewer trials are one process's choice; more are kept.
      #expect(try kept().trials == 5)
      _ = try Self.run(changed.replacing("trials: 2", with: "trials: 6"), in: folder.path, limit: 1)
      #expect(try kept().trials == 6)
    }
  }
}
