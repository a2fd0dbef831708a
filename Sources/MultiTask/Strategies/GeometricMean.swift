import Glibc
public import Randomness

/// GLS: the geometric mean of the losses.
public struct GeometricMean: ConfigurableStrategy {
  public static let account = StrategyAccount(
    "gls", "the geometric mean of the losses",
    statement: "minimize (Πₖ Lₖ)^(1/K): wₖ = (Πⱼ Lⱼ)^(1/K) / (K Lₖ)",
    source: "GLS: Chennupati et al. 2019, MultiNet++: multi-stream feature aggregation",
    readsLosses: true)

  public let settings: NoSettings
  public var needs: StrategyNeeds { StrategyNeeds(.losses, positiveLosses: true) }

  public init(_ settings: NoSettings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    let losses = try signals.positiveLosses(for: Self.name, because: "a root is taken")
    let count = Double(losses.count)
    let logMean = losses.reduce(0) { $0 + log($1) } / count
    return try Combination(
      losses.map { exp(logMean - log($0)) / count }, of: Self.name, signals)
  }
}
