import Foundation
import Reports
import Sweeps
import TestSupport
import Testing

@Suite struct ArmsReportTests {
  private static let space = SearchSpace([SearchParameter("rate", .real(lowest: 0, highest: 1))])

  /// An arm whose trials scored so much; the last is stopped at a quarter of its steps.
  private static func arm(
    _ name: String, _ scores: [Double], goal: Goal = .maximize, planned: Int? = nil,
    confirmed: [Double] = []
  ) throws -> ArmsReport.Arm {
    try withTemporaryDirectory { folder in
      let count = scores.count + 1
      let journal = try Journal(in: folder.path, space: space, goal: goal, arm: name)
      for number in 0..<count {
        _ = try journal.next(of: count) { number, _ in [.number(0.1 * Double(number))] }
        if number < scores.count {
          try journal.finish(number, score: scores[number])
        } else {
          _ = try journal.report(0, at: 25, of: number, stoppingBy: Always())
        }
      }
      var about = about(trials: planned ?? count)
      about.arm = name
      let report = SweepReport(about, try journal.state(), nil)
      let seeds = confirmed.indices.map { UInt64(100 + $0) }
      return ArmsReport.Arm(
        name, report,
        confirmed: Dictionary(uniqueKeysWithValues: zip(seeds, confirmed)))
    }
  }

  private struct Always: StoppingRule {
    func shouldStop(trial: Int, of study: Study) -> Bool { true }
  }

  private static func about(trials: Int) -> SweepReport.Description {
    .init(
      title: "s", question: "Which?", metric: "mean return", method: "random", stopping: "median",
      seedsPerTrial: 2, trials: trials, budget: 100, file: "name: s\n")
  }

  private static func report(_ arms: [ArmsReport.Arm], planned: Int = 10) -> ArmsReport {
    ArmsReport(about(trials: 3), arms, planned: planned)
  }

  private static let high = (0..<10).map { 8 + Double($0 % 3) }
  private static let low = (0..<10).map { Double($0 % 2) }

  @Test func `what the tests of all pairs say is said in words, the better one first`() throws {
    let report = Self.report([
      try Self.arm("low", [1, 2], confirmed: Self.low),
      try Self.arm("<b>", [8, 9], confirmed: Self.high),
      try Self.arm("also", [8, 9], confirmed: Self.high.map { $0 + ($0 == 9 ? 0.1 : -0.1) }),
    ])
    let pairs = report.comparisons
    #expect(pairs.map(\.name) == ["<b>", "also", "<b>"])
    #expect(pairs.map(\.baseline) == ["low", "low", "also"])
    #expect(pairs.map(\.verdict) == [.better, .better, .indistinguishable])
    // Three tests are one family.
    let smallest = pairs.compactMap { $0.test?.pValue }.min() ?? .nan
    #expect(pairs.compactMap(\.adjustedPValue).min() == 3 * smallest)
    let words = report.headline.joined(separator: " ")
    #expect(words.contains("Each arm's best point on 10 fresh seeds: low comes to 0.5 ["))
    #expect(words.contains("<b> is better than low (") && words.contains("Holm's correction"))
    #expect(words.contains("<b> is indistinguishable from also"))
    #expect(words.contains("low: Best of 2 finished trials: trial 1 with 2"))
    #expect(!report.awaitsConfirmation && !report.lacksBest)
    // Two whole trials and a quarter of one, of 100 steps and two seeds.
    #expect(report.arms[0].steps == 450)
    let page = report.html()
    #expect(!page.contains("<b>") && page.contains("Arm &lt;b&gt;"))
    #expect(page.contains("Best points on fresh seeds") && page.contains("Best score so far"))
    #expect(report.markdown().contains("| low | "))
    #expect(report.terminalText(mostTrials: 10).contains("Trials of arm also"))
  }

  @Test func `where small scores are good, the arm with the smaller ones is better`() throws {
    let report = Self.report([
      try Self.arm("low", [1, 2], goal: .minimize, confirmed: Self.low),
      try Self.arm("high", [8, 9], goal: .minimize, confirmed: Self.high),
    ])
    #expect(report.comparisons.map(\.name) == ["low"])
    #expect(report.comparisons[0].verdict == .better)
    #expect(report.headline[1].contains("count lower scores as better"))
  }

  @Test func `nothing is compared that is not there yet`() throws {
    let open = Self.report([
      try Self.arm("a", [1], planned: 5, confirmed: Self.high), try Self.arm("b", [2]),
    ])
    #expect(open.headline[0].contains("when all of their trials have ended"))
    let bare = Self.report([try Self.arm("a", [1]), try Self.arm("b", [2])])
    #expect(bare.headline[0].contains("still to be run on 10 fresh seeds"))
    #expect(bare.awaitsConfirmation && bare.comparisonFigure == nil)
    let failed = Self.report([
      try Self.arm("a", [], confirmed: []), try Self.arm("b", [2], confirmed: Self.high),
    ])
    #expect(failed.lacksBest && failed.headline[0].contains("No trial of a has finished"))
    #expect(failed.comparisons.isEmpty)
  }

  @Test func `scripts get budgets, scores by seed and every trial with its arm`() throws {
    let report = Self.report([
      try Self.arm("a", [1, 2], confirmed: Self.low),
      try Self.arm("b", [8, 9], confirmed: Self.high),
    ])
    let whole = report.summary(withTrials: true)
    #expect(whole.arms.map(\.arm) == ["a", "b"] && whole.comparisons.count == 1)
    #expect(whole.arms.map(\.plannedTrials) == [3, 3] && whole.arms[0].stepsPerSeed == 100)
    #expect(whole.arms[1].confirmedScores["100"] == 8 && whole.arms[1].best == 1)
    #expect(whole.arms[0].trials?.count == 3)
    #expect(report.summary(withTrials: false).arms[0].trials == nil)
    #expect(report.trialLines.map(\.arm) == ["a", "a", "a", "b", "b", "b"])
  }
}
