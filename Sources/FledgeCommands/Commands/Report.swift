import ArgumentParser
import Experiments
import Foundation
import Reports
import Tracking

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a self-contained page of runs: curves with intervals, tables, provenance.",
    discussion: """
      Runs that differ only in their seed become one curve with its interval; variants become \
      several. The page needs no network. With --markdown or --figure, the tables as Markdown or \
      the learning curve as an SVG picture are written as well.
      """)

  @Argument(
    help: "Run folders, or folders that hold some; or the folder of a sweep.",
    completion: .directory)
  var runs: [String]

  @Option(name: .shortAndLong, help: "The page to write.")
  var output = "report.html"

  @Option(help: "Also write the tables as Markdown to this file.")
  var markdown: String?

  @Option(help: "Also write the learning curve as a picture to this SVG file.")
  var figure: String?

  @Flag(help: "Print the numbers as one JSON object.")
  var json = false

  func validate() throws {
    try SafeFile.requireDistinct([
      ("--output", output), ("--markdown", markdown), ("--figure", figure),
    ])
  }

  func run() throws {
    if let sweep = try SweepLookup.sweep(in: runs) { return try report(on: sweep) }
    let found = try RunLookup.runs(in: runs)
    let parted = try RunLookup.parted(found)
    guard !parted.others.isEmpty else {
      throw CommandFailure(
        "these runs learned several tasks from data, and their page is that of `fledge compare "
          + "\(runs.joined(separator: " ")) --output report.html`; `fledge show` lists their scores"
      )
    }
    if let comparison = try ComparedRuns.familyComparison(of: parted.others) {
      return try write(comparison)
    }
    let report = try ExperimentReport.make(of: parted.others)
    try write(report.html(), to: output, option: "--output")
    if let markdown { try write(report.markdown(), to: markdown, option: "--markdown") }
    if let figure { try write(report.mainFigure.svg(), to: figure, option: "--figure") }
    if json {
      try JSONOutput.print(report.summary)
    } else {
      print(report.terminalText(columns: Terminal.width, usesColor: Terminal.showsColor))
      print("The page: \(URL(fileURLWithPath: output).path)")
      if !parted.multiTask.isEmpty {
        print(
          "Runs with several tasks are compared by: fledge compare \(runs.joined(separator: " "))")
      }
    }
  }

  private func report(on sweep: SweepFolder) throws {
    let report = try SweepReporting.findings(in: sweep)
    try write(report.html(), to: output, option: "--output")
    if let markdown { try write(report.markdown(), to: markdown, option: "--markdown") }
    if let figure { try write(report.mainFigure, to: figure, option: "--figure") }
    if json {
      try JSONOutput.print(report.record)
    } else {
      print(report.terminalText(mostTrials: 10), terminator: "")
      print("The page: \(URL(fileURLWithPath: output).path)")
    }
  }

  /// Agents beside single-task ones: the page is that of their comparison.
  private func write(_ comparison: MultiTaskComparison) throws {
    try write(comparison.html(), to: output, option: "--output")
    if let markdown { try write(comparison.markdown(), to: markdown, option: "--markdown") }
    if let figure,
      let first = comparison.figures.first(where: { $0.name.hasPrefix("radar") })
        ?? comparison.figures.first
    {
      try write(first.svg(), to: figure, option: "--figure")
    }
    if json {
      try JSONOutput.print(comparison.summary)
    } else {
      print(comparison.terminalText(columns: max(80, Terminal.width)), terminator: "")
      print("The page: \(URL(fileURLWithPath: output).path)")
    }
  }

  private func write(_ text: String, to path: String, option: String) throws {
    try SafeFile.write(Array(text.utf8), to: path, option: option)
  }
}
