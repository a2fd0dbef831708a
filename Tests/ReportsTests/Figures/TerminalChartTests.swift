import Reports
import Testing

@Suite struct TerminalChartTests {
  private func figure(_ curves: [Figure.Curve]) -> Figure {
    Figure(title: "Return", xLabel: "steps", yLabel: "", curves: curves)
  }

  private func curve(_ ys: [Double], name: String = "a", color: Int = 0) -> Figure.Curve {
    Figure.Curve(
      name: name, color: color, line: Polyline(xs: ys.indices.map(Double.init), ys: ys))
  }

  @Test func `a rising line goes from the lower left to the upper right`() {
    let text = TerminalChart(figure([curve([0, 1])]), columns: 16, rows: 4).text
    #expect(
      text == """
        Return
        1.0 ┤        ⢀⠔⠊
            │     ⢀⠤⠊⠁
        0.5 ┤  ⢀⡠⠒⠁
          0 ┤⡠⠔⠁
            └┬────┬────┬
             0   0.5  1.0  steps

        """)
  }

  @Test func `no line is wider than asked, but for the axis' name`() {
    let text = TerminalChart(figure([curve([3, 1, 4, 1, 5, 9, 2, 6])]), columns: 50, rows: 8).text
    let lines: [Substring] = text.split(whereSeparator: \.isNewline)
    #expect(lines.dropLast().allSatisfy { $0.count <= 50 })
  }

  @Test func `without colours each curve has a chart of its own on the same scale`() {
    let chart = TerminalChart(figure([curve([0, 1]), curve([0, 100], name: "b", color: 1)]))
    #expect(chart.text.contains("Return: a\n") && chart.text.contains("Return: b\n"))
    let lines: [Substring] = chart.text.split(whereSeparator: \.isNewline)
    #expect(lines.count { $0.hasPrefix("100 ┤") } == 2)
    #expect(!chart.text.contains("\u{1B}"))
  }

  @Test func `with colours curves share a chart, and every line ends without one`() {
    var chart = TerminalChart(figure([curve([0, 1]), curve([1, 0], name: "b", color: 1)]))
    chart.usesColor = true
    let lines: [Substring] = chart.text.split(whereSeparator: \.isNewline)
    #expect(chart.text.contains("\u{1B}[34m") && chart.text.contains("\u{1B}[31m━ b"))
    for line in lines where line.contains("\u{1B}") {
      #expect(line.hasSuffix("\u{1B}[0m"))
    }
  }

  @Test func `nothing, one point and values that are not finite are drawn as far as they go`() {
    #expect(TerminalChart(figure([])).text == "Return: no data\n")
    #expect(TerminalChart(figure([curve([.nan])])).text == "Return: no data\n")
    #expect(TerminalChart(figure([curve([5])]), columns: 30, rows: 4).text.contains("5.0 ┤⠁"))
    #expect(TerminalChart(figure([curve([1, .nan, 3])]), columns: 30, rows: 4).text.contains("┤"))
  }

  @Test func `a name cannot move the cursor`() {
    var figure = figure([curve([0, 1])])
    figure.title = "a\u{1B}[2Jb\u{202E}"
    #expect(TerminalChart(figure).text.hasPrefix("a\u{FFFD}[2Jb\u{FFFD}\n"))
  }

  @Test func `a sparkline has one block for each value, from the lowest to the highest`() {
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([.nan, 5, 5]) == "▅▅")
    #expect(sparkline([]) == "")
    #expect(sparkline((0..<1000).map(Double.init), width: 8) == "▁▂▃▄▅▆▇█")
  }
}
