import Foundation
import TestSupport
import Testing
import Tracking

/// `fledge sweep` and what shows its results, as a user runs them.
@Suite struct SweepCommandTests {
  private static let yaml = """
    name: s
    question: Which rate is right?
    experiment:
      environment: {id: CartPole-v1}
      agent: {ppo: {network: {hidden: [8]}, segmentLength: 50, minibatchSize: 50, epochs: 1}}
      budget: {steps: 600}
      evaluation: {every: 200, episodes: 2, finalEpisodes: 3}
      checkpoint: {seconds: 0, steps: 100}
    method: {tpe: {startupTrials: 3}}
    seedsPerTrial: 2
    trials: 6
    confirm: {seeds: 2}
    earlyTerminate: {median: {startupTrials: 2}}
    parameters:
      agent.ppo.optimizer.adam.learningRate: {distribution: log_uniform_values, min: 1e-4, max: 1e-1}
      agent.ppo.clipRange: {values: [0.1, 0.2, 0.3]}

    """

  private static func with(_ body: (String, String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let file = folder.path + "/s.yaml"
      try Data(yaml.utf8).write(to: URL(filePath: file))
      try body(file, folder.path)
    }
  }

  /// The trials as a journal tells them, less who ran them and when.
  private static func story(_ folder: String) throws -> [String] {
    let answer = try CommandLineTool.run("show", folder, "--json")
    let object = try #require(try answer.objects().first, "\(answer)")
    let trials = try #require(object["trials"] as? [[String: Any]])
    return try trials.map { trial in
      let kept = trial.filter { $0.key != "takeovers" }
      let text = try JSONSerialization.data(withJSONObject: kept, options: .sortedKeys)
      return String(decoding: text, as: UTF8.self)
    }
  }

