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

  @Test(arguments: [
    "the weight of task 0 is inf", "its logarithm is taken", "squared norm is inf", nil,
  ])
  func `a run that failed at its own numbers counts as the worst`(failure: String?) throws {
    let summary = try summary(failure: failure)
    #expect(summary.cell("equal-hardSharing")?.seeds.count == 8)
    #expect(summary.cell("equal-hardSharing")?.divergedSeeds == [1])
    let warning = try #require(summary.warnings.first { $0.hasPrefix("equal-hardSharing, seed 1") })
    #expect(warning.contains("failed\(failure.map { " (\($0))" } ?? "")"))
    #expect(warning.contains("counts as the worst score"))
  }

  @Test(arguments: [
    "the disk is full", "'runs/a/run.h5': no space left; free space on that disk",
    "not enough memory", "'/tmp/x' cannot be written (denied); choose another output folder.",
  ])
  func `a run that failed for want of disk or memory is left out`(failure: String) throws {
    let summary = try summary(failure: failure)
    #expect(summary.cell("equal-hardSharing")?.seeds.count == 7)
    #expect(summary.warnings.contains { $0.contains("failed (\(failure)) and is left out") })
  }

  private func summary(failure: String?) throws -> MultiTaskSummary {
    var made = MadeUpComparison.usual()
    made.cells.sort { $0.name < $1.name }
    let cell = try #require(made.cells.first { $0.name == "equal-hardSharing" })
    var runs = made.runs()
    let place = try place(of: cell.name, in: runs)
    runs[place] = MultiTaskRun(
      RunSummary(
        experiment: made.experiment, variant: cell.name, seed: 1, state: .failed,
        failure: failure, lastStep: 20, configuration: "dataset: made up\n"),
      record: TaskRecord(tasks: made.tasks, cell: cell.record))
    return try MultiTaskComparison(of: runs, settings: quick).summary
  }

  private func run(
    _ made: MadeUpComparison, _ cell: MadeUpComparison.Cell, _ configuration: String
  ) -> [MultiTaskRun] {
    cell.scores.keys.sorted().map { seed in
      let own = made.run(cell, seed: seed)
      let tasks = made.tasks(of: cell)
      return MultiTaskRun(
        RunSummary(
          experiment: made.experiment, variant: cell.name, seed: seed, state: .finished,
          lastStep: 30,
          metrics: own.selected.map {
            Reports.Series(name: "selected/\($0.key)", steps: [30], values: [$0.value])
          }, configuration: configuration),
        record: TaskRecord(tasks: tasks, cell: cell.record))
    }
  }

  @Test func `another budget, batch or loss is named`() throws {
    let made = MadeUpComparison.usual(seeds: 2)
    func text(
      budget: Int = 100, batch: Int = 32, rate: Double = 0.1, only: String = "[]",
      losses: String = "{}"
    ) -> String {
      "dataset: made up\nbatchSize: \(batch)\nbudget:\n  steps: \(budget)\n"
        + "tasks:\n  only: \(only)\n  losses: \(losses)\noptimizer:\n  sgd: \(rate)\n"
    }
    func warnings(
      _ nash: String, single: String = text(batch: 16, only: "[left]")
    ) throws -> [String] {
      let runs = made.cells.flatMap { cell in
        run(
          made, cell,
          cell.record.strategy == "nashMTL"
            ? nash : cell.record.role == .singleTask ? single : text())
      }
      return try MultiTaskComparison(of: runs, settings: quick).summary.warnings.filter {
        $0.contains("not of one procedure")
      }
    }
    // A single-task run legitimately has its own rows and its own task.
    #expect(try warnings(text()) == [])
    let other = try warnings(text(budget: 200, losses: "{left: huber}"))
    #expect(other.count == 1)
    #expect(
      other.first?.hasPrefix(
        "nashMTL-hardSharing is not of one procedure with equal-hardSharing: tasks and budget")
        == true)
    let single = try warnings(text(), single: text(rate: 0.5))
    #expect(single.first?.hasPrefix("single-left, single-right and single-third are not ") == true)
    #expect(single.first?.contains("optimizer") == true)
  }

  @Test func `the volume of many points in many dimensions is left out, which is said`() throws {
    func summary(tasks: Int, points: Int) throws -> MultiTaskSummary {
      var made = MadeUpComparison()
      made.tasks = (0..<tasks).map { MadeUpComparison.task("task\($0)") }
      made.add("equal", MadeUpComparison.record(), [1: Array(repeating: 0.5, count: tasks)])
      for point in 0..<points {
        let scores = (0..<tasks).map { 0.4 + 0.01 * Double(($0 * 7 + point * 3) % 17) }
        made.add(
          "static-\(point)",
          MadeUpComparison.record(
            .staticWeights, "static", weights: Array(repeating: 1, count: tasks)), [1: scores])
      }
      return try made.compared().summary
    }
    let many = try summary(tasks: 8, points: 17)
    #expect(many.hypervolumes.map(\.name) == ["equal"])
    #expect(many.warnings.contains { $0.contains("hypervolume of the 17 static weightings") })
    let few = try summary(tasks: 3, points: 17)
    #expect(few.hypervolumes.count == 2)
    #expect(!few.warnings.contains { $0.contains("hypervolume") })
  }
}
