public import NeuralNetworks
public import Randomness

/// SDMGrad: MGDA that is drawn to the mean gradient.
///
/// The paper estimates `w` step by step, from two further batches; here it is solved exactly for
/// the gradients of the step.
public struct SDMGrad: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `λ`: how strongly the mean gradient draws; 0 is MGDA.
    public var preference = 0.3
    /// `mean`: weights add up to 1, as in the paper.
    public var scale = GradientScale.mean

    public init() {}
    public func validate() throws(SettingsError) { try validateRate(preference, "preference") }
  }

  public static let account = StrategyAccount(
    "sdmGrad", "the shortest convex combination, drawn to the mean gradient",
    statement: "w = argmin over the simplex of ‖g_w + λ g₀‖², d = (g_w + λ g₀)/(1 + λ)",
    source: "SDMGrad: Xiao, Ban & Ji 2023, Direction-oriented multi-objective learning, eq. 6",
    settings: [
      .init("preference", "0 or more", "λ: how strongly the mean gradient draws, 0.3 in LibMTL"),
      .init("scale", GradientScale.allowed, "mean: weights add up to 1, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let lambda = settings.preference
    let point = MinimumNormPoint(gram.shifted(by: lambda, meanProducts: gram.meanProducts))
    let share = lambda / Double(gram.count)
    return try Combination(
      point.weights.map { ($0 + share) / (1 + lambda) }, residual: point.residual, of: Self.name,
      signals, gram, scale: settings.scale, own: .mean)
  }
}
