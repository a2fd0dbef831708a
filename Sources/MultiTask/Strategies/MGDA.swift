public import NeuralNetworks
public import Randomness

/// MGDA: the shortest convex combination of the gradients, which descends for every task.
///
/// It is 0 where no direction does: the parameters are Pareto stationary.
public struct MGDA: ConfigurableStrategy {
  /// What gradients are divided by before.
  public enum Normalization: String, NamedSetting {
    /// As the gradients are.
    case none
    /// Their norm.
    case norm
    /// The loss of their task.
    case loss
    /// Both.
    case lossNorm
  }

  public struct Settings: ValidatedSettings {
    /// What gradients are divided by before the point is looked for.
    public var normalization = Normalization.none
    /// `mean`: weights add up to 1, as in the paper.
    public var scale = GradientScale.mean

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "mgda", "the shortest convex combination of the gradients",
    statement: "w = argmin over the simplex of wᵀ M w",
    source:
      "MGDA: Sener & Koltun 2018, Multi-task learning as multi-objective optimization, eq. 4; "
      + "Désidéri 2012",
    settings: [
      .init(
        "normalization", Normalization.allowed, "what gradients, and so weights, are divided by"),
      .init("scale", GradientScale.allowed, "mean: weights add up to 1, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    switch settings.normalization {
    case .none, .norm: StrategyNeeds(.gram)
    case .loss, .lossNorm: StrategyNeeds(.gram, positiveLosses: true)
    }
  }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let factors = try factors(gram, signals)
    let point = MinimumNormPoint(gram.scaled(by: factors))
    return try Combination(
      zip(point.weights, factors).map { $0 * $1 }, residual: point.residual, of: Self.name, signals,
      gram, scale: settings.scale, own: .mean)
  }

  /// One over what each gradient is divided by; a gradient that is 0 stays so.
  private func factors(
    _ gram: GramMatrix, _ signals: TaskSignals
  ) throws(StrategyError) -> [Double] {
    let norms = gram.norms.map { $0 > 0 ? $0 : 1 }
    switch settings.normalization {
    case .none: return norms.map { _ in 1 }
    case .norm: return norms.map { 1 / $0 }
    case .loss, .lossNorm:
      let losses = try signals.positiveLosses(for: Self.name, because: "it is divided by")
      return zip(norms, losses).map { norm, loss in
        settings.normalization == .loss ? 1 / loss : 1 / (loss * norm)
      }
    }
  }
}
