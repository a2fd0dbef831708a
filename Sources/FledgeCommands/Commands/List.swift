import ArgumentParser
import Environments
import Experiments
import Foundation

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List the environments, wrappers, agents, hooks, architectures, strategies, experiments or "
      + "formats that there are.")

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case environments, wrappers, agents, hooks, architectures, strategies, experiments, formats
  }

  @Argument(
    help:
      "environments, wrappers, agents, hooks, architectures, strategies, experiments or formats.")
  var subject: Subject

  @Argument(
    help: """
      One environment, agent, architecture or strategy, to be told of in full, with its settings.
      """,
    completion: .listed)
  var name: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "The folder with the experiment files.", completion: .directory)
  var folder = "experiments"

  func validate() throws {
    if let name, ![.environments, .agents, .architectures, .strategies].contains(subject) {
      throw ValidationError(
        "only an environment, an agent, an architecture or a strategy can be told of in full; "
          + "leave out '\(name)'")
    }
  }

  func run() throws {
    switch subject {
    case .environments:
      try EnvironmentList(catalogue: Extensions.environments, json: json).show(name)
    case .wrappers: try listWrappers()
    case .agents: try AgentList(json: json).show(name)
    case .hooks: try listHooks()
    case .architectures: try ArchitectureList(json: json).show(name)
    case .experiments: try listExperiments()
    case .strategies: try StrategyList(json: json).show(name)
    case .formats: try listFormats()
    }
  }

  private struct WrapperLine: Encodable {
    let id: String
    let summary: String
    let source: String
    /// The settings with their standard values, as YAML.
    let settings: [String: String]
  }

  private func listWrappers() throws {
    var table = TextTable()
    for wrapper in WrapperSettings.summaries {
      if json {
        try JSONOutput.print(
          WrapperLine(
            id: wrapper.name, summary: wrapper.summary, source: wrapper.source,
            settings: Dictionary(wrapper.settings) { first, _ in first }))
      } else {
        table.add(wrapper.name, wrapper.summary + settingsText(wrapper.settings))
      }
    }
    if !json { print(table.text) }
  }

  private func settingsText(_ settings: [(key: String, value: String)]) -> String {
    settings.isEmpty
      ? "" : " {\(settings.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
  }

  private struct HookLine: Encodable {
    let id: String
    let summary: String
  }

  private func listHooks() throws {
    let hooks = Extensions.environments.hooks
    var table = TextTable()
    for hook in hooks {
      if json {
        try JSONOutput.print(HookLine(id: hook.name, summary: hook.summary))
      } else {
        table.add(hook.name, hook.summary)
      }
    }
    if json { return }
    print(
      hooks.isEmpty
        ? "This program knows no hooks; `Fledge.main(with:hooks:)` adds your own." : table.text)
  }

  private struct FormatLine: Encodable {
    let id: String
    let direction: String
    let summary: String
  }

  private func listFormats() throws {
    var table = TextTable()
    for format in ExportFormat.allCases {
      if json {
        try JSONOutput.print(
          FormatLine(id: format.rawValue, direction: format.direction, summary: format.summary))
      } else {
        table.add(format.rawValue, format.direction, format.summary)
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
    func inner(_ name: String) -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)) ?? []
      return names.sorted().map { name + "/" + $0 }
    }
    let paths = names.sorted() + inner("multitask") + inner("sweeps")
    var table = TextTable()
    // What the table of results shows is no experiment.
    for path in paths where path.hasSuffix(".yaml") && path != "results.yaml" {
      let line = experiment(at: folder + "/" + path)
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
      if SweepPlan.isSweep(path: path) {
        let sweep = try SweepPlan.load(path: path, catalogue: Extensions.environments)
        return ExperimentLine(
          path: path, name: sweep.name, question: sweep.common.settings.question, problem: nil)
      }
      let file = try ExperimentFile.load(path: path, catalogue: Extensions.environments)
      return ExperimentLine(path: path, name: file.name, question: file.question, problem: nil)
    } catch {
      return ExperimentLine(path: path, name: "", question: "", problem: "\(error)")
    }
  }
}
