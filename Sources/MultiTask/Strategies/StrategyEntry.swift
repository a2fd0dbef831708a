import NeuralNetworks

/// A strategy of one's own that experiment files may name.
///
/// ```swift
/// Fledge.main(
///   with: [], strategies: [StrategyEntry("equalPull", EqualPull(), summary: "equal gradients")])
/// ```
///
/// Its properties with their initial values are also its settings: `equalPull`, or with another
/// value `equalPull: {memory: 0.5}`.
public struct StrategyEntry: Sendable {
  /// What experiment files call it.
  public let name: String
  /// With its standard settings, and as it is before its first step.
  public let standard: any Strategy & Equatable
  /// What lists say of it.
  public let account: StrategyAccount

  /// - Parameters:
  ///   - name: What experiment files call it, such as `equalPull`.
  ///   - strategy: With its standard settings, and as it is before its first step.
  ///   - summary: What it does, in a phrase.
  ///   - statement: What defines its weights, such as `wₖ = 1/nₖ`.
  ///   - source: Authors, year and title of a paper, if there is one.
  ///   - readsLosses: Whether the weights depend on the values of the losses.
  public init(
    _ name: String, _ strategy: some Strategy & Equatable, summary: String, statement: String = "",
    source: String = "", readsLosses: Bool = false
  ) {
    self.name = name
    standard = strategy
    account = StrategyAccount(
      name, summary, statement: statement, source: source, readsLosses: readsLosses)
  }
}

/// What an own strategy is saved as where it is chosen: all of its properties.
struct OwnStrategySettings: ValidatedSettings {
  private let strategy: (any Strategy & Equatable)?

  init() { strategy = nil }
  init(_ strategy: any Strategy & Equatable) { self.strategy = strategy }

  /// What a strategy of one's own may hold is its own affair.
  func validate() {}

  init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: decoder.codingPath, debugDescription: "a strategy of one's own has no type here"
      ))
  }

  func encode(to encoder: any Encoder) throws { try strategy?.encode(to: encoder) }

  static func == (left: OwnStrategySettings, right: OwnStrategySettings) -> Bool {
    areEqual(left.strategy, right.strategy)
  }
}

/// Whether two strategies are of one type and equal.
func areEqual(_ left: (any Strategy & Equatable)?, _ right: (any Strategy & Equatable)?) -> Bool {
  func isEqual<S: Strategy & Equatable>(_ strategy: S) -> Bool { strategy == right as? S }
  guard let left else { return right == nil }
  return isEqual(left)
}
