public import NeuralNetworks

/// Which strategy to use, with its settings: `pcGrad`, or `caGrad: {convergence: 0.4}`.
///
/// A program may add strategies of its own (``StrategyEntry``), which only files can name that are
/// read with them: `StrategySettings(entry)` makes the choice in code.
public struct StrategySettings: Choice, ValidatedSettings {
  /// The strategy, before its first step.
  public let strategy: any Strategy & Equatable
  /// What the program says of a strategy of its own.
  private let entry: StrategyEntry?

  /// All tasks count alike.
  public init() { self.init(EqualWeights()) }

  /// Chooses a strategy.
  public init(_ strategy: some ConfigurableStrategy) { (self.strategy, entry) = (strategy, nil) }

  /// Chooses a strategy of one's own, with its standard settings.
  public init(_ entry: StrategyEntry) { (strategy, self.entry) = (entry.standard, entry) }

  /// Chooses a strategy of one's own with settings that need not be the standard ones.
  package init(_ strategy: some Strategy & Equatable, of entry: StrategyEntry) {
    (self.strategy, self.entry) = (strategy, entry)
  }

  /// What there is to say of every strategy that comes along, in the order of lists.
  public static var accounts: [StrategyAccount] { kinds.map { $0.account } }

  /// What there is to say of the one that was chosen.
  public var account: StrategyAccount {
    configurable.map { type(of: $0).account } ?? entry?.account
      ?? StrategyAccount("\(type(of: strategy))", "", statement: "", source: "")
  }

  /// The strategy, where it is one of those that come along.
  private var configurable: (any ConfigurableStrategy)? {
    entry == nil ? strategy as? any ConfigurableStrategy : nil
  }

  /// What the strategy has to be told of each step.
  public var needs: StrategyNeeds { strategy.needs }

  /// The strategy for so many tasks, before its first step.
  ///
  /// - Throws: `SettingsError` for a setting outside its range, `StrategyError` for one that does
  ///   not fit the number of tasks.
  public func make(taskCount: Int) throws -> any Strategy {
    try validate()
    try check(taskCount: taskCount)
    return configurable.map { AnyStrategy($0) } ?? strategy
  }

  /// Refuses settings that do not fit the number of tasks.
  public func check(taskCount: Int) throws(StrategyError) {
    func check<S: ConfigurableStrategy>(_ strategy: S) throws(StrategyError) {
      try S.check(strategy.settings, taskCount: taskCount)
    }
    if let configurable { try check(configurable) }
  }

  public static let alternatives: [Alternative<StrategySettings>] = kinds.map { alternative($0) }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    guard let configurable else { return (account.name, OwnStrategySettings(strategy)) }
    let settings: any ValidatedSettings = configurable.settings
    return (account.name, settings is NoSettings ? nil : settings)
  }

  public var standard: StrategySettings? {
    entry.map { StrategySettings($0) } ?? Self.standard(named: account.name)
  }

  public static func == (left: StrategySettings, right: StrategySettings) -> Bool {
    left.entry?.name == right.entry?.name && areEqual(left.strategy, right.strategy)
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
