import Randomness
import Reports
import Testing

@Suite struct ComparisonTests {
  private func variant(_ name: String, _ scores: [Double], seeds: [UInt64]? = nil) -> VariantScores
  {
    VariantScores(
      name: name, scores: Scores(scores),
      bySeed: Dictionary(
        uniqueKeysWithValues: zip(seeds ?? (0..<UInt64(scores.count)).map { $0 }, scores)))
  }

  private func compare(_ variants: [VariantScores], with baseline: VariantScores) -> [Comparison] {
    var random = Seeds(root: 0)["comparison"]
    return Bootstrap(repetitions: 200).comparisons(of: variants, with: baseline, using: &random)
  }

  @Test func `the permutation test is exact for few runs`() throws {
    var random = Seeds(root: 0)["test"]
    let test = try #require(PermutationTest([1, 4, 6, 9, 11], [2, 3, 5], using: &random))
    #expect(test.isExact)
    #expect(abs(test.pValue - Recorded.pValue) < 1e-12)
    #expect(test.meanDifference == 6.2 - 10.0 / 3)
  }

  @Test func `the smallest p is reached when all of one group beat all of the other`() throws {
    var random = Seeds(root: 0)["test"]
    let test = try #require(PermutationTest([4, 5, 6], [1, 2, 3], using: &random))
    #expect(abs(test.pValue - 0.1) < 1e-12)
    #expect(abs(test.smallestPossible - 0.1) < 1e-12)
  }

  @Test func `equal groups have p 1 and one run has no test`() throws {
    var random = Seeds(root: 0)["test"]
    #expect(PermutationTest([0.1, 0.3], [0.3, 0.1], using: &random)?.pValue == 1)
    #expect(PermutationTest([1], [1, 2], using: &random) == nil)
  }

  @Test func `many runs are judged by random deals that agree with all deals`() throws {
    var random = Seeds(root: 3)["test"]
    let first = (0..<10).map { Double($0 * $0 % 17) }
    let second = (0..<10).map { Double($0 * $0 % 17) + ($0.isMultiple(of: 2) ? 5 : -1) }
    let test = try #require(PermutationTest(first, second, using: &random))
    #expect(!test.isExact)
    #expect(abs(test.pValue - Recorded.pValueOfTwenty) < 0.015)
  }

  @Test func `Holm's correction multiplies by the number of questions still open`() {
    // statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method="holm")
    let adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005])
    #expect(zip(adjusted, [0.03, 0.06, 0.06, 0.02]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(holmAdjusted([0.9, 0.8]) == [1, 1])
    #expect(holmAdjusted([]).isEmpty)
  }

  @Test func `a clear difference is called better or worse`() throws {
    let low = variant("low", [1, 2, 3, 4, 5])
    let high = variant("high", [11, 12, 13, 14, 16])
    #expect(
      try #require(compare([high], with: low).first).verdict.hasPrefix("better than low (p ="))
    #expect(
      try #require(compare([low], with: high).first).verdict.hasPrefix("worse than high (p ="))
  }

  @Test func `differences within chance are indistinguishable at this number of seeds`() throws {
    let comparison = try #require(
      compare([variant("b", [1, 3, 5, 7, 9])], with: variant("a", [2, 4, 6, 8, 9.5])).first)
    #expect(comparison.verdict.hasPrefix("indistinguishable at this number of seeds"))
  }

  @Test func `three seeds on a side are said to be too few for any verdict`() throws {
    let comparison = try #require(
      compare([variant("b", [10, 11, 12])], with: variant("a", [1, 2, 3])).first)
    #expect(comparison.verdict.hasPrefix("too few seeds to tell"))
    #expect(comparison.verdict.hasSuffix("p would be 0.10 at best"))
  }

  @Test func `several comparisons are corrected for their number`() throws {
    let base = variant("a", [1, 2, 3, 4, 5])
    let better = (0..<3).map { index in variant("v\(index)", [6, 7, 8, 9, 10]) }
    let comparisons = compare(better, with: base)
    for comparison in comparisons {
      let pValue = try #require(comparison.test?.pValue)
      let adjusted = try #require(comparison.adjustedPValue)
      #expect(abs(adjusted - 3 * pValue) < 1e-12)
      #expect(comparison.verdict.contains("after Holm's correction"))
    }
  }

  @Test func `pairing uses the seeds that both have`() throws {
    let comparison = try #require(
      compare(
        [variant("b", [11, 23, 99], seeds: [1, 2, 7])],
        with: variant("a", [10, 20, 0], seeds: [1, 2, 3])
      ).first)
    #expect(comparison.pairedDifference?.value == 2)
    #expect(comparison.pairedDifference?.runs == 2)
    let strangers = compare([variant("b", [1, 2], seeds: [5, 6])], with: variant("a", [1, 2]))
    #expect(strangers.first?.pairedDifference == nil)
  }

  @Test func `one run on a side gives numbers but neither interval nor test`() throws {
    let comparison = try #require(
      compare([variant("b", [5])], with: variant("a", [1, 2, 3])).first)
    #expect(comparison.difference == Estimate(value: 3, interval: nil, runs: 1))
    #expect(comparison.test == nil && comparison.adjustedPValue == nil)
    #expect(comparison.verdict == "one run on a side: nothing can be said about chance")
  }

  private enum Recorded {
    /// Both counted over all deals by a program in Python.
    static let pValue = 0.32142857142857145
    static let pValueOfTwenty = 0.4952
  }
}
