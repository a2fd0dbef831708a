import Foundation
import TestSupport
import Testing
import Tracking

/// Runs that keep their best weights or end before their budget, seen from the command line.
@Suite struct BestAndEarlyTests {
  @Test func `a run that is good enough ends early, and everything says so`() throws {
    let yaml = SampleFolder.small.replacing("episodes: 2,", with: "episodes: 2, stopAtReturn: 1,")
    try SampleFolder.with(yaml) { sample in
      let answer = try sample.execute("--json")
      #expect(answer.status == 0, "\(answer)")
      let line = try #require(try answer.objects().first)
      #expect(line["outcome"] as? String == "finished" && line["step"] as? Int == 100, "\(answer)")
      let words = "an evaluation's mean return of"
      #expect((line["earlyEnd"] as? String)?.hasPrefix(words) == true, "\(answer)")
      let shown = try CommandLineTool.run("show", sample.run().path)
      #expect(shown.output.contains("finished early"), "\(shown)")
      let text = shown.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        text.contains("main, seed 1, was ended early, at step 100 of 400: \(words)"), "\(shown)")
      let page = sample.path + "/page.html"
      let report = try CommandLineTool.run("report", sample.run().path, "--output", page)
      #expect(report.status == 0, "\(report)")
      #expect(try String(contentsOfFile: page, encoding: .utf8).contains("was ended early"))
      expectRefusal(
        try CommandLineTool.run("resume", sample.run().path), saying: "is finished")
    }
  }

  @Test func `the best weights are evaluated and played where a run has kept them`() throws {
    let yaml = SampleFolder.small.replacing("episodes: 2,", with: "episodes: 2, keepBest: true,")
    try SampleFolder.with(yaml) { sample in
      #expect(try sample.execute().status == 0)
      let path = sample.run().path
      let best = try CommandLineTool.run("evaluate", path, "--best", "--json")
      #expect(best.status == 0, "\(best)")
      #expect(try best.objects().first?["episodes"] as? Int == 100)
      let picture = sample.path + "/best.svg"
      let played = try CommandLineTool.run("play", path, "--best", "--output", picture)
      #expect(played.status == 0, "\(played)")
      expectRefusal(
        try CommandLineTool.run("play", "CartPole-v1", "--best", "--output", picture),
        saying: "--best means a run's weights")
      expectRefusal(
        try CommandLineTool.run("evaluate", path, "--exact"),
        saying: "CartPole-v1 has no table of its states")
    }
  }

  @Test func `without best weights a sentence says how to get them`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      expectRefusal(
        try CommandLineTool.run("evaluate", sample.run().path, "--best"),
        saying: "kept no weights but its final ones", "evaluation.keepBest=true")
    }
  }

  @Test func `a lake's policy is evaluated exactly, beside the optimum`() throws {
    let yaml = """
      name: small
      seeds: {root: 1, runs: 1}
      environment: {id: FrozenLake-v1}
      agent: {qLearning: {learningRate: 0.1}}
      budget: {steps: 2000}
      """
    try SampleFolder.with(yaml) { sample in
      #expect(try sample.execute().status == 0)
      let answer = try CommandLineTool.run("evaluate", sample.run().path, "--exact")
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.output.hasPrefix("expected return "), "\(answer)")
      #expect(answer.output.contains("the optimum is 0.7442"), "\(answer)")
      let json = try CommandLineTool.run("evaluate", sample.run().path, "--exact", "--json")
      #expect(try json.objects().first?["expectedReturn"] is Double, "\(json)")
    }
  }
}
