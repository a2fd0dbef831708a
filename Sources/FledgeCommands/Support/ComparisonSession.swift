import ArgumentParser
import Experiments
import Foundation
import Reports
import Tracking

/// Runs cells and seeds of a comparison with progress, stops them on Ctrl-C, and tells how they
/// ended.
struct ComparisonSession {
  let jobs: [ExperimentRunner.Job]
  /// Folders of runs that were finished before.
  let finished: [String]
  let width: Int?
  let isQuiet: Bool
  let json: Bool

  private struct Line: Encodable {
    let cell: String
    let seed: UInt64
    let folder: String
    let outcome: String
    var earlyEnd: String?
    var step: Int?
    var learningRate: Double?
    /// The test scores with the weights that validation chose, by task and name.
    var scores: [String: [String: Double]]?
    var seconds: Double?
    var problem: String?
  }

  /// - Throws: `ExitCode` 1 if a run failed, 130 if a stop was requested.
  func run() throws {
    let stop = StopSignal()
    let handler = InterruptHandler(stop)
    let display = ComparisonDisplay(total: jobs.count, isQuiet: isQuiet)
    let runner = ExperimentRunner(
      jobs: jobs, width: width ?? ExperimentRunner.availableProcessors)
    let outcomes = withExtendedLifetime(handler) {
      runner.run(until: stop) { display.show($0) }
    }
    let rows = zip(jobs, outcomes).map { (job: $0, outcome: $1.outcome) }
    if json {
      for row in rows { try printJSON(row.job, row.outcome) }
    } else {
      try printSummary(
        finished
          + rows.compactMap { if case .finished = $0.outcome { $0.job.folder } else { nil } })
    }
    try tellTroubles(rows)
  }

  private func printSummary(_ folders: [String]) throws {
    guard let first = folders.first else { return }
    let runs = folders.map(RunFolder.init(path:))
    if let comparison = try? ComparedRuns.familyComparison(of: runs) {
      print(comparison.terminalText(columns: max(80, Terminal.width)))
    } else {
      print(try FinalScores(of: runs).text)
    }
    let experiment = ((first as NSString).deletingLastPathComponent as NSString)
      .deletingLastPathComponent
    print("\nWith statistics: fledge compare \(experiment)")
  }

  private func tellTroubles(
    _ rows: [(job: ExperimentRunner.Job, outcome: ExperimentRunner.Outcome)]
  ) throws {
    var hasFailed = false
    var left: [String] = []
    for (job, outcome) in rows {
      switch outcome {
      case .finished: break
      case .interrupted, .skipped: left.append(job.folder)
      case .failed(let sentence):
        Terminal.writeError(
          "Error: \(job.variant ?? "") seed \(job.seed): \(sentence)\n")
        hasFailed = true
      }
    }
    if !left.isEmpty {
      Terminal.writeError(
        "\(counted(left.count, "run")) \(left.count == 1 ? "was" : "were") stopped or not begun: give "
          + "the same command again to go on exactly there.\n")
    }
    if hasFailed { throw ExitCode.failure }
    if !left.isEmpty { throw ExitCode(130) }
  }

  private func printJSON(_ job: ExperimentRunner.Job, _ outcome: ExperimentRunner.Outcome) throws {
    func line(_ word: String) -> Line {
      Line(cell: job.variant ?? "", seed: job.seed, folder: job.folder, outcome: word)
    }
    switch outcome {
    case .finished(let result):
      let scores = try FinalScores(of: [RunFolder(path: job.folder)]).rows.first
      var line = line("finished")
      line.earlyEnd = result.earlyEnd
      line.step = result.step
      line.seconds = result.seconds
      line.learningRate = scores?.learningRate
      line.scores = scores?.scores
      try JSONOutput.print(line)
    case .interrupted(let step):
      var line = line("interrupted")
      line.step = step
      try JSONOutput.print(line)
    case .failed(let problem):
      var line = line("failed")
      line.problem = problem
      try JSONOutput.print(line)
    case .skipped: try JSONOutput.print(line("skipped"))
    }
  }
}
