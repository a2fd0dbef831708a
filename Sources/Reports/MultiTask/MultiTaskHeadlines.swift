extension MultiTaskWords {
  /// The verdicts in few sentences, for where there is little room: cells that nothing was found of
  /// share one, and so do those on one side of the front; tables hold the numbers of each.
  var headlines: [String] {
    lacking + found + indistinguishable + untested + matched + fronts + rankStability
  }

  /// Cells that are better or worse, each with its numbers.
  private var found: [String] {
    rows.filter { [.better, .worse].contains($0.againstBaseline?.verdict) }.compactMap(sentence)
  }

  private var indistinguishable: [String] {
    let cells = rows.filter { $0.againstBaseline?.verdict == .indistinguishable }
    let tests = rows.count { $0.againstBaseline?.test != nil }
    return cells.compactMap(\.againstBaseline?.baseline).uniqued.compactMap { baseline in
      let own = cells.filter { $0.againstBaseline?.baseline == baseline }
      if own.count == 1 { return own.first.flatMap(sentence) }
      return "Indistinguishable from \(baseline) at \(percent(summary.level)): "
        + "\(listed(own.map(\.name)))\(power(of: own.compactMap(\.againstBaseline), tests: tests))."
    }
  }

  /// What so many seeds could have shown.
  private func power(of comparisons: [PairedComparison], tests: Int) -> String {
    let seeds = range(comparisons.map { Double($0.differences.count) }, digits: 4)
    let best = min(
      1, (comparisons.compactMap(\.test?.smallestPossible).min() ?? 1) * Double(tests))
    if best > 1 - summary.level {
      return
        "; with n=\(seeds) and \(tests) comparisons p is \(NumberText.probability(best)) at best"
    }
    let effects = comparisons.compactMap(\.minimalDetectableEffect)
    guard !effects.isEmpty else { return "" }
    return
      "; n=\(seeds) would show true differences of \(range(effects, digits: 2)) in 8 of 10 cases"
  }

  /// "0.0011 to 0.0019", or one number where both ends read alike.
  private func range(_ values: [Double], digits: Int) -> String {
    [values.min(), values.max()].compactMap { $0 }
      .map {
        $0.rounded() == $0
          ? NumberText.fixed($0, decimals: 0) : NumberText.significant($0, digits: digits)
      }
      .uniqued.joined(separator: " to ")
  }

  private var untested: [String] {
    let cells = rows.filter { $0.againstBaseline?.verdict == .untested }
    return cells.compactMap(\.againstBaseline?.words).uniqued.map { words in
      let names = cells.filter { $0.againstBaseline?.words == words }.map(\.name)
      return "\(listed(names)): \(words)."
    }
  }

  private var fronts: [String] {
    let judged = rows.filter { $0.frontMargin?.interval != nil }
    let groups: [(words: String, holds: (Interval) -> Bool)] = [
      ("Above the front of static weights", { $0.lower > 0 }),
      ("Not above the front of static weights", { $0.upper < 0 }),
      ("Not to be told from the front of static weights", { $0.lower <= 0 && $0.upper >= 0 }),
    ]
    let grouped = groups.compactMap { words, holds -> String? in
      let own = judged.filter { $0.frontMargin?.interval.map(holds) ?? false }
      if own.count == 1 { return own.first.map(frontSentence) }
      return own.isEmpty ? nil : "\(words): \(listed(own.map(\.name)))."
    }
    let single = rows.filter { $0.frontMargin != nil && $0.frontMargin?.interval == nil }
    guard single.count > 1 else { return grouped + single.map(frontSentence) }
    return grouped + [
      "Above the front of static weights? One seed on a side says nothing of "
        + "\(listed(single.map(\.name)))."
    ]
  }
}

extension MultiTaskComparison {
  /// The verdicts, those that say the same in one sentence.
  package var headlines: [String] { MultiTaskWords(summary: summary, table: table).headlines }
}
