import Foundation
import Reports
import TestSupport
import Testing
import Tracking

@Suite struct `Comparisons of configurations` {
  /// One seed a cell with the numbers of the literature's example.
  private func example() throws -> MultiTaskSummary {
    var made = MadeUpComparison()
    made.tasks = [("a", true), ("b", true), ("c", false)].map { name, isHigher in
      RecordedTask(
        name: name, kind: "binary",
        scores: [
          RecordedScore(name: "score", higherIsBetter: isHigher, trivial: isHigher ? 0.1 : 4)
        ])
    }
    for (task, score) in zip(made.tasks, [0.9, 0.5, 2.0]) {
      made.add(
        "single-\(task.name)", MadeUpComparison.record(.singleTask, task: task.name), [1: [score]])
    }
    made.add("equal", MadeUpComparison.record(), [1: [0.81, 0.55, 2.5]])
    return try made.compared().summary
  }

  @Test func `Δm and Δp of a known example`() throws {
    let cell = try #require(try example().cell("equal"))
    #expect(abs(try #require(cell.deltaM).value - 25.0 / 3) < 1e-5)
    #expect(abs(try #require(cell.deltaP).value + 25.0 / 3) < 1e-5)
    // (0.71 / 0.8, 0.45 / 0.4, 1.5 / 2)
    #expect(abs(try #require(cell.mean).value - (0.8875 + 1.125 + 0.75) / 3) < 1e-6)
    #expect(cell.worstTask?.task == "c")
    #expect(cell.deltaM?.interval == nil)
  }

  @Test func `Δm counts scores, Δp counts tasks`() throws {
    var made = MadeUpComparison()
    let many = ["x", "y", "z"].map { RecordedScore(name: $0, higherIsBetter: false, trivial: 2) }
    made.tasks = [
      RecordedTask(name: "one", kind: "", scores: [many[0]]),
      RecordedTask(name: "three", kind: "", scores: many),
    ]
    func run(_ variant: String, _ tasks: [RecordedTask], _ values: [Double]) -> MultiTaskRun {
      let keys = tasks.flatMap { task in task.scores.map { "\(task.name)/\($0.name)" } }
      let isSingle = tasks.count == 1
      return MultiTaskRun(
        RunSummary(
          experiment: "e", variant: variant, seed: 1, state: .finished, lastStep: 1,
          metrics: zip(keys, values).map {
            Reports.Series(name: "selected/\($0)", steps: [1], values: [$1])
          }),
        record: TaskRecord(
          tasks: tasks,
          cell: MadeUpComparison.record(
            isSingle ? .singleTask : .candidate, task: isSingle ? tasks[0].name : nil)))
    }
    let runs = [
      run("single-one", [made.tasks[0]], [1]), run("single-three", [made.tasks[1]], [1, 1, 1]),
      run("equal", made.tasks, [1.4, 0.9, 0.9, 0.9]),
    ]
    let cell = try #require(try MultiTaskComparison(of: runs).summary.cell("equal"))
    // Losses 40, -10, -10, -10 %.
    #expect(abs(try #require(cell.deltaM).value - 2.5) < 1e-9)
    #expect(abs(try #require(cell.deltaP).value + 15) < 1e-9)
  }

  @Test func `a better strategy is called better, an equal one indistinguishable`() throws {
    let summary = try MadeUpComparison.usual().compared().summary
    #expect(summary.baseline == "equal-hardSharing")
    #expect(summary.scale == .normalized)
    let better = try #require(summary.cell("nashMTL-hardSharing"))
    #expect(better.againstBaseline?.verdict == .better)
    #expect(try #require(better.againstBaseline?.probabilityOfImprovement).value > 0.9)
    #expect(try #require(better.deltaM?.interval).lower > 0)
    #expect(summary.cell("uncertainty-hardSharing")?.againstBaseline?.verdict == .indistinguishable)
    #expect(summary.cell("equal-hardSharing")?.againstBaseline == nil)
    #expect(better.relativeCost == 1.2)
    #expect(better.againstSingleTask?.verdict == .worse)
    #expect(try #require(better.frontMargin?.interval).lower > 0)
    #expect(summary.verdicts.contains { $0.contains("above the front of static weights? yes") })
    #expect(better.isNonDominated == true)
  }

