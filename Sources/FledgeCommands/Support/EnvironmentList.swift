import Environments

/// What `fledge list environments` shows: all of them in a line each, or one in full.
struct EnvironmentList {
  let catalogue: Catalogue
  let json: Bool

  private struct Line: Encodable {
    let id: String
    let group: String
    let summary: String
    let actions: String
    let actionNames: [String]
    let observationSize: Int
    let maximumSteps: Int?
    let rewardThreshold: Double?
    let settings: [SettingLine]
  }

  private struct SettingLine: Encodable {
    let name: String
    let standard: SettingValue?
    let unit: String
    let allowed: String
  }

  /// - Throws: `EnvironmentError` for a name that is not in the catalogue.
  func show(_ name: String?) throws {
    if let name {
      let entry = try catalogue[name]
      if json { try JSONOutput.print(line(entry)) } else { print(account(of: entry)) }
    } else if json {
      for entry in catalogue.entries { try JSONOutput.print(line(entry)) }
    } else {
      showTable()
    }
  }

  private func showTable() {
    var table = TextTable()
    var group: String?
    for entry in catalogue.entries {
      if entry.group != group {
        if group != nil { table.add("") }
        table.add(entry.group)
        group = entry.group
      }
      table.add("  " + entry.id, entry.summary)
    }
    print(table.text)
    print("\nOne of them in full, with its settings: fledge list environments NAME")
  }

  private func account(of entry: EnvironmentEntry) -> String {
    var actions = "\(entry.actionSpace)"
    if !entry.actionNames.isEmpty {
      let names = entry.actionNames.enumerated().map { "\($0) \($1)" }
      actions += " (\(names.joined(separator: ", ")))"
    }
    let bounds = entry.observationBounds
    var lines = [
      "\(entry.id): \(entry.summary)", "",
      "an action is     \(actions)",
      "an observation   has \(bounds.size) numbers"
        + (bounds.categories == nil ? "" : ", each the number of a category"),
    ]
    if bounds.size <= 12, bounds.categories == nil {
      lines.append(
        "its bounds       \(zip(bounds.low, bounds.high).map { "\($0)…\($1)" }.joined(separator: ", "))"
      )
    }
    lines.append(
      "an episode ends  "
        + (entry.maximumSteps.map { "after \($0) steps at the latest" } ?? "when the world ends it")
    )
    if let threshold = entry.rewardThreshold {
      lines.append("it is solved by  a mean return of \(threshold)")
    }
    var table = TextTable()
    table.add("  setting", "standard", "unit", "allowed")
    for setting in entry.settings {
      let standard = setting.standard == .number(.infinity) ? "none" : "\(setting.standard)"
      table.add("  " + setting.name, standard, setting.unit, "\(setting.allowed)")
    }
    return (lines + ["", table.text]).joined(separator: "\n")
  }

  private func line(_ entry: EnvironmentEntry) -> Line {
    Line(
      id: entry.id, group: entry.group, summary: entry.summary, actions: "\(entry.actionSpace)",
      actionNames: entry.actionNames, observationSize: entry.observationBounds.size,
      maximumSteps: entry.maximumSteps, rewardThreshold: entry.rewardThreshold,
      settings: entry.settings.map {
        SettingLine(
          name: $0.name, standard: $0.standard == .number(.infinity) ? nil : $0.standard,
          unit: $0.unit, allowed: "\($0.allowed)")
      })
  }
}
