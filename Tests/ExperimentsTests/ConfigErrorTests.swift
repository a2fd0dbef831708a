import Experiments
import Foundation
import NeuralNetworks
import TestSupport
import Testing

/// The names that may stand for an agent.
private let agents = AgentSettings.alternatives.map(\.name).joined(separator: ", ")

/// What is wrong in a configuration is told in one sentence: where, what, and what to do.
///
@Suite struct ConfigErrorTests {
  @Test(arguments: [
    // Unknown keys, with the nearest one.
    ("budgit: {steps: 5}", "x.yaml:1:1: unknown key 'budgit'; did you mean 'budget'?"),
    (
      "name: a\nagent:\n  dqn:\n    discountfactor: 0.9\n",
      "x.yaml:4:5: agent.dqn: unknown key 'discountfactor'; did you mean 'discountFactor'?"
    ),
    (
      "agent: {dqn: {optimizer: {adam: {learninRate: 1}}}}",
      "x.yaml:1:34: agent.dqn.optimizer.adam: unknown key 'learninRate'; "
        + "did you mean 'learningRate'?"
    ),
    ("agent: {random: {x: 1}}", "x.yaml:1:18: agent.random: unknown key 'x'"),
    (
      "agent: {dqn: {}}\nevaluation: {stochastic: true}",
      "x.yaml:2:26: evaluation.stochastic: needs an agent whose evaluations can draw actions from "
        + "its policy (ppo, a2c, reinforce), which dqn is not"
    ),
    // Wrong types.
    (
      "budget: {steps: many}",
      "x.yaml:1:17: budget.steps: expected a whole number, found 'many'"
    ),
    ("budget: {steps: 1.5}", "x.yaml:1:17: budget.steps: expected a whole number, found '1.5'"),
    ("budget: {steps: [1]}", "x.yaml:1:17: budget.steps: expected a whole number, found a list"),
    ("budget: 3", "x.yaml:1:9: budget: expected a mapping of settings, found '3'"),
    (
      "agent: {dqn: {network: {hidden: 5}}}",
      "x.yaml:1:33: agent.dqn.network.hidden: expected a list, found '5'"
    ),
    (
      "agent: {dqn: {network: {hidden: [5, x]}}}",
      "x.yaml:1:37: agent.dqn.network.hidden[1]: expected a whole number, found 'x'"
    ),
    ("name: {a: b}", "x.yaml:1:7: name: expected a text, found a mapping"),
    (
      "checkpoint: {seconds: .nan}",
      "x.yaml:1:23: checkpoint.seconds: expected a number, found '.nan'"
    ),
    (
      "seeds: {root: -1}", "x.yaml:1:15: seeds.root: expected a whole number, 0 or more, found '-1'"
    ),
    // Choices.
    ("agent: dqm", "x.yaml:1:8: agent: 'dqm' is not one of \(agents); did you mean 'dqn'?"),
    (
      "agent: {dqn: {}, random: {}}",
      "x.yaml:1:8: agent: one of \(agents) is wanted here, but 'dqn' and 'random' were chosen"
    ),
    ("agent: {}", "x.yaml:1:8: agent: one of \(agents) is wanted here, but nothing was chosen"),
    // Ranges.
    (
      "agent: {dqn: {optimizer: {adam: {learningRate: -1e-3}}}}",
      "x.yaml:1:48: agent.dqn.optimizer.adam.learningRate: must never be below 0, but is -0.001"
    ),
    (
      "agent: {dqn: {exploration: 2}}",
      "x.yaml:1:28: agent.dqn.exploration.constant.epsilon: must be in 0...1, but is 2.0"
    ),
    ("budget: {steps: 0}", "x.yaml:1:17: budget.steps: must lie in 1...10¹², but is 0"),
    (
      "budget: {steps: 10}\nenvironment: {copies: 3}",
      "x.yaml:1:17: budget.steps: must be a multiple of environment.copies (3), which are stepped "
        + "together, but is 10"
    ),
    // What does not fit together.
    (
      "environment:\n  id: CartPole-1",
      "x.yaml:2:7: environment.id: there is no environment \"CartPole-1\"; did you mean "
        + "\"CartPole-v1\"?"
    ),
    (
      "environment: {settings: {gravty: 1}}",
      "x.yaml:1:25: environment.settings: CartPole-v1 has no setting \"gravty\"; did you mean "
        + "\"gravity\"?"
    ),
    // Not a mapping.
    ("- a\n- b", "x.yaml:1:1: expected a mapping of settings at the top"),
    (
      "seeds:\n  root: 3\n  root: 4",
      "x.yaml:2:3: the mapping that begins here gives 'root' twice; keep one of them"
    ),
    ("", "x.yaml: the file is empty; write an experiment"),
    ("# nothing but a comment\n", "x.yaml: the file is empty; write an experiment"),
  ])
  func `a mistake is named with its place`(yaml: String, sentence: String) {
    #expect(Samples.refusal(yaml) == sentence)
  }

