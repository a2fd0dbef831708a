extension Analysis {
  /// Warns of variants whose runs differ in more than their seed: they are no sample of one thing.
  static func mixtureWarnings(of variants: [ExperimentReport.Variant]) -> [String] {
    variants.compactMap { variant in
      let texts = variant.runs.map { (seed: $0.seed, text: $0.configuration.withoutSeeds) }
      guard let first = texts.first, let other = texts.first(where: { $0.text != first.text })
      else { return nil }
      return
        "\(variant.name): seeds \(first.seed) and \(other.seed) have different configurations, so "
        + "they are no sample of one thing; give changed runs a variant of their own."
    }
  }
}

extension String {
  /// A configuration without its seeds, which runs of one variant may differ in.
  fileprivate var withoutSeeds: String {
    var isInSeeds = false
    let kept = split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.first != " " { isInSeeds = line.hasPrefix("seeds:") }
      return !isInSeeds
    }
    return kept.joined(separator: "\n")
  }
}
