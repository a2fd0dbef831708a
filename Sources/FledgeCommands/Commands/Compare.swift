import ArgumentParser
import Environments
import Experiments
import Foundation
import Reports

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare configurations over seeds: differences with intervals, tests, verdicts.",
    discussion: """
      Runs of any experiments and agents are compared environment by environment (tasks of one \
      count as environments): final scores, sample efficiency in steps and seconds, settings that \
      differ, what so many seeds can find. Several environments are put together when reference \
      scores normalize them. Runs of several tasks from data are held against equal weighting, \
      single-task runs and fixed weights, and agents that learned several tasks against \
      single-task agents where these are among the runs (the key `controls`): per task and \
      together, with what they cost. Everything comes from the runs' own files, and the same \
      runs give the same numbers.
      """)

  @Argument(help: "Run folders, or folders that hold some.", completion: .directory)
  var runs: [String]

  @Option(help: "The variant that the others are compared with.")
  var baseline: String?

  @Option(help: "Only this task; may be given several times.")
  var task: [String] = []

  @Option(help: "The score that counts, such as accuracy; otherwise the first of each task.")
  var score: String?

  @Option(help: "The two tasks of the trade-off figure, with a comma between them.")
  var pair: String?

  @Option(
    name: .customLong("return"), parsing: .unconditionalSingleValue,
    help: """
      A return to be reached: tells the steps and seconds until then, and the optimality gap; \
      with ENVIRONMENT=RETURN several may be given. What solves a built-in world, unless given.
      """)
  var threshold: [String] = []

  @Option(
    help: """
      What names the rows: variant, experiment, agent or a key such as agent.dqn.target; chosen by \
      what tells the runs apart, unless given.
      """)
  var by: String?

  @Option(
    help: """
      ENVIRONMENT=LOW:HIGH, the scores that count as 0 and 1 when environments are put together; \
      one for each.
      """)
  var reference: [String] = []

  @Flag(help: "Put environments together by the lowest and highest score of any run in each.")
  var normalize = false

  @Flag(help: "Compare environments of one name with different settings by themselves.")
  var separate = false

  @Option(help: "A difference of scores: tells how many seeds would find it.")
  var effect: Double?

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

  func validate() throws {
    if let effect, !effect.isFinite || effect <= 0 {
      throw ValidationError("--effect must be a finite number above 0, not \(effect)")
    }
    try SafeFile.requireDistinct([
      ("--output", output), ("--markdown", markdown), ("--latex", latex), ("--csv", csv),
    ])
    if figures == "" { throw ValidationError("--figures must name a folder") }
  }

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
    guard threshold.isEmpty, by == nil, reference.isEmpty, !normalize, !separate, effect == nil
    else {
      throw CommandFailure(
        "--return, --by, --reference, --normalize, --separate and --effect are for runs of one "
          + "task; these have several")
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
      print(comparison.terminalText(columns: Terminal.outputWidth), terminator: "")
      printWritten()
    }
  }

  private func compare(_ runs: [RunSummary], remarks: [String]) throws {
    guard task.isEmpty, score == nil, pair == nil else {
      throw CommandFailure("--task, --score and --pair are for runs with several tasks from data")
    }
    let comparison = try RunComparison(of: runs, settings: settings(for: runs, remarks))
    try write(
      page: comparison.html, markdown: comparison.markdown, latex: comparison.latex,
      csv: { comparison.csv }, figures: { comparison.figures.map { ($0.name, $0.svg()) } })
    if json {
      try JSONOutput.print(comparison.summary)
    } else {
      print(comparison.terminalText(columns: Terminal.outputWidth), terminator: "")
      printWritten()
    }
  }

  private func settings(
    for runs: [RunSummary], _ remarks: [String]
  ) throws -> RunComparison.Settings {
    var settings = RunComparison.Settings()
    settings.baseline = baseline
    settings.key = by
    settings.separatesSettings = separate
    settings.effect = effect
    settings.author = "Fledge \(FledgeVersion.current)"
    settings.remarks = remarks
    guard !normalize || reference.isEmpty else {
      throw CommandFailure("--normalize and --reference are two ways; give one of them")
    }
    if normalize { settings.normalization = .observed }
    if !reference.isEmpty { settings.normalization = .references(try references()) }
    settings.thresholds = try thresholds()
    let groups = try MethodGroups(of: runs, by: by, separatesSettings: separate)
    if let by, let mixed = groups.mixed.first {
      throw CommandFailure(
        "--by \(by) does not tell \(mixed.variants.joined(separator: ", ")) apart, which would all "
          + "be '\(mixed.name)' in \(mixed.environment); choose a key that does, or leave --by out")
    }
    // What solves a world of the catalogue is a return that everybody asks for.
    for name in groups.places.map(\.name)
    where settings.thresholds[""] == nil && settings.thresholds[name] == nil {
      // Environments that --separate keeps apart are named "ID (settings)".
      let end = name.hasSuffix(")") ? name.range(of: " (")?.lowerBound : nil
      let id = String(name[..<(end ?? name.endIndex)])
      let known = try? Extensions.environments[id].rewardThreshold
      if let known { settings.thresholds[name] = known }
    }
    return settings
  }

  private func thresholds() throws -> [String: Double] {
    var found: [String: Double] = [:]
    for text in threshold {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard let last = parts.last, let value = Double(last), value.isFinite else {
        throw CommandFailure("--return is a number or ENVIRONMENT=NUMBER, not '\(text)'")
      }
      let name = parts.count == 2 ? String(parts[0]) : ""
      guard found.updateValue(value, forKey: name) == nil else {
        throw CommandFailure(
          "--return gives two returns for \(name.isEmpty ? "all environments" : name); give one")
      }
    }
    return found
  }

  private func references() throws -> [String: Reports.Interval] {
    var found: [String: Reports.Interval] = [:]
    for text in reference {
      let parts = text.split(separator: "=", maxSplits: 1)
      let ends = parts.last?.split(separator: ":").compactMap { Double($0) } ?? []
      guard parts.count == 2, ends.count == 2, ends.allSatisfy(\.isFinite) else {
        throw CommandFailure(
          "--reference is ENVIRONMENT=LOW:HIGH, such as CartPole-v1=22:500, not '\(text)'")
      }
      guard ends[0] < ends[1], (ends[1] - ends[0]).isFinite else {
        throw CommandFailure(
          "--reference \(text): the score that counts as 0 must be below the one that counts as 1, "
            + "as in ENVIRONMENT=LOW:HIGH")
      }
      let own = Reports.Interval(lower: ends[0], upper: ends[1])
      guard found.updateValue(own, forKey: String(parts[0])) == nil else {
        throw CommandFailure("--reference gives two ranges for \(parts[0]); give one")
      }
    }
    return found
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
