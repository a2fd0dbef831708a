import Glibc

/// Student's t distribution, as far as the power of a paired comparison needs it.
package enum StudentDistribution {
  /// The value below which a share `probability` in 0..<1 lies, for so many degrees of freedom.
  package static func quantile(_ probability: Double, degrees: Int) -> Double {
    precondition(probability > 0 && probability < 1 && degrees > 0)
    if probability < 0.5 { return -quantile(1 - probability, degrees: degrees) }
    var (low, high) = (0.0, 1.0)
    while cumulative(high, degrees: degrees) < probability { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if cumulative(middle, degrees: degrees) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The value below which a share `probability` of at least a half of a normal distribution lies.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 1 - erfc(middle / 2.0.squareRoot()) / 2 < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// The share below t ≥ 0, by the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4.
  static func cumulative(_ t: Double, degrees: Int) -> Double {
    let theta = atan(t / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(theta), cos(theta))
    var inside: Double
    if degrees.isMultiple(of: 2) {
      var term = 1.0
      inside = 1
      for k in stride(from: 2, to: degrees, by: 2) {
        term *= cosine * cosine * Double(k - 1) / Double(k)
        inside += term
      }
      inside *= sine
    } else {
      var term = cosine
      var sum = degrees > 1 ? term : 0
      for k in stride(from: 3, to: degrees, by: 2) {
        term *= cosine * cosine * Double(k - 1) / Double(k)
        sum += term
      }
      inside = 2 / Double.pi * (theta + sine * sum)
    }
    return 0.5 + inside / 2
  }
}

/// The smallest true mean difference that a two-sided paired t test at `level` finds with
/// probability `power`, if differences scatter as these do: (t₁₋α⸍₂ + t_power) s / √n.
///
/// The approximation of the noncentral by the central distribution; missing below two differences.
package func minimalDetectableEffect(
  of differences: [Double], level: Double = 0.95, power: Double = 0.8
) -> Double? {
  guard differences.count > 1 else { return nil }
  let degrees = differences.count - 1
  let factor =
    StudentDistribution.quantile((1 + level) / 2, degrees: degrees)
    + StudentDistribution.quantile(power, degrees: degrees)
  return factor * differences.standardError
}
