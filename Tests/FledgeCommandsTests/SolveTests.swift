import Foundation
import Testing
import Tracking

/// Worlds whose states can be listed: their tables, optima, and agents measured against these.
@Suite struct SolveTests {
  private func object(_ arguments: String...) throws -> [String: Any] {
    let answer = try CommandLineTool.run(arguments)
    #expect(answer.status == 0, "\(answer)")
    return try #require(try answer.objects().first)
  }

  @Test(arguments: [
    ("FrozenLake-v1", 0.74419), ("FrozenLake8x8-v1", 0.91322), ("CliffWalking-v1", -13),
    ("Taxi-v4", 7.93), ("Blackjack-v1", -0.04311),
  ])
  func `an optimum is computed within the world's limit`(name: String, optimum: Double) throws {
    let line = try object("solve", name, "--json")
    #expect(abs(try #require(line["mean"] as? Double) - optimum) < 5e-6)
    let limits = ["FrozenLake-v1": 100, "FrozenLake8x8-v1": 200, "Taxi-v4": 200]
    #expect(line["horizon"] as? Int == limits[name])
    #expect(line["values"] == nil)
    for key in ["standardDeviation", "minimum", "maximum", "iterations", "residual", "method"] {
      #expect(line[key] != nil, "\(key)")
    }
  }

  @Test func `discount, horizon, method and settings are followed`() throws {
    let unlimited = try object("solve", "FrozenLake-v1", "--horizon", "unlimited", "--json")
    #expect(abs(try #require(unlimited["mean"] as? Double) - 0.82353) < 5e-6)
    #expect(unlimited["method"] as? String == "policy-iteration")
    let swept = try object("solve", "FrozenLake-v1", "--method", "value-iteration", "--json")
    #expect(swept["method"] as? String == "value-iteration" && swept["horizon"] == nil)
    #expect(abs(try #require(swept["mean"] as? Double) - 0.82353) < 5e-6)
    let short = try object("solve", "FrozenLake-v1", "--set", "maximumSteps=5", "--json")
    #expect(short["horizon"] as? Int == 5 && short["mean"] as? Double == 0)
    let dry = try object(
      "solve", "FrozenLake-v1", "--set", "isSlippery=false", "--discount", "0.5", "--horizon", "6",
      "--json", "--policy")
    #expect(dry["mean"] as? Double == 0.03125)  // 0.5⁵
    #expect((dry["values"] as? [Double])?.count == 16)
    #expect((dry["actions"] as? [[Int]])?[14] == [2])
    #expect(dry["discount"] as? Double == 0.5)
  }

