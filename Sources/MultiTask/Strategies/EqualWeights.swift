public import NeuralNetworks
public import Randomness

/// Every task counts alike: the sum of the losses, or their mean.
public struct EqualWeights: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `sum`: every weight is 1; `mean`: every weight is `1/K`.
    public var scale = LossScale.sum

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "equal", "every task counts alike", statement: "minimize Σₖ Lₖ: wₖ = 1",
    source: "unitary scalarization: Kurin et al. 2022, In defense of the unitary scalarization",
    settings: [.init("scale", LossScale.allowed, "sum: weights are 1; mean: weights are 1/K")])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.losses) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    let count = signals.losses.count
    let weight = settings.scale.factor(from: .sum, count: count)
    return Combination(weights: Array(repeating: weight, count: count))
  }
}
