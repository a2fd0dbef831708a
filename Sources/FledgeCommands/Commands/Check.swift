import ArgumentParser
import Environments
import Experiments
import Foundation

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check an environment's laws, or an experiment file without running it.",
    discussion: """
      An environment has to obey laws: the same seed gives the same episode, observations stay \
      inside their bounds, a state survives encoding, and so on. An experiment file has to name \
      settings that exist, of the right type, that fit together.
      """)

  @Argument(help: "An environment that `fledge list environments` shows, or a YAML file.")
  var subject: String

  @Option(
    name: .customLong("set"), help: "A setting of the experiment: path=value. May be repeated.")
  var overrides: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Verdict: Encodable {
    let subject: String
    let isValid: Bool
    let findings: [String]
    let stepsPerSecond: Double?
  }

  func run() throws {
    let isFile = subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") || subject.contains("/")
    try isFile ? checkExperiment() : checkEnvironment()
  }

  private func checkEnvironment() throws {
    let report = try Extensions.environments[subject].checkLaws()
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

  private func checkExperiment() throws {
    let config = try ExperimentConfig.load(
      path: subject, overrides: overrides, catalogue: Extensions.environments)
    if json {
      try JSONOutput.print(
        Verdict(subject: subject, isValid: true, findings: [], stepsPerSecond: nil))
    } else {
      print("\(subject) is a valid experiment. With every default it says:\n")
      print(try config.yaml(), terminator: "")
    }
  }
}
