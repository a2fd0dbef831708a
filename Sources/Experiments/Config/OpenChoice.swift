public import Environments
public import MultiTask
import NeuralNetworks

/// A choice to which a program may add alternatives of its own, by way of the catalogue.
protocol OpenChoice: Choice {
  /// The names of what was added.
  static func ownNames(in catalogue: Catalogue) -> [String]

  /// What was added under a name, with settings laid over the standard ones.
  static func own(
    _ name: String, settings: ConfigNode, path: String, in catalogue: Catalogue
  ) throws -> Self
}

extension Catalogue {
  private static let strategiesKey = "strategies"
  private static let architecturesKey = "architectures"

  /// The strategies that experiment files may name beside those that come along.
  public var strategies: [StrategyEntry] {
    additions[Self.strategiesKey] as? [StrategyEntry] ?? []
  }

  /// The architectures that experiment files may name beside those that come along.
  public var architectures: [ArchitectureEntry] {
    additions[Self.architecturesKey] as? [ArchitectureEntry] ?? []
  }

  /// Adds a strategy.
  public mutating func add(_ strategy: StrategyEntry) {
    precondition(
      !strategies.contains { $0.name == strategy.name }
        && StrategySettings.standard(named: strategy.name) == nil,
      "two strategies are called \(strategy.name)")
    additions[Self.strategiesKey] = strategies + [strategy]
  }

  /// Adds an architecture.
  public mutating func add(_ architecture: ArchitectureEntry) {
    precondition(
      !architectures.contains { $0.name == architecture.name }
        && ArchitectureSettings.standard(named: architecture.name) == nil,
      "two architectures are called \(architecture.name)")
    additions[Self.architecturesKey] = architectures + [architecture]
  }

  /// All strategies with their standard settings: those that come along, then those added.
  package var allStrategies: [StrategySettings] {
    StrategySettings.alternatives.map(\.standard) + strategies.map { StrategySettings($0) }
  }

  /// All architectures with their standard settings: those that come along, then those added.
  package var allArchitectures: [ArchitectureSettings] {
    ArchitectureSettings.alternatives.map(\.standard)
      + architectures.map { ArchitectureSettings($0) }
  }
}

extension StrategySettings: OpenChoice {
  static func ownNames(in catalogue: Catalogue) -> [String] { catalogue.strategies.map(\.name) }

  static func own(
    _ name: String, settings: ConfigNode, path: String, in catalogue: Catalogue
  ) throws -> StrategySettings {
    guard let entry = catalogue.strategies.first(where: { $0.name == name }) else {
      throw ConfigError(path: path, problem: "there is no strategy '\(name)'")
    }
    func read<S: Strategy & Equatable>(_ standard: S) throws -> StrategySettings {
      StrategySettings(
        try ConfigDecoder.decode(
          S.self, from: settings, over: ConfigEncoder.encode(standard), path: path), of: entry)
    }
    return try read(entry.standard)
  }
}

extension ArchitectureSettings: OpenChoice {
  static func ownNames(in catalogue: Catalogue) -> [String] {
    catalogue.architectures.map(\.name)
  }

  static func own(
    _ name: String, settings: ConfigNode, path: String, in catalogue: Catalogue
  ) throws -> ArchitectureSettings {
    guard let entry = catalogue.architectures.first(where: { $0.name == name }) else {
      throw ConfigError(path: path, problem: "there is no architecture '\(name)'")
    }
    func read<D: ArchitectureDefinition>(_ standard: D) throws -> ArchitectureSettings {
      ArchitectureSettings(
        try ConfigDecoder.decode(
          D.self, from: settings, over: ConfigEncoder.encode(standard), path: path), of: entry)
    }
    return try read(entry.standard)
  }
}
