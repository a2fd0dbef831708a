import Experiments
import Foundation
import TestSupport
import Testing
import Tracking

/// What every command promises when nothing is wrong.
@Suite struct GoodPathTests {
  @Test(arguments: [
    ("run", ["--seeds", "--seed", "--jobs", "--set", "--output", "--quick", "--json", "--quiet"]),
    ("resume", ["--config", "--jobs", "--json", "--quiet"]),
    ("evaluate", ["--episodes", "--seed", "--json"]), ("show", ["--json", "--config"]),
    ("report", ["--output", "--markdown", "--figure", "--json"]),
    ("rollout", ["--seed", "--state", "--actions", "--set"]),
    ("list", ["--json", "--folder", "environments", "experiments"]),
    ("check", ["--set", "--json"]), ("bench", ["--json", "--quick", "--peers"]),
    ("doctor", ["--json"]),
  ])
  func `help tells every option`(command: String, options: [String]) throws {
    let answer = try CommandLineTool.run(command, "--help")
    #expect(answer.status == 0)
    for option in options { #expect(answer.output.contains(option), "\(answer)") }
    #expect(try CommandLineTool.run("--help").output.contains("  \(command) "))
  }

  @Test func `a version is told`() throws {
    let answer = try CommandLineTool.run("--version")
    #expect(answer.status == 0)
    #expect(answer.output == FledgeVersion.current + "\n")
  }

  @Test func `the catalogue is listed, for people and for programs`() throws {
    let table = try CommandLineTool.run("list", "environments")
    #expect(table.status == 0)
    let objects = try CommandLineTool.run("list", "environments", "--json").objects()
    let names = objects.compactMap { $0["id"] as? String }
    #expect(names.contains("CartPole-v1") && names.contains("Pendulum-v1"))
    #expect(names.count == table.output.split(separator: "\n").count { $0.hasPrefix("  ") })
    for name in names { #expect(table.output.contains("  " + name + " ")) }
    for group in ["Classic control", "Toy text", "Grid worlds", "Diagnostics"] {
      #expect(table.output.contains(group + "\n"))
    }
    let one = try CommandLineTool.run("list", "environments", "CartPole-v1")
    for word in ["push left", "poleMass", "kg", "above 0", "after 500 steps"] {
      #expect(one.output.contains(word), "\(word): \(one)")
    }
    let unknown = try CommandLineTool.run("list", "environments", "CartPole")
    #expect(unknown.sentences.first?.contains("known: CartPole-v1, CartPole-v0") == true)
    #expect(try CommandLineTool.run("list", "agents", "--json").objects().count >= 2)
    try SampleFolder.with { sample in
      _ = try sample.write("budget: 3", to: "wrong.yaml")
      let answer = try CommandLineTool.run("list", "experiments", "--json", "--folder", sample.path)
      let lines = try answer.objects()
      #expect(lines.map { $0["name"] as? String } == ["small", ""])
      #expect((lines[1]["problem"] as? String)?.contains("expected a mapping") == true)
    }
  }

  /// A line of `fledge rollout`. (Read by JSONDecoder, because JSONSerialization rounds.)
  private struct Frame: Decodable {
    let observation: [Double]
    let reward: Double
    let terminated: Bool
    let truncated: Bool
    let state: [Double]
  }

  private func rollout(_ actions: String, _ arguments: String...) throws -> [Frame] {
    let answer = try CommandLineTool.start(
      ["rollout", "CartPole-v1", "--actions", "-"] + arguments, input: actions
    ).wait()
    #expect(answer.status == 0, "\(answer)")
    return try answer.output.split(separator: "\n").map {
      try JSONDecoder().decode(Frame.self, from: Data($0.utf8))
    }
  }

  /// Gymnasium 1.3's CartPole-v1 after `reset(seed=123)`, which this has to equal bit for bit.
  @Test func `a rollout begins as Gymnasium's does`() throws {
    let lines = try rollout("[1, 0, 1]", "--seed", "123")
    #expect(lines.count == 4)
    let expected = [
      0.018235186324814343, -0.04461789811977773, -0.027964012722738865, -0.03156281893013303,
    ]
    #expect(lines[0].state == expected)
    #expect(lines[0].observation == expected.map { Double(Float($0)) })
    #expect(lines.map(\.reward) == [0, 1, 1, 1])
    #expect(lines.allSatisfy { !$0.terminated && !$0.truncated })

    // The state that a rollout shows is one that it can begin with.
    let again = try rollout("[0, 1]", "--state", "\(lines[1].state)")
    #expect(again.map(\.state) == lines.dropFirst().map(\.state))
  }

  @Test func `a run is run, shown, evaluated and reported`() throws {
    try SampleFolder.with { sample in
      let answer = try CommandLineTool.run(
        "run", sample.experiment, "--seeds", "2", "--json", "--output", sample.output)
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.errors.isEmpty, "\(answer)")
      let lines = try answer.objects()
      #expect(lines.map { $0["seed"] as? Int } == [1, 2])
      #expect(lines.allSatisfy { $0["outcome"] as? String == "finished" })
      #expect(lines.map { $0["folder"] as? String } == [1, 2].map { sample.run($0).path })
      #expect((lines[0]["finalReturns"] as? [Double])?.count == 5)

      let shown = try CommandLineTool.run("show", sample.output, "--json").objects()
      #expect(shown.count == 1)
      let text = try CommandLineTool.run("show", sample.output)
      #expect(text.status == 0 && text.output.contains("finished"), "\(text)")
      let config = try CommandLineTool.run("show", sample.run().path, "--config")
      #expect(config.output.contains("discountFactor: 0.99"))

      let evaluated = try CommandLineTool.run(
        "evaluate", sample.run().path, "--episodes", "7", "--seed", "18446744073709551615",
        "--json")
      let line = try #require(try evaluated.objects().first)
      #expect((line["returns"] as? [Double])?.count == 7)
      #expect(
        try CommandLineTool.run("evaluate", sample.run().path, "--episodes", "3").status == 0)
    }
  }

