import Foundation
import Testing

@Suite struct MultiTaskCommandTests {
  private static let yaml = """
    name: several
    seeds: {root: 1, runs: 1}
    dataset: {mmoeSynthetic: {inputs: 6, count: 100}}
    strategies: [equal, pcGrad]
    controls: {singleTask: false, staticWeights: 0}
    batchSize: 16
    budget: {steps: 5}
    """

  @Test func `a comparison is checked, run, shown and reported`() throws {
    try SampleFolder.with(Self.yaml) { place in
      let check = try CommandLineTool.run("check", place.experiment)
      #expect(check.status == 0, "\(check)")
      for words in [
        "task0 (regression, squaredError)", "gradients: exact", "task known by its head",
      ] { #expect(check.output.contains(words), "\(check)") }

      let run = try place.execute("--json")
      #expect(run.status == 0, "\(run)")
      let rows = try run.objects()
      #expect(
        rows.compactMap { $0["cell"] as? String } == ["equal-hardSharing", "pcGrad-hardSharing"])
      #expect(rows.allSatisfy { $0["outcome"] as? String == "finished" })

      let show = try CommandLineTool.run("show", place.output)
      #expect(show.output.contains("pcGrad-hardSharing  1"), "\(show)")
      #expect(!show.output.contains("not begun"), "\(show)")
      let report = try CommandLineTool.run(
        "report", place.output, "--output", place.path + "/page.html")
      #expect(report.status == 1 && report.errors.contains("fledge compare"), "\(report)")
    }
  }

  @Test func `show tells what is finished, what is missing, what failed and how to go on`() throws {
    let yaml = Self.yaml + "\ntuning: {learningRates: [1e30]}\nsplit: {validation: 0.2}\n"
    try SampleFolder.with(yaml) { place in
      #expect(try place.execute("--cell", "pcGrad-hardSharing").status == 1)
      let failed = try CommandLineTool.run("show", place.output)
      #expect(failed.output.contains("several: 1 cell x 1 seed: 1 failed"), "\(failed)")
      #expect(
        failed.output.contains("pcGrad-hardSharing seed 1 failed: training failed numerically"),
        "\(failed)")
      #expect(failed.output.contains("give the command again: fledge run"), "\(failed)")
      let compared = try CommandLineTool.run("compare", place.output)
      #expect((compared.output + compared.errors).contains("pcGrad-hardSharing"), "\(compared)")
    }
    try SampleFolder.with(Self.yaml) { place in
      #expect(try place.execute("--cell", "equal-hardSharing").status == 0)
      let plan = place.output + "/several/comparison.json"
      let text = try String(contentsOfFile: plan, encoding: .utf8)
      try Data(
        text.replacing(
          #""equal-hardSharing""#, with: #""equal-hardSharing", "pcGrad-hardSharing""#
        ).utf8
      ).write(to: URL(filePath: plan))
      let shown = try CommandLineTool.run("show", place.output)
      #expect(
        shown.output.contains("several: 2 cells x 1 seed: 1 finished, 1 not begun"), "\(shown)")
      #expect(shown.output.contains("all seeds"), "\(shown)")
      let objects = try CommandLineTool.run("show", place.output, "--json").objects()
      let progress = try #require(objects.first?["progress"] as? [[String: Any]])
      let cells = try #require(progress.first?["cells"] as? [[String: Any]])
      #expect(cells.compactMap { $0["cell"] as? String }.count == 2)
      // One run alone tells of itself.
      let one = try CommandLineTool.run("show", place.output + "/several/equal-hardSharing/1")
      #expect(!one.output.contains("not begun"), "\(one)")
    }
  }

  @Test func `what lies beside the experiment file is found from anywhere`() throws {
    let yaml = Self.yaml.replacing(
      "{mmoeSynthetic: {inputs: 6, count: 100}}", with: "{file: {path: t.h5}}")
    try SampleFolder.with(yaml) { place in
      let missing = try CommandLineTool.run("check", place.experiment)
      #expect(missing.status == 1 && missing.sentences.count == 1, "\(missing)")
      #expect(
        missing.errors.contains("beside the experiment file and in /"), "\(missing)")
      let rows = (0..<40).map { "\($0 % 7),\($0 % 5),\($0 % 3)" }.joined(separator: "\n")
      let source = try place.write("a,b,c\n" + rows + "\n", to: "t.csv")
      let made = try CommandLineTool.run(
        "data", "import", "csv", "--from", source, "--output", place.path + "/new/t.h5", "--task",
        "b:regression", "--task", "c:regression")
      #expect(made.status == 0, "\(made)")
      try FileManager.default.moveItem(
        atPath: place.path + "/new/t.h5", toPath: place.path + "/t.h5")
      let run = try place.execute()
      #expect(run.status == 0, "\(run)")
      // Other examples under the same name are not taken for the same.
      try FileManager.default.removeItem(atPath: place.path + "/t.h5")
      _ = try place.write("a,b,c\n1,2,3\n" + rows + "\n", to: "t.csv")
      _ = try CommandLineTool.run(
        "data", "import", "csv", "--from", source, "--output", place.path + "/t.h5", "--task",
        "b:regression", "--task", "c:regression")
      expectRefusal(try place.execute(), saying: "the data set has changed since")
    }
  }

  @Test
  func `a batch larger than what is learned from, and a folder to which nothing can be written`()
    throws
  {
    try SampleFolder.with(Self.yaml) { place in
      expectRefusal(
        try place.execute("--set", "batchSize=71"),
        saying: "batchSize: is 71, but the training part has 70 examples")
      let file = try place.write("", to: "file")
      let answer = try CommandLineTool.run("run", place.experiment, "--output", file + "/runs")
      #expect(answer.status == 1 && answer.sentences.count == 1, "\(answer)")
      #expect(answer.errors.contains("name another one with --output"), "\(answer)")
    }
  }

  @Test func `strategies are listed within 100 columns`() throws {
    let list = try CommandLineTool.run("list", "strategies")
    #expect(list.status == 0 && list.output.contains("  nashMTL"), "\(list)")
    #expect(list.output.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(list)")
  }

  @Test func `a cell that is not there, and a cell of an agent, are refused`() throws {
    try SampleFolder.with(Self.yaml) { place in
      expectRefusal(
        try place.execute("--cell", "pcGrad-hardSharin"),
        saying: "did you mean 'pcGrad-hardSharing'?")
    }
    try SampleFolder.with { place in
      let answer = try place.execute("--cell", "main")
      #expect(
        answer.status == 64 && answer.errors.contains("--cell is for comparisons"), "\(answer)")
    }
  }
}
