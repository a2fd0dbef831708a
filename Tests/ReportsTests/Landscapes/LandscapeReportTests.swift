import Reports
import Testing

@Suite struct `A report on landscapes` {
  var report: LandscapeReport {
    LandscapeReport(
      title: "toy", question: "Who gets there?", facts: "toy, 10 steps",
      starts: [[-8.5, 7], [0, 0]],
      strategies: [
        .init(name: "one", paths: [path(to: [-5.727, -8.4], .front), path(to: [1, 2], .late)]),
        .init(
          name: "two",
          paths: [path(to: [5, 3.98], .stuck), path(to: [1, 2], .failed("a loss is below 0"))]),
      ],
      field: Field(x: -10...10, y: -10...10) { $0 * $0 + $1 * $1 }, front: [[-7, -8], [7, -8]],
      frontLosses: [[0, 9], [9, 0]], tolerance: 0.1, author: "A program")
  }

  func path(
    to end: SIMD2<Double>, _ outcome: LandscapeReport.Outcome
  ) -> LandscapeReport.Path {
    .init(points: [[9, 9], end], losses: [[20, 20], [1, 2]], outcome: outcome)
  }

  @Test func `has a row a strategy and says where descents end`() {
    let table = report.table
    #expect(
      table.columns.map(\.title) == ["Strategy", "from (-8.5, 7)", "from (0, 0)", "On the front"])
    #expect(
      table.rows == [
        ["one", "-5.73", "late (1.00, 2.00)", "1/2"],
        ["two", "stuck (5.00, 3.98)", "no answer", "0/2"],
      ])
    #expect(report.notes.last == "two has no answer: a loss is below 0.")
    #expect(report.terminalText(columns: 80).contains("stuck (5.00, 3.98)"))
  }

  @Test func `is a page without scripts, with a panel a strategy in both planes`() throws {
    let elements = try MarkupReader.elements(of: report.html(), isHTML: true)
    #expect(!elements.contains { $0.name == "script" })
    #expect(elements.count { $0.name == "figure" } == 4)
    #expect(elements.count { $0.attributes["href"] == "#contours" } == 2)
    #expect(elements.count { $0.attributes["id"] == "contours" } == 1)
    #expect(elements.contains { $0.text == "Who gets there?" })
  }

  @Test func `is Markdown that says how it was made`() {
    let text = report.markdown(picture: "toy.svg", command: "fledge landscape toy")
    #expect(text.contains("| one | -5.73 | late (1.00, 2.00) | 1/2 |"))
    #expect(text.contains("![Where descents go](toy.svg)"))
    #expect(text.hasSuffix("Made by `fledge landscape toy`.\n"))
  }
}
