import Glibc
public import NeuralNetworks
public import Randomness

/// UW: each task has a learned log-variance `sₖ`, and a task that is uncertain counts less.
///
/// The weights of a step follow from the `s` before it. Then `s` moves against the gradient of the
/// objective at the losses of the step, `∂/∂sₖ = 1/2 − Lₖ/(2 exp sₖ)`, which is 0 at `sₖ = log Lₖ`.
public struct UncertaintyWeights: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// Every `sₖ` at first.
    public var initialLogVariance = -0.5
    /// The step size for `s`.
    public var learningRate = 0.025
    /// How `s` moves.
    public var rule = LearningRule.adam

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        abs(initialLogVariance) <= bound, "initialLogVariance", "must lie from -50 to 50",
        found: initialLogVariance)
      try validateRate(learningRate, "learningRate")
    }
  }

  public static let account = StrategyAccount(
    "uncertainty", "learned variances: what is uncertain counts less",
    statement: "minimize Σₖ Lₖ/(2 exp sₖ) + sₖ/2 over the network and s: wₖ = 1/(2 exp sₖ)",
    source:
      "UW: Kendall, Gal & Cipolla 2018, Multi-task learning using uncertainty to weigh losses",
    readsLosses: true,
    settings: [
      .init(
        "initialLogVariance", "-50 to 50",
        "s at first; -0.5 in LibMTL, 0 in Nash-MTL's code"),
      .init("learningRate", "0 or more", "step size of s; Nash-MTL's code takes 0.025"),
      .init(
        "rule", LearningRule.allowed,
        "how s moves; the authors leave it to the network's optimizer, other code takes Adam"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.losses, positiveLosses: true) }
  private var learned = LearnedValues()

  /// The log-variances `s` of the tasks that have been met.
  public var logVariances: [Double] { learned.values }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    try signals.checkLosses(
      for: Self.name, because: "its logarithm is what s is drawn to")
    learned.grow(to: signals.taskCount, initial: settings.initialLogVariance)
    let weights = signals.tasks.map { 0.5 * exp(-learned[$0]) }
    for (index, task) in signals.tasks.enumerated() {
      let gradient = 0.5 - weights[index] * signals.losses[index]
      learned.move(task, against: gradient, rate: settings.learningRate, by: settings.rule)
      // A loss of 0 would draw s to −∞.
      learned[task] = min(bound, max(-bound, learned[task]))
    }
    return try Combination(weights, of: Self.name, signals)
  }
}

private let bound = 50.0
