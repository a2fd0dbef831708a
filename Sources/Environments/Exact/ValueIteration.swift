extension TransitionTable {
  /// The optimum without a horizon, by sweeps of `v(s) ← maxₐ Σ p·(r + γ·v(s'))` from `v = 0`.
  ///
  /// Bellman (1957), "Dynamic programming"; Sutton & Barto (2018), section 4.4. With `γ < 1` it
  /// always converges. Without a discount it does where the best policies end episodes with
  /// probability 1 (Bertsekas & Tsitsiklis 1991, "An analysis of stochastic shortest path
  /// problems") and where all rewards are at least 0 and returns are finite; elsewhere it throws.
  ///
  /// - Parameters:
  ///   - discount: γ, from 0 to 1.
  ///   - tolerance: the change of the largest value, relative to it (and at least to 1), at which
  ///     the sweeps end.
  ///   - maximumSweeps: the sweeps after which it gives up.
  /// - Throws: `SolverError.notConverged`, or `.discount` for one outside 0…1.
  public func valueIteration(
    discount: Double = 1, tolerance: Double = 1e-13, maximumSweeps: Int = 100_000
  ) throws(SolverError) -> ExactSolution {
    try check(discount: discount)
    var values = [Double](repeating: 0, count: stateCount)
    var next = values
    var change = Double.infinity
    for sweep in 1...max(1, maximumSweeps) {
      change = 0
      var largest = 1.0
      for state in 0..<stateCount {
        next[state] = bestValue(in: state, discount: discount, following: values)
        change = max(change, abs(next[state] - values[state]))
        largest = max(largest, abs(next[state]))
      }
      swap(&values, &next)
      if change <= tolerance * largest {
        return solution(.valueIteration, values, discount: discount, iterations: sweep)
      }
    }
    throw .notConverged(sweeps: max(1, maximumSweeps), change: change, discount: discount)
  }
}
