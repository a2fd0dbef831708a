public import NeuralNetworks
public import Randomness

/// FairGrad: α-fair gains; α = 1 is Nash-MTL, a large α raises the least gain.
///
/// A task whose gradient is 0 has weight 0. Where the hull of the gradients holds 0, the weights are
/// those of the minimum-norm point of the gradients of unit length, and `d = 0`.
public struct FairGrad: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// How fair: 1 is proportional, 2 minimizes potential delay, more comes near to max-min.
    public var alpha = 2.0
    /// How long the direction is.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        alpha >= 0.1 && alpha <= 100, "alpha", "must lie from 0.1 to 100", found: alpha)
    }
  }

  public static let account = StrategyAccount(
    "fairGrad", "α-fair gains of the tasks, of which Nash's solution is one",
    statement: "(M w)ₖ = wₖ^(−1/α), w > 0",
    source: "FairGrad: Ban & Ji 2024, Fair resource allocation in multi-task learning, eq. 4",
    settings: [
      .init(
        "alpha", "0.1 to 100",
        "α: 1 is nashMTL; the paper's best on most problems is 2, LibMTL has 1"),
      .init("scale", GradientScale.allowed, "sum: as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let solution = FairWeights(gram, power: 1 / settings.alpha)
    return try Combination(
      solution.weights, residual: solution.residual, of: Self.name, signals, gram,
      scale: settings.scale, own: .sum)
  }
}
