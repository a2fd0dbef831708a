import Reports
import Testing

/// The table of results: verdicts, words and forms.
@Suite struct ResultsTableTests {
  private func entry(
    _ name: String = "pole-dqn", scores: [Double]?, reference: ResultsTable.Reference? = nil,
    minimum: Double? = nil, shortcoming: String? = nil, seconds: Double = 2
  ) -> ResultsTable.Entry {
    ResultsTable.Entry(
      name: name, environment: "Pole-v1", algorithm: "DQN", reference: reference,
      minimum: minimum.map { ("\($0)", $0) }, remark: "A remark with a | in it.",
      outcome: scores.map { scores in
        ResultsTable.Outcome(
          seeds: scores.map { .init(finalReturn: $0, steps: 50_000, seconds: seconds) },
          episodes: 20, origin: [ProvenanceEntry("Commit", "abc")])
      }, shortcoming: shortcoming, page: scores == nil ? nil : name + ".md")
  }

  private func reference(
    _ text: String, decimals: Int, isMost: Bool = false
  ) throws -> ResultsTable.Reference {
    ResultsTable.Reference(
      text: text, value: try #require(Double(text)), decimals: decimals, source: "Zoo",
      steps: 50_000, isMost: isMost)
  }

  private func table(_ entries: [ResultsTable.Entry]) -> ResultsTable {
    ResultsTable(
      entries, sources: [("Zoo", "one run each")],
      bootstrap: Bootstrap(repetitions: 500))
  }

  /// An interval, a published value, and what follows.
  struct Case {
    var lower, upper: Double
    var text: String
    var decimals: Int
    var isMost: Bool
    var verdict: ReferenceVerdict
  }

  @Test(arguments: [
    Case(lower: -78, upper: -76.7, text: "-76.6", decimals: 1, isMost: false, verdict: .below),
    Case(
      lower: -78, upper: -76.64, text: "-76.6", decimals: 1, isMost: false,
      verdict: .indistinguishable),
    Case(
      lower: -76.64, upper: -70, text: "-76.6", decimals: 1, isMost: false,
      verdict: .indistinguishable),
    Case(lower: -76.5, upper: -70, text: "-76.6", decimals: 1, isMost: false, verdict: .above),
    Case(lower: 500, upper: 500, text: "500", decimals: 0, isMost: true, verdict: .reached),
    Case(lower: 499.6, upper: 500, text: "500", decimals: 0, isMost: true, verdict: .reached),
    Case(
      lower: 499.4, upper: 500, text: "500", decimals: 0, isMost: true,
      verdict: .indistinguishable),
    Case(lower: 480, upper: 499.4, text: "500", decimals: 0, isMost: true, verdict: .below),
    Case(
      lower: 500, upper: 500, text: "500", decimals: 0, isMost: false,
      verdict: .indistinguishable),
    // A mean over finite episodes may lie above what is possible.
    Case(lower: 0.7443, upper: 0.75, text: "0.7442", decimals: 4, isMost: true, verdict: .reached),
  ])
  func `a verdict follows from the interval in the digits of the published value`(
    row: Case
  ) throws {
    let reference = try reference(row.text, decimals: row.decimals, isMost: row.isMost)
    let interval = Interval(lower: row.lower, upper: row.upper)
    #expect(ReferenceVerdict(interval, against: reference) == row.verdict, "\(row)")
  }

  @Test func `the minimum is met by the mean alone`() {
    let rows = table([
      entry(scores: [474, 476], minimum: 475), entry(scores: [474, 475], minimum: 475),
      entry(scores: nil, minimum: 475),
    ]).rows
    #expect(rows.map(\.againstMinimum) == [.met, .missed, nil])
  }

