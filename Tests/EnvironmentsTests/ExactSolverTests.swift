import Environments
import Foundation
import Testing

/// Tables whose solutions are known by heart.
@Suite struct ExactSolverTests {
  /// A table of transitions by state and action, whose first state comes first.
  private func table(_ transitions: [[[Transition]]]) throws -> TransitionTable {
    try TransitionTable(
      stateCount: transitions.count, actionCount: transitions[0].count,
      initialDistribution: transitions.indices.map { $0 == 0 ? 1 : 0 }
    ) { transitions[$0][$1] }
  }

  private func surely(
    _ state: Int, _ reward: Double, ends: Bool = false
  ) -> [Transition] {
    [Transition(probability: 1, nextState: state, reward: reward, terminated: ends)]
  }

  /// A walk over 0…`length`, to the right with a probability, that ends at both ends.
  private func walk(_ length: Int, right: Double, pays: Bool) throws -> TransitionTable {
    try TransitionTable(
      stateCount: length + 1, actionCount: 1,
      initialDistribution: (0...length).map { $0 == length / 2 ? 1 : 0 }
    ) { state, _ in
      [(right, 1), (1 - right, -1)].map { probability, move in
        let next = min(max(state + move, 0), length)
        return Transition(
          probability: probability, nextState: next,
          reward: pays ? (next == length ? 1 : 0) : -1, terminated: next == 0 || next == length)
      }
    }
  }

  @Test func `a discounted choice between now and later`() throws {
    // State 0: take 1 now and end, or wait for 2; state 1: take 2 and end, or stay for nothing.
    let table = try table([
      [surely(0, 1, ends: true), surely(1, 0)], [surely(1, 2, ends: true), surely(1, 0)],
    ])
    for solve in [table.policyIteration(discount:), { try table.valueIteration(discount: $0) }] {
      let patient = try solve(0.9)
      #expect(patient.values == [1.8, 2] && patient.actions == [[1], [0]])
      #expect(patient.expectedReturn == 1.8 && patient.horizon == nil)
      let even = try solve(0.5)
      #expect(even.values == [1, 2] && even.actions == [[0, 1], [0]])
      let hasty = try solve(0.25)
      #expect(hasty.values == [1, 2] && hasty.actions == [[0], [0]])
    }
    #expect(try table.solve().values == [2, 2])
    #expect(try table.solve(horizon: 1).values == [1, 2])
    #expect(try table.solve(horizon: 2).values == [2, 2])
    #expect(try table.solve(horizon: 2).method == .finiteHorizon)
  }

  @Test func `the error bound of value iteration holds`() throws {
    let table = try table([[surely(0, 1), surely(0, 0.5)]])  // worth 1 / (1 - discount)
    for (discount, tolerance) in [(0.5, 1e-2), (0.9, 1e-3), (0.99, 1e-4), (0.999, 1e-6)] {
      let solution = try table.valueIteration(discount: discount, tolerance: tolerance)
      let bound = try #require(solution.errorBound)
      let error = abs(solution.values[0] - 1 / (1 - discount))
      #expect(error <= bound + 1e-10 && bound <= tolerance / pow(1 - discount, 2))
      #expect(solution.actions == [[0]])
    }
    #expect(try table.policyIteration(discount: 0.999).values[0] == 1 / (1 - 0.999))
  }

