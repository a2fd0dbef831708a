/// Projects combinations of gradients on `{v: ⟨gₖ, v⟩ ≥ 0 for all k}`.
///
/// The projection of `Σ uₖ gₖ` has the weights `u + x` with the `x ≥ 0` that makes it shortest: a
/// quadratic problem in `x`, solved for gradients brought to unit length.
package struct DualCone {
  private let count: Int
  private let norms: [Double]
  private let unit: GramMatrix
  private var problem: NonNegativeQuadratic

  package init(_ gram: GramMatrix, regularization: Double) {
    count = gram.count
    var gram = gram
    let added = regularization * (0..<count).reduce(0) { $0 + gram[$1, $1] }
    for task in 0..<count { gram[task, task] += added }
    // A gradient that is 0 hurts nobody and stays as it is.
    norms = gram.norms.map { $0 > 0 ? $0 : 1 }
    unit = gram.scaled(by: norms.map { 1 / $0 })
    problem = NonNegativeQuadratic(count: count)
  }

  /// The weights of the projection of `Σ uₖ gₖ`, `u` not negative.
  package mutating func project(_ combination: [Double]) -> (weights: [Double], residual: Double) {
    let scaled = zip(combination, norms).map { $0 * $1 }
    let products = unit.descents(ofCombination: scaled)
    // Below this, what points against a gradient is the rounding of 0.
    let least = 1e-15 * scaled.reduce(0, +)
    let against = (0..<count).filter { products[$0] < -least }
    guard !against.isEmpty else { return (combination, 0) }
    problem.solve(unit.elements, products.map { -$0 }, free: against)
    let weights = (0..<count).map { combination[$0] + problem.solution[$0] / norms[$0] }
    return (weights, problem.residual)
  }

  /// The weights of the projections of the `uₖ gₖ`, one by one, added up; `u` not negative.
  package mutating func projectEach(
    _ combination: [Double]
  ) -> (weights: [Double], residual: Double) {
    var pivots = PrincipalPivots(unit)
    var sum = (weights: Array(repeating: 0.0, count: count), residual: 0.0)
    for task in 0..<count {
      var alone = Array(repeating: 0.0, count: count)
      alone[task] = combination[task]
      pivots.solve(task)
      let size = combination[task] * norms[task]
      var part = (
        weights: (0..<count).map { alone[$0] + size * pivots.solution[$0] / norms[$0] },
        residual: pivots.residual
      )
      if !pivots.isExact {
        let other = project(alone)
        if !(part.residual <= other.residual) { part = other }
      }
      for index in 0..<count { sum.weights[index] += part.weights[index] }
      sum.residual = max(sum.residual, part.residual)
    }
    return sum
  }
}
