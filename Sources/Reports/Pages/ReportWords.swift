/// The sentences of a report: what the numbers say, and what they do not.
struct ReportWords {
  var score: ScoreSource
  var level: Double
  var variants: [VariantSummary]
  var comparisons: [Comparison]

  /// The result: a sentence a variant (of many, the best and the last), then what follows from it.
  var headline: [String] {
    let ranked = variants.compactMap { variant in
      variant.interquartileMean.map { (variant: variant, estimate: $0) }
    }.sorted { $0.estimate.value > $1.estimate.value }
    guard let best = ranked.first else {
      return ["No run has a score yet: none has evaluated its agent or ended an episode."]
    }
    if ranked.count == 1 { return [sentence(best.variant, best.estimate)] }
    var sentences = [sentence(best.variant, best.estimate)]
    let others = ranked.dropFirst().prefix(3).map {
      "\($0.variant.name) \(brief($0.variant, $0.estimate))"
    }
    let rest = ranked.count - 1 - others.count
    sentences.append(
      "Behind it: \(others.joined(separator: ", "))"
        + (rest > 0 ? ", and \(rest) more in the table." : "."))
    return sentences + comparisonSentences
  }

  /// What follows from each comparison; those that end the same way share a sentence.
  private var comparisonSentences: [String] {
    comparisons.map(\.verdict).uniqued.prefix(4).map { verdict in
      let names = comparisons.filter { $0.verdict == verdict }.map(\.variant)
      let isJudged = verdict.hasPrefix("better") || verdict.hasPrefix("worse")
      if isJudged { return "\(listed(names)) \(names.count == 1 ? "is" : "are") \(verdict)." }
      return "\(listed(names)) against \(comparisons[0].baseline): \(verdict)."
    }
  }

  /// What is missing or unfinished among the runs.
  var warnings: [String] {
    let byCount = Dictionary(grouping: variants, by: \.countedRuns)
    let few = byCount.filter { (1..<5).contains($0.key) }.sorted { $0.key < $1.key }
    return few.map { count, variants in
      let names = "\(listed(variants.map(\.name))) \(variants.count == 1 ? "has" : "have")"
      return count == 1
        ? "\(names) one seed with a score. One seed says nothing about the spread between seeds, "
          + "so no interval is given."
        : "\(names) \(count) seeds with a score. Intervals of so few are rough: they are right for "
          + "normal scores, and too narrow for skewed ones."
    } + variants.flatMap(unfinishedWarnings)
  }

  private func unfinishedWarnings(of variant: VariantSummary) -> [String] {
    var lines: [String] = []
    if variant.isPreliminary, variant.countedRuns > 0 {
      lines.append(
        "No run of \(variant.name) has ended: its numbers are those at the steps reached so far.")
    }
    lines += variant.seeds.filter { $0.state != .finished }.map { unfinished($0, of: variant) }
    lines += variant.seeds.compactMap { seed in
      seed.earlyEnd.map { reason in
        let planned = seed.plannedSteps.map { " of \(NumberText.grouped($0))" } ?? ""
        return "\(variant.name), seed \(seed.seed), was ended early, at step "
          + "\(NumberText.grouped(seed.steps))\(planned): \(reason.withoutFinalStop)."
      }
    }
    return lines
      + variant.seeds.filter { $0.state == .finished && $0.score == nil }.map {
        "\(variant.name), seed \($0.seed), ended without a finite score and is not counted."
      }
  }

  private func unfinished(_ seed: SeedSummary, of variant: VariantSummary) -> String {
    let name = "\(variant.name), seed \(seed.seed),"
    var reached = "step \(NumberText.grouped(seed.steps))"
    if let planned = seed.plannedSteps { reached += " of \(NumberText.grouped(planned))" }
    let how =
      switch seed.state {
      case .running: "is still going, at \(reached)"
      case .failed:
        "failed at \(reached)" + (seed.failure.map { " (\($0.withoutFinalStop))" } ?? "")
      case .crashed: "crashed or was killed after \(reached) and may be resumed"
      case .interrupted, .finished: "stopped at \(reached) and may be resumed"
      }
    return "\(name) \(how); \(seed.isCounted ? "it is counted as it stands" : "it is not counted")."
  }

  private func sentence(_ variant: VariantSummary, _ estimate: Estimate) -> String {
    let steps = variant.seeds.filter(\.isCounted).compactMap(\.scoreStep)
    let range = (steps.min() ?? 0, steps.max() ?? 0)
    let after =
      range.0 == range.1
      ? "After \(NumberText.grouped(range.0)) steps"
      : "After \(NumberText.grouped(range.0)) to \(NumberText.grouped(range.1)) steps"
    let kind = score == .evaluation ? "an evaluation return" : "a training return"
    let value = "\(after), \(variant.name) reaches \(kind) of \(number(estimate.value, estimate))"
    guard let interval = estimate.interval else { return "\(value) with one seed." }
    return "\(value) (interquartile mean of \(estimate.runs) seeds; \(levelText) interval "
      + "\(number(interval.lower, estimate)) to \(number(interval.upper, estimate)))."
  }

  private func brief(_ variant: VariantSummary, _ estimate: Estimate) -> String {
    var facts: [String] = []
    if let interval = estimate.interval {
      facts.append("\(number(interval.lower, estimate)) to \(number(interval.upper, estimate))")
    } else {
      facts.append("one seed")
    }
    let reached = variant.seeds.filter(\.isCounted).compactMap(\.scoreStep).min()
    if variant.isPreliminary, let reached {
      facts.append("not ended, step \(NumberText.grouped(reached))")
    }
    return "\(number(estimate.value, estimate)) (\(facts.joined(separator: ", ")))"
  }

  /// "95 %".
  var levelText: String { "\(NumberText.significant(level * 100, digits: 3).withoutZeros) %" }

  private func number(_ value: Double, _ estimate: Estimate) -> String {
    let decimals = NumberText.decimals(for: [estimate.value])
    return NumberText.fixed(value, decimals: decimals)
  }
}

extension String {
  /// A number without zeros at the end of what follows its decimal point.
  package var withoutZeros: String {
    if let exponent = firstIndex(where: { $0 == "e" || $0 == "E" }) {
      return String(self[..<exponent]).withoutZeros + self[exponent...]
    }
    guard contains(".") else { return self }
    var text = self
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  fileprivate var withoutFinalStop: String { last == "." ? String(dropLast()) : self }
}

/// "a", "a and b", "a, b and c"; beyond five names the first four and how many more there are.
package func listed(_ names: [String]) -> String {
  var parts = names.count > 5 ? names.prefix(4) + ["\(names.count - 4) more"] : names[...]
  guard let last = parts.popLast() else { return "" }
  return parts.isEmpty ? last : "\(parts.joined(separator: ", ")) and \(last)"
}
