import Foundation
import TestSupport
import Testing

/// `fledge results`, from runs to a table.
@Suite struct ResultsCommandTests {
  private static let list = """
    sources: {solve: {name: exact optimum, text: by dynamic programming}}
    rows:
      - {experiment: lake, environment: FrozenLake-v1, algorithm: Q-learning,
         optimum: {value: 0.74419, source: solve}, minimum: 0.70}
      - {experiment: later, environment: FrozenLake-v1, algorithm: SARSA}
    """

  private static let lake = """
    name: lake
    seeds: {root: 1, runs: 2}
    environment: {id: FrozenLake-v1}
    agent: {qLearning: {learningRate: 0.5}}
    budget: {steps: 2000}
    evaluation: {finalEpisodes: 5}
    """

  /// A folder with a list of two rows and one experiment.
  private func with(_ body: (SampleFolder) throws -> Void) throws {
    try withTemporaryDirectory { place in
      let sample = SampleFolder(path: place.path)
      _ = try sample.write(Self.list, to: "results.yaml")
      _ = try sample.write(Self.lake, to: "lake.yaml")
      try body(sample)
    }
  }

  private func results(
    _ sample: SampleFolder, _ arguments: String...
  ) throws -> CommandLineTool.Answer {
    try CommandLineTool.run(["results", "--folder", sample.path, "--quiet"] + arguments)
  }

  private func table(_ sample: SampleFolder) throws -> String {
    try String(contentsOfFile: sample.path + "/results/README.md", encoding: .utf8)
  }

  @Test func `rows are run once, and the table is made of their files alone`() throws {
    try with { sample in
      let made = try results(sample, "--output", sample.output)
      // One of the rows that were asked for has no experiment.
      #expect(made.status == 1, "\(made)")
      #expect(made.errors.contains("Error: later: there is no"), "\(made)")
      #expect(made.output.contains("2 rows: 1 made, 1 not yet made."), "\(made)")
      let text = try table(sample)
      #expect(text.contains("| [Q-learning](lake.md) | 2 (fewer than ten) | 2,000 |"), "\(text)")
      #expect(text.contains("0.74419 (exact optimum)"), "\(text)")
      #expect(text.contains("`later`: not yet made, because there is no later.yaml."), "\(text)")
      for name in ["lake.md", "lake.svg", "table.html", "rows/lake.json"] {
        #expect(FileManager.default.fileExists(atPath: "\(sample.path)/results/\(name)"))
      }

      // Neither the runs nor the clock are needed to make it again.
      let runs = sample.output
      try FileManager.default.removeItem(atPath: runs)
      #expect(try results(sample, "--render").status == 0)
      #expect(try table(sample) == text)
      #expect(try results(sample, "--check").status == 0)
      #expect(try results(sample, "--output", runs).status == 1)
      #expect(!FileManager.default.fileExists(atPath: runs), "a current row was run again")

      // A row that is named is made again, whatever it is.
      #expect(try results(sample, "lake", "--output", runs).status == 0)
      #expect(FileManager.default.fileExists(atPath: runs + "/lake/main/2/run.h5"))
    }
  }

  @Test func `finished runs that lie somewhere are taken, and nothing is run`() throws {
    try with { sample in
      let path = sample.path + "/lake.yaml"
      let arguments = ["run", path, "--quiet", "--output", sample.output]
      #expect(try CommandLineTool.run(arguments + ["--seed", "1"]).status == 0)
      let early = try results(sample, "lake", "--runs", sample.output)
      expectRefusal(early, saying: "lake: not taken, because 1 of 2 seeds are finished in")
      #expect(try CommandLineTool.run(arguments + ["--seed", "2"]).status == 0)
      #expect(try results(sample, "--runs", sample.output).status == 0)
      let answer = try results(sample, "--render", "--json")
      let rows = try answer.objects()
      #expect(rows.map { $0["row"] as? String } == ["lake", "later"], "\(answer)")
      #expect(rows[0]["seeds"] as? Int == 2 && rows[0]["shortcoming"] == nil, "\(answer)")
      #expect(rows[0]["againstReference"] is String && rows[0]["againstMinimum"] is String)

      // Another configuration is neither taken nor run into the same folder.
      _ = try sample.write(Self.lake.replacing("2000", with: "3000"), to: "lake.yaml")
      expectRefusal(
        try results(sample, "lake", "--runs", sample.output),
        saying: "another configuration (budget.steps is 3000 now and was 2000)")
      expectRefusal(
        try results(sample, "lake", "--output", sample.output),
        saying: "budget.steps is 3000 now and was 2000", "give --output another folder")
      let list = try results(sample, "--list")
      #expect(list.output.contains("out of date: budget.steps is 3000 now"), "\(list)")
      #expect(list.output.contains("not yet made: there is no later.yaml"), "\(list)")
    }
  }

  @Test func `quick mode leaves the table of the repository alone`() throws {
    try with { sample in
      let answer = try results(sample, "--quick", "--output", sample.output)
      #expect(answer.status == 1, "\(answer)")
      #expect(!FileManager.default.fileExists(atPath: sample.path + "/results"))
      #expect(FileManager.default.fileExists(atPath: sample.output + "/results/table.html"))
    }
  }

  @Test func `what is wrong is told in a sentence`() throws {
    try with { sample in
      expectRefusal(try results(sample, "lkae"), saying: "did you mean 'lake'?")
      expectRefusal(try results(sample, "later"), saying: "there is no", "later.yaml")
      expectRefusal(
        try results(sample, "--runs", sample.path + "/none"), saying: "there is no folder")
      expectRefusal(
        try CommandLineTool.run("results", "--folder", sample.path + "/none", "--list"),
        saying: "results.yaml: there is no such file")
      expectRefusal(try results(sample, "--check"), saying: "is not what its rows give")
      expectRefusal(try results(sample, "--render", "lake"), saying: "run nothing", status: 64)
      expectRefusal(
        try results(sample, "--render", "--check"), saying: "exclude each other", status: 64)
      #expect(try results(sample, "lake", "--output", sample.output).status == 0)
      let row = sample.path + "/results/rows/lake.json"
      try Data("{".utf8).write(to: URL(filePath: row))
      expectRefusal(
        try results(sample, "--render"), saying: "rows/lake.json", "it is not valid JSON",
        "fledge results lake")
      // It is told before anything is run.
      expectRefusal(
        try results(sample, "--output", sample.path + "/other"), saying: "it is not valid JSON")
      #expect(!FileManager.default.fileExists(atPath: sample.path + "/other"))
      // As the sentence says, making the row again mends it.
      #expect(try results(sample, "lake", "--output", sample.output).status == 0)
    }
  }
}