  @Test func `what is not YAML is told with its line`() {
    for yaml in ["name: [1, 2", "name: 'a", "\tname: x", "a: b: c", "name: *nobody", "%x\n"] {
      let sentence = Samples.refusal(yaml) ?? "accepted"
      #expect(sentence.hasPrefix("x.yaml: not valid YAML: "), "\(yaml): \(sentence)")
      #expect(sentence.contains("line "), "\(sentence)")
      #expect(!sentence.contains("\n"), "\(sentence)")
    }
  }

  @Test func `an agent that cannot act in the environment is refused`() throws {
    let sentence = try #require(Samples.refusal("environment: {id: Pendulum-v1}\nagent: dqn"))
    #expect(sentence.hasPrefix("x.yaml:2:8: agent.dqn: "))
    #expect(sentence.contains("discrete"))
  }

  @Test(arguments: [
    "replay: {capacity: 1e12}", "replay: {capacity: 9223372036854775807}",
    "replay: {capacity: 1_000_000_000}", "replay: {batchSize: 1e12}",
    "replay: {batchSize: 9223372036854775807}", "network: {hidden: [1000000000000]}",
    "network: {hidden: [9223372036854775807]}", "network: {hidden: [4_000_000_000, 4_000_000_000]}",
    "replay: {capacity: 2, batchSize: 100_000_000}",
  ])
  func `what does not fit into memory is refused before it is taken`(setting: String) throws {
    let sentence = try #require(Samples.refusal("agent: {dqn: {\(setting)}}"))
    #expect(sentence.hasPrefix("x.yaml:1:"), "\(sentence)")
    #expect(sentence.contains("lower") || sentence.contains("smaller"), "\(sentence)")
  }

  @Test func `a wrong override is named as such`() throws {
    let refusals = [
      ("agent.dqn.discountFactor=2", "agent.dqn.discountFactor: must be in 0...1, but is 2.0"),
      ("agent.dqn.discount=1", "agent.dqn: unknown key 'discount'; did you mean 'discountFactor'?"),
      ("budget.steps", "expected path=value, such as agent.dqn.discountFactor=0.9"),
      ("=3", "expected path=value, such as agent.dqn.discountFactor=0.9"),
      ("budget.steps=x", "budget.steps: expected a whole number, found 'x'"),
    ]
    for (override, sentence) in refusals {
      #expect(Samples.refusal("name: a", [override]) == "--set \(override): \(sentence)")
    }
    #expect(Samples.refusal("name: a", ["name=["])?.hasPrefix("--set name=[: not valid") == true)
  }

  @Test func `names that cannot be folders are refused`() {
    for name in ["''", "../up", ".hidden", "a/b", "'   '", "\"a\\nb\"", "---"] {
      #expect(Samples.refusal("name: \(name)") != nil, "\(name)")
    }
  }

  @Test func `files that cannot be read say why`() throws {
    try withTemporaryDirectory { folder in
      func refusal(_ path: String) -> String {
        do {
          _ = try ExperimentConfig.load(path: path, catalogue: Samples.catalogue)
          return "accepted"
        } catch { return "\(error)" }
      }
      #expect(refusal(folder.path + "/x.yaml").contains("there is no such file"))
      #expect(refusal(folder.path).contains("is a folder"))
      let binary = folder.appending(path: "b.yaml")
      try Data([0xFF, 0xFE, 0x00, 0x9F]).write(to: binary)
      #expect(refusal(binary.path).contains("is not a YAML text in UTF-8"))
      try Data(repeating: 0x61, count: 2 << 20).write(to: binary)
      #expect(refusal(binary.path).contains("less than 1 MiB"))
    }
  }

  /// Files from elsewhere must not bring the program down.
  @Test func `deep nesting and exploding aliases are refused`() {
    let deep = "name: " + String(repeating: "[", count: 200_000)
    #expect(Samples.refusal(deep) != nil)
    let closed =
      "name: " + String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000)
    #expect(Samples.refusal(closed) != nil)
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(Samples.refusal(bomb) != nil)
  }
}
