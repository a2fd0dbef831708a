public import NeuralNetworks

/// Which strategy to use, with its settings: `pcGrad`, or `caGrad: {convergence: 0.4}`.
public struct StrategySettings: Choice, ValidatedSettings {
  /// The strategy, before its first step.
  public let strategy: any ConfigurableStrategy

  /// All tasks count alike.
  public init() { self.init(EqualWeights()) }

  /// Chooses a strategy.
  public init(_ strategy: some ConfigurableStrategy) { self.strategy = strategy }

  /// What there is to say of every strategy, in the order of lists.
  public static var accounts: [StrategyAccount] { kinds.map { $0.account } }

  /// What there is to say of the one that was chosen.
  public var account: StrategyAccount { type(of: strategy).account }

  /// What the strategy has to be told of each step.
  public var needs: StrategyNeeds { strategy.needs }

  /// The strategy for so many tasks, before its first step.
  ///
  /// - Throws: `SettingsError` for a setting outside its range, `StrategyError` for one that does
  ///   not fit the number of tasks.
  public func make(taskCount: Int) throws -> AnyStrategy {
    try validate()
    try check(taskCount: taskCount)
    return AnyStrategy(strategy)
  }

  /// Refuses settings that do not fit the number of tasks.
  public func check(taskCount: Int) throws(StrategyError) {
    func check<S: ConfigurableStrategy>(_ strategy: S) throws(StrategyError) {
      try S.check(strategy.settings, taskCount: taskCount)
    }
    try check(strategy)
  }

  public static let alternatives: [Alternative<StrategySettings>] = kinds.map { alternative($0) }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    let settings: any ValidatedSettings = strategy.settings
    return (account.name, settings is NoSettings ? nil : settings)
  }

  public static func nearestAlternative(to name: String) -> String? {
    nearestName(to: name, among: kinds.map { $0.account.name })
  }

  public static func == (left: StrategySettings, right: StrategySettings) -> Bool {
    AnyStrategy(left.strategy) == AnyStrategy(right.strategy)
  }

  private static func alternative<S: ConfigurableStrategy>(
    _ kind: S.Type
  ) -> Alternative<StrategySettings> {
    S.Settings.self == NoSettings.self
      ? Alternative(S.account.name, StrategySettings(S()))
      : Alternative(S.account.name, S.Settings.self) { StrategySettings(S($0)) }
  }

  /// Loss weightings, then combiners of gradients.
  static let kinds: [any ConfigurableStrategy.Type] = [
    EqualWeights.self, StaticWeights.self, ScaleInvariant.self, UncertaintyWeights.self,
    DynamicWeightAverage.self, RandomWeights.self, GeometricMean.self, IMTLL.self,
    SmoothTchebycheff.self, FAMO.self, GradNorm.self, MGDA.self, PCGrad.self, GradVac.self,
    GradDrop.self, CAGrad.self, IMTLG.self, NashMTL.self, FairGrad.self, AlignedMTL.self,
    UPGrad.self, DualProj.self, DBMTL.self, ConFIG.self, SDMGrad.self, MoCo.self,
  ]
}
