import ArgumentParser
import Environments
import Experiments
import Foundation
import MultiTask
import NeuralNetworks
import Reports
import Spelling

struct Landscape: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where multi-task strategies lead on problems of two parameters.",
    discussion: """
      Runs what a file of experiments/landscapes says: strategies on a problem whose Pareto set is \
      known, from several starts. A name, such as toy-nash, means that file of the folder. The \
      table tells for each strategy and start where the descent ends; --svg draws the descents \
      over the problem, and --output writes a page with all of it. All of it takes seconds.
      """)

  @Argument(
    help: "A YAML file, or the name of one in experiments/landscapes.", completion: .landscape)
  var config: String

  @Option(
    parsing: .upToNextOption, help: "Run these strategies of the file only, such as equal pcGrad.")
  var only: [String] = []

  @Option(
    name: .customLong("set"),
    help: "A setting, as path=value, such as steps=100000. May be repeated.")
  var overrides: [String] = []

  @Option(help: "Descents at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Option(help: "Write a page with table and pictures to this HTML file.")
  var output: String?

  @Option(help: "Write the picture of the descents to this SVG file.")
  var svg: String?

  @Option(help: "Write the table to this Markdown file.")
  var markdown: String?

  @Flag(help: "Print one JSON object a strategy.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, not \(jobs)") }
    for (option, path) in files where path?.isEmpty ?? false {
      throw ValidationError("\(option) must name a file")
    }
  }

  private var files: [(option: String, path: String?)] {
    [("--output", output), ("--svg", svg), ("--markdown", markdown)]
  }

  func run() throws {
    try checkFolders()
    var config = try LandscapeConfig.load(
      path: path(), overrides: overrides, catalogue: Extensions.environments)
    if !only.isEmpty { config.strategies = try chosen(of: config) }
    let experiment = try LandscapeExperiment(config, catalogue: Extensions.environments)
    let isLive = Terminal.isInteractive && !quiet && !json
    let results = try experiment.run(width: jobs ?? ExperimentRunner.availableProcessors) {
      if isLive { Terminal.writeError("\r\($0) of \($1) descents\u{1B}[K") }
    }
    if isLive { Terminal.writeError("\r\u{1B}[K") }
    let report = LandscapeReport(experiment, results)
    try write(report)
    if json {
      for result in results { try JSONOutput.print(LandscapeLine(result)) }
    } else {
      print(report.terminalText(columns: Terminal.width))
    }
  }

  /// The file that is meant.
  private func path() throws -> String {
    let isFile =
      config.contains("/") || config.hasSuffix(".yaml") || config.hasSuffix(".yml")
      || FileManager.default.fileExists(atPath: config)
    guard !isFile else { return config }
    let folder = "experiments/landscapes"
    let known = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    guard known.contains(config) else {
      throw CommandFailure(
        "there is no landscape '\(config)' in \(folder); "
          + (known.isEmpty
            ? "name a YAML file" : "there are: \(known.joined(separator: ", "))"))
    }
    return "\(folder)/\(config).yaml"
  }

  /// The strategies that were asked for by their names, as the file sets them.
  private func chosen(of config: LandscapeConfig) throws -> [StrategySettings] {
    let there =
      config.strategies.isEmpty
      ? Extensions.environments.allStrategies : config.strategies
    return try only.flatMap { name in
      let found = there.filter { $0.chosen.name == name }
      guard !found.isEmpty else {
        let names = there.map(\.chosen.name)
        let nearest = nearestName(to: name, among: names)
        throw CommandFailure(
          "--only: the file has no strategy '\(name)'; "
            + (nearest.map { "did you mean '\($0)'?" }
              ?? "it has \(names.joined(separator: ", "))"))
      }
      return found
    }
  }

  /// Refuses files that could not be written after all the work was done.
  private func checkFolders() throws {
    for (option, path) in files {
      guard let path else { continue }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw CommandFailure(
          "\(option) \(path): there is no folder \(folder) that can be written to")
      }
    }
  }

  private func write(_ report: LandscapeReport) throws {
    if let output { try SafeFile.write(Array(report.html().utf8), to: output, option: "--output") }
    if let svg { try SafeFile.write(Array(report.picture.svg().utf8), to: svg, option: "--svg") }
    guard let markdown else { return }
    let folder = URL(fileURLWithPath: markdown).deletingLastPathComponent()
    let picture = svg.map { svg in
      let url = URL(fileURLWithPath: svg)
      return url.deletingLastPathComponent() == folder ? url.lastPathComponent : url.path
    }
    let command =
      (["fledge", "landscape", config] + (only.isEmpty ? [] : ["--only"] + only)
      + overrides.flatMap { ["--set", $0] }).joined(separator: " ")
    try SafeFile.write(
      Array(report.markdown(picture: picture, command: command).utf8), to: markdown,
      option: "--markdown")
  }
}

/// A strategy's descents as `--json` prints them.
struct LandscapeLine: Encodable {
  let strategy: String
  let onFront: Int
  let seconds: Double
  let paths: [Path]

  struct Path: Encodable {
    let start, end: SIMD2<Double>
    let losses: [Double]
    /// front, late, stuck or failed.
    let outcome: String
    let problem: String?
    let distance: Double
    let steps: Int
    /// As of the last step that was recorded.
    let weights: [Double]
    let residual, leastDescent: Double?
    /// The share of recorded steps at which the gradients point against each other.
    let conflict: Double
  }

  init(_ result: LandscapeExperiment.Result) {
    strategy = result.strategy
    onFront = result.frontCount
    seconds = result.seconds
    paths = result.paths.map { path in
      let (outcome, problem): (String, String?) =
        switch path.outcome {
        case .front: ("front", nil)
        case .late: ("late", nil)
        case .stuck: ("stuck", nil)
        case .failed(let problem): ("failed", problem)
        }
      let conflicts = path.records.reduce(0) { $0 + $1.gram.conflictShare }
      return Path(
        start: path.start, end: path.end, losses: path.endLosses, outcome: outcome,
        problem: problem, distance: path.distance, steps: path.steps,
        weights: path.records.last?.weights ?? [], residual: path.records.map(\.residual).max(),
        leastDescent: path.records.map(\.leastDescent).min(),
        conflict: conflicts / Double(max(1, path.records.count)))
    }
  }
}

extension LandscapeReport {
  /// The report on what came of an experiment.
  init(_ experiment: LandscapeExperiment, _ results: [LandscapeExperiment.Result]) {
    let (config, landscape) = (experiment.config, experiment.landscape)
    let front = landscape.paretoSet
    self.init(
      title: config.name, question: config.question, facts: config.facts, starts: config.starts,
      strategies: results.map { result in
        Strategy(
          name: result.strategy,
          paths: result.paths.map { path in
            Path(
              points: path.points, losses: path.records.map(\.losses) + [path.endLosses],
              outcome: .init(path.outcome))
          })
      },
      field: Field(x: landscape.region.x, y: landscape.region.y) { x, y in
        landscape.losses(at: [x, y]).reduce(0, +)
      }, front: front, frontLosses: front.map(landscape.losses(at:)),
      tolerance: config.tolerance, author: "Fledge \(FledgeVersion.current)")
  }
}

extension LandscapeReport.Outcome {
  fileprivate init(_ outcome: LandscapePath.Outcome) {
    self =
      switch outcome {
      case .front: .front
      case .late: .late
      case .stuck: .stuck
      case .failed(let problem): .failed(problem)
      }
  }
}