  @Test func `the null is not called a win`() throws {
    var made = MadeUpComparison.usual(seeds: 10)
    made.cells.removeAll { $0.record.strategy == "nashMTL" }
    let summary = try made.compared().summary
    #expect(!summary.cells.contains { $0.againstBaseline?.verdict == .better })
  }

  @Test func `intervals of Δ widen with the spread of single-task runs`() throws {
    var made = MadeUpComparison.usual(seeds: 6)
    func width(_ made: MadeUpComparison) throws -> Double {
      let delta = try made.compared().summary.cell("equal-hardSharing")?.deltaM
      let interval = try #require(delta?.interval)
      return interval.upper - interval.lower
    }
    let narrow = try width(made)
    for place in made.cells.indices where made.cells[place].record.role == .singleTask {
      for seed in made.cells[place].scores.keys {
        made.cells[place].scores[seed] = [0.2 + (seed.isMultiple(of: 2) ? 0.05 : -0.05)]
      }
    }
    #expect(try width(made) > 2 * narrow)
  }

  @Test func `the same runs give the same numbers, whatever else is compared`() throws {
    let all = MadeUpComparison.usual()
    var fewer = all
    fewer.cells.removeAll { $0.record.strategy == "uncertainty" }
    let (one, two, less) = (try all.compared(), try all.compared(), try fewer.compared())
    #expect(one.html() == two.html())
    #expect(one.terminalText() == two.terminalText())
    let name = "nashMTL-hardSharing"
    #expect(one.summary.cell(name)?.deltaM == less.summary.cell(name)?.deltaM)
    #expect(
      one.summary.cell(name)?.againstBaseline?.difference
        == less.summary.cell(name)?.againstBaseline?.difference)
  }

  @Test func `a diverged seed is kept as the worst, and named`() throws {
    var made = MadeUpComparison.usual()
    let place = try #require(made.cells.firstIndex { $0.record.strategy == "uncertainty" })
    made.cells[place].scores[3] = [.nan, 0.3, 0.3]
    let summary = try made.compared().summary
    let cell = try #require(summary.cell("uncertainty-hardSharing"))
    #expect(cell.divergedSeeds == [3])
    #expect(cell.seeds.count == 8)
    // The trivial predictor's 1 is worse than any other score here.
    #expect(cell.scores[0].maximum == 1)
    #expect(summary.warnings.contains { $0.contains("seed 3, diverged on left") })
  }

  private var quick: MultiTaskComparison.Settings {
    var settings = MultiTaskComparison.Settings()
    settings.bootstrap.repetitions = 100
    return settings
  }

  @Test func `runs that cannot be compared are refused in words`() throws {
    var made = MadeUpComparison.usual()
    let runs = made.runs()
    made.experiment = "another"
    #expect(throws: MultiTaskError.self) { _ = try MultiTaskComparison(of: runs + made.runs()) }
    var other = runs
    other[other.count - 1].problem = "dataset: other"
    let error = #expect(throws: MultiTaskError.self) { _ = try MultiTaskComparison(of: other) }
    #expect(error?.description.contains("different data") == true)
    other = runs
    other[other.count - 1].record.tasks[0].kind = "binary"
    #expect(throws: MultiTaskError.self) { _ = try MultiTaskComparison(of: other) }
    #expect(throws: MultiTaskError.noRuns) { _ = try MultiTaskComparison(of: []) }
    #expect(throws: MultiTaskError.noCandidate) {
      _ = try MultiTaskComparison(of: runs.filter { $0.record.cell.role == .singleTask })
    }
    var settings = quick
    settings.baseline = "nobody"
    #expect(throws: MultiTaskError.self) {
      _ = try MultiTaskComparison(of: runs, settings: settings)
    }
  }

  @Test func `without single-task runs Δ is not shown, and why is said`() throws {
    var made = MadeUpComparison.usual()
    made.cells.removeAll { $0.record.role == .singleTask }
    let summary = try made.compared().summary
    #expect(summary.scale == .overTrivial)
    #expect(summary.cells.allSatisfy { $0.deltaM == nil })
    #expect(summary.warnings.contains { $0.contains("no single-task runs") })
    #expect(!summary.mainTable.columns.contains { $0.title == "Δm %" })
    #expect(summary.cell("nashMTL-hardSharing")?.againstBaseline?.verdict == .better)
  }

  @Test func `a task that nothing is learned of alone is no unit to measure by`() throws {
    var made = MadeUpComparison.usual()
    made.cells[0].scores = made.cells[0].scores.mapValues { _ in [1.01] }
    let summary = try made.compared().summary
    #expect(summary.scale == .overTrivial)
    #expect(
      summary.warnings.contains { $0.contains("no better than the trivial predictor on left") })
  }

  @Test func `one seed has no interval and no test`() throws {
    let summary = try MadeUpComparison.usual(seeds: 1).compared().summary
    #expect(summary.cells.allSatisfy { $0.deltaM?.interval == nil })
    #expect(summary.cells.flatMap(\.scores).allSatisfy { $0.mean.interval == nil })
    #expect(summary.warnings.contains { $0.contains("one seed, which says nothing") })
    #expect(summary.verdicts.contains { $0.contains("one seed: no test possible") })
  }

  @Test func `what tuning did unequally is said`() throws {
    var made = MadeUpComparison.usual()
    made.add(
      "dwa-hardSharing", MadeUpComparison.record(.candidate, "dwa", trials: 3),
      [1: [0.4, 0.3, 0.3]])
    let summary = try made.compared().summary
    #expect(summary.facts.contains { $0.hasPrefix("unequal tuning: 3 to 5") })
    #expect(summary.warnings.contains { $0.hasPrefix("Tuning budgets are unequal") })
    // Of 1e-4, 3e-4 and 1e-3 the last was taken.
    #expect(summary.warnings.contains { $0.hasPrefix("dwa-hardSharing took the highest") })
    #expect(
      summary.warnings.contains {
        $0.contains("dwa-hardSharing and equal-hardSharing have 1 seed in")
      })
  }

  @Test func `architectures are an axis of their own`() throws {
    var made = MadeUpComparison.usual()
    func copy(_ name: String, _ record: RecordedCell, gain: Double) {
      guard let equal = made.cells.first(where: { $0.name == "equal-hardSharing" }) else { return }
      made.add(name, record, equal.scores.mapValues { $0.map { $0 - gain } })
    }
    copy("equal-mmoe", MadeUpComparison.record(.candidate, "equal", "mmoe"), gain: 0.05)
    copy("nashMTL-mmoe", MadeUpComparison.record(.candidate, "nashMTL", "mmoe"), gain: 0.05)
    var matched = MadeUpComparison.record(.parameterMatched, "equal", "hardSharing")
    matched.matchedTo = "mmoe"
    copy("matched-mmoe", matched, gain: 0)
    let summary = try made.compared().summary
    // Against equal weighting of its own architecture, not of the first.
    #expect(summary.cell("nashMTL-mmoe")?.againstBaseline?.baseline == "equal-mmoe")
    #expect(summary.cell("nashMTL-mmoe")?.againstBaseline?.difference?.value == 0)
    #expect(summary.cell("equal-mmoe")?.againstMatched?.verdict == .better)
    #expect(summary.mainTable.columns[1].title == "Architecture")
    let column = summary.mainTable.rows.map { $0[1] }
    #expect(column.suffix(2) == ["mmoe", "mmoe"])
  }

  @Test func `tasks and scores can be chosen`() throws {
    let summary = try MadeUpComparison.usual().compared { $0.tasks = ["right", "third"] }.summary
    #expect(summary.tasks.map(\.name) == ["right", "third"])
    #expect(summary.cells.filter { $0.role == .singleTask }.count == 2)
    #expect(throws: MultiTaskError.self) {
      _ = try MadeUpComparison.usual().compared { $0.tasks = ["nothing"] }
    }
    #expect(throws: MultiTaskError.self) {
      _ = try MadeUpComparison.usual().compared { $0.score = "nothing" }
    }
  }

  @Test func `runs on disk say what runs in memory say`() throws {
    try withTemporaryDirectory { folder in
      let made = MadeUpComparison.usual(seeds: 2)
      try made.write(to: folder.path)
      let read = try RunFolder.all(under: folder.path).map { place in
        let reader = try RunReader(place)
        return MultiTaskRun(
          try RunSummary(reading: reader), record: try #require(reader.multitask))
      }
      let inMemory = made.runs().sorted { ($0.variant, $0.seed) < ($1.variant, $1.seed) }
      let difference = zip(read, inMemory).first { $0 != $1 }
      #expect(read.count == inMemory.count && difference == nil)
    }
  }
}
