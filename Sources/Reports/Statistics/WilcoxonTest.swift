import Glibc

/// How often chance alone would make paired differences lean to one side as much as they do.
///
/// The signed-rank test (Wilcoxon 1945): if either sign of each difference were equally likely, the
/// sum of the ranks of the positive ones would have a known distribution. Differences of 0 say
/// nothing and are dropped, as Wilcoxon did; equal sizes share the mean of their ranks. Equal is
/// what differs by less than 10⁻¹² of the largest, which is rounding. The
/// distribution given these ranks, ties included, is counted exactly up to 60 differences; above,
/// the normal approximation is used, with the correction for ties and for continuity.
package struct WilcoxonTest: Codable, Equatable, Sendable {
  /// The sum of the ranks of the positive differences.
  package var positiveRankSum: Double
  /// Differences that are not 0 but for rounding.
  package var count: Int
  /// The two-sided p-value in 0...1.
  package var pValue: Double
  /// The least p-value that this number of differences can give, when all have one sign.
  package var smallestPossible: Double

  /// Below this many pairs no outcome reaches 5 %: 2 / 2⁵ = 0.0625.
  package static let fewestPairs = 6
  static let exactLimit = 60

  /// Nothing when there are fewer than `fewestPairs` differences, or any is not finite.
  package init?(_ differences: [Double]) {
    guard differences.count >= Self.fewestPairs, differences.allSatisfy(\.isFinite) else {
      return nil
    }
    let rounding = 1e-12 * (differences.map(abs).max() ?? 0)
    let sizes = differences.filter { abs($0) > rounding }.sorted { abs($0) < abs($1) }
    count = sizes.count
    guard count > 0 else {
      (positiveRankSum, pValue, smallestPossible) = (0, 1, 1)
      return
    }
    // Twice the rank, which is whole also where ties share a rank.
    var doubled = [Int](repeating: 0, count: sizes.count)
    var tieTerm = 0.0
    var start = 0
    while start < sizes.count {
      var end = start + 1
      while end < sizes.count, abs(sizes[end]) - abs(sizes[start]) <= rounding { end += 1 }
      for place in start..<end { doubled[place] = start + end + 1 }
      let ties = Double(end - start)
      tieTerm += ties * ties * ties - ties
      start = end
    }
    let positive = zip(sizes, doubled).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    positiveRankSum = Double(positive) / 2
    smallestPossible = pow(2, 1 - Double(count))
    pValue =
      count <= Self.exactLimit
      ? Self.exact(positive, ranks: doubled)
      : Self.approximate(positiveRankSum, count: count, tieTerm: tieTerm)
  }

  /// The share of all choices of signs whose sum is at least as far from the middle.
  private static func exact(_ observed: Int, ranks: [Int]) -> Double {
    let total = ranks.reduce(0, +)
    var shares = [Double](repeating: 0, count: total + 1)
    shares[0] = 1
    var reached = 0
    for rank in ranks {
      for sum in stride(from: reached + rank, through: 0, by: -1) {
        let without = sum <= reached ? shares[sum] : 0
        let with = sum >= rank ? shares[sum - rank] : 0
        shares[sum] = (without + with) / 2
      }
      reached += rank
    }
    let tail = min(observed, total - observed)
    return min(1, 2 * shares[...tail].reduce(0, +))
  }

  private static func approximate(_ sum: Double, count: Int, tieTerm: Double) -> Double {
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - tieTerm / 48
    guard variance > 0 else { return 1 }
    let distance = max(0, abs(sum - n * (n + 1) / 4) - 0.5) / variance.squareRoot()
    return min(1, erfc(distance / 2.0.squareRoot()))
  }
}
