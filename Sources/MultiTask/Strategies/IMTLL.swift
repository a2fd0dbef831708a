import Glibc
public import NeuralNetworks
public import Randomness

/// IMTL-L: each loss is scaled by a learned `exp sₖ`, until all scaled losses are alike.
///
/// The weights of a step follow from the `s` before it. Then `s` moves against the gradient of the
/// objective at the losses of the step, `∂/∂sₖ = exp(sₖ) Lₖ − 1`, which is 0 at `sₖ = −log Lₖ`.
public struct IMTLL: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// The step size for `s`.
    public var learningRate = 0.025
    /// How `s` moves.
    public var rule = LearningRule.adam

    public init() {}
    public func validate() throws(SettingsError) { try validateRate(learningRate, "learningRate") }
  }

  public static let account = StrategyAccount(
    "imtlL", "learned scales that make all losses alike",
    statement: "minimize Σₖ exp(sₖ) Lₖ − sₖ over the network and s, from s = 0: wₖ = exp sₖ",
    source: "IMTL-L: Liu et al. 2021, Towards impartial multi-task learning, 3.2",
    readsLosses: true,
    settings: [
      .init("learningRate", "0 or more", "step size of s; 0.025 as for other learned weights"),
      .init(
        "rule", LearningRule.allowed,
        "how s moves; the authors leave it to the network's optimizer, other code takes Adam"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.losses, positiveLosses: true) }
  private var learned = LearnedValues()

  /// The logarithms `s` of the scales of the tasks that have been met.
  public var logScales: [Double] { learned.values }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    try signals.checkLosses(
      for: Self.name, because: "its logarithm is what s is drawn to")
    learned.grow(to: signals.taskCount, initial: 0)
    let weights = signals.tasks.map { exp(learned[$0]) }
    for (index, task) in signals.tasks.enumerated() {
      let gradient = weights[index] * signals.losses[index] - 1
      learned.move(task, against: gradient, rate: settings.learningRate, by: settings.rule)
      // A loss of 0 would draw s to ∞.
      learned[task] = min(bound, max(-bound, learned[task]))
    }
    return try Combination(weights, of: Self.name, signals)
  }
}

private let bound = 50.0
