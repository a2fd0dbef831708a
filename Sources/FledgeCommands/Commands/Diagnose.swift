import ArgumentParser
import Environments
import Experiments
import Foundation
import Reports
import Spelling
import Synchronization
import Tracking

struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find out what an agent can and cannot do: bsuite's experiments, scored.",
    discussion: """
      Runs an agent on small worlds that each ask one thing (does it explore, remember, stand noise \
      …) and scores it from 0, about what random actions score, to 1. The agent is that of an \
      experiment's YAML file or, with standard settings, one that `fledge list agents` names. Each \
      run is an ordinary one in OUTPUT/<experiment>/<point>/<seed>; the same command again goes on \
      where it stopped.

      --suite full has bsuite's points and episodes but for MNIST's: 408 runs, up to 180 million \
      steps. --suite quick has 57 runs with fewer points and mostly fewer episodes, 1.5 million \
      steps: good to compare settings, not with published scores. Names choose experiments: \
      --suite quick deep_sea catch. Where an episode's length depends on the agent (the poles and \
      cars), a run has the steps of as many episodes of the greatest length; episodes beyond \
      bsuite's number do not count.
      """)

  @Argument(
    help: "An experiment's YAML file, or the name of an agent.", completion: .agentOrExperiment)
  var agent: String?

  @Option(
    parsing: .upToNextOption, help: "full (the standard), quick, and names of experiments.")
  var suite: [String] = []

  @Option(help: "How often the suite is repeated; several give intervals.")
  var seeds = 1

  @Option(help: "Runs at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Option(
    name: .customLong("set"),
    help: "A setting, as path=value, such as agent.dqn.discountFactor=0.9. May be repeated.")
  var overrides: [String] = []

  @Option(help: "The folder for the runs; runs/diagnosis/<agent> unless given.")
  var output: String?

  @Option(
    parsing: .upToNextOption,
    help: "Run nothing: score the runs in these folders, each one agent's.")
  var from: [String] = []

  @Option(help: "The page to write; diagnosis.html in the folder unless given.")
  var page: String?

  @Option(help: "Also write the radar as a picture to this SVG file.")
  var figure: String?

  @Flag(help: "Print the scores as one JSON object.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if seeds < 1 { throw ValidationError("--seeds must be 1 or more, not \(seeds)") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, not \(jobs)") }
    if output?.isEmpty ?? false { throw ValidationError("--output must name a folder") }
    if agent == nil && from.isEmpty {
      throw ValidationError("name an agent, or folders with runs by --from")
    }
    if agent != nil && !from.isEmpty {
      throw ValidationError("name either an agent or, by --from, folders with runs")
    }
  }

  func run() throws {
    try checkFolders()
    guard let agent else { return try report(on: from) }
    let config = try configuration(of: agent)
    let isQuick = suite.contains("quick")
    let name = config.name + (isQuick ? "-quick" : "")
    let folder = output ?? "runs/diagnosis/\(name)"
    let diagnosis = try Diagnosis(
      of: config, isQuick: isQuick, experiments: suite.filter { $0 != "quick" && $0 != "full" },
      repetitions: seeds, output: folder, catalogue: Extensions.environments)
    let failed = try run(diagnosis)
    try report(on: [folder])
    if failed { throw ExitCode.failure }
  }

  /// The configuration whose agent is meant, under a name for the agent.
  private func configuration(of agent: String) throws -> ExperimentConfig {
    let catalogue = Extensions.environments
    let known = AgentSummary.all.map(\.id)
    guard known.contains(agent) else {
      let isFile = agent.contains("/") || FileManager.default.fileExists(atPath: agent)
      guard isFile || agent.hasSuffix(".yaml") || agent.hasSuffix(".yml") else {
        throw CommandFailure(
          "there is no file and no agent '\(agent)'; "
            + (nearestName(to: agent, among: known).map { "did you mean '\($0)'?" }
              ?? "known agents: \(known.joined(separator: ", "))"))
      }
      return try .load(path: agent, overrides: overrides, catalogue: catalogue)
    }
    return try .parse(
      "{name: \(agent), environment: {id: Catch-v0}, agent: \(agent)}", name: agent,
      overrides: overrides, catalogue: catalogue)
  }

  /// Refuses files that could not be written after all the runs were done.
  private func checkFolders() throws {
    for (option, path) in [("--page", page), ("--figure", figure)] {
      guard let path else { continue }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw CommandFailure(
          "\(option) \(path): there is no folder \(folder) that can be written to")
      }
    }
  }

  /// Runs what is not finished; `true` if a run failed.
  ///
  /// - Throws: `ExitCode` 130 if a stop was requested.
  private func run(_ diagnosis: Diagnosis) throws -> Bool {
    let stop = StopSignal()
    let handler = InterruptHandler(stop)
    let display = DiagnosisDisplay(isQuiet: quiet || json)
    let outcome = try withExtendedLifetime(handler) {
      try diagnosis.run(
        width: jobs ?? ExperimentRunner.availableProcessors, until: stop,
        command: CommandLine.arguments, begin: display.begin, progress: display.show)
    }
    display.end()
    for (run, reason) in outcome.failures { Terminal.writeError("Error: \(run): \(reason)\n") }
    if outcome.interrupted > 0 {
      Terminal.writeError(
        "\(counted(outcome.interrupted, "run")) \(outcome.interrupted == 1 ? "is" : "are") left: give the same command again to go on.\n"
      )
      throw ExitCode(130)
    }
    return !outcome.failures.isEmpty
  }

  /// Scores the runs of each folder, prints the table and writes the page.
  private func report(on folders: [String]) throws {
    let report = try DiagnosisReport.make(of: folders)
    if let figure {
      guard let radar = report.radar else {
        throw CommandFailure("a radar needs experiments of three abilities or more")
      }
      try SafeFile.write(Array(radar.svg().utf8), to: figure, option: "--figure")
    }
    let path = page ?? (folders.count == 1 ? folders[0] + "/" : "") + "diagnosis.html"
    try SafeFile.write(Array(report.html().utf8), to: path, option: "--page")
    if json {
      try JSONOutput.print(report.summary)
    } else {
      print(report.terminalText(columns: Terminal.width))
      print("The page: \(URL(fileURLWithPath: path).path)")
    }
  }
}

