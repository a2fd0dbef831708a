import Reports
import Testing

@Suite struct `Comparisons of runs` {
  private func compared(
    _ runs: [RunSummary], _ change: (inout RunComparison.Settings) -> Void = { _ in }
  ) throws -> RunComparison {
    var settings = RunComparison.Settings()
    settings.bootstrap.repetitions = 200
    settings.curves.bootstrap.repetitions = 20
    change(&settings)
    return try RunComparison(of: runs, settings: settings)
  }

  /// Seeds of an agent in an environment, as an experiment of their own would leave them.
  private func runs(
    _ agent: String, in environment: String, base: Double, count: Int = 6,
    variant: String = "main", more: String = ""
  ) -> [RunSummary] {
    SampleRuns.seeds(variant, base: base, count: count).map { run in
      var run = run
      run.experiment = "\(environment)-\(agent)"
      run.configuration = """
        name: x
        environment: {id: \(environment)}
        agent:
          \(agent): {discountFactor: 0.9}
        budget: {steps: 1000}
        \(more)
        """
      run.clock = Polyline(xs: [500, 1000], ys: [1, 2])
      return run
    }
  }

  @Test func `differences are paired by seed and tested`() throws {
    let runs =
      SampleRuns.seeds("dqn", base: 100, count: 6) + SampleRuns.seeds("ppo", base: 103, count: 6)
      + SampleRuns.seeds("sac", base: 100, count: 7)
    let whole = try compared(runs).summary
    let summary = whole.environments[0]
    #expect(whole.baseline == "dqn" && whole.overall == nil)
    #expect(summary.comparisons.map(\.name) == ["ppo", "sac"])
    #expect(summary.comparisons[0].difference?.value == 3)
    // 2 / 64, twice for two comparisons: nothing could be found here.
    #expect(summary.comparisons[0].adjustedPValue == 0.0625)
    #expect(summary.comparisons[0].verdict == .indistinguishable)
    #expect(summary.comparisons[1].unpairedSeeds == 1)
    #expect(summary.comparisons[1].adjustedPValue == 1)
    #expect(whole.warnings.contains { $0.contains("6 seeds in common") })
    let alone = try compared(runs.filter { $0.variant != "sac" }).summary
    #expect(alone.environments[0].comparisons[0].verdict == .better)
    let turned = try compared(runs.filter { $0.variant != "sac" }) { $0.baseline = "ppo" }.summary
    #expect(turned.environments[0].comparisons[0].verdict == .worse)
    #expect(throws: ReportError.unknownBaseline("x", known: ["dqn", "ppo", "sac"])) {
      _ = try compared(runs) { $0.baseline = "x" }
    }
  }

  @Test func `steps to a return count runs that never get there as later than all`() throws {
    // Evaluations at 500 and 1,000 give half the score and the score.
    let runs = [20.0, 12, 4].enumerated().map { seed, score in
      SampleRuns.run("dqn", seed: UInt64(seed), score: score)
    }
    let ten = try compared(runs) { $0.thresholds[""] = 10 }.summary.environments[0]
    let steps = try #require(ten.efficiency[0].steps)
    #expect(steps.times == [500, 1000, nil])
    #expect(steps.median == 1000 && steps.reached == 2 && steps.isCensored)
    #expect(steps.lower == 500 && steps.upper == nil)
    #expect(ten.efficiency[0].seconds == nil)
    #expect(abs((ten.aggregates[0].optimalityGap?.value ?? 0) - 2) < 1e-12)
    let fifteen = try compared(runs) { $0.thresholds[""] = 15 }
    #expect(fifteen.summary.environments[0].efficiency[0].steps?.median == nil)
    let text = fifteen.terminalText(columns: 120)
    #expect(text.contains("not reached [1,000, later]") && text.contains("1 of 3"))
  }

  @Test func `time is read from the runs' clocks, and areas over steps that all have`() throws {
    let found = try compared(runs("dqn", in: "A-v0", base: 10)) { $0.thresholds["A-v0"] = 6 }
    let own = found.summary.environments[0].efficiency[0]
    // The scores are 10...15, reached at step 1,000; half of them at step 500.
    #expect(own.steps?.times == [1000, 1000, 500, 500, 500, 500])
    #expect(own.seconds?.times == [2, 2, 1, 1, 1, 1])
    #expect(own.range == [500, 1000])
    // The mean of half the score and the score, over seeds: 0.75 of 12.5.
    #expect(abs((own.meanReturn?.value ?? 0) - 9.375) < 1e-12)
    #expect(found.figures.map(\.name) == ["scores", "curves", "curves-by-time", "profile"])
  }

  @Test func `settings that differ are shown by key`() throws {
    let variants = SampleRuns.seeds("dqn", base: 1) + SampleRuns.seeds("ppo", base: 2)
    let kinds = try compared(variants).summary.environments[0].settings
    #expect(kinds.map(\.key) == ["agent.kind"] && kinds[0].values == ["dqn", "ppo"])
    let agents = runs("dqn", in: "A-v0", base: 1) + runs("ppo", in: "A-v0", base: 1)
    let found = try compared(agents)
    #expect(found.summary.variants == ["A-v0-dqn", "A-v0-ppo"])
    // The discount factor is the same, though it stands below another agent's name.
    let settings = found.summary.environments[0].settings
    #expect(settings.map(\.key) == ["agent"] && settings[0].values == ["dqn", "ppo"])
  }

  @Test func `agents are compared over environments, normalized by reference scores`() throws {
    let all =
      runs("dqn", in: "A-v0", base: 0) + runs("ppo", in: "A-v0", base: 5)
      + runs("dqn", in: "B-v0", base: 100) + runs("ppo", in: "B-v0", base: 100)
    let plain = try compared(all).summary
    #expect(plain.variants == ["dqn", "ppo"] && plain.rows == "Agent")
    #expect(plain.environments.map(\.environment) == ["A-v0", "B-v0"])
    #expect(plain.overall?.rows[1].interquartileMean == nil)
    // Of 36 pairs in A, ppo's 5...10 lose none and tie once with dqn's 0...5; in B all are alike.
    let chance = try #require(plain.overall?.rows[1].probabilityOfImprovement?.value)
    #expect(abs(chance - (35.5 / 36 + 0.5) / 2) < 1e-12)
    let normalized = try compared(all) {
      $0.normalization = .references([
        "A-v0": Interval(lower: 0, upper: 10), "B-v0": Interval(lower: 100, upper: 110),
      ])
    }
    let rows = try #require(normalized.summary.overall).rows
    #expect(abs((rows[0].mean?.value ?? 0) - 0.25) < 1e-12)
    #expect(abs((rows[1].mean?.value ?? 0) - 0.5) < 1e-12)
    #expect(rows[1].difference != nil && rows[1].runs == 12)
    #expect(normalized.summary.verdicts[0].contains("over all environments"))
    #expect(normalized.latex().contains("Normalized IQM"))
    #expect(throws: ReportError.missingReferences(["B-v0"])) {
      _ = try compared(all) {
        $0.normalization = .references(["A-v0": Interval(lower: 0, upper: 1)])
      }
    }
    #expect(throws: ReportError.unknownEnvironments(["C"], known: ["A-v0", "B-v0"])) {
      _ = try compared(all) { $0.thresholds["C"] = 1 }
    }
  }

  @Test func `environments of one name with other settings are compared with a remark`() throws {
    let short = runs("dqn", in: "A-v0", base: 1).map { run in
      var run = run
      run.experiment = "short"
      run.configuration = "environment: {id: A-v0, settings: {length: 2}}\nagent: {dqn: {}}\n"
      return run
    }
    let all = runs("dqn", in: "A-v0", base: 1) + short
    let together = try compared(all).summary
    #expect(together.environments.count == 1 && together.variants == ["A-v0-dqn", "short"])
    #expect(together.warnings.contains { $0.contains("environment.settings.length") })
    let apart = try compared(all) { $0.separatesSettings = true }.summary
    #expect(apart.environments.map(\.environment) == ["A-v0", "A-v0 (length=2)"])
  }

  @Test func `tasks of one environment are compared one by one`() throws {
    let family = SampleRuns.seeds("dqn", base: 10, count: 3).map { run in
      var run = run
      run.tasks = ["left", "right"]
      run.configuration = "environment: {id: A-v0}\n"
      run.evaluations += run.evaluations.map {
        Evaluation(step: $0.step, task: 1, returns: $0.returns.map { -$0 })
      }
      return run
    }
    let places = try compared(family).summary.environments
    #expect(places.map(\.environment) == ["A-v0: left", "A-v0: right"])
    #expect(places.map { $0.variants[0].mean?.value } == [11, -11])
  }

  @Test func `rows may be named by any key of the configuration`() throws {
    let all =
      runs("dqn", in: "A-v0", base: 1, more: "k: 1")
      + runs("dqn", in: "A-v0", base: 2, variant: "b", more: "k: 2")
    #expect(try compared(all) { $0.key = "k" }.summary.variants == ["1", "2"])
    #expect(throws: ReportError.unknownKey("nothing")) {
      _ = try compared(all) { $0.key = "nothing" }
    }
    #expect(throws: ReportError.noRuns) { _ = try compared([]) }
  }

  @Test func `names that do not tell variants apart are known`() throws {
    let all =
      runs("ppo", in: "A-v0", base: 1, variant: "a")
      + runs("ppo", in: "A-v0", base: 2, variant: "b")
    let mixed = try MethodGroups(of: all, by: "agent").mixed
    #expect(mixed.map(\.name) == ["ppo"] && mixed.map(\.environment) == ["A-v0"])
    #expect(mixed.map(\.variants) == [["a", "b"]])
    #expect(try MethodGroups(of: all, by: "variant").mixed.isEmpty)
    #expect(try MethodGroups(of: all).mixed.isEmpty)
    let keyed = try compared(all) { $0.key = "agent.ppo.discountFactor" }
    #expect(keyed.terminalText().contains("1 value of agent.ppo.discountFactor"))
  }

  @Test func `one environment alone is not put together with others`() throws {
    let both = runs("dqn", in: "A-v0", base: 1) + runs("ppo", in: "A-v0", base: 5)
    let one = try compared(both) { $0.normalization = .observed }.summary
    #expect(one.overall == nil)
    #expect(one.warnings.contains { $0.contains("scores are not normalized") })
    let whole = try compared(both + runs("dqn", in: "B-v0", base: 1)).summary
    #expect(whole.environments.count == 2 && whole.overall == nil)
    #expect(whole.warnings.contains { $0.contains("B-v0: not every row has runs there") })
  }

  @Test func `an interval without width gives no verdict over all environments`() throws {
    let apart = ["A-v0", "B-v0"].flatMap { name in
      runs("dqn", in: name, base: 0) + runs("ppo", in: name, base: 100)
    }
    let verdict = try #require(try compared(apart).summary.overall?.verdicts.first)
    #expect(verdict.contains("no verdict against dqn"))
  }

  @Test func `one seed is marked and has no interval`() throws {
    let summary = try compared(
      [SampleRuns.run("dqn", seed: 1, score: 5), SampleRuns.run("ppo", seed: 1, score: 9)]
    ).summary
    let place = summary.environments[0]
    #expect(place.variants.allSatisfy { $0.interquartileMean?.interval == nil })
    #expect(place.efficiency.allSatisfy { $0.meanReturn?.interval == nil })
    #expect(place.comparisons[0].words == "one seed: no test possible")
    #expect(summary.warnings.contains { $0.contains("one seed") })
  }

  @Test func `every form is well formed and the same each time`() throws {
    let name = "<b>&\"ppo\"</b>"
    let runs = SampleRuns.seeds("dqn", base: 1) + SampleRuns.seeds(name, base: 2)
    let (one, two) = (try compared(runs), try compared(runs))
    #expect(one.html() == two.html())
    let read = try MarkupReader.elements(of: one.html(), isHTML: true)
    #expect(!read.contains { $0.name == "b" && $0.text == "&\"ppo\"" })
    #expect(read.contains { $0.text == name })
    for figure in one.figures {
      #expect(throws: Never.self) { _ = try MarkupReader.elements(of: figure.svg()) }
    }
    #expect(one.terminalText(columns: 160).contains("no test (n=5)"))
    #expect(one.latex().split(separator: "\n").filter { $0.hasSuffix("\\\\") }.count == 3)
    #expect(one.markdown().contains("## Settings that differ"))
    #expect(one.csv.split(separator: "\n").count == 11)
  }

  @Test func `text fits the terminal`() throws {
    let all =
      runs("dqn", in: "A-v0", base: 100) + runs("ppo", in: "A-v0", base: 103)
    let found = try compared(all) { $0.thresholds[""] = 102 }
    for columns in [60, 80, 100, 140] {
      let lines = found.terminalText(columns: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns }, "\(columns) columns")
    }
  }
}
