import Foundation
import Reports
import Testing

@Suite struct ExperimentReportTests {
  @Test func `seeds of one variant give its IQM with an interval`() throws {
    let summary = try SampleRuns.report(SampleRuns.seeds("dqn", base: 10)).summary
    let variant = try #require(summary.variants.first)
    #expect(summary.score == .evaluation)
    #expect(variant.countedRuns == 5)
    #expect(variant.interquartileMean?.value == 12)
    #expect(variant.mean?.value == 12)
    #expect(variant.median == nil)
    #expect(variant.standardDeviation == 2.5.squareRoot())
    #expect(variant.standardError == 0.5.squareRoot())
    let interval = try #require(variant.interquartileMean?.interval)
    // Scores are 10 to 14; an interval of five seeds may reach beyond them.
    #expect(interval.lower > 9 && interval.lower < 11)
    #expect(interval.upper < 15 && interval.upper > 13)
    #expect(
      summary.headline[0].hasPrefix(
        "After 1,000 steps, dqn reaches an evaluation return of 12.00 (interquartile mean of 5 "
      ))
    #expect(summary.warnings.isEmpty)
  }

  @Test func `the order of runs and the other variants do not move an interval`() throws {
    let runs = SampleRuns.seeds("a", base: 10) + SampleRuns.seeds("b", base: 20)
    let alone = try SampleRuns.report(Array(runs[..<5])).summary.variants[0]
    let both = try SampleRuns.report(runs.reversed()).summary.variants[1]
    #expect(alone == both)
  }

  @Test func `one seed is marked as such and has no interval anywhere`() throws {
    let report = try SampleRuns.report([SampleRuns.run(seed: 3, score: 7)])
    let variant = report.summary.variants[0]
    #expect(variant.interquartileMean == Estimate(value: 7, interval: nil, runs: 1))
    #expect(variant.standardDeviation == nil && variant.standardError == nil)
    #expect(
      report.summary.headline == [
        "After 1,000 steps, dqn reaches an evaluation return of 7.000 with one seed."
      ])
    #expect(report.summary.warnings.contains { $0.contains("One seed says nothing") })
    for figure in [report.evaluationFigure(), report.trainingFigure()] {
      #expect(figure.curves.allSatisfy { $0.band.allSatisfy { $0 == nil } })
    }
    #expect(!report.terminalText().contains("interval to"))
    #expect(!report.summary.variantTable.columns.contains { $0.title == "95 % interval" })
  }

  @Test func `runs that crashed are told of and not counted`() throws {
    var failed = SampleRuns.run(seed: 8, score: 1, state: .failed, steps: 600)
    failed.failure = "The loss is not finite."
    let crashed = SampleRuns.run(seed: 9, score: 1, state: .crashed, steps: 600)
    let summary = try SampleRuns.report(
      SampleRuns.seeds("dqn", base: 10) + [failed, crashed]
    ).summary
    #expect(summary.variants[0].countedRuns == 5)
    #expect(summary.variants[0].interquartileMean?.value == 12)
    #expect(
      summary.warnings == [
        "dqn, seed 8, failed at step 600 of 1,000 (The loss is not finite); it is not counted.",
        "dqn, seed 9, crashed or was killed after step 600 of 1,000 and may be resumed; "
          + "it is not counted.",
      ])
  }

  @Test func `runs that are going on count only while none has ended, and as preliminary`() throws {
    let going = (0..<2).map { seed in
      SampleRuns.run(seed: seed, score: 10, state: .running, steps: 600)
    }
    let early = try SampleRuns.report(going).summary
    #expect(early.variants[0].isPreliminary && early.variants[0].countedRuns == 2)
    #expect(early.headline[0].hasPrefix("After 500 steps"))
    #expect(early.warnings.contains { $0.hasPrefix("No run of dqn has ended") })
    let later = try SampleRuns.report(going + [SampleRuns.run(seed: 5, score: 9)]).summary
    #expect(!later.variants[0].isPreliminary && later.variants[0].countedRuns == 1)
  }

  @Test func `a run given twice counts once`() throws {
    let summary = try SampleRuns.report([
      SampleRuns.run(seed: 1, score: 5), SampleRuns.run(seed: 1, score: 6),
    ]).summary
    #expect(summary.variants[0].seeds.map(\.score) == [6])
    #expect(summary.warnings.contains("dqn, seed 1 was given more than once; the last one counts."))
  }

  @Test func `without evaluations the score is the training return`() throws {
    var run = SampleRuns.run(seed: 1, score: 5)
    run.evaluations = []
    let summary = try SampleRuns.report([run, SampleRuns.run(seed: 2, score: 5)]).summary
    #expect(summary.score == .training)
    #expect(summary.variants[0].seeds.map(\.score) == [5.5, 5.5])
    #expect(summary.variants[0].seeds[0].scoreEpisodes == 10)
  }

  @Test func `values that are not finite are left out and said`() throws {
    var run = SampleRuns.run(seed: 1, score: 5)
    run.metrics[0].values[3] = .nan
    run.metrics[0].values[4] = .infinity
    let report = try SampleRuns.report([run])
    #expect(
      report.summary.warnings.contains(
        "loss/td: 2 values of 1 run are not finite and left out; "
          + "the first at dqn, seed 1, step 400."
      ))
    let areFinite = report.metricFigure("loss/td", unit: "").curves[0].line.ys.allSatisfy(
      \.isFinite)
    #expect(areFinite)
  }

  @Test func `a final evaluation that is not finite is no score`() throws {
    var run = SampleRuns.run(seed: 1, score: 5)
    run.evaluations[1].returns = [.nan, 1]
    let summary = try SampleRuns.report([run]).summary
    #expect(summary.variants[0].countedRuns == 0 && summary.variants[0].mean == nil)
    #expect(
      summary.headline == [
        "No run has a score yet: none has evaluated its agent or ended an episode."
      ])
  }

  @Test func `variants are compared with the first or with the one that is named`() throws {
    let runs = SampleRuns.seeds("a", base: 10) + SampleRuns.seeds("b", base: 30)
    let first = try SampleRuns.report(runs).summary
    #expect(first.comparisons.map(\.variant) == ["b"])
    #expect(first.comparisons[0].difference.value == 20)
    #expect(first.comparisons[0].pairedDifference?.value == 20)
    #expect(first.comparisons[0].probabilityOfImprovement.value == 1)
    #expect(first.headline.contains { $0.hasPrefix("b is better than a (p =") })
    let other = try SampleRuns.report(runs, .init(baseline: "b")).summary
    #expect(other.comparisons.map(\.variant) == ["a"])
    #expect(other.comparisons[0].difference.value == -20)
  }

  @Test func `several tasks are strata, with a table of their own`() throws {
    let runs = (0..<3).map { seed -> RunSummary in
      var run = SampleRuns.run(seed: UInt64(seed), score: 0)
      run.tasks = ["left", "right"]
      run.evaluations = [
        Evaluation(step: 1000, task: 0, returns: [Double(seed)]),
        Evaluation(step: 1000, task: 1, returns: [100 + Double(seed)]),
      ]
      return run
    }
    let summary = try SampleRuns.report(runs).summary
    #expect(summary.variants[0].mean?.value == 51)
    #expect(summary.variants[0].median?.value == 51)
    #expect(summary.variants[0].tasks.map { $0?.value } == [1, 101])
    #expect(summary.taskTable.rows.map { $0[0] } == ["left", "right"])
  }

  @Test func `runs of several experiments are told apart by their names`() throws {
    let report = try SampleRuns.report([
      SampleRuns.run(seed: 1, score: 1),
      SampleRuns.run(seed: 1, score: 2, experiment: "acrobot"),
    ])
    #expect(report.summary.experiment == "cartpole, acrobot")
    #expect(report.summary.variants.map(\.name) == ["cartpole/dqn", "acrobot/dqn"])
  }

  @Test func `what cannot be reported on is refused in a sentence`() throws {
    #expect(throws: ReportError.noRuns) { try ExperimentReport(of: []) }
    let run = SampleRuns.run(seed: 1, score: 1)
    #expect(throws: ReportError.unknownBaseline("x", known: ["dqn"])) {
      try ExperimentReport(of: [run], settings: .init(baseline: "x"))
    }
    var other = SampleRuns.run(seed: 2, score: 1)
    other.tasks = ["a", "b"]
    #expect(throws: ReportError.differingTasks("cartpole/dqn/1", "cartpole/dqn/2")) {
      try ExperimentReport(of: [run, other])
    }
  }

  @Test func `the summary survives JSON`() throws {
    let summary = try SampleRuns.report(
      SampleRuns.seeds("a", base: 10) + [SampleRuns.run("b", seed: 0, score: 3, state: .running)]
    ).summary
    let data = try JSONEncoder().encode(summary)
    #expect(try JSONDecoder().decode(ExperimentSummary.self, from: data) == summary)
  }

  @Test func `the comma-separated form holds all digits of every run`() throws {
    var run = SampleRuns.run("a,b", seed: 1, score: 0.1)
    run.evaluations = [Evaluation(step: 1000, returns: [0.1 + 0.2])]
    let lines = try SampleRuns.report([run]).summary.csv.split(whereSeparator: \.isNewline)
    #expect(
      lines[1] == "cartpole,\"a,b\",1,finished,1000,0.30000000000000004,1000,1,1,5.5,2.0,500.0")
  }

  @Test func `runs that differ in more than their seed are no sample, and that is said`() throws {
    var runs = SampleRuns.seeds("dqn", base: 5, count: 3)
    for index in runs.indices { runs[index].configuration += "seeds: {root: \(index)}\n" }
    #expect(
      try SampleRuns.report(runs).summary.warnings.contains { $0.contains("sample") } == false)
    runs[2].configuration = "agent:\n  kind: dqn\nsteps: 500\n"
    #expect(
      try SampleRuns.report(runs).summary.warnings.contains(
        "dqn: seeds 0 and 2 have different configurations, so they are no sample of one thing; "
          + "give changed runs a variant of their own."))
  }
}
