import Reports
import Testing

@Suite struct TableTests {
  private let table = Table(
    caption: "Scores",
    columns: [.init("Name", isNumeric: false), .init("IQM"), .init("Never")],
    rows: [["a|b_<i>", "-1.5", ""], ["c,\"d\"", "20.0", ""]]
  ).withoutEmptyColumns

  @Test func `columns without any entry are left out`() {
    #expect(table.columns.map(\.title) == ["Name", "IQM"])
    #expect(table.rows.allSatisfy { $0.count == 2 })
  }

  @Test func `a column can be taken out by its title`() {
    var narrow = table
    narrow.drop("IQM")
    narrow.drop("no such column")
    #expect(narrow.columns.map(\.title) == ["Name"])
    #expect(narrow.rows == [["a|b_<i>"], ["c,\"d\""]])
  }

  @Test func `in a terminal numbers stand at the right of their column`() {
    #expect(
      table.terminalText == """
        Scores
        Name      IQM
        ───────  ────
        a|b_<i>  -1.5
        c,"d"    20.0

        """)
  }

  @Test func `Markdown shows names as text`() {
    #expect(
      table.markdown == """
        | Name | IQM |
        | :--- | ---: |
        | a\\|b\\_&lt;i&gt; | -1.5 |
        | c,"d" | 20.0 |

        """)
  }

  @Test func `LaTeX shows names as text`() {
    #expect(
      table.latex == """
        \\begin{tabular}{lr}
        \\toprule
        Name & IQM \\\\
        \\midrule
        a|b\\_\\textless{}i\\textgreater{} & -1.5 \\\\
        c,"d" & 20.0 \\\\
        \\bottomrule
        \\end{tabular}

        """)
    #expect(
      Table.latexText("50 % & #1 {x}^2 ~ \\") == """
        50 \\% \\& \\#1 \\{x\\}\\textasciicircum{}2 \\textasciitilde{} \\textbackslash{}
        """)
  }

  @Test func `comma-separated values are quoted where they must be`() {
    #expect(table.csv == "Name,IQM\na|b_<i>,-1.5\n\"c,\"\"d\"\"\",20.0\n")
  }
}
