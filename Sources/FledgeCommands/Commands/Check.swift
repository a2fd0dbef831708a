import ArgumentParser
import Environments
import Experiments
import Foundation
import Sweeps

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check an environment's laws, or an experiment file without running it.",
    discussion: """
      An environment has to obey laws: the same seed gives the same episode, observations stay \
      inside their bounds, a state survives encoding, and so on. An experiment file has to name \
      settings that exist, of the right type, that fit together; so has a sweep's, whose limits \
      are tried one by one, a landscape's, and the list of rows of the table of results.
      """)

  @Argument(
    help: "An environment that `fledge list environments` shows, or a YAML file.",
    completion: .environmentOrExperiment)
  var subject: String

  @Option(
    name: .customLong("set"),
    help: """
      A setting of the experiment, path=value, or of the environment, name=value. May be repeated.
      """)
  var overrides: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(
    help: """
      Print the environment's transitions as one JSON object: by state and action, what may follow.
      """)
  var transitions = false

  private struct Verdict: Encodable {
    let subject: String
    let isValid: Bool
    let findings: [String]
    let stepsPerSecond: Double?
  }

  func run() throws {
    let isFile = subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") || subject.contains("/")
    if transitions {
      guard !isFile else {
        throw CommandFailure("--transitions: name an environment, not the file \(subject)")
      }
      try printTransitions()
    } else {
      try isFile ? checkFile() : checkEnvironment()
    }
  }

  private func checkFile() throws {
    switch ExperimentFile.kind(ofFile: subject) {
    case .experiment: try checkExperiment()
    case .sweep: try checkSweep()
    case .landscape:
      let config = try LandscapeConfig.load(
        path: subject, overrides: overrides, catalogue: Extensions.environments)
      let strategies =
        config.strategies.isEmpty
        ? "every strategy" : counted(config.strategies.count, "strategy", plural: "strategies")
      try tellValid("landscape: \(strategies) on \(config.facts)", try config.yaml())
    case .results:
      guard overrides.isEmpty else {
        throw CommandFailure("--set: the rows of the table of results have no settings to change")
      }
      let list = try ResultsList.load(path: subject)
      try tellValid(
        "list of results: \(counted(list.rows.count, "row")) held against "
          + "\(counted(list.sources.count, "source")); `fledge results --check` tells whether the "
          + "table is what they give")
    }
  }

  /// - Parameters:
  ///   - account: what it is.
  ///   - yaml: the file with every default, where there is one to show.
  ///   - facts: more sentences.
  private func tellValid(_ account: String, _ yaml: String? = nil, facts: String = "") throws {
    if json {
      return try JSONOutput.print(
        Verdict(subject: subject, isValid: true, findings: [], stepsPerSecond: nil))
    }
    print(
      "\(subject) is a valid \(account)." + (facts.isEmpty ? "" : " \(facts)\n"), terminator: "")
    guard let yaml else { return print() }
    print(facts.isEmpty ? " With every default it says:\n" : "With every default it says:\n")
    print(yaml, terminator: "")
  }

  private func printTransitions() throws {
    let entry = try Extensions.environments[subject]
    let settings = try environmentSettings(overrides)
    guard let world = try entry.makeTabularEnvironment(settings: settings) else {
      throw CommandFailure(
        "\(subject) has no table of its states, so there are no transitions to print; "
          + "FrozenLake-v1 has one, for example")
    }
    print(
      try TransitionTable(world).json(
        environment: subject, arguments: arguments(settings, of: entry)))
  }

  /// The settings that differ from the standard ones, switches as true and false.
  private func arguments(
    _ settings: [String: SettingValue], of entry: EnvironmentEntry
  ) -> [String: StateValue] {
    var arguments: [String: StateValue] = [:]
    for description in entry.settings {
      guard let value = settings[description.name], value != description.standard else { continue }
      arguments[description.name] =
        switch value {
        case .number(let number):
          description.allowed == .whole(0...1) ? .truth(number == 1) : .number(number)
        case .text(let text): .text(text)
        case .range(let range): StateValue([range.lowerBound, range.upperBound])
        }
    }
    return arguments
  }

  private func checkEnvironment() throws {
    let report = try Extensions.environments[subject].checkLaws(
      settings: environmentSettings(overrides))
    if json {
      try JSONOutput.print(
        Verdict(
          subject: subject, isValid: report.isLawful, findings: report.findings.map(\.description),
          stepsPerSecond: report.speed?.median))
    } else {
      print(report)
    }
    guard report.isLawful else { throw ExitCode.failure }
  }

  private func checkSweep() throws {
    var choices = SweepPlan.Choices()
    choices.overrides = overrides
    let plan = try SweepPlan.load(
      path: subject, choices: choices, catalogue: Extensions.environments)
    try tellValid(
      "sweep by \(plan.common.method.name): \(plan.budgetLines.joined(separator: "; "))",
      plan.yaml())
  }

  private func checkExperiment() throws {
    let file = try ExperimentFile.load(
      path: subject, overrides: overrides, catalogue: Extensions.environments)
    switch file {
    case .agent(let config):
      for warning in config.warnings { Terminal.writeError("Warning: \(warning).\n") }
      try tellValid("experiment", try config.yaml())
    // The examples, and every cell's network and strategy.
    case .multiTask(let config):
      let account = try Comparison(config, catalogue: Extensions.environments).account
      try tellValid("experiment", try config.yaml(), facts: account)
    }
  }
}
