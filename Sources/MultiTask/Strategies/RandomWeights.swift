import Glibc
public import NeuralNetworks
public import Randomness

/// RLW: weights are drawn anew at each step.
public struct RandomWeights: ConfigurableStrategy {
  /// What the weights are drawn from.
  public enum Distribution: String, NamedSetting {
    /// The softmax of standard normal numbers.
    case normal
    /// Uniform over the simplex: Dirichlet with all parameters 1.
    case dirichlet
  }

  public struct Settings: ValidatedSettings {
    /// What the weights are drawn from.
    public var distribution = Distribution.normal
    /// `mean`: weights add up to 1, as in the paper; `sum`: to the number of tasks.
    public var scale = LossScale.mean

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "rlw", "weights drawn anew at each step",
    statement: "w = softmax(z), z ~ N(0, I)",
    source: "RLW: Lin et al. 2022, Reasonable effectiveness of random weighting",
    settings: [
      .init("distribution", Distribution.allowed, "normal: softmax of N(0, I); dirichlet: uniform"),
      .init("scale", LossScale.allowed, "mean: weights add up to 1, as in the paper; sum: to K"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.losses) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    let logits = signals.tasks.map { _ in
      switch settings.distribution {
      case .normal: random.normal() as Double
      // The logarithm of a draw from the exponential distribution.
      case .dirichlet: -(random.gumbel() as Double)
      }
    }
    let factor = settings.scale.factor(from: .mean, count: logits.count)
    return Combination(weights: softmax(logits).map { $0 * factor })
  }
}
