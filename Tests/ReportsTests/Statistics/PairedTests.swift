import Randomness
import Reports
import Testing

@Suite struct `Paired statistics` {
  @Test func `the signed-rank test counts all choices of signs`() throws {
    // All six of one sign: 2 of 64 choices of signs are as extreme.
    let all = try #require(WilcoxonTest([1, 2, 3, 4, 5, 6]))
    #expect(all.pValue == 0.03125)
    #expect(all.smallestPossible == 0.03125)
    #expect(all.positiveRankSum == 21)
    // Only the smallest has the other sign: sums 0 and 1 on either side, 4 of 64.
    #expect(try #require(WilcoxonTest([-1, 2, 3, 4, 5, 6])).pValue == 0.0625)
    // scipy.stats.wilcoxon(x, method="exact") for these ten.
    let ten = [0.9, -0.1, 0.4, 0.7, -0.3, 0.2, 0.8, 1.1, 0.05, -0.6]
    #expect(abs(try #require(WilcoxonTest(ten)).pValue - 0.130859375) < 1e-12)
  }

  @Test func `ties share ranks, and differences of 0 are dropped`() throws {
    // Ranks of 1 1 1 1 are 2.5 each: sums of four signs are binomial, all positive 2 of 16.
    let tied = try #require(WilcoxonTest([1, 1, 1, 1, 0, 0]))
    #expect(tied.count == 4)
    #expect(tied.pValue == 0.125)
    #expect(try #require(WilcoxonTest([0, 0, 0, 0, 0, 0])).pValue == 1)
  }