  @Test func `a policy is printed as a map`() throws {
    let cliff = try CommandLineTool.run("solve", "CliffWalking-v1", "--policy")
    #expect(
      cliff.output == """
        the best expected return in CliffWalking-v1 without a limit is -13
        policy-iteration, policies evaluated: 1; Bellman residual 0

        →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ ↓
        →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ →↓ ↓
        →  →  →  →  →  →  →  →  →  →  →  ↓
        ↑  C  C  C  C  C  C  C  C  C  C  G

        ↑ up, → right, ↓ down, ← left

        """)
    let cards = try CommandLineTool.run("solve", "Blackjack-v1", "--policy").output
    #expect(
      cards.contains("\nusable ace\n   A  2  3") && cards.contains("\n16 H  S  S  S  S  S  H"))
    #expect(
      cards.contains("over the first states: standard deviation 0.412921, from -0.64205 to 1"))
    let taxi = try CommandLineTool.run("solve", "Taxi-v4", "--policy").output
    #expect(taxi.contains("within 200 steps is 7.93\n") && taxi.contains("exact but for rounding"))
    #expect(taxi.contains("passenger in the taxi to blue"))
  }

  @Test func `what cannot be solved is refused`() throws {
    func refuse(_ arguments: String..., saying words: String) throws {
      expectRefusal(try CommandLineTool.run(["solve"] + arguments), saying: words)
    }
    try refuse("CartPole-v1", saying: "CartPole-v1 has no table of its states")
    try refuse("FrozenLake-v2", saying: "did you mean \"FrozenLake-v1\"?")
    try refuse("FrozenLake-v1", "--horizon", "0", saying: "--horizon 0: give a number of steps")
    try refuse("FrozenLake-v1", "--horizon", "soon", saying: "or unlimited")
    try refuse("FrozenLake-v1", "--discount", "1.5", saying: "between 0 and 1, not at 1.5")
    try refuse(
      "FrozenLake-v1", "--method", "value-iteration", "--horizon", "5", saying: "knows no limit")
    try refuse("CliffWalking-v1", "--method", "finite-horizon", saying: "give --horizon")
    try refuse("FrozenLake-v1", "--set", "map=SF", saying: "the map has no goal")
    try refuse("FrozenLake-v1", "--set", "map", saying: "expected name=value")
    let method = try CommandLineTool.run("solve", "FrozenLake-v1", "--method", "guess")
    #expect(method.status == 64 && method.errors.contains("policy-iteration"))
  }

  @Test func `transitions are printed as data`() throws {
    let cliff = try object("check", "CliffWalking-v1", "--transitions")
    #expect(cliff["environment"] as? String == "CliffWalking-v1")
    #expect((cliff["arguments"] as? [String: Any])?.isEmpty == true)
    #expect((cliff["initial_distribution"] as? [Double])?.firstIndex(of: 1) == 36)
    let states = try #require(cliff["transitions"] as? [String: [String: [[Double]]]])
    #expect(states.count == 48 && states["46"]?["1"] == [[1, 47, -1, 1]])
    #expect(cliff.count == 5)

    let lake = try object(
      "check", "FrozenLake-v1", "--transitions", "--set", "isSlippery=false", "--set", "map=SF/FG",
      "--set", "goalReward=1")
    let arguments = try #require(lake["arguments"] as? [String: Any])
    #expect(arguments.count == 2 && arguments["isSlippery"] as? Bool == false)
    #expect(arguments["map"] as? String == "SF/FG")
    #expect((lake["transitions"] as? [String: Any])?.count == 4)

    expectRefusal(
      try CommandLineTool.run("check", "CartPole-v1", "--transitions"), saying: "CartPole-v1",
      "no table of its states")
    expectRefusal(
      try CommandLineTool.run("check", "some.yaml", "--transitions"), saying: "name an environment")
  }

  @Test func `an environment is checked with other settings`() throws {
    let answer = try CommandLineTool.run("check", "FrozenLake-v1", "--set", "map=SFF/FFG")
    #expect(answer.status == 0 && answer.output.contains("obeys all"), "\(answer)")
    expectRefusal(
      try CommandLineTool.run("check", "FrozenLake-v1", "--set", "map=SFX"), saying: "letter \"X\"")
  }

  @Test func `an agent is measured against the optimum`() throws {
    let lake = SampleFolder.yaml(steps: 400, every: 0).replacing(
      "CartPole-v1", with: "FrozenLake-v1")
    try SampleFolder.with(lake) { sample in
      #expect(try sample.execute("--seeds", "1").status == 0)
      let answer = try CommandLineTool.run("evaluate", sample.run().path, "--episodes", "5")
      #expect(answer.output.contains("the optimum is 0.7442; this is "), "\(answer)")
      #expect(answer.output.contains(" % of it"))
      let line = try object("evaluate", sample.run().path, "--episodes", "5", "--json")
      #expect(abs(try #require(line["optimum"] as? Double) - 0.74419) < 5e-6)
    }
    let cliff = SampleFolder.yaml(steps: 400, every: 0).replacing(
      "id: CartPole-v1", with: "id: CliffWalking-v1, settings: {maximumSteps: 20}")
    try SampleFolder.with(cliff) { sample in
      #expect(try sample.execute("--seeds", "1").status == 0)
      let answer = try CommandLineTool.run("evaluate", sample.run().path, "--episodes", "5")
      #expect(answer.output.contains("the optimum is -13; this is "), "\(answer)")
      #expect(answer.output.contains(" below it"))
    }
    try SampleFolder.with { sample in
      #expect(try sample.execute("--seeds", "1").status == 0)
      let answer = try CommandLineTool.run("evaluate", sample.run().path, "--episodes", "5")
      #expect(answer.status == 0 && !answer.output.contains("optimum"), "\(answer)")
    }
  }

  @Test func `help tells every option`() throws {
    let answer = try CommandLineTool.run("solve", "--help")
    for option in ["--discount", "--horizon", "--method", "--set", "--json", "--policy"] {
      #expect(answer.output.contains(option), "\(answer)")
    }
    #expect(try CommandLineTool.run("check", "--help").output.contains("--transitions"))
  }
}
