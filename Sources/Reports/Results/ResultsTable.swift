import Randomness

/// The table of results: algorithm by environment, each beside what others have published.
///
/// It is worked out of what each row's runs came to and written in several forms; nothing in it is
/// typed by hand.
package struct ResultsTable: Sendable {
  /// What a row is held against.
  package struct Reference: Sendable {
    /// The number as it was printed.
    package var text: String
    package var value: Double
    /// Digits after the point with which it was printed.
    package var decimals: Int
    /// The short name of the source.
    package var source: String
    /// The environment steps after which it was measured, where known.
    package var steps: Int64?
    /// Whether no agent can have a higher expected return.
    package var isMost: Bool

    package init(
      text: String, value: Double, decimals: Int, source: String, steps: Int64? = nil,
      isMost: Bool = false
    ) {
      self.text = text
      self.value = value
      self.decimals = decimals
      self.source = source
      self.steps = steps
      self.isMost = isMost
    }
  }

  /// What one seed of a row came to.
  package struct Seed: Sendable {
    package var finalReturn: Double
    /// The expected return of the final greedy policy, where it was computed.
    package var exactReturn: Double?
    package var steps: Int64
    package var seconds: Double

    package init(finalReturn: Double, exactReturn: Double? = nil, steps: Int64, seconds: Double) {
      self.finalReturn = finalReturn
      self.exactReturn = exactReturn
      self.steps = steps
      self.seconds = seconds
    }
  }

  /// What the runs of a row came to.
  package struct Outcome: Sendable {
    package var seeds: [Seed]
    /// Episodes of each seed's final evaluation.
    package var episodes: Int
    /// Where the runs come from, such as version, commit, processor and date.
    package var origin: [ProvenanceEntry]

    package init(seeds: [Seed], episodes: Int, origin: [ProvenanceEntry] = []) {
      self.seeds = seeds
      self.episodes = episodes
      self.origin = origin
    }
  }

  /// One row before anything is worked out.
  package struct Entry: Sendable {
    /// The experiment's name.
    package var name: String
    package var environment: String
    package var algorithm: String
    package var reference: Reference?
    package var minimum: (text: String, value: Double)?
    package var remark: String
    package var outcome: Outcome?
    /// Why the row has no outcome, or why the outcome is out of date.
    package var shortcoming: String?
    /// Where the row's own page of results is, relative to the table.
    package var page: String?

    package init(
      name: String, environment: String, algorithm: String, reference: Reference? = nil,
      minimum: (text: String, value: Double)? = nil, remark: String = "",
      outcome: Outcome? = nil, shortcoming: String? = nil, page: String? = nil
    ) {
      self.name = name
      self.environment = environment
      self.algorithm = algorithm
      self.reference = reference
      self.minimum = minimum
      self.remark = remark
      self.outcome = outcome
      self.shortcoming = shortcoming
      self.page = page
    }
  }

  package let rows: [ResultsTableRow]
  /// Name and description of each source that a row names.
  let sources: [(name: String, text: String)]
  /// A line for the foot of the page.
  let author: String?
  let bootstrap: Bootstrap

  package init(
    _ entries: [Entry], sources: [(name: String, text: String)] = [], author: String? = nil,
    bootstrap: Bootstrap = .estimates
  ) {
    rows = entries.map { ResultsTableRow($0, bootstrap: bootstrap) }
    self.sources = sources
    self.author = author
    self.bootstrap = bootstrap
  }

  /// Rows by environment, in the order in which environments first appear.
  var groups: [(environment: String, rows: [ResultsTableRow])] {
    rows.map(\.environment).uniqued.map { environment in
      (environment, rows.filter { $0.environment == environment })
    }
  }
}

/// How a row compares with its published value.
package enum ReferenceVerdict: String, Codable, CaseIterable, Sendable {
  case reached, above, indistinguishable, below

  /// Compares the interval of a mean with a value, in the digits in which the value is printed.
  package init(_ interval: Interval, against reference: ResultsTable.Reference) {
    let lower = Self.rounded(interval.lower, decimals: reference.decimals)
    let upper = Self.rounded(interval.upper, decimals: reference.decimals)
    self =
      if reference.isMost && lower >= reference.value {
        .reached
      } else if lower > reference.value {
        .above
      } else if upper < reference.value {
        .below
      } else {
        .indistinguishable
      }
  }

  private static func rounded(_ value: Double, decimals: Int) -> Double {
    Double(NumberText.fixed(value, decimals: decimals)) ?? value
  }
}

/// How a row compares with the least that it must reach.
package enum MinimumVerdict: String, Codable, CaseIterable, Sendable {
  case met, missed
}

/// One row of the table, worked out.
package struct ResultsTableRow: Sendable {
  package let entry: ResultsTable.Entry
  package let interquartileMean: Estimate?
  package let mean: Estimate?
  package let againstReference: ReferenceVerdict?
  package let againstMinimum: MinimumVerdict?

  var environment: String { entry.environment }

  /// Whether the scores are expected returns, computed instead of played.
  package var isExact: Bool {
    entry.outcome.map { $0.seeds.allSatisfy { $0.exactReturn != nil } } ?? false
  }

  init(_ entry: ResultsTable.Entry, bootstrap: Bootstrap) {
    self.entry = entry
    guard let seeds = entry.outcome?.seeds, !seeds.isEmpty else {
      (interquartileMean, mean, againstReference, againstMinimum) = (nil, nil, nil, nil)
      return
    }
    let isExact = seeds.allSatisfy { $0.exactReturn != nil }
    let scores = Scores(seeds.map { isExact ? $0.exactReturn ?? $0.finalReturn : $0.finalReturn })
    // The streams of an experiment's own page, so that both show the same intervals.
    func estimate(_ aggregate: Aggregate) -> Estimate {
      var random = Seeds(root: 0)["report/\(aggregate.rawValue)/main"]
      return bootstrap.estimate(of: scores, using: &random, aggregate.callAsFunction)
    }
    let mean = estimate(.mean)
    self.mean = mean
    interquartileMean = estimate(.interquartileMean)
    againstReference = entry.reference.flatMap { reference in
      mean.interval.map { ReferenceVerdict($0, against: reference) }
    }
    againstMinimum = entry.minimum.map { mean.value >= $0.value ? .met : .missed }
  }

  /// Mean over seeds of their seconds, and the sum of them.
  var seconds: (each: Double, all: Double)? {
    entry.outcome.map { outcome in
      let all = outcome.seeds.reduce(0) { $0 + $1.seconds }
      return (all / Double(outcome.seeds.count), all)
    }
  }

  /// The numbers that the row's figure shows.
  var drawnValues: [Double] {
    [
      mean?.value, mean?.interval?.lower, mean?.interval?.upper, entry.reference?.value,
      entry.minimum?.value,
    ].compactMap { $0 }.filter(\.isFinite)
  }
}