  @Test func `returns that are not finite are refused in words`() throws {
    let paid = try table([[surely(0, 1)]])
    #expect(throws: SolverError.endless(state: 0)) { try paid.policyIteration() }
    #expect(throws: SolverError.endless(state: 0)) {
      try paid.evaluate(.uniform(states: 1, actions: 1))
    }
    #expect {
      try paid.valueIteration(maximumSweeps: 50)
    } throws: {
      "\($0)" == "the values still changed by 1.0 after 50 sweeps; some return may not be finite: "
        + "give a discount below 1, a horizon or more sweeps"
    }
    #expect {
      try paid.valueIteration(discount: 0.9, maximumSweeps: 5)
    } throws: { "\($0)".hasSuffix("after 5 sweeps; allow more sweeps or a larger tolerance") }
    // Ending is possible, but going round is paid.
    let round = try table([[surely(0, 3, ends: true), surely(0, 1)]])
    #expect {
      try round.solve()
    } throws: {
      "\($0)" == "from state 0 on, rewards never stop, so its return without a discount is not "
        + "finite; give a discount below 1 or a horizon"
    }
    #expect(try round.solve(horizon: 10).values == [12])
  }

  @Test func `where nothing is paid, one may stay for ever`() throws {
    // State 0 may end for -5 or go to state 1 for -1; there one stays for nothing, or ends for -2.
    let table = try table([
      [surely(0, -5, ends: true), surely(1, -1)], [surely(1, 0), surely(1, -2, ends: true)],
    ])
    #expect(try table.policyIteration().values == [-1, 0])
    #expect(try table.valueIteration().values == [-1, 0])
    // No way out at all, and none needed.
    let closed = try self.table([[surely(1, 4), surely(0, 0)], [surely(1, 0), surely(1, -1)]])
    #expect(try closed.policyIteration().values == [4, 0])
    #expect(try closed.policyIteration().actions == [[0], [0]])
  }

  @Test func `gamblers are ruined as the formula says`() throws {
    let (right, length) = (0.45, 20)
    let ratio = (1 - right) / right
    let table = try walk(length, right: right, pays: true)
    let policy = TabularPolicy.uniform(states: length + 1, actions: 1)
    let exact = try table.evaluate(policy)
    let swept = try table.evaluateBySweeps(policy)
    for state in 1..<length {
      let formula = (pow(ratio, Double(state)) - 1) / (pow(ratio, Double(length)) - 1)
      #expect(abs(exact[state] - formula) < 1e-14)
      #expect(abs(swept[state] - formula) < 1e-11)
    }
    #expect(table.expectedReturn(of: exact) == exact[10])
    // A fair walk takes i·(n - i) steps.
    let steps = try walk(length, right: 0.5, pays: false)
    let durations = try steps.evaluate(policy)
    for state in 1..<length {
      #expect(abs(durations[state] + Double(state * (length - state))) < 1e-10)
    }
    #expect(try steps.evaluate(policy, horizon: 3)[10] == -3)
    #expect(abs(try steps.evaluate(policy, horizon: 100_000)[10] + 100) < 1e-9)
  }

  @Test func `a table too large for elimination is swept`() throws {
    let count = 1600
    let table = try walk(count - 1, right: 1, pays: true)
    let values = try table.evaluate(
      .choosing([Int](repeating: 0, count: count), among: 1), discount: 0.99)
    #expect(abs(values[count - 2] - 1) < 1e-12 && abs(values[count - 102] - pow(0.99, 100)) < 1e-12)
  }

  @Test func `the spread over first states is weighted`() throws {
    let table = try TransitionTable(
      stateCount: 3, actionCount: 1, initialDistribution: [0.25, 0.75, 0]
    ) { state, _ in surely(0, [4, 8, 100][state], ends: true) }
    let starts = try table.solve().starts
    #expect(starts.mean == 7 && abs(starts.standardDeviation - 3.0.squareRoot()) < 1e-15)
    #expect(starts.minimum == 4 && starts.maximum == 8)
  }

  @Test func `what cannot be asked is refused in words`() throws {
    let table = try table([[surely(0, 1, ends: true), surely(0, 0, ends: true)]])
    for discount in [-0.1, 1.1, .nan] {
      #expect(throws: SolverError.self) { try table.valueIteration(discount: discount) }
      #expect(throws: SolverError.self) { try table.policyIteration(discount: discount) }
      #expect(throws: SolverError.self) { try table.solve(discount: discount, horizon: 2) }
    }
    #expect(SolverError.discount(2).description.contains("between 0 and 1, not at 2.0"))
    #expect(throws: SolverError.horizon(0)) { try table.backwardInduction(horizon: 0) }
    #expect(SolverError.horizon(0).description == "a horizon must be at least one step, not 0")
    let wrong = TabularPolicy(probabilities: [1])
    #expect(throws: SolverError.policyShape(1, expected: 2)) { try table.evaluate(wrong) }
    #expect(SolverError.policyShape(1, expected: 2).description.contains("needs 2 probabilities"))
    for probabilities in [[0.5, 0.4], [1.5, -0.5], [.nan, 1]] {
      #expect(throws: SolverError.policyProbabilities(state: 0)) {
        try table.evaluate(TabularPolicy(probabilities: probabilities), horizon: 3)
      }
    }
    #expect(SolverError.policyProbabilities(state: 0).description.contains("in state 0"))
  }
}