  @Test func `a sweep from its file to its page`() throws {
    try Self.with { file, folder in
      let check = try CommandLineTool.run("check", file)
      #expect(
        check.status == 0 && check.output.contains("sweep by tpe: 6 trials × 2 seeds"), "\(check)")
      let runs = folder + "/runs"
      let answer = try CommandLineTool.run("sweep", file, "--output", runs, "--jobs", "2")
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.output.contains("Best of"), "\(answer)")
      #expect(answer.output.contains("fresh seeds"), "\(answer)")
      #expect(answer.errors.contains("(best so far)"), "\(answer)")
      let shown = try CommandLineTool.run("show", runs + "/s")
      #expect(shown.output.contains("6 of 6 trials ended"), "\(shown)")
      let page = folder + "/page.html", notes = folder + "/page.md"
      let report = try CommandLineTool.run(
        "report", runs + "/s", "--output", page, "--markdown", notes)
      #expect(report.status == 0, "\(report)")
      let text = try String(contentsOfFile: page, encoding: .utf8)
      for words in [
        "Which rate is right?", "Best score so far", "Confirmation on fresh seeds",
        "Settings and scores", "learningRate", "sweep.yaml, after defaults",
      ] { #expect(text.contains(words), "\(words)") }
      #expect(try String(contentsOfFile: notes, encoding: .utf8).contains("| Trial |"))
      // The runs are ordinary ones.
      let trial = try CommandLineTool.run("show", runs + "/s/trials/0")
      #expect(trial.status == 0, "\(trial)")
      // What a sweep that has begun cannot take is not passed over in silence.
      for (option, value) in [("--output", folder), ("--set", "trials=9")] {
        expectRefusal(
          try CommandLineTool.run("sweep", runs + "/s", option, value),
          saying: "is a sweep that has begun", option)
      }
      // Again: nothing is left to do.
      let before = try Self.story(runs + "/s")
      let again = try CommandLineTool.run("sweep", file, "--output", runs, "--json")
      #expect(again.status == 0, "\(again)")
      let lines = try again.objects()
      #expect(lines.count == 7 && lines[6]["headline"] != nil)
      #expect(try Self.story(runs + "/s") == before)
    }
  }

  @Test func `one that is killed and given again ends as one that is not`() throws {
    try Self.with { file, folder in
      let (whole, parts) = (folder + "/whole", folder + "/parts")
      func arguments(_ output: String) -> [String] {
        ["sweep", file, "--output", output, "--jobs", "1", "--quiet"]
      }
      #expect(try CommandLineTool.run(arguments(whole)).status == 0)
      for _ in 0..<12 {
        let process = try CommandLineTool.start(arguments(parts))
        usleep(.random(in: 10_000..<200_000))
        _ = try process.stop(SIGKILL)
      }
      let answer = try CommandLineTool.run(arguments(parts))
      #expect(answer.status == 0, "\(answer)")
      #expect(try Self.story(parts + "/s") == Self.story(whole + "/s"))
      let prints = try [whole, parts].map { output in
        try RunFolder.all(under: output).map { try RunReader($0).fingerprint }
      }
      #expect(prints[0] == prints[1])
    }
  }

  @Test func `several processes share a sweep, and Ctrl-C leaves it to go on with`() throws {
    try Self.with { file, folder in
      let runs = folder + "/runs"
      let arguments = ["sweep", file, "--output", runs, "--jobs", "1", "--quiet", "--trials", "12"]
      let processes = try (0..<4).map { _ in try CommandLineTool.start(arguments) }
      let first = try processes[0].stop(SIGINT)
      #expect([0, 130].contains(first.status), "\(first)")
      if first.status == 130 { #expect(first.errors.contains("fledge sweep \(runs)/s")) }
      for process in processes.dropFirst() { #expect(try process.wait().status == 0) }
      let last = try CommandLineTool.run("sweep", runs + "/s", "--quiet")
      #expect(last.status == 0, "\(last)")
      let story = try Self.story(runs + "/s")
      #expect(story.count == 12)
      #expect(
        story.allSatisfy {
          $0.contains(#""state":"finished""#) || $0.contains(#""state":"stopped""#)
        })
      let journal = try String(contentsOfFile: runs + "/s/journal.jsonl", encoding: .utf8)
      #expect(journal.split(separator: "\n").count { $0.contains(#""event":"end""#) } == 12)
    }
  }

  @Test func `--quick takes a moment, and --take one trial at a time`() throws {
    try Self.with { file, folder in
      let runs = folder + "/runs"
      let quick = try CommandLineTool.run("sweep", file, "--quick", "--output", runs)
      #expect(quick.status == 0 && quick.output.contains("4 of 4 trials ended"), "\(quick)")
      let one = try CommandLineTool.run("sweep", file, "--take", "1", "--output", runs)
      #expect(one.status == 0 && one.output.contains("1 of 6 trials ended"), "\(one)")
      #expect(one.errors.contains("5 of 6 trials are not done"), "\(one)")
    }
  }

  @Test func `what cannot be is refused`() throws {
    try Self.with { file, folder in
      expectRefusal(
        try .init(["sweep", folder + "/nothing.yaml"]), saying: "there is no such file")
      expectRefusal(try .init(["sweep", folder]), saying: "holds no sweep")
      expectRefusal(
        try .init(["sweep", file, "--trials", "0"]), saying: "--trials must be 1 or more",
        status: 64)
      expectRefusal(
        try .init(["sweep", file, "--set", "agent.ppo.epochs=many"]),
        saying: "expected a whole number")
      let broken = Self.yaml.replacing("max: 1e-1", with: "max: -1")
      try Data(broken.utf8).write(to: URL(filePath: file))
      expectRefusal(try .init(["check", file]), saying: "s.yaml:", "learningRate")
    }
  }
}

extension CommandLineTool.Answer {
  /// What the program says to these words.
  fileprivate init(_ arguments: [String]) throws { self = try CommandLineTool.run(arguments) }
}
