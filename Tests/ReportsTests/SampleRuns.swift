import Reports

/// Runs made up for tests, with numbers that are easily checked.
enum SampleRuns {
  /// A run of 1,000 steps that was evaluated at 500 and 1,000 and ends with this score.
  static func run(
    _ variant: String = "dqn", seed: UInt64, score: Double, state: RunState = .finished,
    steps: Int64 = 1000, experiment: String = "cartpole"
  ) -> RunSummary {
    let ends = (1...10).map { Int64($0) * steps / 10 }
    return RunSummary(
      experiment: experiment, variant: variant, seed: seed, state: state, lastStep: steps,
      plannedSteps: 1000, wallTime: 2,
      episodes: EpisodeLog(
        endSteps: ends, returns: ends.map { Double($0) / 100 }, lengths: ends.map { _ in 10 },
        tasks: ends.map { _ in 0 }),
      evaluations: [500, 1000].filter { $0 <= steps }.map { step in
        let mean = score * Double(step) / 1000
        return Evaluation(step: step, returns: [mean - 1, mean + 1])
      },
      metrics: [
        Series(name: "loss/td", unit: "return²", steps: ends, values: ends.map { 1 / Double($0) })
      ],
      configuration: "agent:\n  kind: \(variant)\nsteps: 1000\n",
      provenance: [ProvenanceEntry("Commit", "abc"), ProvenanceEntry("Root seed", "\(seed)")])
  }

  /// Seeds whose scores are `base` and each one more than the last.
  static func seeds(_ variant: String, base: Double, count: Int = 5) -> [RunSummary] {
    (0..<count).map { run(variant, seed: UInt64($0), score: base + Double($0)) }
  }

  /// A report with few draws, so that tests are quick.
  static func report(
    _ runs: [RunSummary], _ settings: ExperimentReport.Settings = .init()
  ) throws -> ExperimentReport {
    var settings = settings
    settings.estimates.repetitions = 200
    settings.curves.bootstrap.repetitions = 50
    settings.curves.gridPoints = 20
    return try ExperimentReport(of: runs, settings: settings)
  }
}
