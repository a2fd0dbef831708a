import Foundation
import TestSupport
import Testing
import Tracking

/// Whatever a user gets wrong is answered with one sentence and a failing exit status.
@Suite struct BadInputTests {
  @Test(arguments: [
    ("agent.dqn.discontFactor=0.9", "did you mean 'discountFactor'?"),
    ("budget.steps=many", "expected a whole number, found 'many'"),
    ("agent.dqn.optimizer={adam: {learningRate: -0.1}}", "must never be below 0"),
    ("environment.id=Pendulum-v1", "discrete"),
    ("environment.id=CartPole-1", "did you mean \"CartPole-v1\"?"),
    ("agent.dqn.replay.capacity=1e12", "lower it"),
    ("agent.dqn.replay.capacity=1_000_000_000", "lower it to at most"),
    ("agent.dqn.replay.batchSize=1e12", "make them smaller"),
    ("agent.dqn.network.hidden=[1000000000000]", "make them smaller"),
    ("agent.dqn.distribution={quantile: {quantiles: 1000000000}}", "make them smaller"),
    ("agent.dqn.distribution={categorical: {low: 3, high: 1}}", "above low, which is 3.0"),
    ("agent.dqn.network={noise: factorized}", "must be 0 with network.noise"),
    ("agent.dqn.returnSteps=1e9", "must be in 1...1000"),
    ("agent={recurrentDqn: {network: {recurrence: {gru: {units: 1e18}}}}}", "make them smaller"),
    (
      "agent={ppo: {network: {recurrence: gru}, segmentLength: 5000, minibatchSize: 5000}}",
      "must be at most 1000 with network.recurrence"
    ),
    (
      "environment={id: Pendulum-v1, wrappers: [{discretizeAction: {bins: 1000000000000, "
        + "multiDiscrete: true}}]}", "must give at most 65536 parts"
    ),
    ("evaluation={stochastic: true}", "which dqn is not"),
    ("evaluation={stopAtReturn: 5}", "evaluation.every"),
    ("seeds.runs=0", "must lie in 1...1000000"),
    ("budget.steps=[", "not valid YAML"),
  ])
  func `a wrong setting`(setting: String, words: String) throws {
    try SampleFolder.with { sample in
      for command in ["run", "check"] {
        let answer = try CommandLineTool.run(
          [command, sample.experiment, "--set", setting]
            + (command == "run" ? ["--output", sample.output] : []))
        let sentence = expectRefusal(answer, saying: words)
        // The place: the override itself, or the part of the file that it is a part of.
        #expect(
          sentence.hasPrefix("--set \(setting): ") || sentence.hasPrefix("small.yaml:"),
          "\(sentence)")
        #expect(!FileManager.default.fileExists(atPath: sample.output))
      }
    }
  }

  @Test func `a wrong file is named with line and column`() throws {
    try SampleFolder.with { sample in
      let text = SampleFolder.small.replacing("discount", with: "x").replacing(
        "copies", with: "cop")
      let path = try sample.write(text, to: "wrong.yaml")
      expectRefusal(
        try CommandLineTool.run("run", path), saying: "wrong.yaml:4:32: environment: unknown key")
      expectRefusal(try CommandLineTool.run("run", sample.path), saying: "is a folder")
      expectRefusal(try CommandLineTool.run("run", "none.yaml"), saying: "there is no such file")
    }
  }

  @Test func `seeds that cannot be counted`() throws {
    try SampleFolder.with { sample in
      let largest = "seeds.root=18446744073709551610"
      expectRefusal(
        try sample.execute("--set", "seeds.runs=1", "--set", largest, "--seeds", "100"),
        saying: "seeds.root must leave room for 100 seeds")
      expectRefusal(
        try sample.execute("--seeds", "1000000000"), saying: "seeds.runs must lie in 1...1000000")
      for wrong in [["--seeds", "0"], ["--jobs", "0"], ["--seed", "1", "--seeds", "2"]] {
        expectRefusal(
          try CommandLineTool.run(["run", sample.experiment] + wrong), saying: wrong[0], status: 64)
      }
    }
  }

  @Test func `a run that is there already is left as it is`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let before = try Data(contentsOf: URL(filePath: sample.run().runPath))
      expectRefusal(try sample.execute(), saying: "already holds a run", sample.run().path)
      #expect(try Data(contentsOf: URL(filePath: sample.run().runPath)) == before)
      expectRefusal(
        try CommandLineTool.run("resume", sample.run().path),
        saying: "is finished, so there is nothing to resume")
    }
  }

  @Test func `an output folder that cannot be written`() throws {
    try SampleFolder.with { sample in
      // Below a file: not even root can make a folder there.
      let answer = try CommandLineTool.run(
        "run", sample.experiment, "--quiet", "--output", sample.experiment + "/runs")
      expectRefusal(answer, saying: "nothing can be written into", "name another one with --output")
      #expect(
        try String(contentsOfFile: sample.experiment, encoding: .utf8) == SampleFolder.small)
      #expect(try sample.execute().status == 0)
      expectRefusal(
        try CommandLineTool.run(
          "report", sample.run().path, "--output", sample.experiment + "/x.html"),
        saying: "cannot be written", "--output")
    }
  }

  @Test func `a loss that is no number`() throws {
    try SampleFolder.with { sample in
      let answer = try sample.execute(
        "--set", "agent.dqn.optimizer={sgd: {learningRate: 1e30}}", "--set", "checkpoint.steps=50")
      let sentence = expectRefusal(answer, saying: "seed 1: ", "loss", "step")
      let reader = try RunReader(sample.run())
      #expect(try reader.status == .failed(String(sentence.dropFirst("seed 1: ".count))))
      #expect(sample.run().hasCheckpoint)
      #expect(try CommandLineTool.run("show", sample.run().path).output.contains("failed"))
    }
  }

  /// Files that are not runs, in place of a run.
  @Test(arguments: ["show", "report", "evaluate", "resume"])
  func `a file that is no run`(command: String) throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute().status == 0)
      let good = try Data(contentsOf: URL(filePath: sample.run().runPath))
      let page = command == "report" ? ["--output", sample.path + "/page.html"] : []
      func ask(_ path: String) throws -> CommandLineTool.Answer {
        try CommandLineTool.run([command, path] + page)
      }
      expectRefusal(try ask(sample.path + "/nowhere"), saying: "there is no folder", "nowhere")
      expectRefusal(try ask(sample.experiment), saying: "is not a folder")
      let empty = sample.path + "/empty"
      try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
      expectRefusal(try ask(empty), saying: "there is no run")

      let foreign = RunFolder(path: sample.path + "/foreign")
      try FileManager.default.createDirectory(
        atPath: foreign.path, withIntermediateDirectories: true)
      var flipped = good
      flipped[good.count / 2] ^= 0xFF
      for (what, content) in [
        ("empty", Data()), ("text", Data("not HDF5 at all\n".utf8)), ("head", good.prefix(64)),
        ("truncated", good.prefix(good.count / 2)), ("zeros", Data(count: 10_000)),
        ("short by one", good.dropLast()),
      ] {
        try content.write(to: URL(filePath: foreign.runPath))
        let sentence = expectRefusal(try ask(foreign.path), saying: foreign.runPath)
        #expect(!sentence.contains("\n"), "\(what)")
        #expect(try Data(contentsOf: URL(filePath: foreign.runPath)) == content)
      }
      // A byte somewhere in the middle may be one that nobody reads, but must not crash anything.
      try flipped.write(to: URL(filePath: foreign.runPath))
      let answer = try ask(foreign.path)
      #expect(answer.signal == nil && [0, 1].contains(answer.status), "\(answer)")
      // A checkpoint is HDF5, and ours, but no run.
      #expect(
        !FileManager.default.fileExists(atPath: sample.path + "/page.html") || answer.status == 0)
    }
  }

  @Test func `a checkpoint in place of a run`() throws {
    try SampleFolder.with { sample in
      let run = sample.run()
      #expect(
        try sample.execute(
          "--set", "agent.dqn.optimizer={sgd: {learningRate: 1e30}}", "--set", "checkpoint.steps=1"
        ).status == 1)
      try FileManager.default.removeItem(atPath: run.runPath)
      try FileManager.default.copyItem(atPath: run.checkpointPath, toPath: run.runPath)
      for command in ["show", "resume", "evaluate"] {
        expectRefusal(
          try CommandLineTool.run(command, run.path), saying: "is an HDF5 file but not a run")
      }
    }
  }

  @Test func `an unfinished run has nothing to evaluate, and another configuration does not fit`()
    throws
  {
    try SampleFolder.with(SampleFolder.yaml(steps: 1_000_000_000, every: 0)) { sample in
      let process = try sample.start([])
      // From its first moment on, when it has no checkpoint yet.
      #expect(process.wait { sample.run().hasRun })
      let busy = try CommandLineTool.run("resume", sample.run().path)
      #expect(busy.status == 1 && busy.sentences.count == 1, "\(busy)")
      #expect(busy.errors.contains("is being written by another process"))
      #expect(try process.stop(SIGINT).status == 130)
      expectRefusal(
        try CommandLineTool.run("evaluate", sample.run().path), saying: "is not finished",
        "fledge resume")
      let other = try sample.write(
        SampleFolder.yaml(steps: 1_000_000_000, every: 7), to: "other.yaml")
      expectRefusal(
        try CommandLineTool.run("resume", sample.run().path, "--config", other),
        saying: "has another configuration", "every: 7")
      try FileManager.default.removeItem(atPath: sample.run().checkpointPath)
      expectRefusal(
        try CommandLineTool.run("resume", sample.run().path), saying: "has no checkpoint.h5")
    }
  }

  @Test func `rollouts of what cannot be`() throws {
    try SampleFolder.with { sample in
      let cases: [([String], String, [String])] = [
        (["CartPole-v2"], "", ["did you mean \"CartPole-v"]),
        (["CartPole-v1", "--actions", "-"], "[0, 5]", ["5"]),
        (["CartPole-v1", "--actions", "-"], "[0.5]", ["0.5"]),
        (["CartPole-v1", "--actions", "-"], "[-1]", ["-1"]),
        (["CartPole-v1", "--actions", "-"], "[1e30]", ["CartPole-v1"]),
        (["CartPole-v1", "--actions", "-"], "[[0, 1]]", ["CartPole-v1"]),
        (["CartPole-v1", "--actions", "-"], "{", ["expected a JSON array"]),
        (["CartPole-v1", "--actions", "-"], "", ["expected a JSON array"]),
        (["CartPole-v1", "--actions", sample.path + "/none"], "", ["there is no such file"]),
        (["CartPole-v1", "--state", "[1, 2]"], "", ["it has 4 numbers, not 2"]),
        (["CartPole-v1", "--state", "{"], "", ["--state: expected JSON"]),
        (["CartPole-v1", "--set", "gravity"], "", ["expected name=value"]),
        (["CartPole-v1", "--set", "gravity=5...2"], "", ["goes backwards; write 2.0...5.0"]),
        (["CartPole-v1", "--set", "gravty=1"], "", ["did you mean \"gravity\"?"]),
        (["CartPole-v1", "--set", "gravity=nan"], "", ["must be at least 0"]),
      ]
      for (arguments, input, words) in cases {
        let answer = try CommandLineTool.start(["rollout"] + arguments, input: input).wait()
        let sentence = expectRefusal(answer)
        for word in words { #expect(sentence.contains(word), "\(arguments) \(input): \(answer)") }
      }
    }
  }

  @Test func `names that do not exist`() throws {
    expectRefusal(try CommandLineTool.run("check", "CartPole-2"), saying: "did you mean")
    expectRefusal(
      try CommandLineTool.run("check", "Nothing"), saying: "there is no environment \"Nothing\"")
    expectRefusal(
      try CommandLineTool.run("bench", "warp"), saying: "no figure's name contains 'warp'")
    expectRefusal(
      try CommandLineTool.run("bench", "--search", "bayes"),
      saying: "there are: random, quasiRandom, tpe, gaussianProcess")
    expectRefusal(
      try CommandLineTool.run("list", "experiments", "--folder", "/nowhere"),
      saying: "there is no folder '/nowhere'")
    expectRefusal(try CommandLineTool.run("list", "strategems"), saying: "strategems", status: 64)
    expectRefusal(try CommandLineTool.run("rum"), saying: "rum", status: 64)
    expectRefusal(
      try CommandLineTool.run("evaluate", ".", "--episodes", "0"), saying: "--episodes", status: 64)
  }
}
