import Experiments
import MultiTask
import Testing

@Suite struct LandscapeConfigTests {
  private func config(_ text: String, _ overrides: String...) throws -> LandscapeConfig {
    try .parse(text, name: "x.yaml", overrides: overrides)
  }

  @Test(arguments: [
    ("stepz: 3", "x.yaml:1:1: unknown key 'stepz'; did you mean 'steps'?"),
    (
      "problem: {toy: {scal: 1}}",
      "x.yaml:1:17: problem.toy: unknown key 'scal'; did you mean 'scale'?"
    ),
    (
      "problem: {toy: {scale: 0}}",
      "x.yaml:1:24: problem.toy.scale: "
        + "must be finite and above 0, but is 0.0"
    ),
    ("starts: []", "x.yaml:1:9: starts: must have a point, but is []"),
    (
      "strategies: [equal, eqal]",
      "did you mean 'equal'?"
    ),
    (
      "strategies: [equal, equal]",
      "x.yaml:1:21: strategies[1]: "
        + "must not be there twice, but is equal"
    ),
    ("optimizer: adagrad", "'adagrad' is not one of sgd, adam"),
  ]) func `what is wrong is told in a sentence`(text: String, sentence: String) {
    do {
      _ = try config(text)
      Issue.record("must be refused")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }

  @Test func `a start is two numbers`() throws {
    #expect(try config("starts: [[1, 2.5]]").starts == [[1, 2.5]])
    #expect(throws: ConfigError.self) { try config("starts: [[1, 2, 3]]") }
    #expect(throws: ConfigError.self) { try config("starts: [1]") }
  }

  @Test func `a configuration with all defaults reads as itself`() throws {
    let some = try config(
      "{problem: {toy: {scale: 0.1}}, strategies: [equal, {equal: {scale: mean}}]}", "steps=7")
    #expect(some.steps == 7)
    #expect(try config(some.yaml()) == some)
    #expect(some.facts == "toy {scale: 0.1}, 7 steps of adam with learning rate 0.001")
  }

  @Test func `strategies are told apart by what is not standard`() throws {
    let some = try config("strategies: [equal, {equal: {scale: mean}}]")
    #expect(
      try LandscapeExperiment(some).strategies.map(\.label) == ["equal", "equal {scale: mean}"])
    let all = try LandscapeExperiment(config("name: all"))
    #expect(Set(all.strategies.map(\.label)).isSuperset(of: ["equal", "rlw"]))
  }

  @Test func `results do not depend on the number of threads or on what is compared`() throws {
    let text = "{strategies: [rlw, equal, famo], steps: 300, problem: {toy: {offset: 21}}}"
    let experiment = try LandscapeExperiment(config(text))
    let one = try experiment.run(width: 1)
    let three = try experiment.run(width: 3)
    #expect(one.map(\.paths) == three.map(\.paths))
    let alone = try LandscapeExperiment(config(text, "strategies=[rlw]")).run(width: 1)
    #expect(alone[0].paths == one[0].paths)
    let other = try LandscapeExperiment(config(text, "seed=2")).run(width: 1)
    #expect(other[0].paths != one[0].paths && other[1].paths == one[1].paths)
  }
}
