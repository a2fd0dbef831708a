public import NeuralNetworks
public import Randomness

/// UPGrad: each task's gradient is projected on the directions that no task is hurt by.
///
/// These directions are the dual cone `{v: ⟨gₖ, v⟩ ≥ 0 for all k}`; the projections are added up.
public struct UPGrad: ConfigurableStrategy {
  public typealias Settings = DualConeSettings

  public static let account = StrategyAccount(
    "upGrad", "gradients projected on the directions that hurt no task, added up",
    statement: "w = Σᵢ argmin vᵀ M v over v ≥ pᵢ eᵢ, p = 1/K",
    source: "UPGrad: Quinton & Rey 2024, Jacobian descent for multi-objective optimization, eq. 4",
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
    let (weights, residual) = cone.projectEach(Array(repeating: share, count: gram.count))
    return try Combination(
      weights, residual: residual, of: Self.name, signals, gram, scale: settings.scale, own: .mean)
  }
}

/// What UPGrad and DualProj can be told.
public struct DualConeSettings: ValidatedSettings {
  /// Added to the diagonal of the Gram matrix, as a part of its trace.
  public var regularization = 0.0
  /// `mean`: preferences are `1/K`, as in TorchJD.
  public var scale = GradientScale.mean

  public init() {}
  public func validate() throws(SettingsError) {
    try validateShare(regularization, "regularization")
  }

  static let accounts: [StrategyAccount.Setting] = [
    .init(
      "regularization", "at least 0 and below 1",
      "part of the Gram matrix's trace added to its diagonal; 0 here, 1e-4 in TorchJD"),
    .init("scale", GradientScale.allowed, "mean: preferences are 1/K, as in TorchJD; sum: 1"),
  ]
}
