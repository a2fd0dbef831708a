/// Minimizes `F(w) = ⟨g_w, g₀⟩ + c‖g₀‖ ‖g_w‖` over the simplex, `g₀` the mean of the gradients.
///
/// `F` is least where `½‖g_w‖² + λ⟨g_w, g₀⟩` is, for the `λ` with `‖g_w‖ = λ c‖g₀‖`. The former is a
/// point of least norm, of the gradients shifted by `λ g₀`; `‖g_w‖/λ` falls with `λ`. As long as
/// the same weights are above 0, `w` is linear in `λ`, so the equation for `λ` is quadratic: that
/// root is taken, between bounds that close in.
package struct ConflictAverseWeights {
  /// Not negative, and of sum 1.
  package private(set) var weights: [Double]
  /// `c‖g₀‖/‖g_w‖`, or 0 where `g_w` is 0.
  package private(set) var factor = 0.0
  /// `max(0, ⟨w, ∇F⟩ − minₖ ∇Fₖ)` over the largest squared norm.
  package private(set) var residual = 0.0

  package init(_ gram: GramMatrix, convergence: Double) {
    let count = gram.count
    let largest = gram.largestDiagonal
    weights = Array(repeating: 1 / Double(count), count: count)
    guard largest > 0, convergence > 0 else { return }
    let unit = GramMatrix(count: count, elements: gram.elements.map { $0 / largest })
    let mean = unit.meanProducts
    let meanSquare = mean.reduce(0, +) / Double(count)
    let radius = convergence * max(0, meanSquare).squareRoot()
    guard radius > 1e-14 else { return }

    var search = Search(gram: unit, mean: mean, meanSquare: meanSquare, radius: radius)
    search.run()
    weights = search.weights
    let products = unit.descents(ofCombination: weights)
    let square = zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }
    // Shorter than this is the rounding of 0.
    guard square > 1e-15 else { return }
    factor = radius / square.squareRoot()
    let slopes = zip(mean, products).map { $0 + factor * $1 }
    let inner = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    residual = max(0, inner - (slopes.min() ?? inner))
  }
}

/// The search for `λ`.
private struct Search {
  package let gram: GramMatrix
  /// `⟨gₖ, g₀⟩`.
  package let mean: [Double]
  package let meanSquare: Double
  /// `c‖g₀‖`.
  package let radius: Double
  package private(set) var weights: [Double] = []
  private var free: [Int] = []

  package init(gram: GramMatrix, mean: [Double], meanSquare: Double, radius: Double) {
    (self.gram, self.mean, self.meanSquare, self.radius) = (gram, mean, meanSquare, radius)
  }

  package mutating func run() {
    // No combination is longer than the longest gradient, whose length is 1 here.
    var (low, high) = (0.0, 1 / radius)
    var lambda = min(high, meanSquare.squareRoot() / radius)
    for _ in 0..<100 {
      solve(lambda)
      let length = gram.norm(ofCombination: weights)
      let excess = length - lambda * radius
      if abs(excess) <= 1e-14 * lambda * radius { return }
      if excess > 0 { low = lambda } else { high = lambda }
      guard high - low > 1e-15 * high else { return }
      let root = root(near: lambda)
      lambda = root.flatMap { $0 > low && $0 < high ? $0 : nil } ?? (low + high) / 2
    }
  }

  /// Minimizes `½‖g_w‖² + λ⟨g_w, g₀⟩`.
  private mutating func solve(_ lambda: Double) {
    let shifted = gram.shifted(by: lambda, meanProducts: mean)
    let point = MinimumNormPoint(shifted, free: free)
    (weights, free) = (point.weights, point.free)
  }

  /// The `λ` that solves the equation, were the weights above 0 to stay the same ones.
  private func root(near lambda: Double) -> Double? {
    let count = free.count
    // With P = (M + 1 1ᵀ)⁻¹ of the free ones: w = ν P1 − λ P g₀, and 1ᵀ w = 1.
    var matrix = Array(repeating: 0.0, count: count * count)
    for (row, task) in free.enumerated() {
      for (column, other) in free.enumerated() {
        matrix[row * count + column] = gram[task, other] + 1
      }
    }
    var ones = Array(repeating: 1.0, count: count)
    var slopes = free.map { mean[$0] }
    let isDefinite = matrix.withUnsafeMutableBufferPointer { matrix in
      guard let start = matrix.baseAddress, factorCholesky(start, count: count) else {
        return false
      }
      ones.withUnsafeMutableBufferPointer {
        if let vector = $0.baseAddress { solveCholesky(start, stride: count, count: count, vector) }
      }
      slopes.withUnsafeMutableBufferPointer {
        if let vector = $0.baseAddress { solveCholesky(start, stride: count, count: count, vector) }
      }
      return true
    }
    guard isDefinite else { return nil }
    let (sum, slope) = (ones.reduce(0, +), slopes.reduce(0, +))
    var begin = Array(repeating: 0.0, count: gram.count)
    var change = begin
    for (place, task) in free.enumerated() {
      begin[task] = ones[place] / sum
      change[task] = slope / sum * ones[place] - slopes[place]
    }
    let (first, second) = (
      gram.descents(ofCombination: begin), gram.descents(ofCombination: change)
    )
    func product(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // a λ² + 2 b λ + c = 0
    let (a, b, c) = (
      product(change, second) - radius * radius, product(change, first), product(begin, first)
    )
    let root = max(0, b * b - a * c).squareRoot()
    let candidates = [
      b > 0 ? -c / (b + root) : c / (root - b), b > 0 ? -(b + root) / a : (root - b) / a,
    ]
    return candidates.filter { $0 > 0 && $0.isFinite }.min { abs($0 - lambda) < abs($1 - lambda) }
  }
}
