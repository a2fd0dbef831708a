import Environments
import Randomness
import Simulators
import Testing

/// The exact optima of the toy-text worlds, and what their tables say of `step`.
@Suite struct ToyTextOptimaTests {
  private func world(
    _ name: String, _ settings: [String: SettingValue] = [:]
  ) throws -> any TabularEnvironment {
    try #require(
      try catalogue[name].makeEnvironment(settings: settings) as? any TabularEnvironment)
  }

  private func optimum(
    _ name: String, _ settings: [String: SettingValue] = [:], horizon: Int? = nil
  ) throws -> ExactSolution {
    try TransitionTable(try world(name, settings)).solve(horizon: horizon)
  }

  @Test func `the optima of the lakes`() throws {
    let limited = try optimum("FrozenLake-v1", horizon: 100)
    #expect(abs(limited.expectedReturn - 0.74419) < 5e-6)
    let unlimited = try optimum("FrozenLake-v1")
    #expect(abs(unlimited.expectedReturn - 14.0 / 17) < 1e-12)  // 0.82353
    #expect(abs(try optimum("FrozenLake8x8-v1", horizon: 200).expectedReturn - 0.91322) < 5e-6)
    let dry = try optimum("FrozenLake-v1", ["isSlippery": 0], horizon: 100)
    #expect(dry.expectedReturn == 1)
    #expect(try optimum("FrozenLake8x8-v1", ["isSlippery": 0]).expectedReturn == 1)
  }

  @Test func `the optima of the cliffs`() throws {
    let dry = try optimum("CliffWalking-v1")
    #expect(dry.expectedReturn == -13)
    #expect(dry.actions[36] == [0] && dry.actions[35] == [2])
    #expect(abs(try optimum("CliffWalkingSlippery-v1").expectedReturn - -64.709) < 5e-4)
  }

  @Test func `the optimum of the taxi`() throws {
    let solution = try optimum("Taxi-v4", horizon: 200)
    #expect(abs(solution.starts.mean - 7.93) < 1e-9)
    #expect(abs(solution.starts.standardDeviation - 2.589) < 5e-4)
    #expect(solution.starts.minimum == 3 && solution.starts.maximum == 15)
    #expect(abs(try optimum("Taxi-v4").expectedReturn - 7.93) < 1e-9)
    // Rain costs something. A change of mind saves a way where he wants to go back.
    let rainy = try optimum("Taxi-v4", ["isRainy": 1], horizon: 200).expectedReturn
    let fickle = try optimum("Taxi-v4", ["isFickle": 1], horizon: 200).expectedReturn
    #expect(abs(rainy - 3.95457) < 5e-6 && abs(fickle - 8.38) < 1e-9)
  }

  @Test func `the optima of Blackjack`() throws {
    let sab = try optimum("Blackjack-v1")
    #expect(abs(sab.expectedReturn - -0.04311) < 5e-6)
    #expect(abs(try optimum("Blackjack-v1", ["sab": 0]).expectedReturn - -0.04656) < 5e-6)
    let paid = try optimum("Blackjack-v1", ["sab": 0, "natural": 1]).expectedReturn
    #expect(paid > -0.04656 + 0.5 * 0.04 && paid < 0)
    // Figure 5.2 of Sutton & Barto: stick on 17 and more, hit on 16 against 7 to ace, and so on.
    let world = Blackjack()
    for open in 1...10 {
      var state = Blackjack.State()
      for card in [open, 5] { state.dealer.add(card) }
      for card in [10, 6] { state.player.add(card) }
      let standsOn16 = (2...6).contains(open)
      #expect(sab.actions[world.index(of: state)] == [standsOn16 ? 0 : 1], "\(open)")
      state.player = Blackjack.Hand()
      for card in [10, 7] { state.player.add(card) }
      #expect(sab.actions[world.index(of: state)] == [0])
    }
  }

  @Test func `value iteration and policy iteration agree`() throws {
    for name in ["FrozenLake-v1", "CliffWalkingSlippery-v1", "Taxi-v4", "Blackjack-v1"] {
      let table = try TransitionTable(try world(name))
      for discount in [0.9, 1] {
        let (policy, value) = (
          try table.policyIteration(discount: discount),
          try table.valueIteration(discount: discount)
        )
        for state in 0..<table.stateCount {
          #expect(abs(policy.values[state] - value.values[state]) < 1e-8, "\(name) \(state)")
        }
        #expect(policy.residual < 1e-11 && policy.iterations < 30)
        if discount < 1 {
          #expect(try #require(policy.errorBound) < 1e-10)
        }
      }
    }
  }

  @Test func `whoever takes any of the best actions does best`() throws {
    for (name, settings) in [
      ("FrozenLake-v1", ["isSlippery": 0]), ("FrozenLake8x8-v1", [:]), ("CliffWalking-v1", [:]),
      ("CliffWalkingSlippery-v1", [:]), ("Taxi-v4", ["isRainy": 1]), ("Blackjack-v1", [:]),
    ] as [(String, [String: SettingValue])] {
      let table = try TransitionTable(try world(name, settings))
      for discount in [0.95, 1] {
        let solution = try table.solve(discount: discount)
        let policy = TabularPolicy(
          probabilities: solution.actions.flatMap { best in
            (0..<table.actionCount).map { best.contains($0) ? 1 / Double(best.count) : 0 }
          })
        let values = try table.evaluate(policy, discount: discount)
        for state in 0..<table.stateCount {
          #expect(abs(values[state] - solution.values[state]) < 1e-7, "\(name) \(state)")
        }
      }
    }
    let dry = try optimum("FrozenLake-v1", ["isSlippery": 0])
    #expect(dry.actions[0] == [1, 2] && dry.actions[14] == [2])
  }

  @Test func `a random walk over the lake succeeds in one of sixty`() throws {
    let table = try TransitionTable(FrozenLake())
    let policy = TabularPolicy.uniform(states: 16, actions: 4)
    let values = try table.evaluate(policy, horizon: 100)
    #expect(abs(table.expectedReturn(of: values) - 0.0139) < 5e-5)
    let unlimited = try table.evaluate(policy)
    let swept = try table.evaluateBySweeps(policy)
    #expect(zip(unlimited, swept).allSatisfy { abs($0 - $1) < 1e-10 })
    #expect(zip(unlimited, values).allSatisfy { $0 >= $1 - 1e-12 })
  }

  /// What `step` does is what the table says: outcomes, rewards and endings, and how often.
  private static let worlds: [(String, [String: SettingValue])] = [
    ("FrozenLake-v1", ["successRate": 0.6]), ("CliffWalkingSlippery-v1", [:]),
    ("Taxi-v4", ["isRainy": 1, "isFickle": 1, "fickleProbability": 0.5]),
    ("Blackjack-v1", [:]), ("Blackjack-v1", ["sab": 0, "natural": 1]),
  ]

  @Test(arguments: worlds)
  func `steps follow the table`(name: String, settings: [String: SettingValue]) throws {
    try expectSteps(of: world(name, settings), episodes: name == "Blackjack-v1" ? 60_000 : 1500)
  }

  private struct Choice: Hashable {
    var state, action: Int
  }

  private struct Outcome: Hashable {
    var next: Int
    var reward: Double
    var ends: Bool
  }

  private func expectSteps<E: TabularEnvironment>(of world: E, episodes: Int) throws {
    let table = try TransitionTable(world)
    var seen: [Choice: [Outcome: Int]] = [:]
    var starts = [Int](repeating: 0, count: table.stateCount)
    var random = PCG64(seed: 5)
    var actions = PCG64(seed: 6)
    for _ in 0..<episodes {
      var state = world.initialState(using: &random)
      starts[world.index(of: state)] += 1
      for _ in 0..<40 {
        let choice = Choice(
          state: world.index(of: state), action: actions.integer(below: table.actionCount))
        let step = world.step(from: state, taking: choice.action, using: &random)
        let outcome = Outcome(
          next: world.index(of: step.state), reward: step.reward, ends: step.ending != nil)
        seen[choice, default: [:]][outcome, default: 0] += 1
        state = step.state
        if step.ending != nil { break }
      }
    }
    for (state, count) in starts.enumerated() {
      expectOften(count, of: episodes, table.initialDistribution[state], "start \(state)")
    }
    for (choice, outcomes) in seen {
      let total = outcomes.values.reduce(0, +)
      var expected: [Outcome: Double] = [:]
      for next in table[choice.state, choice.action] {
        expected[
          Outcome(next: next.nextState, reward: next.reward, ends: next.terminated), default: 0] +=
          next.probability
      }
      for outcome in Set(outcomes.keys).union(expected.keys) {
        expectOften(
          outcomes[outcome] ?? 0, of: total, expected[outcome] ?? 0, "\(choice) \(outcome)")
      }
    }
  }

  /// A count within six standard deviations of what its probability says; none if that is 0.
  private func expectOften(_ count: Int, of total: Int, _ probability: Double, _ what: String) {
    let mean = probability * Double(total)
    let deviation = (mean * (1 - min(1, probability))).squareRoot()
    let isLikely = abs(Double(count) - mean) <= 6 * deviation + (probability > 0 ? 3 : 0)
    #expect(isLikely, "\(what): \(count) of \(total), probability \(probability)")
  }
}
