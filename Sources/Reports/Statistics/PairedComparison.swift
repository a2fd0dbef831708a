/// What the runs of one configuration say against those of another with the same seeds.
package struct PairedComparison: Codable, Equatable, Sendable {
  /// What may be concluded at the level of the report.
  package enum Verdict: String, Codable, Sendable {
    case better, worse, indistinguishable, untested
  }

  package var name: String
  package var baseline: String
  /// The mean over common seeds of (own - baseline's); missing when they share none.
  package var difference: Estimate?
  /// Each common seed's difference, in the order of seeds.
  package var differences: [Double]
  /// Seeds that only one of the two has, which play no part.
  package var unpairedSeeds: Int
  package var probabilityOfImprovement: Estimate?
  /// Missing below six common seeds.
  package var test: WilcoxonTest?
  /// The test's p-value after Holm's correction for all comparisons of its family.
  package var adjustedPValue: Double?
  /// The smallest true difference that eight of ten such experiments would find; once judged, with
  /// the level that the correction leaves to one of its family when none of the others is found.
  package var minimalDetectableEffect: Double?
  package var verdict = Verdict.untested
  /// The verdict in words.
  package var words = ""

  /// - Parameters:
  ///   - scores: a number for each seed, higher better.
  ///   - improvement: P(own > baseline's), where it was worked out from more than these numbers.
  package init(
    of name: String, _ scores: [UInt64: Double], with baseline: String,
    _ baselineScores: [UInt64: Double], improvement: Estimate? = nil, bootstrap: Bootstrap,
    using indices: inout some IndexSource
  ) {
    self.name = name
    self.baseline = baseline
    let common = scores.keys.filter { baselineScores[$0] != nil }.sorted()
    unpairedSeeds = Set(scores.keys).union(baselineScores.keys).count - common.count
    differences = common.compactMap { seed in
      guard let own = scores[seed], let other = baselineScores[seed] else { return nil }
      return own - other
    }
    difference =
      differences.isEmpty
      ? nil : bootstrap.estimate(of: Scores(differences), using: &indices) { $0.values.mean }
    test = WilcoxonTest(differences)
    probabilityOfImprovement = improvement
    minimalDetectableEffect = Reports.minimalDetectableEffect(
      of: differences, level: bootstrap.level)
  }

  /// Comparisons of one family, with Holm's correction and verdicts.
  ///
  /// Better or worse is what the corrected test and the interval of the mean difference both say.
  package static func judged(
    _ family: [PairedComparison], level: Double = 0.95
  ) -> [PairedComparison] {
    var family = family
    let tested = family.indices.filter { family[$0].test != nil }
    let adjusted = holmAdjusted(tested.compactMap { family[$0].test?.pValue })
    for (place, pValue) in zip(tested, adjusted) { family[place].adjustedPValue = pValue }
    for place in family.indices { family[place].judge(level: level, tests: tested.count) }
    return family
  }

  private mutating func judge(level: Double, tests: Int) {
    let n = differences.count
    minimalDetectableEffect = Reports.minimalDetectableEffect(
      of: differences, level: 1 - (1 - level) / Double(max(1, tests)))
    guard let difference else {
      words = "no seed in common with \(baseline)"
      return
    }
    guard let test, let adjustedPValue else {
      words = n == 1 ? "one seed: no test possible" : "no test possible (n=\(n))"
      return
    }
    let corrected = tests > 1 ? " after Holm's correction" : ""
    let p = "p = \(NumberText.probability(adjustedPValue))\(corrected)"
    let shown = Self.text(difference)
    if adjustedPValue <= 1 - level, let interval = difference.interval, interval.excludesZero {
      verdict = difference.value > 0 ? .better : .worse
      words = "\(verdict.rawValue) than \(baseline) (\(shown), \(p))"
      return
    }
    verdict = .indistinguishable
    let best = min(1, test.smallestPossible * Double(tests))
    words = "indistinguishable from \(baseline) at \(percent(level)) (\(shown), \(p))"
    if best > 1 - level {
      words += "; with n=\(n) and \(tests) comparisons p is \(NumberText.probability(best)) at best"
    } else if let effect = minimalDetectableEffect {
      words +=
        "; n=\(n) would show a true difference of "
        + "\(NumberText.significant(effect, digits: 2)) in 8 of 10 cases"
    }
  }

  /// A signed number with its interval in brackets.
  static func text(_ estimate: Estimate) -> String {
    let decimals = NumberText.decimals(
      for: [estimate.value, estimate.interval?.lower ?? 0, estimate.interval?.upper ?? 0], digits: 3
    )
    let value = NumberText.signed(estimate.value, decimals: decimals)
    guard let interval = estimate.interval else { return value }
    return "\(value) [\(NumberText.signed(interval.lower, decimals: decimals)), "
      + "\(NumberText.signed(interval.upper, decimals: decimals))]"
  }
}

/// "95 %" of 0.95.
func percent(_ share: Double) -> String {
  "\(NumberText.significant(share * 100, digits: 3).withoutZeros) %"
}

extension NumberText {
  /// A number with its sign, also where that is a plus.
  package static func signed(_ value: Double, decimals: Int) -> String {
    let text = fixed(value, decimals: decimals)
    return value > 0 && text.contains(where: { ("1"..."9").contains($0) || $0 == "∞" })
      ? "+" + text : text
  }
}
