public import NeuralNetworks
public import Randomness

/// CAGrad: the direction near the mean gradient that helps the worst-off task most.
///
/// `d` maximizes `minₖ ⟨gₖ, d⟩` within `c ‖g₀‖` of the mean gradient `g₀`. Where the combination
/// `g_w` of the dual problem is 0, no direction is better than another for the worst-off task, and
/// `d = g₀`.
public struct CAGrad: ConfigurableStrategy {
  /// What the direction is divided by.
  public enum Rescaling: String, NamedSetting {
    /// As it comes.
    case none
    /// `1 + c²`
    case square
    /// `1 + c`
    case linear
  }

  public struct Settings: ValidatedSettings {
    /// `c`: 0 gives the mean gradient; from 1 on Pareto-stationary points alone are fixed.
    public var convergence = 0.5
    /// How the direction is made longer or shorter.
    public var rescaling = Rescaling.none
    /// `mean`: comparable to the mean gradient, as in the paper.
    public var scale = GradientScale.mean

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        convergence >= 0 && convergence.isFinite, "convergence", "must be finite and 0 or more",
        found: convergence)
    }
  }

  public static let account = StrategyAccount(
    "caGrad", "near the mean gradient, what helps the worst-off task most",
    statement: "d = g₀ + c‖g₀‖ g_w/‖g_w‖, w = argmin over the simplex of ⟨g_w, g₀⟩ + c‖g₀‖ ‖g_w‖",
    source: "CAGrad: Liu et al. 2021, Conflict-averse gradient descent, algorithm 1",
    settings: [
      .init("convergence", "0 or more", "c; 0.5 in LibMTL, 0.4 in Nash-MTL's code"),
      .init(
        "rescaling", Rescaling.allowed,
        "what d is divided by: 1, 1 + c² (the authors' rescale 1), 1 + c (rescale 2)"),
      .init(
        "scale", GradientScale.allowed,
        "mean: comparable to the mean gradient, as in the paper; sum: as in Nash-MTL's code"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let c = settings.convergence
    let solution = ConflictAverseWeights(gram, convergence: c)
    let divisor =
      switch settings.rescaling {
      case .none: 1.0
      case .square: 1 + c * c
      case .linear: 1 + c
      }
    let share = 1 / Double(gram.count)
    return try Combination(
      solution.weights.map { (share + solution.factor * $0) / divisor },
      residual: solution.residual, of: Self.name, signals, gram, scale: settings.scale, own: .mean)
  }
}
