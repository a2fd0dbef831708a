import Reports
import Testing

@Suite struct `Comparisons of variants` {
  private func compared(
    _ runs: [RunSummary], _ change: (inout VariantComparison.Settings) -> Void = { _ in }
  ) throws -> VariantComparison {
    var settings = VariantComparison.Settings()
    settings.bootstrap.repetitions = 200
    settings.curves.bootstrap.repetitions = 20
    change(&settings)
    return try VariantComparison(of: runs, settings: settings)
  }

  @Test func `differences are paired by seed and tested`() throws {
    let runs =
      SampleRuns.seeds("dqn", base: 100, count: 6) + SampleRuns.seeds("ppo", base: 103, count: 6)
      + SampleRuns.seeds("sac", base: 100, count: 7)
    let summary = try compared(runs).summary
    #expect(summary.baseline == "dqn")
    #expect(summary.comparisons.map(\.name) == ["ppo", "sac"])
    #expect(summary.comparisons[0].difference?.value == 3)
    // 2 / 64, twice for two comparisons: nothing could be found here.
    #expect(summary.comparisons[0].adjustedPValue == 0.0625)
    #expect(summary.comparisons[0].verdict == .indistinguishable)
    #expect(summary.comparisons[1].unpairedSeeds == 1)
    #expect(summary.comparisons[1].adjustedPValue == 1)
    #expect(summary.warnings.contains { $0.contains("6 seeds in common") })
    let alone = try compared(runs.filter { $0.variant != "sac" }).summary
    #expect(alone.comparisons[0].verdict == .better)
    let turned = try compared(runs.filter { $0.variant != "sac" }) { $0.baseline = "ppo" }.summary
    #expect(turned.comparisons[0].verdict == .worse)
  }

  @Test func `steps to a return count runs that never get there as later than all`() throws {
    // Evaluations at 500 and 1,000 give half the score and the score.
    let runs = [20.0, 12, 4].enumerated().map { seed, score in
      SampleRuns.run("dqn", seed: UInt64(seed), score: score)
    }
    let ten = try #require(try compared(runs) { $0.threshold = 10 }.summary.stepsToThreshold.first)
    #expect(ten.steps == [500, 1000, nil])
    #expect(ten.median == 1000)
    let fifteen = try compared(runs) { $0.threshold = 15 }
    #expect(fifteen.summary.stepsToThreshold[0].median == nil)
    #expect(fifteen.mainTable.rows[0].contains("not reached"))
    #expect(fifteen.mainTable.rows[0].contains("1 of 3"))
  }

  @Test func `settings that differ are shown`() throws {
    let runs = SampleRuns.seeds("dqn", base: 1) + SampleRuns.seeds("ppo", base: 2)
    let comparison = try compared(runs)
    #expect(comparison.settingsTable.rows == [["ppo", "kind: dqn", "kind: ppo"]])
  }

  @Test func `different experiments and environments are refused`() throws {
    let runs = SampleRuns.seeds("dqn", base: 1)
    let others = runs.map { run in
      var run = run
      run.experiment = "other"
      return run
    }
    #expect(throws: ReportError.self) { _ = try compared(runs + others) }
    let elsewhere = runs.map { run in
      var run = run
      run.variant = "ppo"
      run.configuration = "environment: {id: Elsewhere-v0}\n"
      return run
    }
    #expect(throws: ReportError.self) { _ = try compared(runs + elsewhere) }
    #expect(throws: ReportError.noRuns) { _ = try compared([]) }
  }

  @Test func `every form is well formed and the same each time`() throws {
    let name = "<b>&\"ppo\"</b>"
    let runs = SampleRuns.seeds("dqn", base: 1) + SampleRuns.seeds(name, base: 2)
    let (one, two) = (try compared(runs), try compared(runs))
    #expect(one.html() == two.html())
    let read = try MarkupReader.elements(of: one.html(), isHTML: true)
    #expect(!read.contains { $0.name == "b" && $0.text == "&\"ppo\"" })
    for figure in one.figures {
      #expect(throws: Never.self) { _ = try MarkupReader.elements(of: figure.svg()) }
    }
    #expect(one.terminalText(columns: 100).contains("no test (n=5)"))
    #expect(one.latex().split(separator: "\n").filter { $0.hasSuffix("\\\\") }.count == 3)
    #expect(one.markdown().contains("## Settings that differ"))
  }
}
