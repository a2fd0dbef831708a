import Glibc
public import NeuralNetworks
public import Randomness

/// GradNorm: weights are learned so that the weighted gradients' norms follow the training rates.
///
/// The weights of a step are those before it; they add up to `K`. Then they move against the
/// gradient of `Σₖ |Gₖ − target(Gₖ)|`, the targets held constant, and are brought back to the sum
/// `K`. The losses at first, `Lₖ(0)`, are those of the first step at which a task is present.
public struct GradNorm: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `α`: how strongly a task that learns slowly is preferred.
    public var alpha = 1.5
    /// The step size for the weights.
    public var learningRate = 0.025
    /// How the weights move.
    public var rule = LearningRule.adam

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        alpha.isFinite && alpha >= 0, "alpha", "must be finite and 0 or more", found: alpha)
      try validateRate(learningRate, "learningRate")
    }
  }

  public static let account = StrategyAccount(
    "gradNorm", "learned weights that make gradients' norms follow the training rates",
    statement: "minimize Σₖ |Gₖ − Ḡ rₖ^α| over w, Gₖ = wₖ nₖ, Ḡ = mean G, "
      + "rₖ = (Lₖ/Lₖ(0)) / mean of these; Σ w = K",
    source:
      "GradNorm: Chen et al. 2018, Gradient normalization for adaptive loss balancing, alg. 1",
    readsLosses: true,
    settings: [
      .init("alpha", "0 or more", "α: 1.5 in the paper and LibMTL, 0.12 elsewhere in the paper"),
      .init("learningRate", "0 or more", "step size of w, 0.025 in the paper"),
      .init("rule", LearningRule.allowed, "how w moves; the authors' code takes Adam"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram, positiveLosses: true, ofLastLayer: true) }
  private var learned = LearnedValues()
  private var firstLosses: [Double?] = []

  /// The weights of the tasks that have been met.
  public var weights: [Double] { learned.values }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let losses = try signals.positiveLosses(
      for: Self.name, because: "its ratio to the first loss is taken")
    learned.grow(to: signals.taskCount, initial: 1)
    firstLosses.grow(to: signals.taskCount, nil)
    var ratios: [Double] = []
    for (task, loss) in zip(signals.tasks, losses) {
      let first = firstLosses[task] ?? loss
      firstLosses[task] = first
      ratios.append(loss / first)
    }
    normalize(signals.tasks)
    let weights = signals.tasks.map { learned[$0] }
    let objective = Objective(
      weights: weights, norms: gram.norms, lossRatios: ratios, alpha: settings.alpha)
    for (task, gradient) in zip(signals.tasks, objective.gradient) {
      learned.move(task, against: gradient, rate: settings.learningRate, by: settings.rule)
      // Norms know no sign: at 0 a task would be lost.
      learned[task] = max(1e-3, learned[task])
    }
    normalize(signals.tasks)
    return try Combination(weights, of: Self.name, signals)
  }

  /// Brings the weights of the tasks that are present to the sum of their number.
  private mutating func normalize(_ tasks: [Int]) {
    let factor = Double(tasks.count) / tasks.reduce(0) { $0 + learned[$1] }
    for task in tasks { learned[task] *= factor }
  }

  /// What the weights minimize, at the weights of one step.
  package struct Objective {
    package let targets: [Double]
    package let value: Double
    package let gradient: [Double]

    package init(weights: [Double], norms: [Double], lossRatios: [Double], alpha: Double) {
      let sizes = zip(weights, norms).map { $0 * $1 }
      let meanSize = sizes.reduce(0, +) / Double(sizes.count)
      let meanRatio = lossRatios.reduce(0, +) / Double(sizes.count)
      let targets = lossRatios.map { meanSize * pow($0 / meanRatio, alpha) }
      self.targets = targets
      value = zip(sizes, targets).reduce(0) { $0 + abs($1.0 - $1.1) }
      gradient = sizes.indices.map { task in
        let difference = sizes[task] - targets[task]
        return difference == 0 ? 0 : difference > 0 ? norms[task] : -norms[task]
      }
    }
  }
}
