import Glibc

/// Solves `(M w)ₖ = wₖ^(−p)` with `w > 0`, for gradients of unit length with targets `aₖ wₖ^(−p)`.
///
/// It is where `½ wᵀ M w − Σ aₖ φ(wₖ)` is least, with `φ′(w) = w^(−p)`, a convex function, found by
/// Newton steps that stay inside the positive numbers and descend (Boyd & Vandenberghe 2004,
/// Convex optimization, 9.5).
package struct ProportionalFairness {
  /// Above 0; 0 for a task without a gradient.
  package let weights: [Double]
  /// The largest `|wₖ^p (M w)ₖ − 1|`.
  package let residual: Double
  /// Newton steps.
  package let iterations: Int

  /// - Parameters:
  ///   - gram: Of gradients among which none is 0.
  ///   - power: `p`, above 0.
  /// - Returns: `nil` where there is no such `w`: the hull of the gradients holds 0.
  package init?(_ gram: GramMatrix, power: Double) {
    let norms = gram.norms
    let unit = gram.scaled(by: norms.map { 1 / $0 })
    // M w = w^(−p) with v = n w is C v = a v^(−p), and with v = s x it is C x = (a/c) x^(−p).
    let targets = norms.map { pow($0, power - 1) }
    let size = targets.reduce(0, +) / Double(targets.count)
    var search = NewtonSearch(unit, targets: targets.map { $0 / size }, power: power)
    guard search.run() else { return nil }
    let scale = pow(size, 1 / (1 + power))
    weights = zip(search.point, norms).map { $0 * scale / $1 }
    residual = search.residual
    iterations = search.iterations
  }
}

/// Newton's method for `C x = a x^(−p)`.
private struct NewtonSearch {
  private let count: Int
  private let matrix: [Double]
  private let targets: [Double]
  private let power: Double
  package private(set) var point: [Double]
  private var products: [Double]
  private var step: [Double]
  private var hessian: [Double]
  package private(set) var iterations = 0
  package private(set) var residual = Double.infinity

  package init(_ gram: GramMatrix, targets: [Double], power: Double) {
    count = gram.count
    matrix = gram.elements
    self.targets = targets
    self.power = power
    // The best multiple of the solution for orthogonal gradients, within reason.
    let alone = targets.map { pow($0, 1 / (1 + power)) }
    let square = zip(alone, gram.descents(ofCombination: alone)).reduce(0) { $0 + $1.0 * $1.1 }
    let wanted = alone.reduce(0) { $0 + $1 * $1 }
    let multiple = pow(max(square / wanted, 1e-4), -1 / (1 + power))
    point = alone.map { $0 * multiple }
    products = Array(repeating: 0, count: count)
    step = products
    hessian = matrix
  }

  /// - Returns: Whether a solution was found; none is where the point runs off to infinity.
  package mutating func run() -> Bool {
    updateProducts()
    updateResidual()
    while iterations < 200, residual > 1e-13 {
      let before = residual
      guard let slope = findStep(), let share = shareOfStep(slope: slope) else { break }
      for index in 0..<count { point[index] += share * step[index] }
      updateProducts()
      updateResidual()
      iterations += 1
      // Unit vectors whose combination is this much shorter than its weights hold 0 in their hull.
      guard point.reduce(0, max) < 1e7 * Double(count) else { return false }
      // Newton's steps square the residual until it is rounding.
      if -slope < nearby, residual > before / 2 { break }
    }
    return residual < 1e-6
  }

  private mutating func updateProducts() {
    matrix.withUnsafeBufferPointer { matrix in
      point.withUnsafeBufferPointer { point in
        guard let matrix = matrix.baseAddress, let point = point.baseAddress else { return }
        for row in 0..<count { products[row] = dot(matrix + row * count, point, count) }
      }
    }
  }

  private mutating func updateResidual() {
    residual = 0
    for index in 0..<count {
      let ratio = products[index] * pow(point[index], power) / targets[index]
      residual = max(residual, abs(ratio - 1))
    }
  }

  /// Newton's step.
  ///
  /// - Returns: The function's slope along it; `nil` where rounding leaves none.
  private mutating func findStep() -> Double? {
    for index in 0..<count {
      step[index] = targets[index] * pow(point[index], -power) - products[index]
    }
    let gradient = step
    let isDefinite = hessian.withUnsafeMutableBufferPointer { hessian in
      matrix.withUnsafeBufferPointer { matrix in
        step.withUnsafeMutableBufferPointer { step in
          guard let hessian = hessian.baseAddress, let matrix = matrix.baseAddress,
            let step = step.baseAddress
          else { return false }
          hessian.update(from: matrix, count: count * count)
          for index in 0..<count {
            hessian[index * count + index] +=
              power * targets[index] * pow(point[index], -power - 1)
          }
          guard factorCholesky(hessian, count: count) else { return false }
          solveCholesky(hessian, stride: count, count: count, step)
          return true
        }
      }
    }
    let slope = zip(gradient, step).reduce(0) { $0 - $1.0 * $1.1 }
    return isDefinite && slope < 0 ? slope : nil
  }

  /// How much of the step to go: all, if it stays inside and descends enough.
  private func shareOfStep(slope: Double) -> Double? {
    var share = 1.0
    for index in 0..<count where step[index] < 0 {
      share = min(share, -0.95 * point[index] / step[index])
    }
    var curvature = 0.0
    matrix.withUnsafeBufferPointer { matrix in
      step.withUnsafeBufferPointer { step in
        guard let matrix = matrix.baseAddress, let step = step.baseAddress else { return }
        for row in 0..<count { curvature += step[row] * dot(matrix + row * count, step, count) }
      }
    }
    var linear = 0.0
    for index in 0..<count { linear += step[index] * products[index] }
    // Near the solution the decrease is below rounding, and Newton's step is right.
    if -slope < nearby { return share }
    for _ in 0..<40 {
      var change = share * linear + share * share * curvature / 2
      for index in 0..<count {
        change -= targets[index] * gain(from: point[index], by: share * step[index])
      }
      if change <= 1e-4 * share * slope { return share }
      share /= 2
    }
    return nil
  }

  /// `φ(x + h) − φ(x)`.
  private func gain(from x: Double, by h: Double) -> Double {
    if power == 1 { return log1p(h / x) }
    let exponent = 1 - power
    return pow(x, exponent) * expm1(exponent * log1p(h / x)) / exponent
  }
}

/// Slopes along a step below which the function's decrease is no more than rounding.
private let nearby = 1e-10
