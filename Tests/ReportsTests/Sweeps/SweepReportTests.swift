import Foundation
import Reports
import Sweeps
import TestSupport
import Testing

@Suite struct SweepReportTests {
  private static let space = SearchSpace([
    SearchParameter(
      "agent.ppo.optimizer.adam.learningRate",
      .real(lowest: 1e-4, highest: 1, scale: .logarithmic)),
    SearchParameter("agent.ppo.network.hidden", .choice([.text("[8]"), .text("<b>&")])),
  ])

  /// A search of which twelve trials finished with their numbers as scores, one was stopped at half
  /// of its steps, and one failed.
  private static func state(_ goal: Goal) throws -> JournalState {
    try withTemporaryDirectory { folder in
      let journal = try Journal(in: folder.path, space: space, goal: goal)
      for number in 0..<14 {
        _ = try journal.next(of: 14) { number, _ in
          [.number(1e-4 * Double(number + 1)), .text(number % 2 == 0 ? "[8]" : "<b>&")]
        }
        switch number {
        case 12:
          _ = try journal.report(99, at: 50, of: 12, stoppingBy: Always())
        case 13: try journal.fail(13, reason: "the loss is <NaN>")
        default:
          try journal.finish(number, score: Double(number), seedScores: [1: Double(number)])
        }
      }
      return try journal.state()
    }
  }

  private struct Always: StoppingRule {
    func shouldStop(trial: Int, of study: Study) -> Bool { true }
  }

  private static func report(
    _ goal: Goal = .maximize, confirmation: SweepReport.Confirmation? = nil
  ) throws -> SweepReport {
    SweepReport(
      .init(
        title: "s", question: "Which?", metric: "mean return", method: "random",
        stopping: "median", seedsPerTrial: 1, trials: 14, budget: 100, file: "name: s\n"),
      try state(goal), confirmation)
  }

  @Test func `the best is the best of those that finished, whatever the goal`() throws {
    let report = try Self.report()
    #expect(report.state.best?.trial.number == 11)
    #expect(report.ranked.first?.trial.number == 11 && report.ranked.last?.trial.number == 12)
    #expect(try Self.report(.minimize).state.best?.trial.number == 0)
    #expect(report.headline[0].contains("Best of 12 finished trials: trial 11 with 11"))
    #expect(report.facts.contains("14 of 14 trials ended · 1 of them stopped early · 1 failed"))
  }

  @Test func `the selection's bias is said, and what the confirmation leaves of it`() throws {
    let bare = try Self.report().headline.joined(separator: " ")
    #expect(bare.contains("likely too good") && bare.contains("confirm: {seeds: 10}"))
    let seeds = (UInt64(100)..<110)
    let confirmation = SweepReport.Confirmation(
      best: Dictionary(uniqueKeysWithValues: seeds.map { ($0, 8 + Double($0 % 3)) }),
      base: Dictionary(uniqueKeysWithValues: seeds.map { ($0, Double($0 % 2)) }), planned: 10)
    let report = try Self.report(confirmation: confirmation)
    #expect(report.headline[1].contains("On 10 fresh seeds it comes to"))
    #expect(report.comparison?.verdict == .better)
    // Where small scores are good, the same numbers speak for the experiment as it is.
    #expect(try Self.report(.minimize, confirmation: confirmation).comparison?.verdict == .worse)
  }

  @Test func `what stopping saved is a share of the steps`() throws {
    // 13 trials of 100 steps have a score, and one of them left out 50.
    #expect(try Self.report().headline.contains { $0.contains("left out 3.85 %") })
  }

  @Test func `what mattered is what the scores follow from`() throws {
    let report = try Self.report()
    #expect(report.importances.first?.path == "agent.ppo.optimizer.adam.learningRate")
    #expect(report.importances.count == 2)
  }

  @Test func `every form holds every trial, and text from outside is no markup`() throws {
    let report = try Self.report()
    let page = report.html()
    #expect(!page.contains("<b>") && !page.contains("<NaN>"))
    #expect(page.contains("&lt;b&gt;&amp;") && page.contains("learningRate"))
    #expect(report.markdown().split(separator: "\n").count { $0.hasPrefix("| 1") } >= 5)
    #expect(report.summary.trials.count == 14 && report.summary.best == 11)
    #expect(report.terminalText().contains("Trial 13 failed: the loss is <NaN>"))
  }
}
