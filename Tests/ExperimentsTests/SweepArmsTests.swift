import Experiments
import Foundation
import Sweeps
import TestSupport
import Testing
import Tracking

/// Sweeps that compare arms: what their files may say, and that all get the same.
@Suite struct SweepArmsTests {
  private static let start = """
    name: s
    experiment:
      environment: {id: CartPole-v1}
      budget: {steps: 400}
      evaluation: {every: 200, episodes: 2, finalEpisodes: 2}
    set: {agent: {ppo: {network: {hidden: [8]}, segmentLength: 50, minibatchSize: 50}}}

    """

  private static let arms = """
    method: random
    trials: 3
    seedsPerTrial: 2
    confirm: {seeds: 3}
    arms:
      - name: ppo
        parameters:
          agent.ppo.optimizer.adam.learningRate: {min: 1e-4, max: 1e-2}
          agent.ppo.epochs: {min: 1, max: 2}
      - name: a2c
        set: {agent: {a2c: {network: {hidden: [8]}, segmentLength: 50}}}
        parameters: {agent.a2c.discountFactor: {min: 0.9, max: 0.99}}

    """

  @Test func `each arm has a search of its own, and all have the same budget`() throws {
    let plan = try SweepConfigTests.plan(Self.start + Self.arms)
    #expect(plan.hasArms && plan.searches.map(\.arm) == ["ppo", "a2c"])
    #expect(plan.searches.map(\.experiment.agent.name) == ["ppo", "a2c"])
    #expect(plan.searches.map(\.space.parameters.count) == [2, 1])
    for search in plan.searches {
      #expect(search.trials == 3 && search.seeds == [1, 2] && search.budget == 400)
      #expect(search.settings.confirm?.all == [1_000_001, 1_000_002, 1_000_003])
    }
    let again = try SweepConfigTests.plan(plan.yaml())
    #expect(again.yaml() == plan.yaml())
    #expect(again.searches.map(\.space) == plan.searches.map(\.space))
    var choices = SweepPlan.Choices()
    choices.quick = true
    let quick = try SweepConfigTests.plan(Self.start + Self.arms, choices)
    #expect(quick.name == "s-quick" && quick.searches.allSatisfy { $0.seeds.count == 1 })
    #expect(try SweepConfigTests.plan(quick.yaml()).yaml() == quick.yaml())
  }

