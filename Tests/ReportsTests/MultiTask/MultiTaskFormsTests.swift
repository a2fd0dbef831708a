import Foundation
import Reports
import Testing
import Tracking

@Suite struct `Forms of a comparison of configurations` {
  private let hostile = "</title><script>alert('x')</script> & <b>\"q\"</b>"

  @Test func `the terminal's table names every row and its verdict`() throws {
    let text = try MadeUpComparison.usual().compared().terminalText(columns: 260)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "made-up")
    #expect(
      lines[1]
        == "3 tasks | 6 cells and 3 single-task | 8 seeds | 5 learning rates tried per cell | score: error"
    )
    let head = try #require(lines.first { $0.contains("IQM [95 %]") })
    for title in [
      "Strategy", "Worst task", "Δm %", "Δp %", "Difference", "p (Holm)",
    ] {
      #expect(head.contains(title))
    }
    let row = try #require(lines.first { $0.hasPrefix("nashMTL ") })
    #expect(row.hasSuffix("better"))
    #expect(lines.contains { $0.hasPrefix("single-task") })
    #expect(lines.contains { $0.hasPrefix("best static (static-") })
    #expect(
      lines.contains { $0.hasPrefix("  nashMTL-hardSharing: better than equal-hardSharing (+") })
    #expect(lines.contains { $0.hasPrefix("  Rank stability: first under random weights") })
    #expect(text.contains("Share of 16 logged steps with negative cosine, equal"))
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func `a figure shows each cell's differences from its baseline`() throws {
    let comparison = try MadeUpComparison.usual().compared()
    let figure = try #require(comparison.figures.first { $0.name == "differences" })
    #expect(figure.title == "Difference from equal-hardSharing")
    guard case .bars(let bars) = figure.kind else {
      Issue.record("differences are bars")
      return
    }
    let nash = try #require(bars.bars.first { $0.name == "nashMTL" })
    let against = try #require(comparison.summary.cell("nashMTL-hardSharing")?.againstBaseline)
    #expect(nash.value == against.difference?.value)
    #expect(nash.members == against.differences)
    #expect(!bars.bars.contains { $0.name == "equal" })
  }

  @Test func `few seeds are said to be too few for a test`() throws {
    let text = try MadeUpComparison.usual(seeds: 3).compared().terminalText(columns: 200)
    #expect(text.contains("no test (n=3)"))
    #expect(text.contains("  nashMTL-hardSharing, uncertainty-hardSharing and static-"))
    #expect(text.contains(": no test possible (n=3)."))
    #expect(text.contains("3 seeds: no test is possible"))
  }

  @Test func `cells that nothing was found of share a sentence`() throws {
    let comparison = try MadeUpComparison.usual().compared()
    let start =
      "Indistinguishable from equal-hardSharing at 95 %: uncertainty-hardSharing and static-"
    #expect(comparison.headlines.count { $0.hasPrefix("nashMTL-hardSharing: better than") } == 1)
    let together = try #require(comparison.headlines.first { $0.hasPrefix(start) })
    #expect(together.contains("; n=8 would show true differences of 0."))
    #expect(!comparison.headlines.contains { $0.contains("uncertainty-hardSharing: ") })
    #expect(comparison.terminalText(columns: 200).contains("  \(start)"))
    #expect(comparison.markdown().contains("- Indistinguishable from equal"))
    // The page and the numbers for programs have a sentence for each.
    #expect(
      comparison.summary.verdicts.contains {
        $0.hasPrefix("uncertainty-hardSharing: indistinguishable from equal-hardSharing")
      })
  }

  @Test func `numbers have as many decimals as their intervals need`() throws {
    let wide = try MadeUpComparison.usual(noise: 0.02).compared().summary.mainTable
    let narrow = try MadeUpComparison.usual(noise: 0.0002).compared().summary.mainTable
    func digits(_ table: Table, _ title: String) throws -> Int {
      let column = try #require(table.columns.firstIndex { $0.title.hasPrefix(title) })
      let row = try #require(table.rows.first { $0[0] == "nashMTL" })
      return row[column].prefix { $0 != " " }.split(separator: ".").last?.count ?? 0
    }
    for title in ["IQM", "Difference"] {
      #expect(try digits(wide, title) == 3)
      #expect(try digits(narrow, title) == 5)
    }
  }

  @Test func `the page is well formed, with a figure of each kind`() throws {
    let comparison = try MadeUpComparison.usual().compared()
    let read = try MarkupReader.elements(of: comparison.html(), isHTML: true)
    let labels = read.filter { $0.name == "svg" }.compactMap { $0.attributes["aria-label"] }
    for start in [
      "left, error", "Normalized scores", "Profile over seeds", "left against right",
      "Conflict, equal",
      "left while learning", "Cost of a step",
    ] {
      #expect(labels.contains { $0.hasPrefix(start) }, "\(start)")
    }
    #expect(read.count { $0.name == "script" && $0.attributes["type"] == nil } == 1)
    for attribute in ["src", "href", "action", "srcset"] {
      #expect(!read.contains { $0.attributes[attribute] != nil })
    }
    for chart in read where chart.attributes["type"] == "application/json" {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(chart.text.utf8)) }
    }
  }

  @Test func `names that hold markup are shown as text everywhere`() throws {
    var made = MadeUpComparison.usual(seeds: 2)
    made.experiment = hostile
    made.tasks[0].name = hostile.replacing("/", with: "-")
    for place in made.cells.indices {
      if made.cells[place].record.task == "left" {
        made.cells[place].record.task = made.tasks[0].name
      }
      made.cells[place].name += hostile
      made.cells[place].record.strategy += hostile
    }
    let comparison = try made.compared()
    let read = try MarkupReader.elements(of: comparison.html(), isHTML: true)
    #expect(!read.contains { $0.name == "b" && $0.text == "\"q\"" })
    #expect(read.first { $0.name == "h1" }?.text == hostile)
    #expect(read.count { $0.name == "script" && $0.attributes["type"] == nil } == 1)
    for figure in comparison.figures {
      #expect(throws: Never.self) { try MarkupReader.elements(of: figure.svg()) }
      #expect(figure.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
    }
    #expect(!comparison.markdown().contains("<script>"))
    #expect(!comparison.latex().contains("& <b>"))
  }

  @Test func `only entries that the best one's interval excludes stay light`() {
    func estimate(_ value: Double, _ spread: Double) -> Estimate {
      Estimate(
        value: value, interval: Interval(lower: value - spread, upper: value + spread), runs: 5)
    }
    let apart = [estimate(1, 0.1), estimate(2, 0.1), estimate(3, 0.1)]
    #expect(boldEntries(apart, higherIsBetter: true) == [2])
    #expect(boldEntries(apart, higherIsBetter: false) == [0])
    let near = [estimate(1, 0.1), estimate(2.9, 0.1), nil, estimate(3, 0.2)]
    #expect(boldEntries(near, higherIsBetter: true) == [1, 3])
    #expect(boldEntries([Estimate(value: 1, interval: nil, runs: 1)], higherIsBetter: true) == [])
    #expect(boldEntries([nil], higherIsBetter: true) == [])
  }

  @Test func `LaTeX is a booktabs table with as many cells in each row`() throws {
    let latex = try MadeUpComparison.usual().compared().latex()
    let lines = latex.split(separator: "\n").map(String.init)
    #expect(lines.first == "\\begin{tabular}{lrrrr}")
    #expect(lines.last == "\\end{tabular}")
    #expect(lines.contains("\\toprule") && lines.contains("\\bottomrule"))
    let rows = lines.filter { $0.hasSuffix("\\\\") }
    #expect(rows.count == 6)
    #expect(rows.allSatisfy { $0.split(separator: "&").count == 5 })
    let nash = try #require(rows.first { $0.hasPrefix("nashMTL") })
    #expect(nash.contains("\\textbf{0.2"))
    let single = try #require(rows.first { $0.hasPrefix("single-task") })
    #expect(!single.contains("textbf"))
  }

  @Test func `Markdown holds a table for each section`() throws {
    let markdown = try MadeUpComparison.usual().compared().markdown()
    #expect(markdown.hasPrefix("# made-up\n"))
    for title in ["## Normalized score", "## Trade-offs between tasks", "## Cost and settings"] {
      #expect(markdown.contains(title))
    }
    let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count > 30)
    #expect(rows.allSatisfy { $0.hasSuffix("|") })
  }

  @Test func `CSV has a row for each run and score`() throws {
    let csv = try MadeUpComparison.usual(seeds: 2).compared().summary.csv
    let rows = csv.split(separator: "\n")
    // Three single-task cells with one score, six with three, two seeds.
    #expect(rows.count == 1 + 2 * (3 + 6 * 3))
    #expect(rows[0].hasPrefix("experiment,variant,role,strategy"))
  }

  @Test func `weights that move are drawn, those that do not are not`() throws {
    let made = MadeUpComparison.usual(seeds: 2)
    var runs = made.runs()
    var quick = MultiTaskComparison.Settings()
    quick.bootstrap.repetitions = 50
    let still = try MultiTaskComparison(of: runs, settings: quick).figures
    #expect(!still.contains { $0.name.hasPrefix("weights-") })
    for place in runs.indices where runs[place].variant == "nashMTL-hardSharing" {
      runs[place].weights[0].values[1] = 2
    }
    let moved = try MultiTaskComparison(of: runs, settings: quick).figures.filter {
      $0.name.hasPrefix("weights-")
    }
    #expect(moved.map(\.name) == ["weights-nashMTL-hardSharing"])
  }

  @Test func `pairs of tasks tell how their gradients stood to one another`() throws {
    let summary = try MadeUpComparison.usual(seeds: 2).compared().summary
    #expect(summary.pairTable.rows.count == 4 * 3)
    #expect(summary.pairTable.rows[0] == ["equal", "left and right", "1.00", "-0.50", "1.00"])
  }

  @Test func `the two tasks of the trade-off can be named`() throws {
    let comparison = try MadeUpComparison.usual(seeds: 2).compared { $0.pair = ["third", "left"] }
    let figures = comparison.figures.map(\.name).filter { $0.hasPrefix("tradeoff") }
    #expect(figures == ["tradeoff-third-left"])
  }

  @Test func `the share of test rows behind an accuracy gives Wilson's interval`() throws {
    var made = MadeUpComparison()
    made.tasks = [
      RecordedTask(
        name: "digits", kind: "10 classes",
        scores: [
          RecordedScore(name: "accuracy", higherIsBetter: true, trivial: 0.1, count: 10)
        ])
    ]
    made.add("equal", MadeUpComparison.record(), [1: [0.9], 2: [0.9]])
    let summary = try made.compared().summary
    let score = try #require(summary.cell("equal")?.scores.first)
    #expect(abs(try #require(score.wilson).lower - 0.59585) < 5e-6)
    #expect(summary.taskTable(summary.tasks[0]).rows[0].last == "0.596 to 0.982 (10)")
  }

  @Test func `only intervals of shares end at 0 and 1`() throws {
    func score(_ name: String, _ values: [Double]) throws -> MultiTaskSummary.ScoreSummary {
      var made = MadeUpComparison()
      made.tasks = [
        RecordedTask(
          name: "task", kind: "made up",
          scores: [RecordedScore(name: name, higherIsBetter: true, trivial: 0.1)])
      ]
      made.add("equal", MadeUpComparison.record(), [1: [values[0]], 2: [values[1]]])
      return try #require(try made.compared().summary.cell("equal")?.scores.first)
    }
    let explained = try #require(try score("explainedVariance", [0.3, 0.97]).mean.interval)
    #expect(explained.lower < 0 && explained.upper > 1)
    let area = try #require(try score("auc", [0.3, 0.97]).mean.interval)
    #expect(area.lower == 0 && area.upper == 1)
  }

  @Test func `a score is not measured by single-task runs that gained nothing`() throws {
    var made = MadeUpComparison.usual()
    made.cells[0].scores = made.cells[0].scores.mapValues { _ in [1.5] }
    let equal = try #require(try made.compared().summary.cell("equal-hardSharing"))
    #expect(equal.scores.map { $0.normalized == nil } == [true, false, false])
  }

  @Test func `wide radars show scores above single-task runs`() {
    var radar = RadarFigure(title: "r", axes: ["a", "b", "c"], outlines: [])
    radar.limit = 2
    #expect(
      radar.place(of: 2, onAxis: 0).y
        == RadarFigure(
          title: "r", axes: ["a", "b", "c"], outlines: []
        ).place(of: 1, onAxis: 0).y)
  }
}
