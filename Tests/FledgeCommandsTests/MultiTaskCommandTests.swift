import Foundation
import Testing

@Suite struct MultiTaskCommandTests {
  private static let yaml = """
    name: several
    seeds: {root: 1, runs: 1}
    dataset: {mmoeSynthetic: {inputs: 6, count: 100}}
    strategies: [equal, pcGrad]
    controls: {singleTask: false, staticWeights: 0}
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
      let report = try CommandLineTool.run(
        "report", place.output, "--output", place.path + "/page.html")
      #expect(report.status == 1 && report.errors.contains("fledge compare"), "\(report)")
    }
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