/// What a table must be, and how it is written.
@Suite struct TransitionTableTests {
  private func failure(
    states: Int = 2, actions: Int = 1, starts: [Double] = [1, 0],
    _ change: (inout Transition) -> Void = { _ in }, isEmpty: Bool = false
  ) -> String? {
    do {
      _ = try TransitionTable(
        stateCount: states, actionCount: actions, initialDistribution: starts
      ) { state, _ in
        var transition = Transition(probability: 1, nextState: 0, reward: 0, terminated: false)
        if state == 1 { change(&transition) }
        return state == 1 && isEmpty ? [] : [transition]
      }
      return nil
    } catch { return "\(error)" }
  }

  @Test func `each violation is a sentence with its place`() {
    #expect(failure() == nil)
    #expect(failure(states: 0, starts: []) == "a table needs at least one state")
    #expect(failure(actions: 0) == "a table needs at least one action")
    #expect(
      failure(starts: [1])
        == "the initial distribution has 1 numbers and must have one for each of the 2 states")
    #expect(
      failure(starts: [1.5, -0.5])
        == "state 1 comes first with probability -0.5, which must be at least 0")
    #expect(
      failure(starts: [0.5, 0.4])
        == "the probabilities of the first state add up to 0.9 and must add up to 1")
    #expect(failure(starts: [0.5, 0.5 + 1e-10]) == nil)
    let place = "state 1, action 0: "
    #expect(failure(isEmpty: true) == place + "nothing may follow, and something must")
    #expect(
      failure { $0.probability = -1 } == place + "a probability is -1.0 and must be at least 0")
    #expect(
      failure { $0.probability = .nan } == place + "a probability is nan and must be at least 0")
    #expect(
      failure { $0.probability = 0.5 }
        == place + "the probabilities add up to 0.5 and must add up to 1")
    #expect(failure { $0.nextState = 2 } == place + "state 2 follows, but the states are 0 to 1")
    #expect(failure { $0.nextState = -1 } == place + "state -1 follows, but the states are 0 to 1")
    #expect(
      failure { $0.reward = .infinity } == place + "a reward is inf and must be finite")
  }

  @Test func `a table is written so that reading gives the same bits`() throws {
    let third = 1.0 / 3
    let table = try TransitionTable(
      stateCount: 2, actionCount: 1, initialDistribution: [third, 1 - third]
    ) { state, _ in
      [
        Transition(probability: third, nextState: 1, reward: -1e-9, terminated: state == 1),
        Transition(probability: 1 - third, nextState: 0, reward: 5, terminated: false),
      ]
    }
    let text = table.json(environment: "Coin-v0", arguments: ["isFair": false, "map": "S/G"])
    #expect(
      text.hasPrefix(
        "{\"environment\": \"Coin-v0\", \"arguments\": {\"isFair\": false, \"map\": \"S/G\"}, "
          + "\"initial_distribution\": [0.3333333333333333, 0.6666666666666667], "))
    #expect(
      text.hasSuffix(
        "\"1\": {\"0\": [[0.3333333333333333, 1, -1e-09, true], "
          + "[0.6666666666666667, 0, 5.0, false]]}}, "
          + "\"transition_fields\": [\"probability\", \"next_state\", \"reward\", \"terminated\"]}"
      ))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(object?.count == 5)
  }
}
