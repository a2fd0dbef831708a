import Foundation
import TestSupport
import Testing

/// Data with several tasks, from files to a data set and its description.
@Suite struct DataCommandTests {
  private let table = "age,income,sold\n30,1.5,yes\n40,,no\n50,2.5,yes\n"

  @Test func `a table is imported and shown`() throws {
    try withTemporaryDirectory { folder in
      let (source, output) = (folder.path + "/t.csv", folder.path + "/t.h5")
      try Data(table.utf8).write(to: URL(filePath: source))
      let made = try CommandLineTool.run(
        "data", "import", "csv", "--from", source, "--output", output, "--task",
        "income:regression", "--task", "sold:binary", "--json")
      #expect(made.status == 0, "\(made)")
      let shown = try CommandLineTool.run("data", "show", output, "--json")
      #expect(shown.status == 0 && shown.output == made.output)
      let line = try #require(try shown.objects().first)
      #expect(line["count"] as? Int == 3 && line["inputShape"] as? [Int] == [1])
      let tasks = try #require(line["tasks"] as? [[String: Any]])
      #expect(tasks.map { $0["name"] as? String } == ["income", "sold"])
      #expect(tasks[0]["missing"] as? Int == 1 && tasks[0]["mean"] as? Double == 2)
      #expect(tasks[1]["classCounts"] as? [Int] == [1, 2])
      let text = try CommandLineTool.run("data", "show", output)
      #expect(text.output.contains("t.csv: 3 rows of 1"))
      #expect(text.output.contains("no: 1, yes: 2"))
    }
  }

  @Test func `what can be had is listed, and what is built in is shown`() throws {
    let names = try CommandLineTool.run("data", "list", "--json").objects()
      .compactMap { $0["name"] as? String }
    #expect(names.contains("drawnDigits") && names.contains("sarcos"))
    let shown = try CommandLineTool.run("data", "show", "drawnDigits")
    #expect(shown.status == 0 && shown.output.contains("10 classes"), "\(shown)")
  }

  @Test func `an error is one sentence`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/t.csv"
      try Data("a,b\n1,x\n".utf8).write(to: URL(filePath: path))
      for arguments in [
        ["data", "import", "sarcos", "--from", path, "--output", folder.path + "/s.h5"],
        ["data", "import", "csv", "--from", path, "--task", "b:regression"],
        [
          "data", "import", "csv", "--from", path, "--task", "a:regression", "--output",
          folder.path + "/./t.csv", "--replace",
        ],
        ["data", "show", path],
        ["data", "show", "nothing"],
      ] {
        let answer = try CommandLineTool.run(arguments)
        #expect(answer.status == 1 && answer.sentences.count == 1, "\(arguments): \(answer)")
      }
      let kind = try CommandLineTool.run(
        "data", "import", "csv", "--from", path, "--task", "b:guess")
      #expect(kind.status == 64 && kind.errors.contains("COLUMN:KIND"), "\(kind)")
    }
  }
}
