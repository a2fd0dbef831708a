import Foundation
import TestSupport
import Testing

/// Wrappers from the command line.
@Suite struct WrapperCommandTests {
  @Test func `the wrappers are listed, for people and for programs`() throws {
    let table = try CommandLineTool.run("list", "wrappers")
    #expect(table.status == 0)
    #expect(table.output.contains("{count: 4, padding: first}"))
    let objects = try CommandLineTool.run("list", "wrappers", "--json").objects()
    let names = objects.compactMap { $0["id"] as? String }
    #expect(names.contains("frameStack") && names.contains("signReward"))
    #expect(names.count == table.output.split(separator: "\n").count)
    let stack = try #require(objects.first { $0["id"] as? String == "frameStack" })
    #expect(stack["settings"] as? [String: String] == ["count": "4", "padding": "first"])
    #expect((stack["source"] as? String)?.contains("FrameStackObservation") == true)
  }

  @Test func `an experiment with wrappers is checked, run and evaluated`() throws {
    try SampleFolder.with { sample in
      let path = try sample.write(
        """
        name: wrapped
        seeds: {runs: 1}
        environment:
          id: MountainCar-v0
          wrappers: [{repeatActions: {count: 4}}, {noise: {deviation: 0.01}}, timeAware]
        agent: {dqn: {network: {hidden: [8]}, replay: {capacity: 200, learningStarts: 20}}}
        normalization: {observations: true, rewards: true}
        budget: {steps: 200}
        evaluation: {finalEpisodes: 2}
        """, to: "wrapped.yaml")
      let output = sample.path + "/out"
      let run = try CommandLineTool.run("run", path, "--output", output, "--quiet")
      #expect(run.status == 0, "\(run)")
      let folder = output + "/wrapped/main/1"
      let shown = try CommandLineTool.run("show", folder, "--config")
      #expect(shown.output.contains("repeatActions: {count: 4}"), "\(shown)")
      #expect(shown.output.contains("deviation: 0.01"))
      let evaluated = try CommandLineTool.run("evaluate", folder, "--episodes", "2", "--json")
      #expect(evaluated.status == 0, "\(evaluated)")
      let wrong = try CommandLineTool.run("run", path, "--set", "environment.wrappers=[oneHt]")
      #expect(wrong.status != 0)
      #expect(wrong.errors.contains("did you mean 'oneHot'?"), "\(wrong)")
    }
  }
}