  @Test func `common parameters are those of every arm, and a confirmation is the default`() throws
  {
    let plan = try SweepConfigTests.plan(
      Self.start + """
        parameters: {agent.ppo.epochs: {values: [1, 2]}}
        arms:
          - {name: "1", set: {agent.ppo.clipRange: 0.1}}
          - {name: wide, set: {agent.ppo.clipRange: 0.3}, parameters: {agent.ppo.traceDecay: {value: 1}}}
        """)
    #expect(plan.searches.map(\.arm) == ["1", "wide"])
    #expect(
      plan.searches[1].space.parameters.map(\.path) == ["agent.ppo.epochs", "agent.ppo.traceDecay"])
    #expect(plan.common.settings.confirm?.seeds == 10)
    #expect(try SweepConfigTests.plan(plan.yaml()).yaml() == plan.yaml())
  }

  private static let epochs = "parameters: {agent.ppo.epochs: {values: [1, 2]}}\n"

  private static func expect(_ words: String, of yaml: String) throws {
    let sentence = try #require(SweepConfigTests.refusal(start + yaml))
    #expect(sentence.contains(words), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  private static let lists: [(String, String)] = [
    ("[]", "arms: expected a list of two or more arms to compare"),
    ("", "found nothing"),
    ("{a: {}, b: {}}", "found a mapping"),
    ("[{name: a}]", "found only one"),
    ("[{name: a}, b]", "arms[1]: expected an arm, such as {name: ppo"),
    (
      "[{name: a}, {name: a}]",
      "s.yaml:8:26: arms[1].name: there is an arm 'a' already; give each arm a name of its own"
    ),
    ("[{name: a}, {set: {}}]", "arms[1].name: expected the name of the arm"),
    ("[{name: a}, {name: ../b}]", "arms[1].name: becomes a folder"),
    ("[{name: a}, {name: b}]\nconfirm: null", "confirm: arms are compared on the seeds of the"),
    ("[{name: a}, {name: b}]\nmethod: randm", "s.yaml:9:9: method: expected one of grid"),
  ]

  @Test(arguments: lists)
  func `a list of arms that cannot be is refused`(list: String, words: String) throws {
    try Self.expect(words, of: Self.epochs + "arms: " + list)
  }

  /// What the second of two arms says besides its name.
  private static let seconds: [(String, String)] = [
    ("parametrs: {}", "arms[1]: unknown key 'parametrs'; did you mean 'parameters'?"),
    ("trials: 9", "'trials' is the same for all arms; write it at the top"),
    ("set: [1]", "arms.b.set: expected settings of the experiment by their paths"),
    (
      "parameters: {agent.ppo.epoch: {values: [1]}}",
      "arms.b.parameters.agent.ppo.epoch: its agent.ppo has no setting 'epoch'; did you mean"
    ),
    (
      "set: {agent: {a2c: {segmentLength: 50}}}",
      "has no setting 'ppo'; it has a2c; this parameter is common to all arms: write it under those"
    ),
    (
      "parameters: {agent.ppo.epochs: {values: [3]}}",
      "arms.b.parameters.agent.ppo.epochs: is varied for all arms under the common parameters"
    ),
    (
      "parameters: {agent.ppo: {values: [{}]}}",
      "arms.b.parameters.agent.ppo: overlaps 'agent.ppo.epochs', which is varied for all arms"
    ),
    ("set: {agent.ppo.epochz: 3}", "arms.b.agent.ppo: unknown key 'epochz'"),
    (
      "set: {budget.steps: 800}",
      "arms.b.budget.steps: is 800, and 400 in arm a; arms are compared at equal budgets"
    ),
    ("set: {environment.id: Acrobot-v1}", "arms.b.environment.id: is Acrobot-v1"),
    ("set: {seeds.root: 7}", "arms.b.seeds.root: is 7, and 1 in arm a"),
    (
      "parameters: {budget.steps: {values: [400, 800]}}",
      "arms.b.parameters.budget.steps: cannot be varied where arms are compared"
    ),
  ]

  @Test(arguments: seconds)
  func `an arm that cannot be is refused before anything runs`(
    keys: String, words: String
  ) throws {
    try Self.expect(words, of: Self.epochs + "arms: [{name: a}, {name: b, \(keys)}]\n")
  }

  @Test func `an arm whose agent cannot act in the world, or has nothing to vary, is refused`()
    throws
  {
    try Self.expect("arms.a.parameters: expected settings", of: "arms: [{name: a}, {name: b}]\n")
    try Self.expect(
      "arms.b.",
      of: """
        arms:
          - {name: a, parameters: {agent.ppo.epochs: {values: [1, 2]}}}
          - {name: b, set: {agent: {td3: {}}}, parameters: {agent.td3.batchSize: {values: [8, 16]}}}
        """)
    try Self.expect(
      "its grid has 4 points to try, and that of arm a 2; arms get equal numbers of trials",
      of: Self.epochs + """
        method: grid
        arms: [{name: a}, {name: b, parameters: {agent.ppo.traceDecay: {values: [0.9, 1]}}}]
        """)
  }

  @Test func `arms take turns, and only their best points are confirmed, on the same seeds`() throws
  {
    try withTemporaryDirectory { place in
      let folder = SweepFolder(path: place.path)
      let plan = try SweepConfigTests.plan(Self.start + Self.arms)
      func run(_ limit: Int?) throws -> SweepRunner.Result {
        try SweepRunner(plan, in: folder, command: ["test"], stop: StopSignal()) { _, _ in }
          .run(width: 1, limit: limit)
      }
      #expect(try run(3).states.map(\.endedCount) == [2, 1])
      let result = try run(nil)
      #expect(result.states.map(\.endedCount) == [3, 3] && result.planned == 6)
      for (search, state) in zip(plan.searches, result.states) {
        #expect(try folder.state(of: search) == state)
        let best = try #require(state.best).trial.number
        let scores = try search.confirmed(.best(trial: best), in: folder)
        #expect(scores.keys.sorted() == [1_000_001, 1_000_002, 1_000_003])
        #expect(try search.confirmed(.base, in: folder).isEmpty)
      }
      // Another arm's journal is not taken for one's own.
      let paths = plan.searches.map { Journal.path(in: folder.folder(of: $0).path) }
      try FileManager.default.removeItem(atPath: paths[1])
      try FileManager.default.copyItem(atPath: paths[0], toPath: paths[1])
      #expect { _ = try run(nil) } throws: { "\($0)".contains("it is of arm 'ppo'") }
    }
  }
}
