import Foundation
import TestSupport
import Testing
import Tracking

/// An agent with several tasks and its controls, from the command line.
@Suite struct FamilyCommandTests {
  private static let yaml = """
    name: small
    seeds: {root: 1, runs: 2}
    environment:
      id: FourRoomsGoal-v0
      copies: 2
      wrappers: [oneHot]
      tasks: [{name: near}, {name: far, settings: {goal: 0, rewardScale: 10}}]
    agent:
      dqn:
        network: {hidden: [16]}
        replay: {capacity: 400, batchSize: 16, learningStarts: 100}
        trainFrequency: 4
        tasks: {popArt: {}}
    controls: {singleTask: true}
    budget: {steps: 1200}
    evaluation: {every: 600, episodes: 2, finalEpisodes: 4}
    logging: {every: 100}
    """

  @Test func `controls are run, compared and reported, and done again only where missing`() throws {
    try SampleFolder.with(Self.yaml) { place in
      let answer = try place.execute("--jobs", "2")
      #expect(answer.status == 0, "\(answer)")
      let variants = try FileManager.default.contentsOfDirectory(
        atPath: place.output + "/small")
      #expect(variants.sorted() == ["main", "random", "single-far", "single-near"])
      #expect(answer.output.contains("Against single-task runs"))
      #expect(answer.output.contains("Regret"))

      let first = try place.run().size
      let again = try CommandLineTool.run(
        "run", place.experiment, "--output", place.output, "--jobs", "2")
      #expect(again.status == 0, "\(again)")
      #expect(again.output.contains("8 were finished before") || again.errors.contains("8 were"))
      #expect(try place.run().size == first)

      let compared = try CommandLineTool.run("compare", place.output, "--json")
      let object = try #require(try compared.objects().first)
      #expect((object["cells"] as? [Any])?.count == 3)
      let page = place.path + "/page.html"
      let report = try CommandLineTool.run("report", place.output, "--output", page)
      #expect(report.status == 0, "\(report)")
      #expect(try String(contentsOfFile: page, encoding: .utf8).contains("random agent"))
    }
  }

  @Test func `progress names the variant and the seed`() throws {
    try SampleFolder.with(Self.yaml) { place in
      let answer = try CommandLineTool.run(
        "run", place.experiment, "--output", place.output, "--seed", "1")
      #expect(answer.status == 0, "\(answer)")
      for name in ["main", "random", "single-far", "single-near"] {
        #expect(answer.errors.contains("] \(name) seed 1  finished"), "\(name): \(answer)")
      }
    }
  }

  @Test func `controls of another configuration are refused`() throws {
    try SampleFolder.with(Self.yaml) { place in
      #expect(try place.execute("--seed", "1").status == 0)
      let answer = try place.execute("--seed", "1", "--set", "agent.dqn.discountFactor=0.5")
      #expect(answer.status == 1 && answer.errors.contains("discountFactor"), "\(answer)")
    }
  }
}

extension RunFolder {
  /// Bytes of the run's file.
  fileprivate var size: Int {
    get throws { try Data(contentsOf: URL(filePath: path + "/run.h5")).count }
  }
}
