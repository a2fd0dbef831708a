import Randomness

/// Costs as a Gaussian process wants them: mean 0, deviation 1, no outliers upward.
package enum CostTransform {
  /// Standardizes costs after drawing in the worse half.
  ///
  /// Costs above the median are replaced by what a normal distribution would have at their rank,
  /// its deviation taken from the better half: Song et al. (2024), "The Vizier Gaussian process
  /// bandit algorithm", section 3.2. Diverged trials then tell that they were bad, not how bad, and
  /// the model spends its accuracy where the minimum is. The order never changes.
  package static func standardized(_ costs: [Double]) -> [Double] {
    // Squares of very large costs would not be finite.
    let largest = costs.reduce(0) { max($0, abs($1)) }
    let warped = drawnIn(largest > 1e100 ? costs.map { $0 / largest } : costs)
    let mean = warped.reduce(0, +) / Double(warped.count)
    let variance = warped.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(warped.count)
    let deviation = variance > 0 ? variance.squareRoot() : 1
    return warped.map { ($0 - mean) / deviation }
  }

  package static func drawnIn(_ costs: [Double]) -> [Double] {
    guard let middle = median(costs) else { return costs }
    let better = costs.filter { $0 < middle }
    let spread = better.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    guard !better.isEmpty, spread > 0 else { return costs.map { $0 > middle ? middle + 1 : $0 } }
    let deviation = (spread / Double(better.count)).squareRoot()
    let distinct = costs.sorted()
    return costs.map { cost in
      guard cost > middle else { return cost }
      // Equal costs share the rank of the first of them.
      let rank = Self.firstIndex(of: cost, in: distinct)
      let place = (Double(rank) + 0.5) / Double(costs.count)
      return middle + deviation * max(0, normalQuantile(place))
    }
  }

  private static func firstIndex(of number: Double, in sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
