public import NeuralNetworks
import Spelling

/// A strategy that settings can choose by its name, and that can be saved under it.
///
/// What it has learned grows with the tasks that it meets, each under its own number, so a new one
/// needs its settings only.
public protocol ConfigurableStrategy: Strategy, Equatable {
  /// What it can be told.
  associatedtype Settings: ValidatedSettings

  /// Its name, what it states, and what its settings mean.
  static var account: StrategyAccount { get }

  /// What it was made with.
  var settings: Settings { get }

  /// A strategy that has seen no step yet.
  init(_ settings: Settings)

  /// Refuses settings that do not fit the number of tasks.
  static func check(_ settings: Settings, taskCount: Int) throws(StrategyError)
}

extension ConfigurableStrategy {
  /// A strategy with its standard settings.
  public init() { self.init(Settings()) }

  public static func check(_ settings: Settings, taskCount: Int) throws(StrategyError) {}

  static var name: String { account.name }
}

/// What there is to say of a strategy, for lists and manuals.
public struct StrategyAccount: Codable, Equatable, Sendable {
  /// What experiment files call it.
  public let name: String
  /// What it does, in a line.
  public let summary: String
  /// What defines its weights; `wₖ` weights, `Lₖ` losses, `gₖ` gradients, `nₖ = ‖gₖ‖`, `M` their
  /// Gram matrix, `d = Σₖ wₖ gₖ`.
  public let statement: String
  /// Authors, year and title of the paper.
  public let source: String
  /// Whether the weights depend on the values of the losses.
  public let readsLosses: Bool
  /// Its settings, in the order of their declaration.
  public let settings: [Setting]

  /// One setting of a strategy.
  public struct Setting: Codable, Equatable, Sendable {
    /// Its key.
    public let name: String
    /// What it means, and where its standard value comes from.
    public let meaning: String
    /// The values it may have.
    public let allowed: String

    init(_ name: String, _ allowed: String, _ meaning: String) {
      (self.name, self.allowed, self.meaning) = (name, allowed, meaning)
    }
  }

  init(
    _ name: String, _ summary: String, statement: String, source: String,
    readsLosses: Bool = false, settings: [Setting] = []
  ) {
    self.name = name
    self.summary = summary
    self.statement = statement
    self.source = source
    self.readsLosses = readsLosses
    self.settings = settings
  }
}

/// The settings of a strategy that has none.
public struct NoSettings: ValidatedSettings {
  public init() {}
  public func validate() {}
}

/// A setting that is one of several names.
public protocol NamedSetting: RawRepresentable, CaseIterable, Codable, Equatable, Sendable
where RawValue == String {}

extension NamedSetting {
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let value = Self(rawValue: name) else {
      let nearest = nearestName(to: name, among: Self.allCases.map(\.rawValue))
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "'\(name)' is not one of \(Self.allowed)"
            + (nearest.map { "; did you mean '\($0)'?" } ?? "")))
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  static var allowed: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
