import ArgumentParser
import Experiments
import Reports
import Tracking

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened in a run, or in all runs of a folder, in the terminal.",
    discussion: "Works on runs that are going on, finished, interrupted or crashed.")

  @Argument(help: "Run folders, or folders that hold some.", completion: .directory)
  var runs: [String]

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print the configuration after defaults, as YAML.")
  var config = false

  func run() throws {
    let folders = try RunLookup.runs(in: runs)
    if config {
      for folder in folders { print(try RunReader(folder).config, terminator: "") }
      return
    }
    let (several, others) = try RunLookup.parted(folders)
    if !several.isEmpty {
      let scores = try FinalScores(of: several)
      try json ? JSONOutput.print(scores) : print(scores.text)
      guard !others.isEmpty else { return }
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
}
