import Glibc

/// A Gaussian process over the points of a search, conditioned on what was measured there.
///
/// Rasmussen & Williams (2006), "Gaussian processes for machine learning", algorithm 2.1. The kernel
/// is Matérn's with smoothness 5/2 and a relevance of its own for each axis, after Snoek, Larochelle
/// & Adams (2012); categories are 1 apart if they differ (Hamming distance).
package struct GaussianProcess {
  /// What is fitted: all positive.
  package struct Hyperparameters: Equatable {
    /// One over the square of each axis's length scale.
    package var relevances: [Double]
    /// The variance of the function.
    package var signal: Double
    /// The variance of the noise.
    package var noise: Double

    package init(relevances: [Double], signal: Double, noise: Double) {
      self.relevances = relevances
      self.signal = signal
      self.noise = noise
    }
  }

  package let points: [UnitSpace.Point]
  package let hyperparameters: Hyperparameters
  package let categorical: [Bool]
  private let factor: Cholesky
  /// `K⁻¹ y`.
  private let coefficients: [Double]
  private let inverse: [Double]

  /// - Parameter values: standardized, one for each point.
  /// - Returns: nothing if the kernel's matrix cannot be factored.
  package init?(
    points: [UnitSpace.Point], values: [Double], categorical: [Bool],
    hyperparameters: Hyperparameters
  ) {
    self.points = points
    self.hyperparameters = hyperparameters
    self.categorical = categorical
    let count = points.count
    var matrix = Array(repeating: 0.0, count: count * count)
    for i in 0..<count {
      for j in 0..<i {
        let distance = Self.distance(
          points[i], points[j], hyperparameters.relevances, categorical)
        matrix[i * count + j] = hyperparameters.signal * matern(distance).value
      }
      matrix[i * count + i] = hyperparameters.signal + hyperparameters.noise
    }
    guard let factor = Cholesky.jittered(matrix, size: count) else { return nil }
    self.factor = factor
    coefficients = factor.solve(values)
    inverse = factor.inverse()
  }

  /// The weighted squared distance of two points.
  private static func distance(
    _ left: UnitSpace.Point, _ right: UnitSpace.Point, _ relevances: [Double],
    _ categorical: [Bool]
  ) -> Double {
    var sum = 0.0
    for axis in left.indices {
      let difference = left[axis] - right[axis]
      sum +=
        relevances[axis] * (categorical[axis] ? (difference == 0 ? 0 : 1) : difference * difference)
    }
    return sum
  }

  /// The covariances of a point with all measured ones, and their slopes in the squared distance.
  private func covariances(_ point: UnitSpace.Point) -> (values: [Double], slopes: [Double]) {
    var values = Array(repeating: 0.0, count: points.count)
    var slopes = values
    for (index, other) in points.enumerated() {
      let kernel = matern(
        Self.distance(point, other, hyperparameters.relevances, categorical))
      values[index] = hyperparameters.signal * kernel.value
      slopes[index] = hyperparameters.signal * kernel.slope
    }
    return (values, slopes)
  }

  /// The mean and the standard deviation of the function at a point, noise left out.
  package func predict(_ point: UnitSpace.Point) -> (mean: Double, deviation: Double) {
    let covariances = covariances(point).values
    var solved = covariances
    factor.solveLower(&solved)
    let variance = hyperparameters.signal - sum(solved, solved)
    return (sum(covariances, coefficients), max(variance, 1e-18).squareRoot())
  }

  /// As `predict`, with the gradients along the axes; those of categories are zero.
  package func predictWithGradient(
    _ point: UnitSpace.Point
  ) -> (mean: Double, deviation: Double, meanSlope: [Double], deviationSlope: [Double]) {
    let (values, slopes) = covariances(point)
    let count = points.count
    var solved = Array(repeating: 0.0, count: count)
    inverse.withUnsafeBufferPointer { rows in
      values.withUnsafeBufferPointer { values in
        guard let rows = rows.baseAddress, let values = values.baseAddress else { return }
        for i in 0..<count { solved[i] = dot(rows + i * count, values, count) }
      }
    }
    let variance = max(hyperparameters.signal - sum(values, solved), 1e-18)
    let deviation = variance.squareRoot()
    var meanSlope = Array(repeating: 0.0, count: point.count)
    var deviationSlope = meanSlope
    for (index, other) in points.enumerated() {
      for axis in point.indices where !categorical[axis] {
        let slope =
          2 * slopes[index] * hyperparameters.relevances[axis] * (point[axis] - other[axis])
        meanSlope[axis] += coefficients[index] * slope
        deviationSlope[axis] -= solved[index] * slope / deviation
      }
    }
    return (sum(values, coefficients), deviation, meanSlope, deviationSlope)
  }
}

private func sum(_ left: [Double], _ right: [Double]) -> Double {
  left.withUnsafeBufferPointer { left in
    right.withUnsafeBufferPointer { right in
      guard let a = left.baseAddress, let b = right.baseAddress else { return 0 }
      return dot(a, b, left.count)
    }
  }
}

/// Matérn's kernel with smoothness 5/2 as a function of the squared distance, and its slope.
@inline(__always)
package func matern(_ squared: Double) -> (value: Double, slope: Double) {
  let distance = (5 * squared).squareRoot()
  let decay = exp(-distance)
  return (
    (1 + distance + distance * distance / 3) * decay, -(5.0 / 6) * (1 + distance) * decay
  )
}
