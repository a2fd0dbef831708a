public import Randomness

/// Any of the strategies, saved under its name: `{"famo": {…}}`.
public struct AnyStrategy: Strategy {
  /// The strategy itself.
  public private(set) var base: any ConfigurableStrategy

  /// Hides which strategy it is.
  public init(_ base: any ConfigurableStrategy) { self.base = base }

  /// What experiment files call it.
  public var name: String { type(of: base).account.name }

  public var needs: StrategyNeeds { base.needs }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try base.combine(signals, using: &random)
  }

  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    try base.transform(&gradients, signals, using: &random)
  }

  public mutating func observe(
    lossesAfterStep losses: [Double], _ signals: TaskSignals
  ) throws(StrategyError) {
    try base.observe(lossesAfterStep: losses, signals)
  }
}

extension AnyStrategy: Equatable {
  public static func == (left: AnyStrategy, right: AnyStrategy) -> Bool {
    func isEqual<S: ConfigurableStrategy>(_ strategy: S) -> Bool {
      strategy == right.base as? S
    }
    return isEqual(left.base)
  }
}

extension AnyStrategy: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    guard
      let key = container.allKeys.first, container.allKeys.count == 1,
      let kind = StrategySettings.kinds.first(where: { $0.account.name == key.stringValue })
    else {
      let found = container.allKeys.map { "'\($0.stringValue)'" }.joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "the state of one strategy is wanted here, not [\(found)]"))
    }
    func read<S: ConfigurableStrategy>(_ kind: S.Type) throws -> any ConfigurableStrategy {
      try container.decode(S.self, forKey: key)
    }
    base = try read(kind)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(base, forKey: Name(stringValue: name))
  }
}
