import Agents
import Experiments
import NeuralNetworks
import TestSupport
import Testing

/// What an experiment file says, laid over the defaults.
@Suite struct ConfigReadingTests {
  private func dqn(_ yaml: String, _ overrides: [String] = []) throws -> DQNSettings {
    let config = try Samples.read(yaml, overrides)
    guard case .dqn(let settings) = config.agent else {
      Issue.record("the agent is \(config.agent.name)")
      return DQNSettings()
    }
    return settings
  }

  @Test func `what is not said has its default`() throws {
    let config = try Samples.read("{name: x}")
    var expected = ExperimentConfig()
    expected.name = "x"
    #expect(config == expected)
    let settings = try dqn("agent: {dqn: {network: {hidden: [8]}}}")
    #expect(settings.network.hidden == [8])
    #expect(settings.network.activation == DQNSettings().network.activation)
    #expect(settings.replay == DQNSettings().replay)
    #expect(try Samples.read("agent: dqn").agent == AgentSettings())
  }

  @Test func `a key without a value is refused, null where it means something is not`() throws {
    #expect(try dqn("agent: {dqn: {maximumGradientNorm: 3}}").maximumGradientNorm == 3)
    #expect(try dqn("agent: {dqn: {maximumGradientNorm: null}}").maximumGradientNorm == nil)
    #expect(
      Samples.refusal("budget:\n  steps:\n") == "x.yaml:2:9: budget.steps: a value is missing here")
  }

  @Test func `a choice is a name, a name with settings, or a number where one can stand for it`()
    throws
  {
    #expect(
      try dqn("agent: {dqn: {optimizer: adam}}").optimizer == .adam(Adam.Settings()))
    var sgd = SGD.Settings()
    sgd.momentum = 0.9
    #expect(try dqn("agent: {dqn: {optimizer: {sgd: {momentum: 0.9}}}}").optimizer == .sgd(sgd))
    let rate = try dqn("agent: {dqn: {optimizer: {adam: {learningRate: 2.3e-3}}}}").optimizer
    #expect(rate.learningRate == .constant(2.3e-3))
    let ramp = "{linear: {from: 1e-3, to: 0, steps: 100_000}}"
    #expect(
      try dqn("agent: {dqn: {optimizer: {adam: {learningRate: \(ramp)}}}}").optimizer.learningRate
        == .linear(from: 1e-3, to: 0, steps: 100_000))
    #expect(try dqn("agent: {dqn: {gradientSteps: 128}}").gradientSteps == .fixed(128))
    #expect(try dqn("agent: {dqn: {gradientSteps: collected}}").gradientSteps == .collected)
    #expect(try dqn("agent: {dqn: {loss: huber}}").loss == .huber(delta: 1))
    #expect(try dqn("agent: {dqn: {target: double}}").target == .double)
    #expect(
      try dqn("agent: {dqn: {targetUpdate: {polyak: {rate: 0.01}}}}").targetUpdate
        == .polyak(rate: 0.01))
    #expect(try Samples.read("agent: random").agent == .random)
    #expect(try Samples.read("agent: {random: {}}").agent == .random)
  }

  /// Laying settings of one alternative over defaults of another would mix them up.
  @Test func `a memory is a cell with settings, or none`() throws {
    func recurrence(_ text: String) throws -> RecurrenceSettings? {
      let yaml = "agent: {ppo: {network: {recurrence: \(text)}}}"
      guard case .ppo(let settings) = try Samples.read(yaml).agent else { return nil }
      return settings.network.recurrence
    }
    #expect(try recurrence("null") == nil)
    #expect(try recurrence("gru") == .gru(.init()))
    #expect(try recurrence("{lstm: {units: 32}}") == .lstm(.init(units: 32)))
    let refusal = Samples.refusal("agent: {a2c: {network: {recurrence: gru}}}")
    #expect(refusal?.contains("recurrence: is heeded by ppo alone") == true, "\(refusal ?? "")")
  }

  @Test func `another choice than the default does not inherit the default's settings`() throws {
    let chosen = try dqn("agent: {dqn: {optimizer: {rmsProp: {}}}}").optimizer
    #expect(chosen == .rmsProp(RMSProp.Settings()))
  }

  @Test func `numbers may be written the ways that YAML and people write them`() throws {
    for (text, steps) in [
      ("100_000", 100_000), ("1e5", 100_000), ("100000.0", 100_000), ("+7", 7), ("'12'", 12),
    ] {
      #expect(try Samples.read("budget: {steps: \(text)}").budget.steps == steps)
    }
    #expect(try Samples.read("checkpoint: {seconds: 1_0.5}").checkpoint.seconds == 10.5)
    let largest = UInt64.max - 1
    #expect(try Samples.read("seeds: {root: \(largest), runs: 1}").seeds.root == largest)
  }

  @Test func `overrides are applied in order, over the file`() throws {
    let yaml = "agent: {dqn: {discountFactor: 0.5}}\nbudget: {steps: 10}"
    let settings = try dqn(
      yaml,
      [
        "agent.dqn.discountFactor=0.9", "agent.dqn.discountFactor=0.8",
        "agent.dqn.network.hidden=[4, 5]", "agent.dqn.optimizer={sgd: {momentum: 0.5}}",
      ])
    #expect(settings.discountFactor == 0.8)
    #expect(settings.network.hidden == [4, 5])
    #expect(settings.optimizer.chosen.name == "sgd")
    #expect(try Samples.read(yaml, ["agent=random"]).agent == .random)
    #expect(try Samples.read(yaml, ["name=a=b"]).name == "a=b")
    #expect(try dqn(yaml, ["agent.dqn.maximumGradientNorm="]).maximumGradientNorm == nil)
  }

  @Test func `aliases and merged anchors mean what they point at`() throws {
    let yaml = """
      name: &word twice
      variant: *word
      agent: {dqn: {network: {hidden: &sizes [3, 4]}}}
      """
    #expect(try Samples.read(yaml).variant == "twice")
    #expect(try dqn(yaml).network.hidden == [3, 4])
  }

  @Test(arguments: [
    ("dqn: {replay: {learningStarts: 5000}}", "agent.dqn.replay.learningStarts asks for 5000"),
    ("sac: {replay: {learningStarts: 5000}}", "agent.sac.replay.learningStarts"),
  ])
  func `a budget that ends before learning begins is warned of`(agent: String, words: String)
    throws
  {
    func warnings(steps: Int) throws -> [String] {
      try Samples.read(
        """
        environment: {id: \(agent.hasPrefix("sac") ? "Pendulum-v1" : "CartPole-v1")}
        agent: {\(agent)}
        budget: {steps: \(steps)}
        """
      ).warnings
    }
    #expect(try warnings(steps: 5000).count == 1)
    #expect(try warnings(steps: 5000).first?.contains(words) == true)
    #expect(try warnings(steps: 5001).isEmpty)
  }

  @Test func `quick mode keeps every part and makes it small`() throws {
    var config = try Samples.read("budget: {steps: 999_999}\nenvironment: {copies: 3}")
    config.shrinkForTrial()
    #expect(config.budget.steps == 3999)
    #expect(config.variant == "main-quick")
    try config.validate()
    guard case .dqn(let settings) = config.agent else { return }
    #expect(settings.replay.learningStarts < config.budget.steps)
  }
}
