import Foundation
import Notebooks
import Reports
import Testing

private let picture = Picture(
  kind: .svg, data: Data("<svg xmlns=\"x\"></svg>".utf8), caption: "A *curve*.",
  alternative: "a curve")

private func cell(_ number: Int) -> String { "\u{1E}cell \(number)\u{1E}\n" }

private func woven(_ script: String, _ output: String) -> WovenNotebook {
  WovenNotebook(
    Notebook(script: script), output: output, facts: ["a.swift"], folder: "/nowhere",
    author: "Fledge 1")
}

struct WeavingTests {
  @Test func `what is printed belongs to the stretch that had begun`() {
    let transcript = Transcript(cell(0) + "one\ntwo" + cell(1) + cell(2) + "three\n")
    #expect(transcript.cells == [0: [.printed("one\ntwo")], 2: [.printed("three")]])
    #expect(transcript.lastCell == 2)
    #expect(transcript.unplaced.isEmpty)
  }

  @Test func `a picture stands between what was printed before and after it`() {
    let output = cell(0) + "before\n\(Transcript.line(of: picture))\nafter\n"
    #expect(
      Transcript(output).cells == [
        0: [.printed("before"), .picture(picture), .printed("after")]
      ])
  }

  @Test func `output without places is kept`() {
    let transcript = Transcript("hello\n")
    #expect(transcript.unplaced == [.printed("hello")])
    #expect(transcript.lastCell == nil)
  }

  @Test(arguments: [
    ("10 %\r20 %\rdone\nx", "done\nx"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("\n\n a\n\n", " a"),
    ("   \n", ""),
  ])
  func `a page shows what a terminal would in the end`(printed: String, shown: String) {
    #expect(Transcript.readable(printed[...]) == shown)
  }

  @Test func `text, code and output follow each other as in the script`() {
    let notebook = woven("// # T\nprint(1)\n// more\nprint(2)", cell(0) + "1\n" + cell(1) + "2\n")
    #expect(
      notebook.pieces == [
        .text("# T"), .code("print(1)"), .output(.printed("1")), .text("more"), .code("print(2)"),
        .output(.printed("2")),
      ])
  }

  @Test func `a script that ended early is shown up to there, with what it said`() {
    let failure = WovenNotebook.Failure(sentence: "It crashed.", message: "Fatal error: <x>")
    let notebook = woven(
      "// a\nprint(1)\n// b\nprint(2)\n// c\nprint(3)", cell(0) + cell(1) + "2\n")
    #expect(notebook.lastLine == 4)
    let ended = notebook.ended(by: failure)
    #expect(ended.pieces.suffix(2) == [.output(.printed("2")), .failure(failure)])
    let page = ended.html()
    #expect(page.contains("It crashed.") && page.contains("Fatal error: &lt;x&gt;"))
    #expect(!page.contains("print(3)") && !page.contains(">c<"))
  }

  @Test func `output without places stands at the end of the page`() {
    let notebook = woven("print(1)\n// a", "1\n")
    #expect(!notebook.isPlaced)
    #expect(notebook.pieces.last == .output(.printed("1")))
  }

  @Test func `the page escapes what was printed and holds its pictures`() {
    let output = cell(0) + "<script>alert(1)</script>\n" + Transcript.line(of: picture) + "\n"
    let page = woven("// # A & B\nprint(1)", output).html()
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("<title>A &amp; B</title>"))
    #expect(page.contains(#"src="data:image/svg+xml;base64,"#))
    #expect(page.contains("<figcaption>A <em>curve</em>.</figcaption>"))
    #expect(!page.contains("<script>"))
  }

  @Test func `a chart has its title and the names of its lines beside it`() {
    var chart = picture
    chart.chart = Picture.Chart(
      title: "A & B", names: ["<one>", "two"], svg: "<svg id=\"c\"></svg>")
    let page = woven("print(1)", cell(0) + Transcript.line(of: chart) + "\n").html()
    #expect(page.contains("<b>A &amp; B. </b>"))
    #expect(page.contains("<span class=\"entry c0\"><i></i>&lt;one&gt;</span>"))
    #expect(page.contains("<svg id=\"c\"></svg>") && !page.contains("data:image"))
  }

  @Test func `Markdown has the output in fences and the pictures beside it`() {
    let output = cell(0) + "```\n" + Transcript.line(of: picture) + "\n"
    let (text, files) = woven("// # T\nprint(1)", output).markdown(pictures: "t-figures")
    #expect(
      text == """
        # T

        ```swift
        print(1)
        ```

        ````text
        ```
        ````

        ![a curve](t-figures/figure-1.svg)

        *A *curve*.*

        """)
    #expect(files.map(\.name) == ["figure-1.svg"])
    #expect(files.map(\.data) == [picture.data])
  }
}

struct ShowingTests {
  @Test(arguments: ["", "..", ".hidden", "a/b", "a b", "ä"])
  func `a folder of runs has a plain name`(name: String) {
    #expect(throws: NotebookError.self) { try Notebook.emptyFolder(name) }
  }

  @Test func `what is no picture is refused with what would be one`() {
    let none = #expect(throws: NotebookError.self) { try Notebook.show(file: "a.pdf") }
    #expect(none?.description.contains("SVG, PNG, GIF or JPEG") == true)
    let missing = #expect(throws: NotebookError.self) { try Notebook.show(file: "missing.svg") }
    #expect(missing?.description.contains("cannot be read") == true)
  }

  @Test func `a chart has its lines, bands and labels`() {
    let chart = Chart(
      "Returns", x: "episode", y: "return",
      [.init("seed 1", [0, 1, 2], [1, 3, 2], band: [0...2, 2...4, 1...3])],
      reference: (value: 3, name: "solved"))
    let svg = chart.figure.svg()
    for text in ["Returns", "episode", "seed 1", "solved"] { #expect(svg.contains(text)) }
    #expect(chart.terminalText.contains("Returns"))
  }
}
