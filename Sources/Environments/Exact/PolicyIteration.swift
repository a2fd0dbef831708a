extension TransitionTable {
  /// The optimum without a horizon: evaluate a policy exactly, improve it, until nothing improves.
  ///
  /// Howard (1960), "Dynamic programming and Markov processes"; Sutton & Barto (2018), section 4.3.
  /// Without a discount it begins with a policy under which episodes end wherever they can, as
  /// Bertsekas & Tsitsiklis (1991) require, and takes to states where nothing is paid for ever
  /// where that is better. An action is changed only for a better one.
  ///
  /// - Throws: `SolverError.endless` where returns are not finite, `.discount` for one outside 0…1.
  public func policyIteration(discount: Double = 1) throws(SolverError) -> ExactSolution {
    try check(discount: discount)
    let free = discount < 1 ? [Int?](repeating: nil, count: stateCount) : freeChoices()
    var choices =
      discount < 1 ? [Int](repeating: 0, count: stateCount) : try endingChoices(or: free)
    for iteration in 1...1000 {
      let values = try evaluate(.choosing(choices, among: actionCount), discount: discount)
      let better = improved(choices, values, discount, free)
      if better == choices {
        return solution(.policyIteration, values, discount: discount, iterations: iteration)
      }
      choices = better
    }
    throw .notConverged(sweeps: 1000, change: .infinity, discount: discount)
  }

  /// The choices, changed where another action is better by more than rounding.
  private func improved(
    _ choices: [Int], _ values: [Double], _ discount: Double, _ free: [Int?]
  ) -> [Int] {
    (0..<stateCount).map { state in
      let all = (0..<actionCount).map {
        value(of: $0, in: state, discount: discount, following: values)
      }
      let best = all.max() ?? 0
      let margin = 0.01 * roundingMargin(of: best)
      if best > all[choices[state]] + margin {
        return all.firstIndex(of: best) ?? choices[state]
      }
      if let stay = free[state], values[state] < -margin { return stay }
      return choices[state]
    }
  }

  /// For each state an action by which an episode may end, or by which rewards stop.
  private func endingChoices(or free: [Int?]) throws(SolverError) -> [Int] {
    var choices = [Int?](repeating: nil, count: stateCount)
    func leading(from state: Int, _ isGoal: (Transition) -> Bool) -> Int? {
      (0..<actionCount).first { action in
        self[state, action].contains { $0.probability > 0 && isGoal($0) }
      }
    }
    approach(&choices) { state, known in
      leading(from: state) { $0.terminated || known[$0.nextState] != nil }
    }
    // From states without a choice until now, an episode never ends.
    for state in 0..<stateCount where choices[state] == nil { choices[state] = free[state] }
    approach(&choices) { state, known in
      leading(from: state) { known[$0.nextState] != nil }
    }
    var result: [Int] = []
    for state in 0..<stateCount {
      guard let action = choices[state] else { throw .endless(state: state) }
      result.append(action)
    }
    return result
  }
}
