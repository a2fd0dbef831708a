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
      are tried one by one.
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
      try isFile ? checkExperiment() : checkEnvironment()
    }
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
    if json {
      try JSONOutput.print(
        Verdict(subject: subject, isValid: true, findings: [], stepsPerSecond: nil))
    } else {
      let budgets = plan.budgetLines.joined(separator: "; ")
      print(
        "\(subject) is a valid sweep by \(plan.common.method.name): \(budgets). With every default "
          + "it says:\n")
      print(plan.yaml(), terminator: "")
    }
  }

  private func checkExperiment() throws {
    if SweepPlan.isSweep(path: subject) { return try checkSweep() }
    let file = try ExperimentFile.load(
      path: subject, overrides: overrides, catalogue: Extensions.environments)
    let (account, yaml): (String, String)
    switch file {
    case .agent(let config):
      for warning in config.warnings { Terminal.writeError("Warning: \(warning).\n") }
      (account, yaml) = ("", try config.yaml())
    // The examples, and every cell's network and strategy.
    case .multiTask(let config):
      (account, yaml) = (
        try Comparison(config, catalogue: Extensions.environments).account + "\n",
        try config.yaml()
      )
    }
    if json {
      try JSONOutput.print(
        Verdict(subject: subject, isValid: true, findings: [], stepsPerSecond: nil))
    } else {
      print("\(subject) is a valid experiment. \(account)With every default it says:\n")
      print(yaml, terminator: "")
    }
  }
}
