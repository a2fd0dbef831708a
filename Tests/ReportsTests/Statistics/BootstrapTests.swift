import Randomness
import Reports
import Testing

/// Indices that were drawn elsewhere, one digit each.
struct RecordedIndices: IndexSource {
  private var digits: ArraySlice<Int>

  init(_ text: String) { digits = text.compactMap(\.wholeNumberValue)[...] }

  mutating func index(below bound: Int) -> Int {
    guard let digit = digits.popFirst(), digit < bound else {
      Issue.record("an index below \(bound) was asked for that the recording does not have")
      return 0
    }
    return digit
  }

  var isUsedUp: Bool { digits.isEmpty }
}

@Suite struct BootstrapTests {
  static let scores = Scores(runs: [[1, 20], [4, 10], [2, 40], [8, 30]])
  static let others = Scores(runs: [[2, 15], [3, 5], [7, 25]])

  @Test(arguments: [
    (Aggregate.interquartileMean, 7.0, 18.525), (.median, 9, 19.696875), (.mean, 9, 19.696875),
  ]) func `with rliable's draws the interval is rliable's`(
    aggregate: Aggregate, lower: Double, upper: Double
  ) throws {
    var indices = RecordedIndices(RecordedDraws.ofScores)
    let estimate = Bootstrap(repetitions: 60, method: .percentile)
      .estimate(of: Self.scores, using: &indices, aggregate.callAsFunction)
    let interval = try #require(estimate.interval)
    #expect(indices.isUsedUp)
    #expect(abs(interval.lower - lower) < 1e-9)
    #expect(abs(interval.upper - upper) < 1e-9)
  }

  @Test func `with rliable's draws the interval of an improvement is rliable's`() throws {
    var indices = RecordedIndices(RecordedDraws.ofPairs)
    let estimate = Bootstrap(repetitions: 60, method: .percentile)
      .estimate(of: Self.scores, and: Self.others, using: &indices) {
        probabilityOfImprovement(of: $0, over: $1)
      }
    let interval = try #require(estimate.interval)
    #expect(indices.isUsedUp)
    #expect(abs(estimate.value - 0.6041666666666666) < 1e-12)
    #expect(abs(interval.lower - 0.375) < 1e-9)
    #expect(abs(interval.upper - 0.9067708333333333) < 1e-9)
  }

  @Test func `equal seeds give equal intervals and other seeds nearly equal ones`() throws {
    func interval(_ root: UInt64) throws -> Interval {
      var random = Seeds(root: root)["bootstrap"]
      let estimate = Bootstrap(repetitions: 4000, method: .percentile).estimate(
        of: ScoresTests.irregular, using: &random, Aggregate.interquartileMean.callAsFunction)
      return try #require(estimate.interval)
    }
    let (first, again, other) = (try interval(1), try interval(1), try interval(2))
    #expect(first == again)
    #expect(first != other)
    // The Monte Carlo error of a quantile of 4,000 draws is about 0.01.
    for found in [first, other] {
      #expect(abs(found.lower - RecordedDraws.irregularInterval.lower) < 0.05)
      #expect(abs(found.upper - RecordedDraws.irregularInterval.upper) < 0.05)
    }
  }

  @Test func `draws stay within their task`() {
    var random = Seeds(root: 0)["bootstrap"]
    // Between tasks scores differ, within a task they do not: no chance is left.
    let scores = Scores(tasks: [[1, 1, 1], [100, 100, 100, 100]])
    let estimate = Bootstrap(repetitions: 50).estimate(of: scores, using: &random) {
      Aggregate.mean($0)
    }
    #expect(estimate.interval == Interval(lower: 50.5, upper: 50.5))
  }

  @Test func `one run never has an interval`() {
    var random = Seeds(root: 0)["bootstrap"]
    let bootstrap = Bootstrap(repetitions: 50)
    let alone = bootstrap.estimate(of: Scores([3]), using: &random) { Aggregate.mean($0) }
    #expect(alone == Estimate(value: 3, interval: nil, runs: 1))
    let oneTask = bootstrap.estimate(of: Scores(tasks: [[1, 2], [3]]), using: &random) {
      Aggregate.mean($0)
    }
    #expect(oneTask.interval == nil)
    let pair = bootstrap.estimate(of: Scores([1, 2]), and: Scores([3]), using: &random) {
      Aggregate.mean($0) - Aggregate.mean($1)
    }
    #expect(pair.interval == nil)
    #expect(bootstrap.band(ofRuns: [[1, 2]], using: &random).allSatisfy { $0.interval == nil })
    #expect(Estimate(value: 1, interval: Interval(lower: 0, upper: 2), runs: 1).interval == nil)
  }

