import ArgumentParser
import Experiments
import Foundation
import Reports

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare configurations over seeds: differences with intervals, tests, verdicts.",
    discussion: """
      Runs of several tasks are held against equal weighting, single-task runs and fixed weights: \
      per task and together, with what they cost. So are agents that learned several tasks, where \
      single-task agents (the key `controls`) are among the runs. Other runs are compared by their final \
      evaluations, variant by variant. Everything comes from the runs' own files, and the same \
      runs give the same numbers.
      """)

  @Argument(help: "Run folders, or folders that hold some.")
  var runs: [String]

  @Option(help: "The variant that the others are compared with.")
  var baseline: String?

  @Option(help: "Only this task; may be given several times.")
  var task: [String] = []

  @Option(help: "The score that counts, such as accuracy; otherwise the first of each task.")
  var score: String?

  @Option(help: "The two tasks of the trade-off figure, with a comma between them.")
  var pair: String?

  @Option(name: .customLong("return"), help: "Also tell the steps until this return is reached.")
  var threshold: Double?

  @Option(name: .shortAndLong, help: "Write a self-contained page with figures to this file.")
  var output: String?

  @Option(help: "Write the tables as Markdown to this file.")
  var markdown: String?

  @Option(help: "Write the main table as LaTeX (booktabs) to this file.")
  var latex: String?

  @Option(help: "Write every run's scores as comma-separated values to this file.")
  var csv: String?

  @Option(help: "Write each figure as an SVG picture into this folder.")
  var figures: String?

  @Flag(help: "Print the numbers as one JSON object.")
  var json = false

  func run() throws {
    let found = try ComparedRuns(of: RunLookup.runs(in: runs))
    switch found.kind {
    case .multiTask(let runs):
      try compare(runs, MultiTaskComparison.Settings(), remarks: found.skipped)
    case .family(let runs):
      try compare(runs, ComparedRuns.familySettings(for: runs), remarks: found.skipped)
    case .ordinary(let runs): try compare(runs, remarks: found.skipped)
    }
  }

  private func compare(
    _ runs: [MultiTaskRun], _ standard: MultiTaskComparison.Settings, remarks: [String]
  ) throws {
    if threshold != nil {
      throw CommandFailure("--return is for runs of one environment; these have several tasks")
    }
    var settings = standard
    settings.baseline = baseline ?? standard.baseline
    settings.tasks = task
    settings.score = score
    settings.pair = try tasksOfPair()
    settings.author = "Fledge \(FledgeVersion.current)"
    settings.remarks = remarks
    let comparison = try MultiTaskComparison(of: runs, settings: settings)
    try write(
      page: comparison.html, markdown: comparison.markdown, latex: comparison.latex,
      csv: { comparison.summary.csv },
      figures: { comparison.figures.map { ($0.name, $0.svg()) } })
    if json {
      try JSONOutput.print(comparison.summary)
    } else {
      print(comparison.terminalText(columns: max(80, Terminal.width)), terminator: "")
      printWritten()
    }
  }

  private func compare(_ runs: [RunSummary], remarks: [String]) throws {
    guard task.isEmpty, score == nil, pair == nil else {
      throw CommandFailure("--task, --score and --pair are for runs with several tasks")
    }
    var settings = VariantComparison.Settings()
    settings.baseline = baseline
    settings.threshold = threshold
    settings.author = "Fledge \(FledgeVersion.current)"
    settings.remarks = remarks
    let comparison = try VariantComparison(of: runs, settings: settings)
    try write(
      page: comparison.html, markdown: comparison.markdown, latex: comparison.latex,
      csv: { comparison.csv }, figures: { comparison.figures.map { ($0.name, $0.svg()) } })
    if json {
      try JSONOutput.print(comparison.summary)
    } else {
      print(comparison.terminalText(columns: max(80, Terminal.width)), terminator: "")
      printWritten()
    }
  }

  private func tasksOfPair() throws -> [String] {
    guard let pair else { return [] }
    let names = pair.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard names.count == 2, names[0] != names[1] else {
      throw CommandFailure("--pair names two tasks with a comma between them, not '\(pair)'")
    }
    return names
  }

  private func write(
    page: () -> String, markdown markdownText: () -> String, latex latexText: () -> String,
    csv csvText: () -> String, figures pictures: () -> [(name: String, text: String)]
  ) throws {
    if let output { try SafeFile.write(Array(page().utf8), to: output, option: "--output") }
    if let markdown {
      try SafeFile.write(Array(markdownText().utf8), to: markdown, option: "--markdown")
    }
    if let latex { try SafeFile.write(Array(latexText().utf8), to: latex, option: "--latex") }
    if let csv { try SafeFile.write(Array(csvText().utf8), to: csv, option: "--csv") }
    guard let figures else { return }
    do {
      try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(
        "the folder '\(figures)' cannot be made; name another one with --figures")
    }
    for (name, text) in pictures() {
      try SafeFile.write(Array(text.utf8), to: "\(figures)/\(name).svg", option: "--figures")
    }
  }

  private func printWritten() {
    var files = [output, markdown, latex, csv].compactMap { $0 }
    if let figures { files.append("\(figures)/*.svg") }
    if !files.isEmpty { print("\nWritten: \(files.joined(separator: ", "))") }
  }
}
