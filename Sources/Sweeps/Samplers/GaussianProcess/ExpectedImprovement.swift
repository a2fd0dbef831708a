import Glibc

/// The logarithm of the expected improvement over the best value, which stays informative where the
/// improvement itself is too small for a number.
///
/// Ament et al. (2023), "Unexpected improvements to expected improvement for Bayesian
/// optimization", equation 9. For minimization.
package struct LogExpectedImprovement {
  package let process: GaussianProcess
  /// The value to improve on.
  package let best: Double

  package init(process: GaussianProcess, best: Double) {
    self.process = process
    self.best = best
  }

  package func value(at point: UnitSpace.Point) -> Double {
    let (mean, deviation) = process.predict(point)
    return log(deviation) + Self.logImprovement((best - mean) / deviation).value
  }

  package func valueWithGradient(at point: UnitSpace.Point) -> (value: Double, gradient: [Double]) {
    let prediction = process.predictWithGradient(point)
    let deviation = prediction.deviation
    let z = (best - prediction.mean) / deviation
    let (value, slope) = Self.logImprovement(z)
    let gradient = point.indices.map { axis in
      let change = -prediction.meanSlope[axis] - z * prediction.deviationSlope[axis]
      return (slope * change + prediction.deviationSlope[axis]) / deviation
    }
    return (log(deviation) + value, gradient)
  }

  /// `log(φ(z) + z Φ(z))` and its slope in `z`.
  package static func logImprovement(_ z: Double) -> (value: Double, slope: Double) {
    let logDensity = -0.5 * z * z - 0.5 * log(2 * Double.pi)
    if z > -1 {
      let below = normalProbability(z)
      let improvement = exp(logDensity) + z * below
      return (log(improvement), below / improvement)
    }
    // With Mills' ratio R = Φ(z) / φ(z): φ (1 - |z| R), where Φ and φ alone would vanish.
    if z > -25 {
      let ratio = normalProbability(z) / exp(logDensity)
      let rest = 1 + z * ratio
      return (logDensity + log(rest), ratio / rest)
    }
    let square = 1 / (z * z)
    let rest = square * (1 - square * (3 - 15 * square))
    let ratio = -(1 - rest) / z
    return (logDensity + log(rest), ratio / rest)
  }
}
