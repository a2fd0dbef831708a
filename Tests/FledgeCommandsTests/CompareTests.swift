import Foundation
import TestSupport
import Testing
import Tracking

@Suite struct CompareTests {
  /// Writes a small comparison of two tasks: single-task runs, equal weighting and a strategy.
  private func writeRuns(to output: String, seeds: Int = 2) throws {
    let tasks = ["left", "right"].map { name in
      RecordedTask(
        name: name, kind: "regression",
        scores: [RecordedScore(name: "error", higherIsBetter: false, trivial: 1)])
    }
    for seed in 1...UInt64(seeds) {
      let shift = Double(seed) / 100
      for task in tasks {
        try write("single-\(task.name)", .singleTask, "equal", [task], [0.2 + shift], seed, output)
      }
      try write("equal-hard", .candidate, "equal", tasks, [0.4 + shift, 0.3], seed, output)
      try write("nash-hard", .candidate, "nashMTL", tasks, [0.3 + shift, 0.3], seed, output)
    }
  }

  private func write(
    _ variant: String, _ role: RecordedCell.Role, _ strategy: String, _ tasks: [RecordedTask],
    _ scores: [Double], _ seed: UInt64, _ output: String
  ) throws {
    let cell = RecordedCell(
      role: role, strategy: strategy, architecture: "hardSharing",
      task: role == .singleTask ? tasks[0].name : nil, parameterCount: 10, learningRate: 0.001)
    let metrics = tasks.map { MetricColumn("selected/\($0.name)/error") }
    let writer = try RunWriter.create(
      in: RunFolder(output: output, experiment: "pair", variant: variant, seed: seed),
      schema: RunSchema(metrics: metrics, multitask: TaskRecord(tasks: tasks, cell: cell)),
      config: "dataset: made up\n",
      provenance: Provenance(
        version: "0", commit: nil, processor: "", blasKernel: "", seed: seed, commandLine: [],
        host: "", startTime: "", swiftVersion: ""))
    for (index, score) in scores.enumerated() {
      try writer.record(metric: index, step: 10, value: Float(score))
    }
    writer.stepsDone = 10
    try writer.finish { _ in [] }
  }

  @Test func `compare writes every form of runs with several tasks`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path
      try writeRuns(to: path + "/runs")
      let answer = try CommandLineTool.run(
        "compare", path + "/runs", "--output", path + "/page.html", "--markdown", path + "/page.md",
        "--latex", path + "/table.tex", "--csv", path + "/scores.csv", "--figures",
        path + "/figures")
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.output.contains("nash-hard: no test possible (n=2)"))
      for file in ["page.html", "page.md", "table.tex", "scores.csv", "figures/scores-left.svg"] {
        #expect(FileManager.default.fileExists(atPath: path + "/" + file), "\(file)")
      }
      let again = try CommandLineTool.run("compare", path + "/runs", "--json")
      let object = try #require(try again.objects().first)
      #expect(object["baseline"] as? String == "equal-hard")
      #expect((object["cells"] as? [Any])?.count == 4)
    }
  }

  @Test func `a damaged run among good ones is left out and named`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path
      try writeRuns(to: path)
      try Data("no HDF5".utf8).write(to: URL(filePath: path + "/pair/nash-hard/2/run.h5"))
      let answer = try CommandLineTool.run("compare", path)
      #expect(answer.status == 0, "\(answer)")
      let text = answer.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains("nash-hard/2 cannot be read and is left out"), "\(answer)")
    }
  }

  @Test func `what cannot be compared is refused in a sentence`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path
      try writeRuns(to: path, seeds: 1)
      expectRefusal(
        try CommandLineTool.run("compare", path, "--baseline", "nobody"), saying: "nobody",
        "equal-hard")
      expectRefusal(
        try CommandLineTool.run("compare", path, "--pair", "left"), saying: "--pair", "two tasks")
      expectRefusal(
        try CommandLineTool.run("compare", path, "--return", "5"), saying: "--return")
      expectRefusal(
        try CommandLineTool.run("compare", path, "--task", "up"), saying: "up", "left, right")
    }
  }

  @Test func `compare tells variants of an ordinary experiment apart`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let answer = try CommandLineTool.run("compare", sample.output, "--return", "5")
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.output.contains("Sample efficiency"))
      #expect(answer.output.contains("baseline"))
      expectRefusal(
        try CommandLineTool.run("compare", sample.output, "--task", "x"), saying: "--task")
    }
  }

  @Test func `what a comparison of ordinary runs cannot do is refused in a sentence`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let runs = sample.output
      for (words, parts) in [
        (["--by", "nothing"], ["no run", "'nothing'", "--by variant"]),
        (["--baseline", "nobody"], ["nobody", "main"]),
        (["--return", "high"], ["--return", "'high'"]),
        (["--return", "5", "--return", "6"], ["two returns"]),
        (["--return", "Pendulum-v1=5"], ["Pendulum-v1", "CartPole-v1"]),
        (["--reference", "CartPole-v1=5"], ["--reference", "LOW:HIGH"]),
        (["--reference", "CartPole-v1=5:1"], ["below"]),
        (["--normalize", "--reference", "CartPole-v1=0:500"], ["two ways"]),
      ] as [([String], [String])] {
        let answer = try CommandLineTool.run(["compare", runs] + words)
        let sentence = expectRefusal(answer).lowercased()
        for part in parts { #expect(sentence.contains(part.lowercased()), "\(words): \(answer)") }
      }
      for effect in ["0", "-1", "nan", "inf"] {
        expectRefusal(
          try CommandLineTool.run("compare", runs, "--effect=\(effect)"), saying: "--effect",
          "above 0", status: 64)
      }
      let page = sample.path + "/page"
      expectRefusal(
        try CommandLineTool.run("compare", runs, "--output", page, "--csv", page),
        saying: "--output and --csv", "same file", status: 64)
      try writeRuns(to: sample.path + "/several", seeds: 1)
      expectRefusal(
        try CommandLineTool.run("compare", runs, sample.path + "/several"),
        saying: "has several tasks", "separately")
    }
  }

  @Test func `a run that is named several times counts once`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute("--seeds", "2").status == 0)
      let once = try CommandLineTool.run("compare", sample.output, "--json")
      let run = sample.run().path
      let again = try CommandLineTool.run(
        "compare", sample.output, run, run + "/", run + "/run.h5",
        sample.output + "/small/../small",
        "--json")
      #expect(once.status == 0 && again.output == once.output, "\(again)")
    }
  }

  @Test func `a damaged run among ordinary ones is left out and named`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute("--seeds", "3").status == 0)
      let file = URL(filePath: sample.run(2).runPath)
      try Data(contentsOf: file).prefix(3000).write(to: file)
      let answer = try CommandLineTool.run("compare", sample.output)
      #expect(answer.status == 0, "\(answer)")
      let text = answer.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains("main/2 cannot be read and is left out"), "\(answer)")
      #expect(text.contains("2 runs"), "\(answer)")
      let file3 = URL(filePath: sample.run(3).runPath)
      for file in [URL(filePath: sample.run(1).runPath), file3] { try Data().write(to: file) }
      expectRefusal(try CommandLineTool.run("compare", sample.output), saying: "cannot be read")
    }
  }
}
