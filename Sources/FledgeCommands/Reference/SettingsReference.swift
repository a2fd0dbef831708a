import Agents
import Experiments
import MultiTask
import NeuralNetworks

/// Tables of settings, by the name that a page asks for.
struct SettingsReference {
  let comments: SourceComments
  /// From the page's folder to that of the page with the settings that many have.
  let up: String

  /// Settings that stand in many places have one table, which the others lead to.
  private var shared: [String: String] {
    Self.shared { text, page in "[\(text)](\(up)\(page))" }
  }

  private static func shared(
    _ link: (_ text: String, _ page: String) -> String
  ) -> [String: String] {
    func common(_ text: String, _ heading: String) -> String {
      link(text, "SharedSettings.md#\(heading)")
    }
    return [
      name(of: Schedule.self): common("a schedule", "schedules"),
      name(of: OptimizerSettings.self): common("an optimizer", "optimizers"),
      name(of: Initializer.self): common("an initializer", "initializers"),
      name(of: Activation.self): common("an activation", "activations"),
      name(of: ExplorationSchedule.self): common(
        "an exploration schedule", "exploration-schedules"),
      name(of: TrunkSettings.self): common("a trunk", "trunks"),
      name(of: RecurrenceSettings.self): common("a recurrent cell", "recurrent-cells"),
      name(of: TaskLearningSettings.self): common("settings for several tasks", "several-tasks"),
      name(of: WrapperSettings.self): common("wrappers", "wrappers"),
      name(of: AgentSettings.self): link("an agent", "Algorithms.md"),
      name(of: StrategySettings.self): link("strategies", "Strategies.md"),
      name(of: ArchitectureSettings.self): link("architectures", "Architectures.md"),
      "Environments.SettingValue": "a number, a text or a range `{from: 1, to: 2}`",
      "Experiments.HookSettings": "hooks, each a name or a name with settings",
      "Experiments.PrintedNumber": "a number, with the digits that were printed",
    ]
  }

  private static func name(of type: Any.Type) -> String { String(reflecting: type) }

  /// Settings with defaults and ranges but without meanings, which stand in the sources.
  static func plainLines(of settings: some ValidatedSettings) throws -> [SettingLine] {
    try SettingLines(
      of: settings, comments: SourceComments(text: ""), shared: shared { text, _ in text }
    ).lines(of: settings)
  }

  /// The table that a page asks for.
  ///
  /// - Throws: `CommandFailure` with the known names, for a name that has no table.
  func table(_ request: String) throws -> String {
    if let agent = request.split(separator: "agent.", omittingEmptySubsequences: false).last,
      request.hasPrefix("agent.")
    {
      return try agentTable(String(agent))
    }
    if let root = Self.roots[request] { return try table(of: root, prefix: "") }
    guard let choice = Self.choices[request] else {
      let known = (Array(Self.roots.keys) + Array(Self.choices.keys)).sorted().joined(
        separator: ", ")
      throw CommandFailure(
        "there is no table of the settings '\(request)'; known: agent.NAME, \(known)")
    }
    return try alternatives(of: choice)
  }

  private static var roots: [String: any ValidatedSettings] {
    [
      "experiment": ExperimentConfig(), "comparison": MultiTaskConfig(),
      "landscape": LandscapeConfig(), "results": ResultsList(),
      "tasks": TaskLearningSettings(),
    ]
  }

  private static var choices: [String: any Choice.Type] {
    [
      "optimizer": OptimizerSettings.self, "schedule": Schedule.self,
      "initializer": Initializer.self, "activation": Activation.self,
      "exploration": ExplorationSchedule.self, "trunk": TrunkSettings.self,
      "recurrence": RecurrenceSettings.self, "wrapper": WrapperSettings.self,
      "architecture": ArchitectureSettings.self,
    ]
  }

  private func agentTable(_ agent: String) throws -> String {
    guard let settings = AgentSettings.standard(named: agent) else {
      throw CommandFailure("there is no agent '\(agent)'; `fledge list agents` shows all")
    }
    guard let group = settings.chosen.settings else { return "No settings." }
    return try table(of: group, prefix: "agent.\(agent).")
  }

  private func lines(of settings: some ValidatedSettings) throws -> [SettingLine] {
    try SettingLines(of: settings, comments: comments, shared: shared).lines(of: settings)
  }

  private func table(of settings: any ValidatedSettings, prefix: String) throws -> String {
    var table = MarkdownTable("key", "default", "allowed", "what it is")
    for line in try lines(of: settings) { add(line, prefix, to: &table) }
    return table.text
  }

  private func add(_ line: SettingLine, _ prefix: String, to table: inout MarkdownTable) {
    table.add(
      "`\(prefix)\(line.path)`", line.standard.isEmpty ? "" : "`\(line.standard)`", line.allowed,
      line.meaning.replacing("`nil`", with: "`null`").replacing("``", with: "`"))
  }

  /// What a wrapper does, as `fledge list wrappers` says; wrappers are values, not cases.
  private static func wrapper(_ name: String) -> String? {
    WrapperSettings.summaries.first { $0.name == name }?.summary
  }

  /// A table of a choice that many settings are made of: each alternative, and what it can be told.
  private func alternatives(of choice: any Choice.Type) throws -> String {
    var table = MarkdownTable("key", "default", "allowed", "what it is")
    for (name, settings) in choice.named {
      let meaning =
        comments.text(of: Self.name(of: choice), name)
        ?? (choice is WrapperSettings.Type ? Self.wrapper(name) : nil)
        ?? settings.flatMap { comments.text(of: Self.name(of: type(of: $0))) } ?? ""
      add(
        SettingLine(path: name, standard: "", allowed: "", meaning: meaning), "", to: &table)
      guard let settings else { continue }
      for line in try lines(of: settings) { add(line, name + ".", to: &table) }
    }
    return table.text
  }
}

extension Choice {
  /// Each alternative's name, and its settings where it has any.
  fileprivate static var named: [(name: String, settings: (any ValidatedSettings)?)] {
    alternatives.map { ($0.name, $0.standard.chosen.settings) }
  }
}
