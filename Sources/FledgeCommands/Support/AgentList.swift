import Environments
import Experiments
import NeuralNetworks
import Spelling

/// What `fledge list agents` shows: all of them in a line each, or one in full.
struct AgentList {
  let json: Bool

  private struct Line: Encodable {
    let id: String
    let actions: String
    let summary: String
    let source: String
    let settings: [Setting]
  }

  private struct Setting: Encodable {
    let name: String
    /// As YAML; empty for a group.
    let standard: String
    /// Empty for settings of an agent of one's own, of which no more is known.
    let allowed: String
  }

  /// - Throws: a sentence with the nearest name, for a name that no agent has.
  func show(_ name: String?) throws {
    if let name {
      let agent = try found(name)
      if json { try JSONOutput.print(try line(agent)) } else { print(try account(of: agent)) }
    } else if json {
      for agent in all { try JSONOutput.print(agent) }
    } else {
      showTable()
    }
  }

  private var all: [AgentSummary] { AgentSummary.all(in: Extensions.environments) }

  private func found(_ name: String) throws -> AgentSummary {
    if let agent = all.first(where: { $0.id == name }) { return agent }
    let near = nearestName(to: name, among: all.map(\.id)).map { "; did you mean '\($0)'?" }
    throw CommandFailure("there is no agent '\(name)'\(near ?? ": see fledge list agents")")
  }

  private func showTable() {
    var table = TextTable()
    for agent in all {
      table.add(agent.id, agent.summary + (agent.source.isEmpty ? "" : " \(agent.source)"))
    }
    print(table.text)
    print("\nOne of them in full, with its settings: fledge list agents NAME")
  }

  private func account(of agent: AgentSummary) throws -> String {
    var lines = [
      "\(agent.id): \(agent.summary)", "", "actions  \(agent.actions)",
    ]
    if !agent.source.isEmpty { lines.append("source   \(agent.source)") }
    let settings = try settings(of: agent)
    guard !settings.isEmpty else {
      return (lines + ["", "There is nothing to set."]).joined(separator: "\n")
    }
    var table = TextTable()
    table.add("  agent.\(agent.id).", "standard", "allowed")
    for setting in settings { table.add("  " + setting.name, setting.standard, setting.allowed) }
    lines += [
      "", table.text, "",
      "What each does: `Algorithms` in the guide. With --set: "
        + "fledge run FILE --set agent.\(agent.id).\(Self.example(settings))",
    ]
    return lines.joined(separator: "\n")
  }

  private static func example(_ settings: [Setting]) -> String {
    func depth(_ setting: Setting) -> Int { setting.name.count { $0 == "." } }
    let numbers = settings.filter { Double($0.standard) != nil }
    // The first of those that no choice has to be made for.
    guard let setting = numbers.min(by: { depth($0) < depth($1) }) ?? settings.first else {
      return "KEY=VALUE"
    }
    return "\(setting.name)=\(setting.standard)"
  }

  private func settings(of agent: AgentSummary) throws -> [Setting] {
    if let own = Extensions.environments.agents.first(where: { $0.name == agent.id }) {
      return try ConfigEncoder.encode(own.standard).entries?.map {
        Setting(name: $0.key, standard: YAMLText.inline($0.value), allowed: "")
      } ?? []
    }
    guard let group = AgentSettings.standard(named: agent.id)?.chosen.settings else { return [] }
    return try SettingsReference.plainLines(of: group).map {
      Setting(
        name: $0.path, standard: $0.standard, allowed: $0.allowed.filter { $0 != "`" })
    }
  }

  private func line(_ agent: AgentSummary) throws -> Line {
    Line(
      id: agent.id, actions: agent.actions, summary: agent.summary, source: agent.source,
      settings: try settings(of: agent))
  }
}
