import Foundation
import Testing

/// `fledge bench`: which figures, other frameworks' beside them, and the table of both.
@Suite struct BenchTests {
  @Test func `figures beside another framework's become a table`() throws {
    try SampleFolder.with { folder in
      let peers = try folder.write(
        """
        test "$1" = multitask/solver-50/mgda || exit 0
        echo '{"name": "", "peer": "Slow | steady", "value": 1e6, "unit": "ms"}'
        """, to: "peers.sh")
      let table = folder.path + "/new/speed.md"
      let answer = try CommandLineTool.run(
        "bench", "solver-50/mgda", "solver-50/imtlG", "--quick", "--peers", "sh \(peers)",
        "--markdown", table)
      #expect(answer.status == 0, "\(answer)")
      let text = try String(contentsOfFile: table, encoding: .utf8)
      let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
      #expect(
        rows.map { $0.split(separator: "`")[1] }
          == ["multitask/solver-50/mgda", "multitask/solver-50/imtlG"])
      #expect(rows.first?.contains("| Slow \\| steady 1 M (") ?? false, "\(text)")
      #expect(text.contains("`fledge bench solver-50/mgda solver-50/imtlG --quick --peers"))
    }
  }

  @Test func `what cannot be measured or written is refused before anything is`() throws {
    expectRefusal(
      try CommandLineTool.run("bench", "solver-50/mgda", "warp", "--quick"),
      saying: "no figure's name contains 'warp'")
    expectRefusal(
      try CommandLineTool.run(
        "bench", "solver-50/mgda", "--quick", "--markdown", "/proc/none/speed.md"),
      saying: "name another one with --markdown")
    expectRefusal(
      try CommandLineTool.run("bench", "--search", "tpe", "--markdown", "speed.md"),
      saying: "leave it out with --search", status: 64)
  }

  @Test(arguments: [#"{"name": "", "peer": "p", "value": 2, "unit": "steps/s"}"#, "2 ms"])
  func `a line about another framework that makes no sense is shown`(line: String) throws {
    try SampleFolder.with { folder in
      let peers = try folder.write("echo '\(line)'", to: "peers.sh")
      expectRefusal(
        try CommandLineTool.run(
          "bench", "solver-50/mgda", "--quick", "--peers", "sh \(peers)"),
        saying: line.hasPrefix("{") ? "must be above 0, in ms" : "2 ms")
    }
  }
}