  @Test func `a report is one page that loads nothing`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute("--seeds", "3").status == 0)
      let page = sample.path + "/page.html"
      let answer = try CommandLineTool.run(
        "report", sample.output, "--output", page, "--markdown", sample.path + "/tables.md",
        "--figure", sample.path + "/curve.svg", "--json")
      #expect(answer.status == 0, "\(answer)")
      #expect(try answer.objects().count == 1)
      let html = try String(contentsOfFile: page, encoding: .utf8)
      #expect(html.contains("</html>") && html.contains("<svg"))
      #expect(html.contains("Does it work?"))
      let namespaces = html.replacing("http://www.w3.org/2000/svg", with: "")
      #expect(!namespaces.contains("http:") && !namespaces.contains("https:"))
      // What is clipped refers to the page's own parts.
      let elsewhere = html.replacing("url(#", with: "")
      for word in ["<link", "<iframe", "@import", "src=\"//", "src=\"/", "url("] {
        #expect(!elsewhere.contains(word), "\(word)")
      }
      let tables = try String(contentsOfFile: sample.path + "/tables.md", encoding: .utf8)
      #expect(tables.contains("|"))
      let figure = try String(contentsOfFile: sample.path + "/curve.svg", encoding: .utf8)
      #expect(figure.hasPrefix("<svg"))
    }
  }

  @Test func `quick mode runs any experiment in a moment`() throws {
    try SampleFolder.with(SampleFolder.yaml(steps: 1_000_000_000, every: 50_000)) { sample in
      let answer = try sample.execute("--quick", "--json", "--seeds", "1")
      #expect(answer.status == 0, "\(answer)")
      #expect(try answer.objects().first?["step"] as? Int == 4000)
      #expect(FileManager.default.fileExists(atPath: sample.output + "/small/main-quick/1/run.h5"))
    }
  }

  @Test func `an experiment and an environment are checked`() throws {
    try SampleFolder.with { sample in
      let answer = try CommandLineTool.run("check", sample.experiment)
      #expect(answer.status == 0)
      #expect(answer.output.contains("discountFactor: 0.99"))
      let line = try #require(
        try CommandLineTool.run("check", sample.experiment, "--json").objects().first)
      #expect(line["isValid"] as? Bool == true)
    }
    let laws = try CommandLineTool.run("check", "CartPole-v1", "--json")
    #expect(laws.status == 0)
    #expect(try laws.objects().first?["isValid"] as? Bool == true)
  }

  @Test func `each file of the experiments folder is checked for what it is`() throws {
    try SampleFolder.with { sample in
      let list = try sample.write(
        "rows: [{experiment: lake, environment: FrozenLake-v1, algorithm: SARSA}]", to: "r.yaml")
      let answer = try CommandLineTool.run("check", list)
      #expect(answer.status == 0 && answer.output.contains("list of results: 1 row"), "\(answer)")
      expectRefusal(try CommandLineTool.run("run", list), saying: "`fledge results` makes them")
      let plane = try sample.write("problem: {toy: {}}\nstrategies: [equal, pcGrad]", to: "l.yaml")
      let landscape = try CommandLineTool.run("check", plane)
      #expect(landscape.output.contains("landscape: 2 strategies"), "\(landscape)")
      let wrong = try sample.write("problem: {toy: {}}\nstrategies: [egal]", to: "w.yaml")
      expectRefusal(try CommandLineTool.run("check", wrong), saying: "egal")
    }
  }

  @Test func `what was printed stands before an error`() throws {
    let answer = try CommandLineTool.shell(
      "exec \"$0\" bench engine/mlp-4-64-64-2 --quick --peers false 2>&1")
    #expect(answer.status == 1, "\(answer)")
    #expect(answer.output.hasPrefix("figure"), "\(answer)")
  }

  @Test func `results that cannot be printed are no success`() throws {
    let answer = try CommandLineTool.shell("exec \"$0\" list strategies > /dev/full")
    expectRefusal(answer, saying: "standard output takes no more")
  }

  @Test func `the machine is described and measured`() throws {
    let doctor = try CommandLineTool.run("doctor", "--json")
    #expect(try doctor.objects().first?["blasKernel"] as? String != nil)
    let answer = try CommandLineTool.run("bench", "mlp-4-64", "--quick", "--json")
    #expect(answer.status == 0)
    let line = try #require(try answer.objects().first)
    for key in ["name", "value", "unit", "limit", "minimum", "maximum"] {
      #expect(line[key] != nil, "\(key)")
    }
  }

  @Test func `a run that goes on is shown as running`() throws {
    try SampleFolder.with(SampleFolder.yaml(steps: 1_000_000_000, every: 0)) { sample in
      let process = try sample.start([])
      #expect(process.wait { (try? RunReader(sample.run()).stepsDone) ?? 0 > 0 })
      let answer = try CommandLineTool.run("show", sample.run().path)
      #expect(answer.status == 0 && answer.output.contains("running"), "\(answer)")
      #expect(try process.stop(SIGINT).status == 130)
      let after = try CommandLineTool.run("show", sample.run().path)
      #expect(after.output.contains("interrupted"), "\(after)")
    }
  }
}