  @Test func `intervals are those of an experiment's own page`() throws {
    let scores = [500, 480, 311.5, 500, 490]
    let runs = scores.enumerated().map { index, score in
      RunSummary(
        experiment: "pole-dqn", variant: "main", seed: UInt64(index), state: .finished,
        lastStep: 10, evaluations: [Evaluation(step: 10, returns: [score])])
    }
    let report = try SampleRuns.report(runs)
    let bootstrap = Bootstrap(repetitions: 200)
    let row = ResultsTable([entry(scores: scores)], bootstrap: bootstrap).rows[0]
    #expect(row.mean == report.summary.variants[0].mean)
    #expect(row.interquartileMean == report.summary.variants[0].interquartileMean)
  }

  @Test func `one seed has no interval and no verdict on it`() throws {
    let row = table([
      entry(scores: [480], reference: try reference("500", decimals: 0), minimum: 475)
    ]).rows[0]
    #expect(row.mean?.interval == nil && row.againstReference == nil)
    #expect(row.againstMinimum == .met)
  }

  @Test func `exact returns stand for played ones, where all seeds have them`() {
    var exact = entry(scores: [0.70, 0.72])
    exact.outcome?.seeds[0].exactReturn = 0.74
    #expect(!table([exact]).rows[0].isExact)
    exact.outcome?.seeds[1].exactReturn = 0.74
    let row = table([exact]).rows[0]
    #expect(row.isExact && row.mean?.value == 0.74)
  }

  @Test func `Markdown has a table an environment, and every word that it uses is defined`() throws
  {
    let table = table([
      entry(
        scores: Array(repeating: 500, count: 10),
        reference: try reference("500", decimals: 0, isMost: true), minimum: 475),
      entry("pole-ppo", scores: nil, shortcoming: "it has not been run"),
      entry("pole-a2c", scores: [1, 2], shortcoming: "budget.steps is 2 now and was 1"),
    ])
    let text = table.markdown
    #expect(
      text.contains(
        "| [DQN](pole-dqn.md) | 10 | 50,000 | 500.0 (500.0 to 500.0) | 500.0 (500.0 to 500.0) | "
          + "500 (Zoo, 50,000 steps) | reached | 475.0 | met | 2.0 s | 20.0 s |"), "\(text)")
    #expect(text.contains("| DQN |  |  | not yet made |"), "\(text)")
    #expect(text.contains("| [DQN (out of date)](pole-a2c.md) | 2 (fewer than ten) |"), "\(text)")
    #expect(text.contains("not yet made, because it has not been run. A remark with a \\| in it."))
    #expect(text.contains("3 rows: 2 made (1 of them out of date), 1 not yet made."))
    #expect(text.contains("1 reached. Against the minimum: 1 met."))
    for verdict in ReferenceVerdict.allCases {
      #expect(table.definitions.joined().lowercased().contains(verdict.rawValue + ":"))
    }
    #expect(text.contains("- Zoo: one run each"))
  }

  @Test func `fewer than ten seeds say why`() {
    let text = table([entry(scores: [1, 2, 3, 4, 5], seconds: 1000)]).markdown
    #expect(text.contains("| 5 (ten would take 1 h 23 min on two cores) |"), "\(text)")
  }

  @Test func `the page is well formed, fetches nothing and draws each row`() throws {
    var row = entry("<pole>", scores: [490, 500], reference: try reference("495", decimals: 0))
    row.remark = "<script>alert(1)</script>"
    let elements = try MarkupReader.elements(
      of: table([row, entry(scores: nil, shortcoming: "it has not been run")]).html(), isHTML: true)
    #expect(elements.count { $0.name == "svg" } == 2)
    #expect(!elements.contains { $0.name == "script" || $0.name == "link" })
    let labels = elements.compactMap { $0.name == "svg" ? $0.attributes["aria-label"] : nil }
    #expect(labels[0].hasPrefix("mean 495.0, interval 449.2 to 540.8"))
    #expect(labels[1] == "no result yet")
    #expect(elements.contains { $0.name == "a" && $0.attributes["href"] == "<pole>.md" })
  }

  @Test func `rendering again gives the same bytes`() {
    let entries = [entry(scores: [1, 5, 2, 8, 3])]
    #expect(table(entries).html() == table(entries).html())
    #expect(table(entries).markdown == table(entries).markdown)
  }
}