extension DiagnosisReport {
  /// The report on the runs in folders, each of which is one agent's.
  static func make(of folders: [String]) throws -> DiagnosisReport {
    var remarks: [String] = []
    let agents = try folders.map { folder in
      guard FileManager.default.fileExists(atPath: folder) else {
        throw CommandFailure(
          "there is no folder '\(folder)'; `fledge diagnose AGENT --output \(folder)` makes it")
      }
      let scores = try DiagnosisScores(folder: folder, catalogue: Extensions.environments)
      for problem in scores.problems { Terminal.writeError("Skipped: \(problem)\n") }
      let short = scores.experiments.count { !$0.isComplete }
      let name = URL(fileURLWithPath: folder).lastPathComponent
      if short > 0 {
        remarks.append(
          "\(name): \(short) of \(scores.experiments.count) experiments have fewer points or "
            + "episodes than bsuite's, so their scores cannot be compared with published ones.")
      }
      return Agent(
        name: name,
        experiments: scores.experiments.map {
          Experiment(
            name: $0.name, tags: $0.tags.map(\.rawValue), scores: $0.scores, runs: $0.runs,
            note: $0.note)
        })
    }
    return DiagnosisReport(
      of: agents, tags: DiagnosticTag.allCases.map(\.rawValue), remarks: remarks,
      author: "Fledge \(FledgeVersion.current)")
  }
}

/// Shows how many runs are done: a live line on a terminal, a line a run elsewhere.
final class DiagnosisDisplay: Sendable {
  private let state = Mutex((done: 0, total: 0))
  private let isLive: Bool
  private let isQuiet: Bool

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    isLive = Terminal.isInteractive && !isQuiet
  }

  func begin(_ finished: Int, _ toRun: Int) {
    state.withLock { $0 = (finished, finished + toRun) }
  }

  func show(_ progress: Diagnosis.Progress) {
    guard !isQuiet else { return }
    state.withLock { state in
      let isOver = progress.progress.phase == .finished
      if isOver { state.done += 1 }
      guard isLive || isOver else { return }
      let line = ProgressDisplay.line(progress.progress, withBar: false)
      let text = "\(state.done)/\(state.total) runs  \(progress.run)  \(line)"
      Terminal.writeError(
        isLive ? "\r\(text.prefix(Terminal.width - 1))\u{1B}[K" : "\(text)\n")
    }
  }

  /// Ends the live line.
  func end() {
    if isLive { Terminal.writeError("\r\u{1B}[K") }
  }
}
