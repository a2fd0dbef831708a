public import Randomness

/// DualProj: the mean gradient is projected on the directions that no task is hurt by.
public struct DualProj: ConfigurableStrategy {
  public typealias Settings = DualConeSettings

  public static let account = StrategyAccount(
    "dualProj", "the mean gradient projected on the directions that hurt no task",
    statement: "w = argmin vᵀ M v over v ≥ p, p = 1/K",
    source: "DualProj: Lopez-Paz & Ranzato 2017, Gradient episodic memory, eq. 11; "
      + "Quinton & Rey 2024, Jacobian descent",
    settings: DualConeSettings.accounts)

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    var cone = DualCone(gram, regularization: settings.regularization)
    let share = 1 / Double(gram.count)
    let part = cone.project(Array(repeating: share, count: gram.count))
    return try Combination(
      part.weights, residual: part.residual, of: Self.name, signals, gram, scale: settings.scale,
      own: .mean)
  }
}
