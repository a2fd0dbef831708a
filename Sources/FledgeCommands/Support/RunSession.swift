import ArgumentParser
import Environments
import Experiments
import Foundation
import Reports
import Tracking

/// Runs seeds with progress, stops them on Ctrl-C, and tells how they ended.
struct RunSession {
  let jobs: [ExperimentRunner.Job]
  let width: Int?
  let isQuiet: Bool
  let json: Bool

  private struct Line: Encodable {
    let seed: UInt64
    let folder: String
    let outcome: String
    let earlyEnd: String?
    let step: Int?
    let finalMean: Double?
    let finalReturns: [Double]?
    let trainingReturn: Double?
    let seconds: Double?
    let problem: String?
  }

  /// - Throws: `ExitCode` 1 if a seed failed, 130 if a stop was requested.
  func run() throws {
    let stop = StopSignal()
    let handler = InterruptHandler(stop)
    let display = ProgressDisplay(isQuiet: isQuiet)
    let runner = ExperimentRunner(
      jobs: jobs, width: width ?? ExperimentRunner.availableProcessors)
    let outcomes = withExtendedLifetime(handler) {
      runner.run(until: stop) { display.show($0) }
    }
    if json { for outcome in outcomes { try printJSON(outcome) } }
    let finished = outcomes.compactMap { if case .finished = $0.outcome { $0.folder } else { nil } }
    if !json, !finished.isEmpty { try printSummary(finished) }
    try tellTroubles(outcomes)
  }

  private func printSummary(_ folders: [String]) throws {
    let report = try ExperimentReport.make(of: folders.map(RunFolder.init(path:)))
    print(report.terminalText(columns: Terminal.width))
    let common = Self.commonFolder(folders)
    print("A page with curves: fledge report \(common) --output report.html")
  }

  /// The folder above all runs, or the run itself if there is one.
  static func commonFolder(_ folders: [String]) -> String {
    guard folders.count > 1, let first = folders.first else { return folders.first ?? "runs" }
    return (first as NSString).deletingLastPathComponent
  }

  private func tellTroubles(
    _ outcomes: [(seed: UInt64, folder: String, outcome: ExperimentRunner.Outcome)]
  ) throws {
    var toResume: [String] = []
    var unbegun: [UInt64] = []
    var hasFailed = false
    for (seed, folder, outcome) in outcomes {
      switch outcome {
      case .finished: break
      case .interrupted(let step):
        Terminal.writeError("Seed \(seed) was interrupted at step \(grouped(step)).\n")
        toResume.append(folder)
      case .failed(let sentence):
        Terminal.writeError("Error: seed \(seed): \(sentence)\n")
        hasFailed = true
      case .skipped: unbegun.append(seed)
      }
    }
    tellHowToGoOn(toResume, unbegun, outcomes.map(\.folder))
    if hasFailed { throw ExitCode.failure }
    if outcomes.contains(where: { if case .finished = $0.outcome { false } else { true } }) {
      throw ExitCode(130)
    }
  }

  private func tellHowToGoOn(_ toResume: [String], _ unbegun: [UInt64], _ folders: [String]) {
    if !unbegun.isEmpty {
      let names = unbegun.map(String.init).joined(separator: ", ")
      Terminal.writeError("Not begun: seed\(unbegun.count == 1 ? "" : "s") \(names).\n")
    }
    // One folder begins the missing seeds too; there is none to look into before a run has begun.
    let common = Self.commonFolder(folders)
    if !unbegun.isEmpty, !RunFolder.all(under: common).isEmpty {
      Terminal.writeError("To go on exactly there, and with the others: fledge resume \(common)\n")
    } else if !toResume.isEmpty {
      Terminal.writeError(
        "To go on exactly there: fledge resume \(toResume.joined(separator: " "))\n")
    } else if !unbegun.isEmpty {
      Terminal.writeError("Give the same command again to begin.\n")
    }
  }

  private func printJSON(
    _ row: (seed: UInt64, folder: String, outcome: ExperimentRunner.Outcome)
  ) throws {
    func line(
      _ outcome: String, _ result: RunResult? = nil, step: Int? = nil, problem: String? = nil
    ) -> Line {
      let returns = result?.finalReturns
      return Line(
        seed: row.seed, folder: row.folder, outcome: outcome, earlyEnd: result?.earlyEnd,
        step: result?.step ?? step,
        finalMean: returns.map { $0.reduce(0, +) / Double(max(1, $0.count)) },
        finalReturns: returns, trainingReturn: result?.recentReturn, seconds: result?.seconds,
        problem: problem)
    }
    switch row.outcome {
    case .finished(let result): try JSONOutput.print(line("finished", result))
    case .interrupted(let step): try JSONOutput.print(line("interrupted", step: step))
    case .failed(let problem): try JSONOutput.print(line("failed", problem: problem))
    case .skipped: try JSONOutput.print(line("skipped"))
    }
  }
}
