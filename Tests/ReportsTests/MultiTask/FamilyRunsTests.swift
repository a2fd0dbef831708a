import Reports
import Testing
import Tracking

/// Agents in worlds of several tasks, held against single-task agents and a random one.
@Suite struct FamilyRunsTests {
  private func record(
    _ tasks: [String], _ role: RecordedCell.Role = .candidate, strategy: String = "ppo"
  ) -> TaskRecord {
    TaskRecord(
      tasks: tasks.map {
        RecordedTask(
          name: $0, kind: "CartPole-v1",
          scores: [RecordedScore(name: "return", higherIsBetter: true, optimum: 120)])
      },
      cell: RecordedCell(
        role: role, strategy: strategy, architecture: "oneNetwork",
        task: role == .singleTask ? tasks[0] : nil, parameterCount: 0, learningRate: 0.001))
  }

  /// A run that was evaluated twice; its last returns are those given, of each task.
  private func run(
    _ variant: String, seed: UInt64, _ returns: [Double], _ record: TaskRecord,
    isRandom: Bool = false, state: RunState = .finished
  ) -> FamilyRun {
    let evaluations = [500, 1000].flatMap { step in
      returns.enumerated().map { task, value in
        let mean = value * Double(step) / 1000
        return Evaluation(step: Int64(step), task: task, returns: [mean - 1, mean + 1])
      }
    }
    return FamilyRun(
      RunSummary(
        experiment: "poles", variant: variant, seed: seed, state: state, lastStep: 1000,
        wallTime: 2, evaluations: evaluations),
      record: record, isRandom: isRandom, familySize: 2)
  }

  private var runs: [FamilyRun] {
    (1...3).flatMap { seed -> [FamilyRun] in
      let shift = Double(seed) - 2
      let number = UInt64(seed)
      return [
        run("main", seed: number, [60 + shift, 95], record(["left", "right"])),
        run("single-left", seed: number, [100 + shift], record(["left"], .singleTask)),
        run("single-right", seed: number, [110], record(["right"], .singleTask)),
        run(
          "random", seed: number, [20 + shift, 10], record(["left", "right"]), isRandom: true),
      ]
    }
  }

  private func comparison(_ runs: [FamilyRun]) throws -> MultiTaskComparison {
    var settings = MultiTaskComparison.Settings()
    settings.bootstrap.repetitions = 200
    return try MultiTaskComparison(of: MultiTaskRun.family(runs), settings: settings)
  }

  @Test func `scores lie between random, 0, and single-task, 1`() throws {
    let summary = try comparison(runs).summary
    #expect(summary.scale == .normalized && summary.isOfAgents)
    let main = try #require(summary.cell("main"))
    // Left: (60 - 20) / (100 - 20); right: (95 - 10) / (110 - 10).
    #expect(main.scores.map { $0.normalized?.value ?? .nan } == [0.5, 0.85])
    #expect(main.mean?.value == 0.675)
    #expect(main.worstTask?.task == "left" && main.worstTask?.score.value == 0.5)
    #expect(main.againstSingleTask?.differences.count == 3)
    #expect(!summary.rows.contains("random"))
  }

  @Test func `regret is what the best policy would have earned more`() throws {
    let comparison = try comparison(runs)
    let text = comparison.markdown()
    #expect(text.contains("Regret"))
    // 120 - 60 and, alone, 120 - 100.
    let table = comparison.summary.taskTable(comparison.summary.tasks[0])
    let place = try #require(table.columns.firstIndex { $0.title == "Regret" })
    #expect(table.rows.map { $0[place].prefix(2) } == ["20", "60"])
    #expect(table.caption.contains("random 20") && table.caption.contains("optimum 120"))
    #expect(text.contains("0 for an agent that acts at random"))
    #expect(!text.contains("validation"))
  }

  @Test func `steps are counted over all tasks together`() {
    let found = MultiTaskRun.family(runs)
    let alone = found.first { $0.variant == "single-left" }
    #expect(alone?.test["left/return"]?.steps == [1000, 2000])
    #expect(found.first { $0.variant == "main" }?.test["left/return"]?.steps == [500, 1000])
  }

  @Test func `where single-task agents are no better than random, nothing is normalized`() throws {
    var runs = runs
    for place in runs.indices where runs[place].summary.variant == "single-left" {
      runs[place].summary.evaluations = [Evaluation(step: 1000, returns: [20, 20])]
    }
    let summary = try comparison(runs).summary
    #expect(summary.scale != .normalized)
    #expect(
      summary.warnings.contains { $0.contains("no better than the random agent on left") })
  }

  @Test func `without a random agent there is no such score`() throws {
    let summary = try comparison(runs.filter { !$0.isRandom }).summary
    #expect(summary.scale == .overBaseline || summary.scale == .overTrivial)
  }

  @Test func `a run that failed counts as the worst`() throws {
    var runs = runs
    let place = try #require(runs.firstIndex { $0.summary.variant == "main" })
    runs[place].summary.state = .failed
    runs[place].summary.failure = "loss/left is no longer a finite number"
    let main = try #require(try comparison(runs).summary.cell("main"))
    #expect(main.divergedSeeds == [1])
    #expect(main.scores[0].values[0] == 20)
  }
}
