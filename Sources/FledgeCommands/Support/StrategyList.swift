import Environments
import Experiments
import MultiTask
import NeuralNetworks
import Spelling

/// What `fledge list strategies` shows: all of them in a line each, or one in full.
struct StrategyList {
  let json: Bool

  struct Line: Encodable {
    let name: String
    let summary: String
    let statement: String
    let source: String
    let needs: String
    let lossesAfterStep: Bool
    let positiveLosses: Bool
    let settings: [SettingLine]
  }

  struct SettingLine: Encodable {
    let name: String
    let standard: String
    let allowed: String
    let meaning: String
  }

  /// - Throws: a sentence with the nearest name, for a name that no strategy has.
  func show(_ name: String?) throws {
    if let name {
      let strategy = try Self.strategy(named: name)
      if json { try JSONOutput.print(Self.line(strategy)) } else { print(Self.account(strategy)) }
    } else if json {
      for strategy in Extensions.environments.allStrategies {
        try JSONOutput.print(Self.line(strategy))
      }
    } else {
      showTable()
    }
  }

  /// A strategy with its standard settings.
  static func strategy(named name: String) throws -> StrategySettings {
    let all = Extensions.environments.allStrategies
    if let known = all.first(where: { $0.account.name == name }) { return known }
    let nearest = nearestName(to: name, among: all.map(\.account.name))
      .map { "did you mean '\($0)'?" }
    throw CommandFailure(
      "there is no strategy '\(name)'; " + (nearest ?? "`fledge list strategies` shows all"))
  }

  private func showTable() {
    var table = TextTable()
    let titles: [(StrategyNeeds.Signal, String)] = [
      (.losses, "Of the losses"), (.gram, "Of the inner products of the tasks' gradients"),
      (.gradients, "Of the gradients themselves"),
    ]
    for (signal, title) in titles {
      table.add(title)
      for strategy in Extensions.environments.allStrategies where strategy.needs.signal == signal {
        table.add("  " + strategy.account.name, strategy.account.summary)
      }
    }
    print(table.text)
    print("\nOne of them in full, with settings and source: fledge list strategies NAME")
  }

  private static func account(_ strategy: StrategySettings) -> String {
    let account = strategy.account
    var lines = [
      "\(account.name): \(account.summary)", "",
      account.statement.isEmpty ? nil : "it states   \(account.statement)",
      account.source.isEmpty ? nil : "source      \(account.source)",
      "it needs    " + needsInWords(strategy),
    ].compactMap { $0 }
    let settings = settingLines(strategy)
    if !settings.isEmpty {
      var table = TextTable()
      table.add("  setting", "standard", "allowed", "meaning")
      for setting in settings {
        table.add("  " + setting.name, setting.standard, setting.allowed, setting.meaning)
      }
      lines += ["", table.text]
    }
    return lines.joined(separator: "\n")
  }

  static func needsInWords(_ strategy: StrategySettings) -> String {
    let signal =
      switch strategy.needs.signal {
      case .losses: "the losses: one backward pass, of the weighted sum"
      case .gram: "the inner products of the tasks' gradients: one backward pass a task"
      case .gradients: "the tasks' gradients, which it changes: one backward pass a task"
      }
    return signal
      + (strategy.needs.lossesAfterStep ? "; the losses after each step, on the same rows" : "")
      + (strategy.needs.positiveLosses ? "; losses not below 0" : "")
      + (strategy.needs.epochs > 0
        ? "; \(counted(strategy.needs.epochs, "pass", plural: "passes")) over the data, or as many "
          + "times the steps that every says" : "")
  }

  static func line(_ strategy: StrategySettings) -> Line {
    let account = strategy.account
    let signal =
      switch strategy.needs.signal {
      case .losses: "losses"
      case .gram: "gram"
      case .gradients: "gradients"
      }
    return Line(
      name: account.name, summary: account.summary, statement: account.statement,
      source: account.source, needs: signal, lossesAfterStep: strategy.needs.lossesAfterStep,
      positiveLosses: strategy.needs.positiveLosses, settings: settingLines(strategy))
  }

  private static func settingLines(_ strategy: StrategySettings) -> [SettingLine] {
    let standard = strategy.chosen.settings.flatMap { try? ConfigEncoder.encode($0) }
    if strategy.account.settings.isEmpty {
      // Of a strategy of one's own no more is known than what its properties are.
      return (standard?.entries ?? []).map {
        SettingLine(
          name: $0.key, standard: YAMLText.inline($0.value), allowed: "", meaning: "")
      }
    }
    return strategy.account.settings.map { setting in
      SettingLine(
        name: setting.name, standard: standard?[setting.name].map(YAMLText.inline) ?? "",
        allowed: setting.allowed, meaning: setting.meaning)
    }
  }
}
