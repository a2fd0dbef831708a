import Agents
import Environments
import Experiments
import Foundation
import NeuralNetworks
import Sweeps
import TestSupport
import Testing

/// What a sweep file may say, and the sentences with which it is refused.
@Suite struct SweepConfigTests {
  static let start = """
    name: s
    experiment: {budget: {steps: 400}, evaluation: {every: 100}, agent: {ppo: {segmentLength: 50, \
    minibatchSize: 50}}}

    """

  static func plan(
    _ yaml: String, _ choices: SweepPlan.Choices = .init()
  ) throws -> SweepPlan {
    try SweepPlan.parse(yaml, name: "s.yaml", choices: choices, catalogue: Samples.catalogue)
  }

  /// The one search of a file without arms.
  static func read(
    _ yaml: String, _ choices: SweepPlan.Choices = .init()
  ) throws -> SweepConfig {
    try plan(yaml, choices).common
  }

  static func refusal(_ yaml: String) -> String? {
    do {
      _ = try plan(yaml)
      return nil
    } catch { return error is ConfigError ? "\(error)" : "not a ConfigError: \(error)" }
  }

  @Test func `every kind of range is read`() throws {
    let config = try Self.read(
      Self.start + """
        method: random
        parameters:
          agent.ppo.optimizer.adam.learningRate: {distribution: log_uniform_values, min: 1e-4, max: 1e-2}
          agent.ppo.discountFactor: {min: 0.9, max: 0.99}
          agent.ppo.epochs: {min: 2, max: 8}
          agent.ppo.traceDecay: {distribution: q_uniform, min: 0.5, max: 1, q: 0.1}
          agent.ppo.network.hidden: {values: [[16], [32, 32]]}
          agent.ppo.clipValues: {values: [true, false], probabilities: [0.25, 0.75]}
          agent.ppo.entropyCoefficient: {value: 0.01}
        """)
    let ranges = config.space.parameters.map(\.range)
    #expect(ranges[0] == .real(lowest: 1e-4, highest: 1e-2, scale: .logarithmic))
    #expect(ranges[1] == .real(lowest: 0.9, highest: 0.99))
    #expect(ranges[2] == .integer(lowest: 2, highest: 8))
    #expect(ranges[3] == .real(lowest: 0.5, highest: 1, step: 0.1))
    #expect(ranges[4] == .choice([.text("[16]"), .text("[32, 32]")]))
    #expect(ranges[5] == .choice([.boolean(true), .boolean(false)], probabilities: [0.25, 0.75]))
    #expect(ranges[6] == .constant(.number(0.01)))
    #expect(config.trials == 30 && config.seeds == [1, 2, 3] && config.method == .random)
    #expect(config.metric == SweepMetric(name: "finalReturn", goal: .maximize))
    let values: [ParameterValue] = [
      .number(0.002), .number(0.95), .integer(3), .number(0.6), .text("[32, 32]"), .boolean(true),
      .number(0.01),
    ]
    let made = try config.experiment(with: values, variant: "7", seeds: [4, 5])
    guard case .ppo(let ppo) = made.agent else { throw ConfigError(path: "", problem: "no ppo") }
    #expect(ppo.discountFactor == 0.95 && ppo.epochs == 3 && ppo.network.hidden == [32, 32])
    #expect(made.name == "s" && made.variant == "7" && made.seeds.all == [4, 5])
  }

  @Test func `what is written after defaults reads as the same sweep`() throws {
    let plan = try Self.plan(
      Self.start + """
        method: {tpe: {startupTrials: 3}}
        earlyTerminate: {hyperband: {reductionFactor: 4}}
        confirm: {seeds: 4}
        metric: {name: meanReturn}
        parameters: {agent.ppo.discountFactor: {min: 0.9, max: 0.99}}
        """)
    let again = try SweepPlan.parse(
      plan.yaml(), name: "sweep.yaml", catalogue: Samples.catalogue)
    #expect(again.yaml() == plan.yaml())
    #expect(again.common.space == plan.common.space)
    #expect(again.common.earlyTerminate == plan.common.earlyTerminate)
    #expect(plan.yaml().contains("maximumResource: 400"))
  }

  @Test func `a grid has as many trials as points, and overrides go where they belong`() throws {
    let yaml =
      Self.start + """
        method: grid
        parameters: {agent.ppo.epochs: {values: [1, 2, 3]}, agent.ppo.clipRange: {values: [0.1, 0.2]}}
        """
    #expect(try Self.read(yaml).trials == 6)
    var choices = SweepPlan.Choices()
    choices.overrides = ["seedsPerTrial=2", "budget.steps=600"]
    choices.trials = 4
    let config = try Self.read(yaml, choices)
    #expect(config.trials == 4 && config.seeds.count == 2 && config.experiment.budget.steps == 600)
  }

  private static let one = "parameters: {agent.ppo.epochs: {min: 1, max: 3}}\n"

