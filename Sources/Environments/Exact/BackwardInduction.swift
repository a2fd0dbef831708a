extension TransitionTable {
  /// The optimum of episodes that are cut after `horizon` steps, computed from their end.
  ///
  /// `v₀ = 0` and `vₕ(s) = maxₐ Σ p·(r + γ·vₕ₋₁(s'))` with `h` steps to go (Puterman 1994, section
  /// 4.5): exact but for rounding. The best policy knows the steps to go; an agent that does not
  /// see them can do as well at most.
  ///
  /// - Parameters:
  ///   - discount: γ, from 0 to 1.
  ///   - horizon: the time limit, at least 1.
  /// - Throws: `SolverError` for a horizon below 1 or a discount outside 0…1.
  public func backwardInduction(
    horizon: Int, discount: Double = 1
  ) throws(SolverError) -> ExactSolution {
    try check(discount: discount)
    guard horizon >= 1 else { throw .horizon(horizon) }
    var later = [Double](repeating: 0, count: stateCount)
    var values = later
    var sweeps = 0
    while sweeps < horizon {
      sweeps += 1
      for state in 0..<stateCount {
        values[state] = bestValue(in: state, discount: discount, following: later)
      }
      // Values that did not change at all will not change any more.
      if values == later || sweeps == horizon { break }
      swap(&values, &later)
    }
    return ExactSolution(
      method: .finiteHorizon, discount: discount, horizon: horizon, values: values,
      actions: (0..<stateCount).map { bestActions(in: $0, discount: discount, following: later) },
      iterations: sweeps, residual: 0, errorBound: 0, starts: spread(of: values))
  }
}
