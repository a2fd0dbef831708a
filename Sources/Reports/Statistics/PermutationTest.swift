/// How often chance alone would part two groups as far as they are: a test of equal means.
///
/// If both groups came from one distribution, every way of dealing the scores to the two groups
/// would be equally likely; the p-value is the share of those ways whose means differ at least as
/// much as the observed (Fisher 1935). No shape of the distribution is assumed, and with few runs
/// the test is exact.
package struct PermutationTest: Codable, Equatable, Sendable {
  /// The mean of the first group minus that of the second.
  package var meanDifference: Double
  /// The two-sided p-value in 0...1.
  package var pValue: Double
  /// The least p-value that these numbers of runs can give, when all of one group beat all of the
  /// other.
  package var smallestPossible: Double
  /// Whether all ways were counted; otherwise `draws` random ones were, and the observed one.
  package var isExact: Bool

  /// Ways up to which all are counted: 8 against 8 runs have 12,870.
  static let exactLimit = 20_000
  static let draws = 20_000

  /// Nothing when a group has fewer than two runs.
  package init?(_ first: [Double], _ second: [Double], using indices: inout some IndexSource) {
    guard first.count > 1, second.count > 1 else { return nil }
    meanDifference = first.mean - second.mean
    let pooled = first + second
    let ways = waysToChoose(first.count, of: pooled.count)
    // Both extremes count, but they are one and the same only when the halves can be swapped.
    smallestPossible = (first.count == second.count ? 2 : 1) / ways
    let total = pooled.reduce(0, +)
    func distance(_ sum: Double) -> Double {
      abs(sum / Double(first.count) - (total - sum) / Double(second.count))
    }
    // Sums taken in another order differ in their last bits: such ties count as ties.
    let scale = pooled.lazy.map(abs).max() ?? 0
    let observed = distance(first.reduce(0, +)) - scale * 1e-12
    isExact = ways <= Double(Self.exactLimit)
    if isExact {
      var extreme = 0.0
      forEachSum(ofChoosing: first.count, from: pooled[...]) { sum in
        if distance(sum) >= observed { extreme += 1 }
      }
      pValue = extreme / ways
    } else {
      var shuffled = pooled
      var extreme = 0
      for _ in 0..<Self.draws {
        for place in 0..<first.count {
          shuffled.swapAt(place, place + indices.index(below: shuffled.count - place))
        }
        if distance(shuffled[..<first.count].reduce(0, +)) >= observed { extreme += 1 }
      }
      pValue = Double(extreme + 1) / Double(Self.draws + 1)
    }
  }
}

/// p-values made honest for having asked several questions at once (Holm 1979), in the given order.
///
/// The smallest of m is multiplied by m, the next by m - 1 and so on, none falling below its
/// predecessor: the chance of any false finding stays below the level that they are compared with.
package func holmAdjusted(_ pValues: [Double]) -> [Double] {
  let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, pValues[index] * Double(pValues.count - rank)))
    adjusted[index] = largest
  }
  return adjusted
}

/// The binomial coefficient as a Double, which holds any that matters here.
private func waysToChoose(_ chosen: Int, of total: Int) -> Double {
  (0..<min(chosen, total - chosen)).reduce(1) { ways, index in
    (ways * Double(total - index) / Double(index + 1)).rounded()
  }
}

/// Calls `body` with the sum of every choice of `count` values.
private func forEachSum(
  ofChoosing count: Int, from values: ArraySlice<Double>, startingAt sum: Double = 0,
  _ body: (Double) -> Void
) {
  guard count > 0 else { return body(sum) }
  guard let first = values.first, values.count >= count else { return }
  let rest = values.dropFirst()
  forEachSum(ofChoosing: count - 1, from: rest, startingAt: sum + first, body)
  forEachSum(ofChoosing: count, from: rest, startingAt: sum, body)
}