  @Test(arguments: [
    (one + "run_cap: 3", "s.yaml:4:1: unknown key 'run_cap'; did you mean 'trials'?"),
    (one + "sedsPerTrial: 3", "unknown key 'sedsPerTrial'; did you mean 'seedsPerTrial'?"),
    (one + "trials: 0", "s.yaml:4:9: trials: must lie in 1...1000000"),
    (one + "method: randm", "method: expected one of grid, random"),
    (one + "method: {tpe: {startup: 3}}", "did you mean 'startupTrials'?"),
    (one + "earlyTerminate: {median: {startupTrials: 0}}", "earlyTerminate.median.startupTrials"),
    (one + "metric: {name: finalRetrn}", "did you mean 'finalReturn'?"),
    (
      one + "metric: {name: policy/entropy}",
      "say whether policy/entropy is to be small or large: goal: minimize or maximize"
    ),
    (
      one + "metric: {name: policy/entropy, goal: maximize}\nearlyTerminate: median",
      "trials are stopped by the returns of their evaluations"
    ),
    (one + "confirm: {root: 3}", "seed 3 is one of the trials'"),
    (one + "confirm: {seeds: 1}", "confirm.seeds: must lie in 2...10000"),
    ("parameters: {}", "expected settings to vary"),
    ("method: grid", "parameters: expected settings to vary"),
    (
      "parameters: {agent.ppo.epoch: {min: 1, max: 3}}",
      "s.yaml:3:31: parameters.agent.ppo.epoch: its agent.ppo has no setting 'epoch'; did you mean "
        + "'epochs'?"
    ),
    (
      "parameters: {agent.dqn.trainFrequency: {min: 1, max: 3}}",
      "its agent has no setting 'dqn'; it has ppo"
    ),
    (
      "parameters: {agent.ppo.discountFactor: {min: 0.5, max: 1.5}}",
      "the experiment refuses the value 1.5"
    ),
    (
      "parameters: {agent.ppo: {values: [{}]}, agent.ppo.epochs: {values: [1]}}",
      "lies within 'agent.ppo', which is varied as well"
    ),
    ("parameters: {agent.ppo..epochs: {values: [1]}}", "has a dot too many"),
    ("parameters: {agent.ppo.epochs.: {values: [1]}}", "has a dot too many"),
    (
      "parameters: {agent: {ppo: {epochs: {values: [1]}}}}",
      "holds further settings ('ppo'); write each by its whole path"
    ),
    ("parameters: {agent.ppo.epochs: {min: 5, max: 3}}", "lowest value 5 above its highest 3"),
    ("parameters: {agent.ppo.epochs: {values: []}}", "has no values to choose from"),
    (
      "parameters: {agent.ppo.discountFactor: {distribution: log_uniform_values, min: 0, max: 1}}",
      "on a logarithmic scale, so its lowest value must be positive"
    ),
    (
      "parameters: {agent.ppo.discountFactor: {distribution: log_uniform, min: -3, max: 0}}",
      "write log_uniform_values with the bounds themselves"
    ),
    (
      "parameters: {agent.ppo.discountFactor: {distribution: unifrm, min: 0, max: 1}}",
      "there is no distribution 'unifrm'; did you mean 'uniform'?"
    ),
    (
      "parameters: {agent.ppo.epochs: {minn: 1, max: 3}}", "unknown key 'minn'; did you mean 'min'?"
    ),
    (
      "parameters: {agent.ppo.epochs: {values: [1], max: 3}}",
      "'max' does not go with categorical, which takes values, probabilities"
    ),
    ("parameters: {agent.ppo.epochs: {min: a, max: 3}}", "min: expected a number, found 'a'"),
    ("parameters: {seeds.root: {min: 1, max: 3}}", "cannot be varied: every trial has the same"),
    (
      "method: grid\nparameters: {agent.ppo.discountFactor: {min: 0.5, max: 0.9}}",
      "a real range without a step, which a grid cannot list"
    ),
  ])
  func `is refused in one sentence`(rest: String, words: String) throws {
    let sentence = try #require(Self.refusal(Self.start + rest))
    #expect(sentence.contains(words), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test(arguments: [
    ("parameters: {x: {value: 1}}", "experiment: this key is missing"),
    ("experiment: nowhere.yaml\nparameters: {x: {value: 1}}", "there is no file 'nowhere.yaml'"),
    (
      "experiment: {dataset: {builtIn: {name: gradNormToy}}}\nparameters: {x: {value: 1}}",
      "compares ways to learn several tasks from data, which are not swept"
    ),
  ])
  func `an experiment that cannot be swept is refused`(yaml: String, words: String) throws {
    let sentence = try #require(Self.refusal(yaml))
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func `a value that goes with some values of the others is left to the search`() throws {
    // 64 rows make no minibatch of the experiment's 50, but one of 64.
    let config = try Self.read(
      Self.start + """
        parameters:
          agent.ppo.segmentLength: {values: [50, 64]}
          agent.ppo.minibatchSize: {values: [50, 64]}
        """)
    #expect(throws: ConfigError.self) {
      try config.experiment(with: [.integer(64), .integer(50)], variant: "1", seeds: [1])
    }
  }
}
