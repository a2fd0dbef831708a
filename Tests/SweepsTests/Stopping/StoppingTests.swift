import Randomness
import Sweeps
import Testing

@Suite struct StoppingTests {
  private static let space = SearchSpace([SearchParameter("x", .real(lowest: 0, highest: 1))])

  /// Runs trials one after another, or many side by side, until they end or are stopped.
  ///
  /// - Parameter score: of a trial at a step.
  private func run(
    _ rule: any StoppingRule, trials: Int, steps: [Int], sideBySide: Bool,
    goal: Goal = .maximize, _ score: (Int, Int) -> Double
  ) -> Study {
    var study = Study(space: Self.space, goal: goal)
    study.trials = (0..<trials).map { Trial(number: $0, values: [.number(0)]) }
    func report(_ trial: Int, _ step: Int) {
      guard study.trials[trial].state == .running else { return }
      study.trials[trial].reports.append(.init(step: step, score: score(trial, step)))
      if rule.shouldStop(trial: trial, of: study) {
        study.trials[trial].state = .stopped
      } else if step == steps.last {
        study.trials[trial].state = .finished(score: score(trial, step))
      }
    }
    if sideBySide {
      for step in steps { for trial in 0..<trials { report(trial, step) } }
    } else {
      for trial in 0..<trials { for step in steps { report(trial, step) } }
    }
    return study
  }

  private static func resources(_ factor: Int, _ maximum: Int?) -> SuccessiveHalvingSettings {
    var settings = SuccessiveHalvingSettings()
    (settings.reductionFactor, settings.minimumResource) = (factor, 1)
    settings.maximumResource = maximum
    return settings
  }

  static let rules: [StoppingSettings] = [
    .median(MedianStoppingSettings()), .successiveHalving(resources(3, 27)),
    .hyperband(HyperbandSettings()),
  ]

  @Test(arguments: rules, [false, true])
  func `a trial that was always the best is never stopped`(
    _ rule: StoppingSettings, _ sideBySide: Bool
  ) {
    for goal in [Goal.maximize, .minimize] {
      for root in 0..<5 as Range<UInt64> {
        let sign = goal == .maximize ? 1.0 : -1
        let study = run(
          rule.rule, trials: 30, steps: Array(1...27), sideBySide: sideBySide, goal: goal
        ) { trial, step in
          var stream = Seeds(root: root)["\(trial) \(step)"]
          let noise: Double = stream.uniform()
          return sign * (trial == 17 ? 10 : noise)
        }
        guard case .finished = study.trials[17].state else {
          Issue.record("the best was stopped")
          return
        }
      }
    }
  }

  @Test func `about one in the reduction factor goes on from each rung`() {
    let rule = SuccessiveHalving(Self.resources(3, 27))
    var order = Seeds(root: 1)["order"]
    let ranks = order.permutation(of: 270)
    let study = run(rule, trials: 270, steps: Array(1...27), sideBySide: true) { trial, _ in
      Double(ranks[trial])
    }
    func reaching(_ step: Int) -> Int {
      study.trials.count { ($0.reports.last?.step ?? 0) > step }
    }
    let parts = [(1, 270), (3, reaching(1)), (9, reaching(3))].map { rung, before in
      Double(reaching(rung)) / Double(before)
    }
    #expect(abs(parts[0] - 1.0 / 3) < 0.05)
    // On later rungs those who come late have passed a harder test: more of them go on.
    #expect(parts.allSatisfy { $0 > 0.28 && $0 < 0.7 })
    let best = ranks.firstIndex(of: 269) ?? 0
    #expect(study.trials[best].state == .finished(score: 269))
  }

  @Test func `rungs are passed by the first report at or after them`() {
    let rule = SuccessiveHalving(Self.resources(2, 1000))
    var study = Study(space: Self.space, goal: .minimize)
    study.trials = [
      Trial(number: 0, values: [], reports: [.init(step: 100, score: 1)]),
      Trial(number: 1, values: [], reports: [.init(step: 100, score: 2)]),
    ]
    #expect(!rule.shouldStop(trial: 0, of: study))
    #expect(rule.shouldStop(trial: 1, of: study))
    // Between rungs nothing is decided.
    study.trials[1].reports.append(.init(step: 120, score: 3))
    #expect(!rule.shouldStop(trial: 1, of: study))
  }

