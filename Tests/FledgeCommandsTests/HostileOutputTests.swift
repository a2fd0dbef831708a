import Foundation
import TestSupport
import Testing
import Tracking

/// Places and names that nobody should choose, and somebody will.
@Suite struct HostileOutputTests {
  @Test func `only ordinary files are replaced`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let pipe = sample.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let (runs, run) = (sample.output, sample.run().path)
      for command in [
        ["compare", runs, "--output"], ["compare", runs, "--markdown"],
        ["compare", runs, "--latex"],
        ["compare", runs, "--csv"], ["report", runs, "--output"], ["report", runs, "--markdown"],
        ["export", run, "--format", "csv", "--force", "--output"],
        ["export", run, "--format", "safetensors", "--force", "--output"],
        ["export", run, "--format", "onnx", "--force", "--output"],
        ["play", run, "--output"],
      ] {
        for place in [pipe, "/dev/null", "/dev/full"] {
          // Of `play`, a file's ending says what is drawn.
          if command[0] == "play", place != pipe { continue }
          let answer = try CommandLineTool.run(command + [place])
          #expect(answer.status != 0 && answer.sentences.count == 1, "\(command): \(answer)")
        }
      }
      var status = stat()
      #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
      let left = try FileManager.default.contentsOfDirectory(atPath: sample.path)
      #expect(!left.contains { $0.contains(".part-") }, "\(left)")
    }
  }

  /// A name that would run a script where it is not written as text.
  private static let name = "<img src=x onerror=alert(1)>&\"'"

  /// A page may hold the name only as text; of elements that it could make there is none.
  private func expectText(
    _ path: String, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!page.contains("<img"), "\(comment)", sourceLocation: sourceLocation)
    #expect(page.contains("&lt;img src=x"), "\(comment)", sourceLocation: sourceLocation)
  }

  @Test func `a name with HTML in it is text on the pages of reports and comparisons`() throws {
    let yaml = SampleFolder.small.replacing("Does it work?", with: Self.name)
    try SampleFolder.with(yaml.replacing("question: ", with: "question: >-\n  ")) { sample in
      #expect(try sample.execute("--seeds", "2").status == 0)
      // Folders get other names only from hand to hand.
      let own = "\(sample.output)/small/\(Self.name)"
      try FileManager.default.moveItem(atPath: "\(sample.output)/small/main", toPath: own)
      for command in ["report", "compare"] {
        let page = "\(sample.path)/\(command).html"
        let answer = try CommandLineTool.run(command, sample.output, "--output", page)
        #expect(answer.status == 0, "\(answer)")
        try expectText(page, command)
      }
      let pictures = sample.path + "/pictures"
      _ = try CommandLineTool.run("compare", sample.output, "--figures", pictures)
      for name in try FileManager.default.contentsOfDirectory(atPath: pictures) {
        let text = try String(contentsOfFile: "\(pictures)/\(name)", encoding: .utf8)
        #expect(!text.contains("<img"), "\(name)")
      }
      let tables = sample.path + "/tables"
      let exported = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", tables)
      #expect(exported.status == 0, "\(exported)")
    }
  }

  @Test func `a name with HTML in it is text on the page of a sweep`() throws {
    try SampleFolder.with { sample in
      let sweep = try sample.write(
        """
        name: s
        question: >-
          \(Self.name)
        experiment: small.yaml
        method: grid
        parameters: {agent.dqn.replay.batchSize: {values: [8, 16]}}
        seedsPerTrial: 1
        """, to: "s.yaml")
      let runs = sample.path + "/sweeps"
      let made = try CommandLineTool.run("sweep", sweep, "--output", runs, "--quiet")
      #expect(made.status == 0, "\(made)")
      let page = sample.path + "/page.html"
      let answer = try CommandLineTool.run("report", runs + "/s", "--output", page)
      #expect(answer.status == 0, "\(answer)")
      try expectText(page, "sweep")
    }
  }

  @Test func `a name with HTML in it is text in the table of results`() throws {
    try SampleFolder.with { sample in
      let name = Self.name.replacing("'", with: "''")
      _ = try sample.write(
        """
        sources: {solve: {name: '\(name)', text: '\(name)'}}
        rows:
          - {experiment: later, environment: '\(name)', algorithm: '\(name)',
             optimum: {value: 1, source: solve}, remark: '\(name)'}
        """, to: "results.yaml")
      let answer = try CommandLineTool.run("results", "--folder", sample.path, "--render")
      #expect(answer.status == 0, "\(answer)")
      try expectText(sample.path + "/results/table.html", "results")
    }
  }

  @Test func `names that folders cannot have are told of`() throws {
    try SampleFolder.with { sample in
      let made = try CommandLineTool.run(
        "run", sample.experiment, "--quiet", "--output", sample.output, "--set",
        "variant=two words")
      #expect(made.status == 0, "\(made)")
      #expect(
        made.errors.contains("the variant 'two words' is written as 'two-words'"), "\(made)")
      #expect(FileManager.default.fileExists(atPath: sample.output + "/small/two-words/1/run.h5"))
      let tables = sample.path + "/tables"
      let exported = try CommandLineTool.run(
        "export", sample.output, "--format", "tensorboard", "--output", tables)
      #expect(exported.status == 0, "\(exported)")
      #expect(FileManager.default.fileExists(atPath: tables + "/small/two-words/1"))
      let plain = try CommandLineTool.run(
        "run", sample.experiment, "--quiet", "--output", sample.output, "--set", "variant=plain")
      #expect(plain.status == 0 && !plain.errors.contains("Warning"), "\(plain)")
    }
  }
}
