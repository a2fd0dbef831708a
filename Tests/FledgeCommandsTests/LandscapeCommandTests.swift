import Foundation
import TestSupport
import Testing

/// `fledge landscape`: descents of strategies on problems of two parameters.
@Suite struct LandscapeCommandTests {
  static let yaml = """
    name: small
    question: Who gets there?
    problem: elementwiseQuadratic
    starts: [[3, -2], [0.5, 0.25]]
    steps: 60
    optimizer: {sgd: {learningRate: 0.075}}
    strategies: [equal, {equal: {scale: mean}}, mgda]
    """

  private func withFile(_ body: (_ folder: String, _ file: String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let file = folder.path + "/small.yaml"
      try Data(Self.yaml.utf8).write(to: URL(filePath: file))
      try body(folder.path, file)
    }
  }

  @Test func `a file is run, and the table tells where descents end`() throws {
    try withFile { _, file in
      let answer = try CommandLineTool.run("landscape", file)
      #expect(answer.status == 0, "\(answer)")
      let output = answer.output
      #expect(output.contains("Who gets there?") && output.contains("from (0.5, 0.25)"))
      #expect(output.contains("equal {scale: mean}"))
      #expect(output.contains("2/2"))
    }
  }

  @Test func `JSON has a line a strategy with every end`() throws {
    try withFile { _, file in
      let answer = try CommandLineTool.run(
        "landscape", file, "--json", "--only", "equal", "--set", "steps=49")
      let lines = try answer.objects()
      #expect(lines.map { $0["strategy"] as? String } == ["equal", "equal {scale: mean}"])
      let paths = try #require(lines[1]["paths"] as? [[String: Any]])
      let end = try #require(paths[0]["end"] as? [Double])
      #expect(abs(end[0] - 0.065776) < 1e-6 && abs(end[1] + 0.043851) < 1e-6)
      #expect(paths[0]["outcome"] as? String == "front" && paths[0]["steps"] as? Int == 49)
    }
  }

  @Test func `page, picture and table are the same however many descents run at once`() throws {
    try withFile { folder, file in
      var made: [[Data]] = []
      for jobs in ["1", "4"] {
        let names = ["page.html", "picture.svg", "table.md"].map { "\(folder)/\($0)" }
        let answer = try CommandLineTool.run(
          "landscape", file, "--jobs", jobs, "--output", names[0], "--svg", names[1],
          "--markdown", names[2])
        #expect(answer.status == 0, "\(answer)")
        made.append(try names.map { try Data(contentsOf: URL(filePath: $0)) })
      }
      #expect(made[0] == made[1])
      let table = String(decoding: made[0][2], as: UTF8.self)
      #expect(table.contains("![Where descents go](picture.svg)"))
      #expect(String(decoding: made[0][1], as: UTF8.self).hasPrefix("<svg "))
    }
  }

  @Test(arguments: [
    (["nothing-here"], "there is no landscape 'nothing-here'"),
    (["FILE", "--only", "mgdaa"], "did you mean 'mgda'?"),
    (["FILE", "--set", "stepz=3"], "did you mean 'steps'?"),
    (["FILE", "--svg", "/no/such/folder/x.svg"], "there is no folder /no/such/folder"),
    (["FILE", "--set", "strategies=[{static: {weights: [1, 2, 3]}}]"], "static"),
  ]) func `what is wrong is told in a sentence`(arguments: [String], sentence: String) throws {
    try withFile { _, file in
      let answer = try CommandLineTool.run(
        ["landscape"] + arguments.map { $0 == "FILE" ? file : $0 })
      #expect(answer.status == 1, "\(answer)")
      #expect(answer.sentences.count == 1 && answer.errors.contains(sentence), "\(answer)")
    }
  }
}
