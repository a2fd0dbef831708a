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

  @Test func `a failed run does not count with the last scores it had`() throws {
    let made = MadeUpComparison.usual()
    let cell = try #require(made.cells.first { $0.record.strategy == "nashMTL" })
    let key = "left/error"
    let run = MultiTaskRun(
      RunSummary(
        experiment: made.experiment, variant: cell.name, seed: 1, state: .failed,
        failure: "the loss of task left is not finite", lastStep: 20,
        metrics: [Reports.Series(name: "test/\(key)", steps: [10, 20], values: [0.3, 0.1])],
        configuration: "dataset: made up\n"),
      record: TaskRecord(tasks: made.tasks, cell: cell.record))
    #expect(run.selected.isEmpty)
    #expect(run.test[key]?.values == [0.3, 0.1])
    #expect(run.hasDiverged)
  }
}
