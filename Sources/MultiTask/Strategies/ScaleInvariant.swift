public import Randomness

/// SI: the sum of the losses' logarithms, so that a loss in other units gives the same steps.
public struct ScaleInvariant: ConfigurableStrategy {
  public static let account = StrategyAccount(
    "si", "the sum of the losses' logarithms, whatever their units",
    statement: "minimize Σₖ log Lₖ: wₖ = 1/Lₖ",
    source: "SI: Navon et al. 2022, Multi-task learning as a bargaining game, 5.1",
    readsLosses: true)

  public let settings: NoSettings
  public var needs: StrategyNeeds { StrategyNeeds(.losses, positiveLosses: true) }

  public init(_ settings: NoSettings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    let losses = try signals.positiveLosses(for: Self.name, because: "its logarithm is taken")
    return try Combination(losses.map { 1 / $0 }, of: Self.name, signals)
  }
}
