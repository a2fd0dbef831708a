import Foundation
import TestSupport
import Testing
import Tracking

/// `fledge sweep` where it compares arms, as a user runs it.
@Suite struct SweepArmsCommandTests {
  private static let yaml = """
    name: s
    question: Which is better?
    experiment:
      environment: {id: CartPole-v1}
      budget: {steps: 600}
      evaluation: {every: 200, episodes: 2, finalEpisodes: 3}
      checkpoint: {seconds: 0, steps: 100}
    method: {tpe: {startupTrials: 2}}
    seedsPerTrial: 2
    trials: 4
    confirm: {seeds: 2}
    earlyTerminate: {median: {startupTrials: 2}}
    arms:
      - name: ppo
        set: {agent: {ppo: {network: {hidden: [8]}, segmentLength: 50, minibatchSize: 50, epochs: 1}}}
        parameters: {agent.ppo.clipRange: {values: [0.1, 0.2, 0.3]}}
      - name: a2c
        set: {agent: {a2c: {network: {hidden: [8]}, segmentLength: 50}}}
        parameters: {agent.a2c.discountFactor: {min: 0.9, max: 1}}

    """

  private static func with(_ body: (String, String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let file = folder.path + "/s.yaml"
      try Data(yaml.utf8).write(to: URL(filePath: file))
      try body(file, folder.path)
    }
  }

  /// What a sweep's folder says, less who ran its trials.
  private static func story(_ folder: String) throws -> String {
    let answer = try CommandLineTool.run("show", folder, "--json")
    let text = try #require(answer.output.split(separator: "\n").first, "\(answer)")
    return String(text).replacing(/"takeovers":\d+/, with: "")
  }

  @Test func `arms from their file to their page`() throws {
    try Self.with { file, folder in
      let check = try CommandLineTool.run("check", file)
      #expect(check.output.contains("arm a2c: 4 trials × 2 seeds × 600 steps"), "\(check)")
      let runs = folder + "/runs"
      let answer = try CommandLineTool.run("sweep", file, "--output", runs)
      #expect(answer.status == 0, "\(answer)")
      for line in [
        "arm ppo: 4 trials × 2 seeds × 600 steps = at most 4,800 steps, over 1 parameter",
        "then each arm's best point on 2 fresh seeds", "a2c trial 3", "ppo trial 0",
      ] { #expect(answer.errors.contains(line), "\(line) in \(answer)") }
      #expect(answer.output.contains("Each arm's best point on 2 fresh seeds:"), "\(answer)")
      let page = folder + "/page.html"
      let report = try CommandLineTool.run(
        "report", runs + "/s", "--output", page, "--markdown", folder + "/page.md", "--figure",
        folder + "/page.svg")
      #expect(report.status == 0, "\(report)")
      let text = try String(contentsOfFile: page, encoding: .utf8)
      for words in ["Which is better?", "Arm ppo", "Arm a2c", "Best points on fresh seeds"] {
        #expect(text.contains(words), "\(words)")
      }
      let again = try CommandLineTool.run("sweep", runs + "/s", "--json")
      let lines = try again.objects()
      #expect(lines.count == 9 && lines.prefix(8).allSatisfy { $0["arm"] != nil }, "\(again)")
      #expect((lines.last?["comparisons"] as? [Any])?.count == 1)
      // The runs of the confirmation can be compared like any others.
      let compared = try CommandLineTool.run(
        "compare", runs + "/s/arms/ppo/confirm", runs + "/s/arms/a2c/confirm")
      #expect(compared.status == 0 && compared.output.contains("a2c"), "\(compared)")
    }
  }

  @Test func `two processes that are killed again and again leave what one leaves that is not`()
    throws
  {
    try Self.with { file, folder in
      // By chance alone, so that no trial depends on what others have come to.
      let text = Self.yaml.replacing("{tpe: {startupTrials: 2}}", with: "random")
        .replacing("earlyTerminate: {median: {startupTrials: 2}}\n", with: "")
      try Data(text.utf8).write(to: URL(filePath: file))
      let (whole, parts) = (folder + "/whole", folder + "/parts")
      func arguments(_ output: String) -> [String] {
        ["sweep", file, "--output", output, "--jobs", "1", "--quiet"]
      }
      #expect(try CommandLineTool.run(arguments(whole)).status == 0)
      for _ in 0..<6 {
        let pair = try (0..<2).map { _ in try CommandLineTool.start(arguments(parts)) }
        usleep(.random(in: 10_000..<200_000))
        for process in pair { _ = try process.stop(SIGKILL) }
      }
      let pair = try (0..<2).map { _ in try CommandLineTool.start(arguments(parts)) }
      for process in pair { #expect(try process.wait().status == 0) }
      let last = try CommandLineTool.run(arguments(parts))
      #expect(last.status == 0, "\(last)")
      #expect(try Self.story(parts + "/s") == Self.story(whole + "/s"))
      let prints = try [whole, parts].map { output in
        try RunFolder.all(under: output).map { try RunReader($0).fingerprint }
      }
      #expect(prints[0] == prints[1] && prints[0].count == 20)
    }
  }

  @Test func `--quick takes a moment, and what cannot be compared is refused`() throws {
    try Self.with { file, folder in
      let quick = try CommandLineTool.run("sweep", file, "--quick", "--output", folder + "/runs")
      #expect(quick.status == 0 && quick.output.contains("a2c: 4 of 4 trials ended"), "\(quick)")
      let wrong = Self.yaml.replacing(
        "agent: {a2c: {network: {hidden: [8]}, segmentLength: 50}}",
        with: "agent: {sac: {}}")
      try Data(wrong.utf8).write(to: URL(filePath: file))
      expectRefusal(try CommandLineTool.run("check", file), saying: "arms.a2c.")
      expectRefusal(
        try CommandLineTool.run("run", file), saying: "arms: this is a search", "fledge sweep")
    }
  }
}
