import Foundation
import Testing

/// Strategies from the command line.
@Suite struct CombineTests {
  private func object(_ arguments: String...) throws -> [String: Any] {
    let answer = try CommandLineTool.run(["combine"] + arguments + ["--json"])
    #expect(answer.status == 0, "\(answer)")
    return try #require(try answer.objects().first)
  }

  private func expect(_ value: Any?, _ expected: [Double]) {
    let numbers = value as? [Double] ?? []
    #expect(
      numbers.count == expected.count
        && zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(numbers)")
  }

  @Test func `gradients are combined, with a certificate`() throws {
    let mgda = try object("mgda", "--gradients", "[[1,0],[-1,1]]")
    expect(mgda["weights"], [0.6, 0.4])
    expect(mgda["direction"], [0.2, 0.4])
    let certificate = try #require(mgda["certificate"] as? [String: Double])
    #expect(abs(try #require(certificate["leastDescent"]) - 0.2) < 1e-9)
    #expect(try #require(certificate["residual"]) < 1e-12)
    #expect(mgda["gradients"] == nil)
  }

  @Test func `settings and losses are followed`() throws {
    let pair = "[[1,0],[-1,1]]"
    expect(
      try object("caGrad", "--gradients", pair, "--set", "convergence=0.4")["direction"],
      [0.2, 0.5])
    expect(
      try object("static", "--gradients", pair, "--set", "weights=[2,1]")["direction"], [1, 1])
    expect(try object("si", "--gradients", pair, "--losses", "[1,4]")["weights"], [1, 0.25])
    expect(
      try object("equal", "--gradients", pair, "--set", "scale=mean")["direction"], [0, 0.5])
  }

  @Test func `changed gradients are shown`() throws {
    let changed = try object(
      "dbMTL", "--gradients", "[[1,0],[-1,1]]", "--losses", "[1,4]", "--set", "decay=0")
    expect((changed["gradients"] as? [[Double]])?.last, [-0.25, 0.25])
    expect(changed["direction"], [0.292893, 0.707107])
  }

  @Test func `draws follow the seed`() throws {
    let rows = "[[1,0],[-1,1]]"
    let weights = try ["1", "1", "2"].map {
      try object("rlw", "--gradients", rows, "--seed", $0)["weights"] as? [Double]
    }
    #expect(weights[0] == weights[1] && weights[0] != weights[2])
  }

  @Test func `gradients may come from standard input, and go into a table`() throws {
    let answer = try CommandLineTool.run("combine", "mgda", "--gradients", "-", input: "[[3,4]]")
    #expect(answer.status == 0, "\(answer)")
    #expect(answer.output.contains("direction      [3, 4]"), "\(answer)")
    #expect(answer.output.contains("no loss rises"))
  }

  @Test(arguments: [
    (["nahsMTL", "--gradients", "[[1]]"], "did you mean 'nashMTL'?"),
    (["mgda", "--gradients", "[[1,"], "--gradients is not JSON"),
    (["mgda", "--gradients", "[[NaN]]"], "--gradients is not JSON"),
    (["mgda", "--gradients", "[1,2]"], "--gradients is not JSON"),
    (["mgda", "--gradients", "[[1,2],[1]]"], "the gradient of task 1 has 1 numbers"),
    (["mgda", "--gradients", "[]"], "there are no gradients"),
    (["mgda", "--gradients", "[[]]"], "give rows of one length"),
    (["si", "--gradients", "[[1]]"], "si reads the losses"),
    (["si", "--gradients", "[[1]]", "--losses", "[1,2]"], "--losses has 2 numbers for 1"),
    (["si", "--gradients", "[[1]]", "--losses", "[-1]"], "the loss of task 0 is -1.0"),
    (["caGrad", "--gradients", "[[1]]", "--set", "convergence"], "expected name=value"),
    (["caGrad", "--gradients", "[[1]]", "--set", "convergance=1"], "did you mean 'convergence'?"),
    (
      ["caGrad", "--gradients", "[[1]]", "--set", "convergence=-1"], "must be finite and 0 or more"
    ),
    (["mgda", "--gradients", "[[1]]", "--set", "scale=summ"], "did you mean 'sum'?"),
    (["si", "--gradients", "[[1]]", "--losses", "[1]", "--set", "a=1"], "unknown key 'a'"),
    (["static", "--gradients", "[[1]]", "--set", "weights=[1,2]"], "2 numbers for 1 tasks"),
  ])
  func `what is wrong is said in a sentence`(arguments: [String], words: String) throws {
    expectRefusal(try CommandLineTool.run(["combine"] + arguments), saying: words)
  }

  @Test func `strategies are listed, for people and for programs`() throws {
    let table = try CommandLineTool.run("list", "strategies")
    #expect(table.status == 0 && table.output.contains("caGrad"))
    let objects = try CommandLineTool.run("list", "strategies", "--json").objects()
    #expect(objects.count == 26)
    let line = try #require(objects.first { $0["name"] as? String == "caGrad" })
    #expect(line["needs"] as? String == "gram")
    let settings = try #require(line["settings"] as? [[String: String]])
    #expect(settings.first?["name"] == "convergence" && settings.first?["standard"] == "0.5")
  }

  @Test func `one strategy is told of in full`() throws {
    let account = try CommandLineTool.run("list", "strategies", "famo")
    #expect(account.status == 0)
    for words in ["learningRate", "0.025", "Liu et al. 2023", "the losses after each step"] {
      #expect(account.output.contains(words), "\(account.output)")
    }
    expectRefusal(
      try CommandLineTool.run("list", "strategies", "fammo"), saying: "did you mean 'famo'?")
  }
}
