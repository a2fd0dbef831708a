import ArgumentParser
import Experiments
import Reports
import Tracking

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened in a run, or in all runs of a folder, in the terminal.",
    discussion: """
      Works on runs that are going on, finished, interrupted or crashed. Of a comparison of several \
      cells and seeds it tells what is finished, under way and missing, and how to go on.
      """)

  @Argument(
    help: "Run folders, or folders that hold some; or the folder of a sweep.",
    completion: .directory)
  var runs: [String]

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print the configuration after defaults, as YAML.")
  var config = false

  /// What is printed of runs with several tasks.
  private struct Scores: Encodable {
    let rows: [FinalScores.Row]
    let progress: [ComparisonProgress]
  }

  private func show(multiTask folders: [RunFolder]) throws {
    let scores = try FinalScores(of: folders)
    let progress = try ComparisonProgress.all(under: runs, runs: folders)
    if json { return try JSONOutput.print(Scores(rows: scores.rows, progress: progress)) }
    let unfinished = progress.filter { !$0.isComplete }
    print(([scores.text] + unfinished.map(\.text)).joined(separator: "\n\n"))
  }

  func run() throws {
    if let sweep = try SweepLookup.sweep(in: runs) { return try show(sweep) }
    let planned = try ComparisonProgress.all(under: runs, runs: [])
    if !planned.isEmpty, planned.count == runs.count,
      runs.allSatisfy({ RunFolder.all(under: $0).isEmpty })
    {
      return try show(multiTask: [])
    }
    let folders = try RunLookup.runs(in: runs)
    if config {
      for folder in folders { print(try RunReader(folder).config, terminator: "") }
      return
    }
    let (several, others) = try RunLookup.parted(folders)
    if !several.isEmpty {
      try show(multiTask: several)
      guard !others.isEmpty else { return }
    }
    if let comparison = try ComparedRuns.familyComparison(of: others) {
      if json { return try JSONOutput.print(comparison.summary) }
      return print(comparison.terminalText(columns: max(80, Terminal.width)), terminator: "")
    }
    let report = try ExperimentReport.make(of: others)
    if json {
      try JSONOutput.print(report.summary)
    } else {
      print(
        report.terminalText(columns: Terminal.width, usesColor: Terminal.showsColor),
        terminator: "")
    }
  }

  private func show(_ sweep: SweepFolder) throws {
    let report = try SweepReporting.findings(in: sweep)
    if config {
      print(report.about.file, terminator: "")
    } else if json {
      try JSONOutput.print(report.record)
    } else {
      print(report.terminalText(mostTrials: 20), terminator: "")
    }
  }
}
