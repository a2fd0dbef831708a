import Reports
import Testing
import Tracking

/// What must not make one configuration look better than another.
@Suite struct `Fairness of comparisons` {
  private var quick: MultiTaskComparison.Settings {
    var settings = MultiTaskComparison.Settings()
    settings.bootstrap.repetitions = 100
    return settings
  }

  private func place(
    of variant: String, in runs: [MultiTaskRun]
  ) throws -> Int {
    try #require(runs.firstIndex { $0.variant == variant })
  }

  @Test func `gradients of chosen tasks are those of the same tasks`() throws {
    var runs = MadeUpComparison.usual(seeds: 2).runs()
    for place in runs.indices where runs[place].conflict != nil {
      // left and right never, left and third always, right and third half the time.
      runs[place].conflict?.negativeShare = [0, 0, 1, 0, 0, 0.5, 1, 0.5, 0]
    }
    var settings = quick
    settings.tasks = ["right", "third"]
    let comparison = try MultiTaskComparison(of: runs, settings: settings)
    let summary = comparison.summary
    let conflict = try #require(summary.cell("equal-hardSharing")?.conflict)
    #expect(conflict.taskCount == 2)
    #expect(conflict.negativeShare == [0, 0.5, 0.5, 0])
    #expect(conflict.meanCosine.count == 4 && conflict.magnitudeSimilarity.count == 4)
    #expect(summary.pairTable.rows.first?[2] == "0.50")
    #expect(comparison.figures.contains { $0.name.hasPrefix("conflict-") })
    settings.tasks = ["third"]
    let alone = try MultiTaskComparison(of: runs, settings: settings)
    #expect(alone.summary.cell("equal-hardSharing")?.conflict == nil)
  }
}
