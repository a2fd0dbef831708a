import Glibc
package import Randomness

extension Interval {
  /// The 95 % score interval of a share of which `successes` of `count` trials are known.
  ///
  /// Source: Wilson 1927. Unlike the usual ± it holds for few trials and for shares near 0 and 1.
  package static func wilson(successes: Double, of count: Int, deviate: Double = 1.959_963_984_540)
    -> Interval
  {
    let n = Double(count)
    let share = successes / n
    let square = deviate * deviate
    let center = (share + square / (2 * n)) / (1 + square / n)
    let spread =
      deviate / (1 + square / n)
      * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
    // Exact where rounding would leave a trace.
    return Interval(
      lower: successes <= 0 ? 0 : center - spread, upper: successes >= n ? 1 : center + spread)
  }

  /// Whether a number lies inside or on an end.
  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// Whether all of it lies on one side of 0.
  package var excludesZero: Bool { lower > 0 || upper < 0 }
}

/// Weights that are above 0 and sum to 1, drawn uniformly from all such: Dirichlet(1, …, 1).
package func uniformWeights(_ count: Int, using random: inout RandomStream) -> [Double] {
  // Spacings of an exponential process; 1 - u is never 0.
  let waits = (0..<count).map { _ -> Double in
    let u: Double = random.uniform()
    return -log(1 - u)
  }
  let sum = waits.reduce(0, +)
  return sum > 0 ? waits.map { $0 / sum } : [Double](repeating: 1 / Double(count), count: count)
}

/// How often each of several is the best, over many ways to weigh tasks.
///
/// `scores[c][t]` is the score of candidate c on task t, higher better; the weights are drawn from
/// Dirichlet(1, …, 1). Candidates that tie share the place.
package func sharesOfFirstPlace(
  _ scores: [[Double]], draws: Int = 1000, using random: inout RandomStream
) -> [Double] {
  guard let taskCount = scores.first?.count, taskCount > 0 else { return scores.map { _ in 0 } }
  var wins = scores.map { _ in 0.0 }
  for _ in 0..<draws {
    let weights = uniformWeights(taskCount, using: &random)
    let utilities = scores.map { row in zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } }
    guard let best = utilities.max() else { continue }
    let first = utilities.indices.filter { utilities[$0] == best }
    for place in first { wins[place] += 1 / Double(first.count) }
  }
  return wins.map { $0 / Double(draws) }
}

/// Two groups that outcomes fall into, such as runs that learned and runs that did not.
package struct TwoGroups: Codable, Equatable, Sendable {
  package var lower: [Double]
  package var upper: [Double]

  /// Parts six or more outcomes at a gap that is wider than what lies on either side of it.
  ///
  /// The rule: with at least two outcomes on each side, the gap exceeds max(1, 12 / n) times the
  /// wider side's range. Of samples from a normal distribution, 4.5 % pass at n = 6, 2 % at 10 and
  /// 1 % at 16; it asks for a look, no more.
  package init?(_ outcomes: [Double]) {
    let sorted = outcomes.filter(\.isFinite).sorted()
    guard sorted.count >= 6 else { return nil }
    let factor = max(1, 12 / Double(sorted.count))
    let last = sorted.count - 1
    let place = (1..<(last - 1)).first { place in
      let sides = max(sorted[place] - sorted[0], sorted[last] - sorted[place + 1])
      let gap = sorted[place + 1] - sorted[place]
      return gap > factor * sides && gap > 1e-9 * max(abs(sorted[0]), abs(sorted[last]))
    }
    guard let place else { return nil }
    lower = Array(sorted[...place])
    upper = Array(sorted[(place + 1)...])
  }

  /// How many there are in each and about where, in as many digits as tell them apart.
  package var words: String {
    func text(_ group: [Double], _ digits: Int) -> String {
      NumberText.significant(group.mean, digits: digits)
    }
    let digits = (2..<15).first { text(lower, $0) != text(upper, $0) } ?? 15
    return "two groups (\(lower.count) near \(text(lower, digits)), \(upper.count) near "
      + "\(text(upper, digits))), which no mean describes"
  }
}
