import Glibc
package import Randomness

/// How often an interval holds the truth: simulated on populations whose truth is known.
package struct CoverageStudy: Sendable {
  package enum Population: String, CaseIterable, Sendable {
    case normal
    /// Gamma of shape 4: skewness 1.
    case skewed
    /// Seven of ten runs around 0, three around 4, each with standard deviation 1.
    case twoGroups

    fileprivate func draw(using random: inout RandomStream) -> Double {
      switch self {
      case .normal: random.normal()
      case .skewed:
        // A sum of four exponential waits.
        (0..<4).reduce(0.0) { sum, _ in
          let u: Double = random.uniform()
          return sum - log(1 - u)
        }
      case .twoGroups:
        (random.integer(below: 10) < 7 ? 0 : 4) + random.normal()
      }
    }

    /// The mean, and the mean of the middle half by integration to all digits shown.
    fileprivate func truth(_ aggregate: Aggregate) -> Double {
      switch (self, aggregate) {
      case (.normal, _): 0
      case (.skewed, .interquartileMean): 3.719_220_525
      case (.skewed, _): 4
      case (.twoGroups, .interquartileMean): 0.771_938_454
      case (.twoGroups, _): 1.2
      }
    }
  }

  package var population: Population
  /// The mean or the interquartile mean.
  package var aggregate: Aggregate
  /// Seeds behind an interval.
  package var runs: Int
  package var trials: Int
  package var bootstrap: Bootstrap

  package init(
    population: Population, aggregate: Aggregate, runs: Int, trials: Int, bootstrap: Bootstrap
  ) {
    self.population = population
    self.aggregate = aggregate
    self.runs = runs
    self.trials = trials
    self.bootstrap = bootstrap
  }

  /// The share of trials whose interval holds the truth.
  package func coverage(_ stream: RandomStream) -> Double {
    var random = stream
    let truth = population.truth(aggregate)
    var hits = 0
    for _ in 0..<trials {
      let sample = Scores((0..<runs).map { _ in population.draw(using: &random) })
      let estimate = bootstrap.estimate(of: sample, using: &random, aggregate.callAsFunction)
      if estimate.interval?.contains(truth) == true { hits += 1 }
    }
    return Double(hits) / Double(trials)
  }
}
