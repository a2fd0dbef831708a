import Glibc

/// Fitting a Gaussian process: the hyperparameters that make what was measured most likely.
///
/// Maximizes the logarithm of the marginal likelihood (Rasmussen & Williams 2006, equation 5.8) plus
/// the logarithms of priors, by L-BFGS from two fixed starts. The priors are wide: length scales are
/// log-normal around `√d / 2` on the unit cube, growing with the number of axes as Hvarfner,
/// Hellsten & Nardi (2024), "Vanilla Bayesian optimization performs great in high dimensions",
/// found necessary; the function's variance is around 1, the noise small.
package struct EvidenceMaximization {
  private let values: [Double]
  private let count: Int
  private let axes: Int
  /// For each pair of points the squared distance along each axis.
  private let squares: [Double]

  package init(points: [UnitSpace.Point], values: [Double], categorical: [Bool]) {
    self.values = values
    count = points.count
    axes = categorical.count
    var squares: [Double] = []
    squares.reserveCapacity(count * (count - 1) / 2 * axes)
    for i in 0..<count {
      for j in 0..<i {
        for axis in 0..<axes {
          let difference = points[i][axis] - points[j][axis]
          squares.append(
            categorical[axis] ? (difference == 0 ? 0 : 1) : difference * difference)
        }
      }
    }
    self.squares = squares
  }

  /// The most likely hyperparameters.
  package func fit(iterations: Int = 30) -> GaussianProcess.Hyperparameters {
    let lower = Array(repeating: log(1e-4), count: axes) + [log(1e-3), log(Self.leastNoise)]
    let upper = Array(repeating: log(1e4), count: axes) + [log(1e3), log(10)]
    let center = -2 * Self.lengthCenter(axes)
    let starts = [
      Array(repeating: center, count: axes) + [0, log(1e-3)],
      Array(repeating: center + 2, count: axes) + [0, log(0.1)],
    ]
    let fits = starts.map { start in
      Minimizer(iterations: iterations).minimize(from: start, lower: lower, upper: upper) {
        loss($0)
      }
    }
    let best = fits.min { $0.value < $1.value }?.point ?? starts[0]
    return GaussianProcess.Hyperparameters(
      relevances: best[0..<axes].map { exp($0) }, signal: exp(best[axes]),
      noise: exp(best[axes + 1]))
  }

  private static let leastNoise = 1e-6

  /// The logarithm of the length scale that is most likely before anything is measured.
  private static func lengthCenter(_ axes: Int) -> Double {
    log(0.5) + 0.5 * log(Double(max(1, axes)))
  }

  /// Minus the logarithm of likelihood times priors at logarithms of the hyperparameters, and its
  /// gradient.
  package func loss(_ logs: [Double]) -> (value: Double, gradient: [Double]) {
    let relevances = logs[0..<axes].map { exp($0) }
    let (signal, noise) = (exp(logs[axes]), exp(logs[axes + 1]))
    var matrix = Array(repeating: 0.0, count: count * count)
    var slopes = Array(repeating: 0.0, count: count * (count - 1) / 2)
    fill(&matrix, &slopes, relevances, signal, noise)
    guard let factor = Cholesky(matrix, size: count) else {
      return (.infinity, Array(repeating: 0, count: logs.count))
    }
    let coefficients = factor.solve(values)
    var value = 0.5 * factor.logDeterminant
    for index in 0..<count { value += 0.5 * values[index] * coefficients[index] }
    var gradient = gradient(
      factor.inverse(), coefficients, matrix, slopes, relevances, noise)
    addPriors(logs, &value, &gradient)
    return (value, gradient)
  }

  private func fill(
    _ matrix: inout [Double], _ slopes: inout [Double], _ relevances: [Double], _ signal: Double,
    _ noise: Double
  ) {
    squares.withUnsafeBufferPointer { squares in
      relevances.withUnsafeBufferPointer { relevances in
        var pair = 0
        for i in 0..<count {
          for j in 0..<i {
            var distance = 0.0
            for axis in 0..<axes { distance += relevances[axis] * squares[pair * axes + axis] }
            let kernel = matern(distance)
            matrix[i * count + j] = signal * kernel.value
            slopes[pair] = signal * kernel.slope
            pair += 1
          }
          matrix[i * count + i] = signal + noise
        }
      }
    }
  }

  /// Half the trace of `(K⁻¹ - α αᵀ) ∂K` for each logarithm.
  private func gradient(
    _ inverse: [Double], _ coefficients: [Double], _ matrix: [Double], _ slopes: [Double],
    _ relevances: [Double], _ noise: Double
  ) -> [Double] {
    var gradient = Array(repeating: 0.0, count: axes + 2)
    gradient.withUnsafeMutableBufferPointer { gradient in
      squares.withUnsafeBufferPointer { squares in
        var pair = 0
        for i in 0..<count {
          for j in 0..<i {
            let weight = inverse[i * count + j] - coefficients[i] * coefficients[j]
            gradient[axes] += weight * matrix[i * count + j]
            let scaled = weight * slopes[pair]
            for axis in 0..<axes { gradient[axis] += scaled * squares[pair * axes + axis] }
            pair += 1
          }
          let weight = inverse[i * count + i] - coefficients[i] * coefficients[i]
          gradient[axes] += 0.5 * weight * (matrix[i * count + i] - noise)
          gradient[axes + 1] += 0.5 * weight * noise
        }
      }
    }
    for axis in 0..<axes { gradient[axis] *= relevances[axis] }
    return gradient
  }

  private func addPriors(_ logs: [Double], _ value: inout Double, _ gradient: inout [Double]) {
    func normal(_ index: Int, _ center: Double, _ deviation: Double) {
      let z = (logs[index] - center) / deviation
      value += 0.5 * z * z
      gradient[index] += z / deviation
    }
    for axis in 0..<axes { normal(axis, -2 * Self.lengthCenter(axes), 2) }
    normal(axes, 0, 1)
    normal(axes + 1, log(1e-3), 3)
  }
}
