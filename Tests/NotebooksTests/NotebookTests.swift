import Notebooks
import Testing

struct NotebookTests {
  private func parts(_ script: String) -> [Notebook.Part] { Notebook(script: script).parts }

  @Test func `comments in the first column are text and the rest is code with its line`() {
    let script = """
      // # A title
      //
      // Some *text*.
      import Foundation

      // More.
      let x = 1  // not text
      print(x)
      """
    #expect(
      parts(script) == [
        .text("# A title\n\nSome *text*."), .code("import Foundation", line: 4),
        .text("More."), .code("let x = 1  // not text\nprint(x)", line: 7),
      ])
    #expect(Notebook(script: script).title == "A title")
  }

  @Test func `documentation comments and indented comments belong to the code`() {
    let script = """
      /// A type.
      struct A {
        // a note
      // a note in the wrong column
        var b = 1
      }
      """
    #expect(parts(script) == [.code(script, line: 1)])
  }

  @Test(arguments: [
    "let a = \"\"\"\n// no text\n\"\"\"",
    "let a = #\"\"\"\n// \"\"\" no text\n\"\"\"#",
    "/* a comment\n// within /* another */\n*/ let a = 1",
    "let a = [\n// one\n1]",
    "call(\n// an argument\n1)",
    "let a = \"{\\\"(\"\nlet b = {\n// inside\n}",
  ])
  func `what looks like text inside of something is code`(script: String) {
    #expect(parts(script) == [.code(script, line: 1)])
  }

  @Test(arguments: [
    "let a = \"{\"", "let a = \"\\(\"(\")\"", "let a = #\"\\\"#", "// {\nlet a = 1 /* { */",
    "let a = \"\"\"\n  {\n  \"\"\"", "let a = \"\\\"{\"",
  ])
  func `braces in texts and comments do not count`(script: String) {
    #expect(parts(script + "\n// text").last == .text("text"))
  }

  @Test func `blank lines between code stay and those around it go`() {
    #expect(
      parts("\n\nlet a = 1\n\nlet b = 2\n\n// text\n") == [
        .code("let a = 1\n\nlet b = 2", line: 3), .text("text"),
      ])
  }

  @Test func `an indented line of a comment stays indented, for it is code in Markdown`() {
    #expect(parts("// Run\n//\n//     swift run\n//") == [.text("Run\n\n    swift run")])
  }

  @Test func `a script without text is one stretch of code and has no title`() {
    let notebook = Notebook(script: "print(1)")
    #expect(notebook.parts == [.code("print(1)", line: 1)])
    #expect(notebook.title == nil)
    #expect(Notebook(script: "").parts.isEmpty)
  }

  @Test func `the copy says where it is before each stretch and keeps the script's lines`() {
    let copy = Notebook(script: "// a\n\nlet x = 1\n\nlet y = 2\n// b\nprint(x)").instrumented
    #expect(
      copy.split(separator: "\n", omittingEmptySubsequences: false).prefix(7) == [
        "", "fledgeNotebookCell(0)", "let x = 1", "", "let y = 2", "fledgeNotebookCell(1)",
        "print(x)",
      ])
    #expect(
      Notebook(script: "print(1)\n// a\nprint(2)").instrumented
        .hasPrefix("fledgeNotebookCell(0); print(1)\nfledgeNotebookCell(1)\nprint(2)\n"))
  }

  @Test func `a program with a main type is copied without anything of ours`() {
    let script = "@main struct A {\n  static func main() {}\n}\n"
    #expect(Notebook(script: script).instrumented == script)
  }
}

struct SwiftScannerTests {
  private func tokens(_ line: String) -> [SwiftScanner.Token] {
    var scanner = SwiftScanner()
    return scanner.scan(line)
  }

  @Test func `a line falls into keywords, types, numbers, strings and comments`() {
    #expect(
      tokens("let x: Double = 0.5 // half") == [
        .init(kind: .keyword, text: "let"), .init(kind: .plain, text: " x: "),
        .init(kind: .type, text: "Double"), .init(kind: .plain, text: " = "),
        .init(kind: .number, text: "0"), .init(kind: .plain, text: "."),
        .init(kind: .number, text: "5"), .init(kind: .plain, text: " "),
        .init(kind: .comment, text: "// half"),
      ])
  }

  @Test func `a string with an interpolation that holds a string is one token`() {
    let line = #""a \(b["c"]) d""#
    #expect(tokens(line) == [.init(kind: .string, text: line)])
  }

  @Test(arguments: ["\"open", "#", "\"\\", "\"\\(", "#\"\\#(", "\"\"\"x\"\"\"", "@", "/*", "}"])
  func `every line is told in full, also where it is no Swift`(line: String) {
    #expect(tokens(line).map(\.text).joined() == line)
  }
}
