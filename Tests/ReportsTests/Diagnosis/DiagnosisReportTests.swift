import Reports
import Testing

/// The table, the radar and the page of a diagnosis.
@Suite struct DiagnosisReportTests {
  private func report(_ names: [String] = ["dqn"]) -> DiagnosisReport {
    DiagnosisReport(
      of: names.map { name in
        .init(
          name: name,
          experiments: [
            .init(name: "bandit", tags: ["basic"], scores: [1, 0.5], runs: 40),
            .init(name: "catch", tags: ["basic", "credit"], scores: [0.25], runs: 20),
            .init(name: "sea", tags: ["exploration"], scores: [0], runs: 1, note: "1 of 21 points"),
          ])
      }, tags: ["basic", "exploration", "credit", "memory"], remarks: ["One remark."])
  }

  @Test func `an ability's score is the mean over its experiments`() {
    let agent = report().summary.agents[0]
    #expect(agent.tags.map(\.name) == ["basic", "exploration", "credit"])
    #expect(agent.tags.map(\.score) == [0.5, 0, 0.25])
    #expect(agent.tags.map(\.experiments) == [2, 1, 1])
  }

  @Test func `several repetitions have an interval, one has none`() {
    let experiments = report().summary.agents[0].experiments
    #expect(experiments[0].score.value == 0.75)
    #expect(experiments[0].score.interval == Interval(lower: 0, upper: 1))
    #expect(experiments[1].score.interval == nil)
  }

  @Test func `the terminal shows scores and bars`() {
    let text = report().terminalText()
    #expect(text.contains("bandit       0.75   0.00 to 1.00    40  basic"))
    #expect(text.contains("1 of 21 points"))
    #expect(text.contains("basic        ██████████░░░░░░░░░░  0.50"))
    #expect(text.contains("One remark."))
  }

  @Test func `the radar's corners lie at the scores`() throws {
    let radar = try #require(report(["dqn", "other <agent>"]).radar)
    let top = radar.place(of: 1, onAxis: 0)
    let middle = radar.place(of: 0, onAxis: 2)
    #expect(top.x == middle.x && top.y == middle.y - 165)
    #expect(radar.place(of: 0, onAxis: 0) == middle)
    for theme in [Figure.Theme.page, .standalone] {
      let elements = try MarkupReader.elements(of: radar.svg(theme))
      #expect(elements.first?.name == "svg")
      #expect(elements.count { $0.name == "text" && $0.text == "exploration" } == 1)
    }
    #expect(radar.svg().contains("other &lt;agent&gt;"))
    #expect(radar.alternativeText.contains("dqn: basic 0.50, exploration 0.00, credit 0.25"))
  }

  @Test func `fewer than three abilities make no radar`() {
    let report = DiagnosisReport(
      of: [
        .init(
          name: "dqn",
          experiments: [.init(name: "bandit", tags: ["basic"], scores: [1], runs: 1)])
      ], tags: ["basic", "noise", "scale"])
    #expect(report.radar == nil)
    #expect(!report.html().contains("<svg"))
  }

  @Test func `the page is whole, well formed and asks for nothing`() throws {
    let html = report(["dqn", "<script>"]).html()
    let elements = try MarkupReader.elements(of: html, isHTML: true)
    #expect(elements.contains { $0.name == "h1" && $0.text.hasPrefix("Diagnosis of dqn, ") })
    #expect(elements.count { $0.name == "table" } == 2)
    #expect(!elements.contains { $0.name == "script" || $0.name == "link" })
    #expect(html.contains("default-src 'none'") || html.contains("default-src &#39;none&#39;"))
  }
}