  @Test func `no rung stops anybody before the length of a trial is known`() {
    let rule = SuccessiveHalving(SuccessiveHalvingSettings())
    var study = Study(space: Self.space, goal: .minimize)
    study.trials = (0..<9).map {
      Trial(number: $0, values: [], reports: [.init(step: 64, score: Double($0))])
    }
    #expect(!rule.shouldStop(trial: 8, of: study))
    study.trials[0].state = .finished(score: 0)
    study.trials[0].reports.append(.init(step: 6400, score: 0))
    // Now the rungs are at 100, 400 and 1600.
    #expect(!rule.shouldStop(trial: 8, of: study))
    study.trials[8].reports.append(.init(step: 101, score: 9))
    #expect(rule.shouldStop(trial: 8, of: study))
  }

  @Test func `Hyperband's brackets have the paper's sizes and one never stops`() {
    let turns = Hyperband.turns(brackets: 4, factor: 3)
    #expect((0..<4).map { bracket in turns.count { $0 == bracket } } == [27, 12, 6, 4])
    var settings = HyperbandSettings()
    (settings.minimumResource, settings.maximumResource) = (1, 27)
    let study = run(
      Hyperband(settings), trials: 98, steps: Array(1...27), sideBySide: true
    ) { trial, _ in -Double(trial) }
    for trial in study.trials {
      let bracket = turns[trial.number % 49]
      if bracket == 3 { #expect(trial.state != .stopped) }
      if bracket == 1 { #expect((trial.reports.last?.step ?? 0) >= 3) }
    }
    #expect(study.trials.count { $0.state == .stopped } > 40)
    #expect(Hyperband.turns(brackets: 30, factor: 4).count < 5000)
  }

  @Test func `the median rule waits for enough finished trials and for its warm-up`() {
    var settings = MedianStoppingSettings()
    (settings.startupTrials, settings.warmupSteps) = (3, 2)
    let rule = MedianStopping(settings)
    let study = run(rule, trials: 8, steps: [1, 2, 3], sideBySide: false) { trial, step in
      -Double(trial) - Double(step) / 10
    }
    #expect(study.trials[2].state != .stopped)
    // From the fourth on each is worse than the median of the three before, at its second report.
    #expect(study.trials[3].state == .stopped)
    #expect(study.trials[3].reports.count == 2)
  }

  @Test func `the median rule holds the best so far against averages`() {
    var settings = MedianStoppingSettings()
    settings.startupTrials = 1
    var study = Study(space: Self.space, goal: .maximize)
    study.trials = [
      Trial(
        number: 0, values: [], state: .finished(score: 9),
        reports: [.init(step: 1, score: 1), .init(step: 2, score: 3), .init(step: 3, score: 9)]),
      Trial(number: 1, values: [], reports: [.init(step: 2, score: 2)]),
    ]
    // The mean up to step 2 is 2: equal is not worse.
    #expect(!MedianStopping(settings).shouldStop(trial: 1, of: study))
    study.trials[1].reports[0].score = 1.9
    #expect(MedianStopping(settings).shouldStop(trial: 1, of: study))
    // A worse second report does not undo the best one.
    study.trials[1].reports = [.init(step: 1, score: 2.5), .init(step: 2, score: -5)]
    #expect(!MedianStopping(settings).shouldStop(trial: 1, of: study))
  }

  @Test(arguments: rules)
  func `a report that is not a number is worse than every number`(_ rule: StoppingSettings) {
    // A trial of Hyperband's most eager bracket.
    let odd = Hyperband.turns(brackets: 4, factor: 3).lastIndex(of: 0) ?? 0
    func state(_ others: Double) -> Trial.State {
      run(rule.rule, trials: 49, steps: Array(1...27), sideBySide: false) { trial, _ in
        trial == odd ? .nan : others
      }.trials[odd].state
    }
    #expect(state(1) == .stopped)
    #expect(state(.nan) != .stopped)
  }

  @Test func `rules ask nothing of trials that are not there`() {
    let study = Study(space: Self.space, goal: .minimize)
    for rule in Self.rules { #expect(!rule.rule.shouldStop(trial: 3, of: study)) }
  }
}
