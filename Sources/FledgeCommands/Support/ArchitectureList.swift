import Environments
import Experiments
import MultiTask
import NeuralNetworks
import Spelling

/// What `fledge list architectures` shows: all of them in a line each, or one in full.
struct ArchitectureList {
  let json: Bool

  private struct Line: Encodable {
    let id: String
    let summary: String
    let shares: String
    let seesTask: String
    let source: String
    /// With their standard values, as YAML.
    let settings: [String: String]
  }

  func show(_ name: String?) throws {
    if let name {
      let architecture = try found(name)
      if json {
        try JSONOutput.print(line(architecture))
      } else {
        print(account(of: architecture))
      }
    } else if json {
      for architecture in all { try JSONOutput.print(line(architecture)) }
    } else {
      showTable()
    }
  }

  private var all: [ArchitectureSettings] { Extensions.environments.allArchitectures }

  private func found(_ name: String) throws -> ArchitectureSettings {
    if let architecture = all.first(where: { $0.name == name }) { return architecture }
    let near = nearestName(to: name, among: all.map(\.name)).map { "; did you mean '\($0)'?" }
    throw CommandFailure(
      "there is no architecture '\(name)'\(near ?? ": see fledge list architectures")")
  }

  private func showTable() {
    var table = TextTable()
    for architecture in all {
      let about = architecture.about
      table.add(architecture.name, about.summary, about.source)
    }
    print(table.text)
    print("\nOne of them in full, and what its tasks share: fledge list architectures NAME")
  }

  private func account(of architecture: ArchitectureSettings) -> String {
    let about = architecture.about
    var table = TextTable()
    table.add("  setting", "standard")
    for setting in settings(of: architecture) { table.add("  " + setting.key, setting.value) }
    let lines = [
      "\(architecture.name): \(about.summary)", "",
      about.shares.isEmpty ? nil : "tasks share  \(about.shares)",
      "task known   \(architecture.sees)",
      about.source.isEmpty ? nil : "source       \(about.source)",
      "", table.text,
    ]
    return lines.compactMap { $0 }.joined(separator: "\n")
  }

  private func settings(of architecture: ArchitectureSettings) -> [(key: String, value: String)] {
    let entries = (try? ConfigEncoder.encode(architecture.definition))?.entries ?? []
    return entries.map { ($0.key, YAMLText.inline($0.value)) }
  }

  private func line(_ architecture: ArchitectureSettings) -> Line {
    let about = architecture.about
    return Line(
      id: architecture.name, summary: about.summary, shares: about.shares,
      seesTask: architecture.sees, source: about.source,
      settings: Dictionary(settings(of: architecture)) { first, _ in first })
  }
}
