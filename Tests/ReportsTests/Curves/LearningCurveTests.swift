import Randomness
import Reports
import Testing

@Suite struct LearningCurveTests {
  private let settings = CurveSettings(
    episodeWindow: 2, gridPoints: 4, bootstrap: Bootstrap(repetitions: 100))

  private func run(
    _ seed: UInt64, steps: [Int64], returns: [Double], last: Int64 = 40
  ) -> RunSummary {
    RunSummary(
      experiment: "e", variant: "v", seed: seed, state: .finished, lastStep: last,
      episodes: EpisodeLog(
        endSteps: steps, returns: returns, lengths: steps.map { _ in 1 },
        tasks: steps.map { _ in 0 }))
  }

  private func training(_ runs: [RunSummary]) -> LearningCurve {
    var random = Seeds(root: 0)["curve"]
    return .training("v", of: runs, settings: settings, using: &random)
  }

  @Test func `the training return is the mean of the last episodes, read at equal steps`() {
    let curve = training([run(1, steps: [5, 12, 31], returns: [10, 20, 60])])
    // Means of two: 10 from step 5, 15 from 12, 40 from 31; read at 10, 20, 30, 40.
    #expect(curve.points.map(\.step) == [10, 20, 30, 40])
    #expect(curve.points.map(\.estimate.value) == [10, 15, 15, 40])
  }

  @Test func `before its first episode has ended a run has no return`() {
    let curve = training([run(1, steps: [25], returns: [3])])
    #expect(curve.points.map(\.step) == [30, 40])
  }

  @Test func `after a run's last step its curve is not extended`() {
    let curve = training([
      run(1, steps: [5], returns: [2]), run(2, steps: [5], returns: [4], last: 20),
    ])
    #expect(curve.points.map(\.estimate.runs) == [2, 2, 1, 1])
    #expect(curve.points.map(\.estimate.value) == [3, 3, 2, 2])
    #expect(curve.points.map { $0.estimate.interval != nil } == [true, true, false, false])
    #expect(curve.members.map(\.curve.xs) == [[10, 20, 30, 40], [10, 20]])
  }

  @Test func `one seed has a curve without intervals`() {
    let curve = training([run(1, steps: [5, 12], returns: [1, 2])])
    #expect(curve.seedCount == 1)
    #expect(curve.points.allSatisfy { $0.estimate.interval == nil })
  }

  @Test func `runs without episodes have an empty curve`() {
    #expect(training([run(1, steps: [], returns: [])]).isEmpty)
    #expect(training([run(1, steps: [], returns: [], last: 0)]).isEmpty)
    #expect(training([]).isEmpty)
  }

  @Test func `a run shorter than the grid is read at each of its steps`() {
    let curve = training([run(1, steps: [1, 2], returns: [1, 3], last: 2)])
    #expect(curve.points.map(\.step) == [1, 2])
  }

  @Test func `returns that are not finite are left out and counted`() {
    let curve = training([run(1, steps: [5, 6, 7, 8], returns: [1, .nan, .infinity, 3])])
    #expect(curve.skippedValues == 2)
    #expect(curve.points.last?.estimate.value == 2)
  }

  @Test func `evaluations are means over their episodes, at their own steps`() {
    var first = run(1, steps: [], returns: [])
    first.evaluations = [
      Evaluation(step: 10, returns: [1, 3]), Evaluation(step: 30, returns: [5]),
    ]
    var second = run(2, steps: [], returns: [])
    second.evaluations = [
      Evaluation(step: 10, returns: [4]), Evaluation(step: 20, returns: [8]),
    ]
    var random = Seeds(root: 0)["curve"]
    let curve = LearningCurve.evaluation(
      "v", of: [first, second], settings: settings, using: &random)
    // At 20 the first lies on the line between 2 and 5; at 30 the second has no data any more.
    #expect(curve.points.map(\.step) == [10, 20, 30])
    #expect(curve.points.map(\.estimate.value) == [3, 5.75, 5])
    #expect(curve.points.map(\.estimate.runs) == [2, 2, 1])
  }

  @Test func `the evaluation over tasks is taken where all tasks were evaluated`() {
    var run = run(1, steps: [], returns: [])
    run.evaluations = [
      Evaluation(step: 10, task: 0, returns: [1]), Evaluation(step: 10, task: 1, returns: [5]),
      Evaluation(step: 20, task: 0, returns: [9]),
    ]
    #expect(run.evaluationSeries().steps == [10])
    #expect(run.evaluationSeries().values == [3])
    #expect(run.evaluationSeries(task: 0).values == [1, 9])
  }

  @Test func `a metric logged at many steps is averaged in bins`() {
    var run = run(1, steps: [], returns: [])
    run.metrics = [
      Series(name: "loss", steps: (0...400).map { $0 }, values: (0...400).map { Double($0 % 2) })
    ]
    var random = Seeds(root: 0)["curve"]
    let curve = LearningCurve.metric(
      "loss", variant: "v", of: [run], settings: settings, using: &random)
    #expect(curve.points.map(\.step) == [50, 150, 250, 350])
    #expect(curve.points.allSatisfy { abs($0.estimate.value - 0.5) < 0.01 })
  }

  @Test func `the curve of several seeds is their interquartile mean`() {
    let runs = [1.0, 2, 3, 4, 1000].enumerated().map { index, value in
      run(UInt64(index), steps: [1], returns: [value])
    }
    #expect(training(runs).points.first?.estimate.value == 3)
  }
}