  @Test func `a band has at each point the interval of that point alone`() {
    let runs = [[1.0, 50], [2, 10], [4, 40], [8, 20], [16, 30]]
    let bootstrap = Bootstrap(repetitions: 500)
    var random = Seeds(root: 5)["band"]
    let band = bootstrap.band(ofRuns: runs, using: &random)
    for point in 0..<2 {
      var same = Seeds(root: 5)["band"]
      let alone = bootstrap.estimate(of: Scores(runs.map { $0[point] }), using: &same) {
        Aggregate.interquartileMean($0)
      }
      #expect(band[point] == alone)
    }
  }

  @Test func `a profile's bands hold its shares and stay between 0 and 1`() {
    var random = Seeds(root: 0)["profile"]
    let profile = PerformanceProfile(
      of: ScoresTests.irregular, at: [-5, 0, 1, 2, 6], bootstrap: Bootstrap(repetitions: 300),
      using: &random)
    #expect(profile.shares.map(\.value).first == 1)
    #expect(profile.shares.map(\.value).last == 0)
    for share in profile.shares {
      let interval = share.interval
      #expect((interval?.lower ?? -1) >= 0 && (interval?.upper ?? 2) <= 1)
      #expect((interval?.lower ?? 2) <= share.value && (interval?.upper ?? -1) >= share.value)
    }
  }
}

@Suite struct `Stretched intervals` {
  @Test func `the stretch is that of Student's interval of a mean`() {
    // √(n / (n - 1)) t / z with t = 2.262157 (9 degrees) and 4.302653 (2 degrees), z = 1.959964.
    #expect(abs(Bootstrap.stretch(runs: 10, degrees: 9) - 1.054093 * 2.262157 / 1.959964) < 1e-3)
    #expect(abs(Bootstrap.stretch(runs: 3, degrees: 2) - 1.224745 * 4.302653 / 1.959964) < 1e-3)
    #expect(Bootstrap.stretch(runs: 100_000, degrees: 99_999) < 1.0001)
    #expect(Bootstrap.stretch(runs: 1, degrees: 0) == 1)
  }

  @Test func `each side is stretched by itself, and none shrinks`() {
    let bootstrap = Bootstrap(repetitions: 10)
    let draws = (0...1000).map { Double($0) / 1000 }
    let plain = Interval(centralShare: 0.95, of: draws)
    let factor = Bootstrap.stretch(runs: 5, degrees: 4)
    let interval = bootstrap.interval(of: draws, around: 0.25, runs: 5)
    #expect(abs(interval.lower - (0.25 - factor * (0.25 - plain.lower))) < 1e-12)
    #expect(abs(interval.upper - (0.25 + factor * (plain.upper - 0.25))) < 1e-12)
    let outside = bootstrap.interval(of: draws, around: 2, runs: 5)
    #expect(outside.upper == plain.upper && outside.lower < plain.lower)
    let share = bootstrap.interval(of: draws, around: 0.25, runs: 2, isShare: true)
    #expect(share == Interval(lower: 0, upper: 1))
  }

  @Test func `more seeds are needed for smaller differences and larger spreads`() throws {
    let few = try #require(seedsNeeded(toFind: 1, spread: 1))
    // By the usual tables a paired t test needs ten pairs for one standard deviation at 80 %.
    #expect((9...11).contains(few))
    let more = try #require(seedsNeeded(toFind: 0.5, spread: 1))
    #expect((33...36).contains(more))
    #expect(seedsNeeded(toFind: 10, spread: 1) == 6)
    #expect(seedsNeeded(toFind: 1e-6, spread: 1) == nil)
    #expect(seedsNeeded(toFind: 0, spread: 1) == nil)
  }
}

/// How often an interval holds the truth, measured on scores whose truth is known.
@Suite struct BootstrapCoverageTests {
  @Test(arguments: [
    // Bands of ± 4 standard errors of 800 trials around the long-run shares (from 6,000 trials).
    (2, 0.43...0.58), (3, 0.68...0.81), (5, 0.79...0.89), (10, 0.86...0.945),
  ]) func `a percentile interval of a mean covers what its documentation says`(
    runs: Int, expected: ClosedRange<Double>
  ) {
    let study = CoverageStudy(
      population: .normal, aggregate: .mean, runs: runs, trials: 800,
      bootstrap: Bootstrap(repetitions: 250, method: .percentile))
    let share = study.coverage(Seeds(root: 11)["scores of \(runs)"])
    #expect(expected.contains(share), "covered in \(share) of the trials")
  }

  @Test(
    arguments: [Aggregate.interquartileMean, .mean],
    [CoverageStudy.Population.normal, .skewed, .twoGroups])
  func `the interval of ten seeds that is reported covers about 95 %`(
    aggregate: Aggregate, population: CoverageStudy.Population
  ) {
    // Bands of ± 3 standard errors of 800 trials around 93...97 %; `bench coverage` takes more.
    let study = CoverageStudy(
      population: population, aggregate: aggregate, runs: 10, trials: 800,
      bootstrap: Bootstrap(repetitions: 300))
    let share = study.coverage(Seeds(root: 12)["\(aggregate) of \(population)"])
    #expect((0.905...0.988).contains(share), "covered in \(share) of the trials")
  }
}
