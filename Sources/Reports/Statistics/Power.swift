/// What a paired comparison could find, and how many seeds would find more.
package struct Power: Codable, Equatable, Sendable {
  package var name: String
  package var baseline: String
  /// Seeds in common.
  package var seeds: Int
  /// The smallest true difference that eight of ten such experiments would find.
  package var minimalDetectableEffect: Double
  /// A difference that one may want to find.
  package var effect: Double?
  /// Seeds with which eight of ten experiments would find it; missing above a thousand.
  package var seedsNeeded: Int?

  /// Nothing where the comparison says nothing of the spread of differences.
  init?(of comparison: PairedComparison, effect: Double?) {
    guard let detectable = comparison.minimalDetectableEffect else { return nil }
    (name, baseline) = (comparison.name, comparison.baseline)
    seeds = comparison.differences.count
    minimalDetectableEffect = detectable
    self.effect = effect
    let spread = comparison.differences.standardDeviation
    seedsNeeded = effect.flatMap { Reports.seedsNeeded(toFind: $0, spread: spread) }
  }
}

/// The least number of seeds, six at least, with which a two-sided paired test at `level` finds a
/// true mean difference with probability `power`, if single differences scatter by `spread`.
///
/// The approximation of `minimalDetectableEffect`; six, because below no signed-rank test can
/// reach 5 %. Missing above a thousand, and for a difference that is not above 0.
package func seedsNeeded(
  toFind effect: Double, spread: Double, level: Double = 0.95, power: Double = 0.8
) -> Int? {
  guard effect > 0, spread.isFinite else { return nil }
  func finds(_ n: Int) -> Bool {
    let factor =
      StudentDistribution.quantile((1 + level) / 2, degrees: n - 1)
      + StudentDistribution.quantile(power, degrees: n - 1)
    return factor * spread / Double(n).squareRoot() <= effect
  }
  var (low, high) = (WilcoxonTest.fewestPairs, 1000)
  guard finds(high) else { return nil }
  while low < high {
    let middle = (low + high) / 2
    if finds(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
