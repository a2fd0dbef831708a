/// P(X > Y) + ½ P(X = Y) for one run of each drawn at random, averaged over tasks.
///
/// For each task this is the Mann–Whitney U statistic over the number of pairs (Agarwal et al.
/// 2021, section 4.3).
package func probabilityOfImprovement(of first: Scores, over second: Scores) -> Double {
  precondition(
    first.taskCount == second.taskCount,
    "scores of \(first.taskCount) tasks cannot be compared with scores of \(second.taskCount)")
  return (0..<first.taskCount).map { task in
    let (xs, ys) = (first.task(task), second.task(task))
    let wins = xs.reduce(0.0) { sum, x in
      ys.reduce(sum) { $0 + (x > $1 ? 1 : x == $1 ? 0.5 : 0) }
    }
    return wins / Double(xs.count * ys.count)
  }.mean
}

/// What the runs of one variant say against those of another.
package struct Comparison: Codable, Equatable, Sendable {
  package var variant: String
  package var baseline: String
  /// The variant's IQM minus the baseline's; runs of both are drawn independently.
  package var difference: Estimate
  /// The mean over the seeds that both have of (variant - baseline); missing when they share none.
  package var pairedDifference: Estimate?
  package var probabilityOfImprovement: Estimate
  /// A permutation test of equal means; missing when either has fewer than two runs.
  package var test: PermutationTest?
  /// The test's p-value after Holm's correction for all comparisons of the report.
  package var adjustedPValue: Double?
  /// What follows, in words.
  package var verdict: String
}

/// The scores of one variant, by seed.
package struct VariantScores: Sendable {
  package var name: String
  /// Scores of runs on tasks, as the aggregates need them.
  package var scores: Scores
  /// One number a run (with several tasks the mean over them), by seed.
  package var bySeed: [UInt64: Double]

  package init(name: String, scores: Scores, bySeed: [UInt64: Double]) {
    self.name = name
    self.scores = scores
    self.bySeed = bySeed
  }
}

extension Bootstrap {
  /// Compares every variant with the baseline, correcting the tests for their number.
  package func comparisons(
    of variants: [VariantScores], with baseline: VariantScores,
    using indices: inout some IndexSource
  ) -> [Comparison] {
    var comparisons = variants.map { compare($0, with: baseline, using: &indices) }
    let tested = comparisons.indices.filter { comparisons[$0].test != nil }
    let adjusted = holmAdjusted(tested.compactMap { comparisons[$0].test?.pValue })
    for (index, pValue) in zip(tested, adjusted) { comparisons[index].adjustedPValue = pValue }
    for index in comparisons.indices {
      comparisons[index].verdict = comparisons[index].words(
        level: 1 - level, comparisonCount: tested.count)
    }
    return comparisons
  }

  private func compare(
    _ variant: VariantScores, with baseline: VariantScores, using indices: inout some IndexSource
  ) -> Comparison {
    let difference = estimate(of: variant.scores, and: baseline.scores, using: &indices) {
      Aggregate.interquartileMean($0) - Aggregate.interquartileMean($1)
    }
    let improvement = estimate(
      of: variant.scores, and: baseline.scores, isShare: true, using: &indices
    ) {
      Reports.probabilityOfImprovement(of: $0, over: $1)
    }
    let shared = variant.bySeed.keys.filter { baseline.bySeed[$0] != nil }.sorted()
    let paired = shared.compactMap { seed -> Double? in
      guard let own = variant.bySeed[seed], let other = baseline.bySeed[seed] else { return nil }
      return own - other
    }
    return Comparison(
      variant: variant.name, baseline: baseline.name, difference: difference,
      pairedDifference: paired.isEmpty
        ? nil : estimate(of: Scores(paired), using: &indices) { $0.values.mean },
      probabilityOfImprovement: improvement,
      test: PermutationTest(
        variant.valuesInSeedOrder, baseline.valuesInSeedOrder, using: &indices),
      adjustedPValue: nil, verdict: "")
  }
}

extension VariantScores {
  fileprivate var valuesInSeedOrder: [Double] {
    bySeed.sorted { $0.key < $1.key }.map(\.value)
  }
}

extension Comparison {
  /// The sentence that a reader may take away, and no more.
  fileprivate func words(level: Double, comparisonCount: Int) -> String {
    guard let test, let adjustedPValue else {
      return "one run on a side: nothing can be said about chance"
    }
    let corrected = comparisonCount > 1 ? " after Holm's correction" : ""
    let p = "p = \(NumberText.probability(adjustedPValue))\(corrected)"
    if adjustedPValue <= level {
      let better = test.meanDifference > 0 ? "better" : "worse"
      return "\(better) than \(baseline) (\(p))"
    }
    let smallest = min(1, test.smallestPossible * Double(comparisonCount))
    if smallest > level {
      return "too few seeds to tell: even if all runs of one beat all of the other, p would be "
        + "\(NumberText.probability(smallest)) at best"
    }
    return "indistinguishable at this number of seeds (\(p))"
  }
}
