import Reports
import Testing

@Suite struct `Tables in a terminal` {
  private let table = Table(
    caption: "Scores",
    columns: [
      .init("Variant", isNumeric: false), .init("A very long title"), .init("Second number"),
      .init("In words", isNumeric: false),
    ],
    rows: [
      ["one", "1.25", "2.50 [1.00, 3.00]", "better than the baseline by a good deal"],
      ["averyveryverylongnamewithoutspaces", "11.25", "", "worse"],
    ])

  @Test func `a table that fits stays as it is`() {
    #expect(table.terminalText(columns: 200) == table.terminalText)
  }

  @Test(arguments: [40, 60, 80, 90]) func `no line is wider than the terminal`(columns: Int) {
    let text = table.terminalText(columns: columns)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    // Nothing is lost but breaks.
    let words = ["1.25", "2.50 [1.00, 3.00]", "11.25", "worse", "better"]
    for word in words { #expect(text.contains(word), "\(word) at \(columns)") }
  }

  @Test func `columns that have no room go into a table below, with the names again`() {
    let text = table.terminalText(columns: 40)
    #expect(text.contains("Scores (continued)"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("one") } > 1)
  }
}
