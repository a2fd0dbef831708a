/// The point of least norm in the convex hull of vectors that are given by their Gram matrix.
///
/// Wolfe 1976, "Finding the nearest point in a polytope", as a problem over `u ≥ 0`: where
/// `½ uᵀ(M + τ 1 1ᵀ)u − τ 1ᵀu` is least, `w = u / Σ u` is the point's weights.
package struct MinimumNormPoint {
  /// Not negative, and of sum 1.
  package let weights: [Double]
  /// `max(0, wᵀ M w − minₖ (M w)ₖ)` over the largest squared norm: 0 at the solution.
  package let residual: Double
  /// `‖Σ wₖ gₖ‖²` over the largest squared norm.
  package let squaredNorm: Double
  /// The tasks with weights above 0.
  package let free: [Int]

  /// Whether the hull holds 0 to rounding, so that no direction descends for all tasks.
  package var isZero: Bool { squaredNorm < 1e-14 }

  package init(_ gram: GramMatrix, free guess: [Int] = []) {
    let count = gram.count
    let largest = gram.largestDiagonal
    guard largest > 0, count > 1 else {
      weights = Array(repeating: 1 / Double(count), count: count)
      residual = 0
      squaredNorm = largest > 0 ? 1 : 0
      free = Array(0..<count)
      return
    }
    // Not large beside the smallest gradient, so that it keeps its digits.
    let least = (0..<count).lazy.map { gram[$0, $0] }.filter { $0 > 0 }.min() ?? largest
    let added = least / largest
    let matrix = gram.elements.map { $0 / largest + added }
    var problem = NonNegativeQuadratic(count: count)
    problem.solve(matrix, Array(repeating: added, count: count), free: guess)
    let sum = problem.solution.reduce(0, +)
    let weights = problem.solution.map { $0 / sum }
    let products = gram.descents(ofCombination: weights)
    let square = zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }
    self.weights = weights
    residual = max(0, square - (products.min() ?? 0)) / largest
    squaredNorm = max(0, square) / largest
    free = problem.free
  }
}
