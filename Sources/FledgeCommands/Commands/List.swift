import ArgumentParser
import Environments
import Experiments
import Foundation

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the environments, agents or experiments that there are.")

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case environments, agents, experiments
  }

  @Argument(help: "environments, agents or experiments.")
  var subject: Subject

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "The folder with the experiment files.")
  var folder = "experiments"

  func run() throws {
    switch subject {
    case .environments: try listEnvironments()
    case .agents: try listAgents()
    case .experiments: try listExperiments()
    }
  }

  private struct EnvironmentLine: Encodable {
    let id: String
    let summary: String
    let actions: String
    let observationSize: Int
    let maximumSteps: Int?
    let rewardThreshold: Double?
    let settings: [String]
  }

  private func listEnvironments() throws {
    var table = TextTable()
    for entry in Extensions.environments.entries {
      if json {
        try JSONOutput.print(
          EnvironmentLine(
            id: entry.id, summary: entry.summary, actions: "\(entry.actionSpace)",
            observationSize: entry.observationBounds.size, maximumSteps: entry.maximumSteps,
            rewardThreshold: entry.rewardThreshold, settings: entry.settings.map(\.name)))
      } else {
        table.add(entry.id, entry.summary)
      }
    }
    if !json { print(table.text) }
  }

  private func listAgents() throws {
    var table = TextTable()
    for agent in AgentSummary.all {
      if json {
        try JSONOutput.print(agent)
      } else {
        table.add(agent.id, agent.summary + (agent.source.isEmpty ? "" : " \(agent.source)"))
      }
    }
    if !json { print(table.text) }
  }

  private struct ExperimentLine: Encodable {
    let path: String
    let name: String
    let question: String
    let problem: String?
  }

  private func listExperiments() throws {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CommandFailure(
        "there is no folder '\(folder)' with experiments here; name one with --folder")
    }
    var table = TextTable()
    for name in names.sorted() where name.hasSuffix(".yaml") {
      let line = experiment(at: folder + "/" + name)
      if json {
        try JSONOutput.print(line)
      } else {
        table.add(line.path, line.problem.map { "invalid: \($0)" } ?? line.question)
      }
    }
    if !json { print(table.text) }
  }

  private func experiment(at path: String) -> ExperimentLine {
    do {
      let config = try ExperimentConfig.load(path: path, catalogue: Extensions.environments)
      return ExperimentLine(
        path: path, name: config.name, question: config.question, problem: nil)
    } catch {
      return ExperimentLine(path: path, name: "", question: "", problem: "\(error)")
    }
  }
}
