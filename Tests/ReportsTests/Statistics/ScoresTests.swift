import Reports
import Testing

/// Numbers of rliable 1.2.0 for the same scores.
@Suite struct ScoresTests {
  static let rows: [[Double]] = [
    [0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9], [1.0, 1.1, 1.2], [1.3, 1.4, 1.5],
  ]
  static let a = Scores(runs: rows)
  static let b = Scores(runs: rows.reversed().map { row in row.map { 0.9 * $0 } })
  static let irregular = Scores(runs: [
    [1.691, 2.643, 1.661, -1.606, 2.811], [1.893, -0.074, 2.162, 1.729, 1.588],
    [1.057, 2.093, -0.473, 0.674, 0.036], [2.198, 1.079, 0.415, -0.564, 0.486],
    [1.016, 0.449, 3.588, 3.013, -4.422], [-2.778, 0.65, 0.156, 1.427, 1.435],
    [5.236, -1.224, 0.245, 5.086, 2.293],
  ])

  @Test(arguments: [
    (Aggregate.mean, 0.8), (.median, 0.8), (.interquartileMean, 0.8), (.optimalityGap, 0.3),
  ]) func `aggregates of evenly spaced scores agree with rliable`(
    aggregate: Aggregate, expected: Double
  ) {
    #expect(abs(aggregate(Self.a) - expected) < 1e-12)
  }

  @Test(arguments: [
    (Aggregate.mean, 1.0762571428571426), (.median, 1.1077142857142857),
    (.interquartileMean, 1.1529473684210525), (.optimalityGap, 0.658),
  ]) func `aggregates of irregular scores agree with rliable`(
    aggregate: Aggregate, expected: Double
  ) {
    #expect(abs(aggregate(Self.irregular) - expected) < 1e-12)
  }

  @Test func `the probability of improvement agrees with rliable`() {
    #expect(abs(probabilityOfImprovement(of: Self.a, over: Self.b) - 0.6) < 1e-12)
    #expect(abs(probabilityOfImprovement(of: Self.b, over: Self.a) - 0.4) < 1e-12)
  }

  @Test func `scores are as likely to beat themselves as not`() {
    #expect(probabilityOfImprovement(of: Self.a, over: Self.a) == 0.5)
    #expect(probabilityOfImprovement(of: Scores([1, 1]), over: Scores([1, 1, 1])) == 0.5)
  }

  @Test func `a performance profile counts runs strictly above each threshold`() {
    let runs = PerformanceProfile.shares(of: Self.a, at: [0, 0.5, 1, 1.5])
    #expect(zip(runs, [1, 2.0 / 3, 1.0 / 3, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    // Tasks' means are 0.7, 0.8 and 0.9.
    #expect(
      PerformanceProfile.shares(of: Self.a, at: [0, 0.5, 1, 1.5], counting: .tasks) == [1, 1, 0, 0])
  }

  @Test func `the median is over tasks, so that of one task is its mean`() {
    #expect(Aggregate.median(Scores([0, 0, 9])) == 3)
  }

  @Test func `the optimality gap counts scores above the threshold as the threshold`() {
    #expect(abs(Scores([0.5, 2, 8]).optimalityGap() - (1 - 2.5 / 3)) < 1e-12)
    #expect(abs(Scores([0.5, 2, 8]).optimalityGap(threshold: 4) - (4 - 6.5 / 3)) < 1e-12)
  }

  @Test func `normalising maps each task's bounds to 0 and 1`() {
    let scores = Scores(runs: [[10, -1], [30, 1]]).normalized(low: [10, -1], high: [30, 3])
    #expect(scores.values == [0, 1, 0, 0.5])
  }

  @Test func `a task may have fewer runs than another`() {
    let scores = Scores(tasks: [[1, 2, 3], [10]])
    #expect(scores.fewestRuns == 1)
    #expect(Aggregate.mean(scores) == 6)
    #expect(Array(scores.task(1)) == [10])
  }
}