  @Test func `sizes that differ by rounding tie, and what rounding left is 0`() throws {
    let exact = try #require(WilcoxonTest([1, 1, -1, 1, 1, 1, 0, 0]))
    let third = 1.0 / 3
    let rounded = try #require(
      WilcoxonTest([1, 3 * third, -1.0.nextUp, 1.0.nextDown, 1, 1.0.nextUp, 1e-17, -3e-16]))
    #expect(rounded == exact)
  }

  @Test func `fewer than six pairs are not tested`() {
    #expect(WilcoxonTest([1, 2, 3, 4, 5]) == nil)
    #expect(WilcoxonTest([1, 2, 3, 4, 5, .nan]) == nil)
  }

  @Test func `a p-value does not depend on which of the two is called first`() throws {
    var random = Seeds(root: 3)["signs"]
    for _ in 0..<50 {
      let differences = (0..<9).map { _ -> Double in (random.normal() * 4).rounded() / 4 }
      let turned = differences.map { -$0 }
      let pair = (WilcoxonTest(differences), WilcoxonTest(turned))
      #expect(abs(try #require(pair.0).pValue - (try #require(pair.1)).pValue) < 1e-12)
    }
  }

  @Test func `above sixty pairs the normal approximation takes over`() throws {
    let values = (1...61).map { Double($0) * ($0.isMultiple(of: 3) ? -1 : 1) }
    // scipy.stats.wilcoxon(values, correction=True, method="asymptotic").
    #expect(abs(try #require(WilcoxonTest(values)).pValue - 0.023661941657942203) < 1e-12)
    // The same with method="exact" for the first sixty.
    #expect(
      abs(try #require(WilcoxonTest(Array(values.dropLast()))).pValue - 0.035563173784766366)
        < 1e-10)
  }

  @Test func `quantiles of Student's distribution are the tabulated ones`() {
    let table = [(1, 0.975, 12.7062047), (2, 0.975, 4.30265273), (9, 0.975, 2.26215716)]
    for (degrees, probability, value) in table {
      #expect(abs(StudentDistribution.quantile(probability, degrees: degrees) - value) < 1e-6)
    }
    #expect(abs(StudentDistribution.quantile(0.8, degrees: 9) - 0.883403860) < 1e-8)
    #expect(abs(StudentDistribution.quantile(0.05, degrees: 30) + 1.69726089) < 1e-7)
  }

  @Test func `the minimal detectable effect shrinks with the spread and with more pairs`() throws {
    let wide = try #require(minimalDetectableEffect(of: [1, -1, 2, -2, 3, -3]))
    let narrow = try #require(minimalDetectableEffect(of: [0.1, -0.1, 0.2, -0.2, 0.3, -0.3]))
    #expect(abs(wide - 10 * narrow) < 1e-12)
    // (2.570582 + 0.919544) · s / √6 with s = √5.6.
    #expect(abs(wide - 3.371782) < 1e-5)
    #expect(minimalDetectableEffect(of: [1]) == nil)
  }

  @Test func `nine successes of ten leave Wilson's interval`() {
    let interval = Interval.wilson(successes: 9, of: 10)
    #expect(abs(interval.lower - 0.59585) < 5e-6)
    #expect(abs(interval.upper - 0.98212) < 5e-6)
    #expect(Interval.wilson(successes: 0, of: 5).lower == 0)
    #expect(Interval.wilson(successes: 5, of: 5).upper == 1)
  }

  @Test func `two groups of seeds are found where a gap parts them`() throws {
    let groups = try #require(TwoGroups([0.05, 0.9, 0.07, 0.95, 0.88, 0.04, 0.92, 0.06]))
    #expect(groups.lower == [0.04, 0.05, 0.06, 0.07])
    #expect(groups.upper.count == 4)
    #expect(groups.words == "two groups (4 near 0.055, 4 near 0.91), which no mean describes")
    let close = try #require(TwoGroups([0.9911, 0.9911, 0.9912, 0.9941, 0.9942, 0.9942]))
    #expect(close.words == "two groups (3 near 0.991, 3 near 0.994), which no mean describes")
    #expect(TwoGroups([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]) == nil)
    // One outlier is an outlier, no group.
    #expect(TwoGroups([0.1, 0.11, 0.12, 0.1, 0.13, 0.9]) == nil)
    #expect(TwoGroups([1, 1, 1, 2, 2]) == nil)
    #expect(TwoGroups([3, 3, 3, 3, 3, 3]) == nil)
  }

  private func compared(_ differences: [Double]) -> PairedComparison {
    let base = Dictionary(
      uniqueKeysWithValues: differences.indices.map { (UInt64($0), Double($0)) })
    let own = Dictionary(
      uniqueKeysWithValues: differences.indices.map { (UInt64($0), Double($0) + differences[$0]) })
    var random = Seeds(root: 1)["paired"]
    return PairedComparison(
      of: "nash", own, with: "equal", base, bootstrap: Bootstrap(repetitions: 500), using: &random)
  }

  @Test func `verdicts are better, worse, indistinguishable or none`() {
    let gains = [0.5, 0.6, 0.7, 0.4, 0.55, 0.65, 0.45]
    let verdicts = PairedComparison.judged([
      compared(gains), compared(gains.map { -$0 }), compared([1, -1, 2, -2, 3, -3, 0.5]),
      compared([1, 1, 1]),
    ])
    #expect(verdicts.map(\.verdict) == [.better, .worse, .indistinguishable, .untested])
    #expect(verdicts[0].words.hasPrefix("better than equal (+0.550 ["))
    #expect(verdicts[2].words.contains("indistinguishable from equal at 95 %"))
    #expect(verdicts[2].words.contains("in 8 of 10 cases"))
    #expect(verdicts[3].words == "no test possible (n=3)")
    #expect(verdicts[0].adjustedPValue == 3 / 64.0)
  }

  @Test func `with too many comparisons for the seeds no verdict is possible, which is said`() {
    let gains = [0.5, 0.6, 0.7, 0.4, 0.55, 0.65]
    let two = PairedComparison.judged([compared(gains), compared(gains)])
    #expect(two.allSatisfy { $0.verdict == .indistinguishable })
    #expect(two[0].words.contains("p is 0.063 at best") || two[0].words.contains("0.062 at best"))
    #expect(PairedComparison.judged([compared(gains)])[0].verdict == .better)
  }

  @Test func `what could be detected counts how many comparisons there are`() throws {
    let differences = [1, -1, 2, -2, 3, -3, 0.5, 0.1, -0.4, 1.3]
    let one = PairedComparison.judged([compared(differences)])
    let five = PairedComparison.judged(Array(repeating: compared(differences), count: 5))
    let pairs = one[0].differences
    #expect(one[0].minimalDetectableEffect == minimalDetectableEffect(of: pairs))
    let wanted = try #require(minimalDetectableEffect(of: pairs, level: 0.99))
    #expect(abs(try #require(five[0].minimalDetectableEffect) - wanted) < 1e-9)
  }

  @Test func `only common seeds are paired`() throws {
    var random = Seeds(root: 1)["paired"]
    let comparison = PairedComparison(
      of: "a", [1: 2, 2: 4, 5: 9], with: "b", [1: 1, 2: 1, 3: 7],
      bootstrap: Bootstrap(repetitions: 100), using: &random)
    #expect(comparison.differences == [1, 3])
    #expect(comparison.unpairedSeeds == 2)
    #expect(try #require(comparison.difference).value == 2)
  }
}
