import Glibc
public import NeuralNetworks
public import Randomness

/// MoCo: averaged gradients, and weights that follow MGDA's objective by small steps.
///
/// The averages `yₖ` begin at 0. They and `λ` are part of the saved state: one number for each task
/// and shared parameter. Weights of absent tasks stay.
public struct MoCo: ConfigurableStrategy {
  /// How `λ` is brought back to the simplex.
  public enum Simplex: String, NamedSetting {
    /// To the nearest point, as in the paper.
    case projection
    /// By a softmax, as in LibMTL, which draws the weights together at each step.
    case softmax
  }

  public struct Settings: ValidatedSettings {
    /// `β` of the averages.
    public var rate = 0.5
    /// `γ` of the weights.
    public var weightRate = 0.1
    /// `s`: after `t` steps the rates are divided by `t^s`.
    public var power = 0.5
    /// `ρ`: draws the weights to each other.
    public var regularization = 0.0
    /// Whether gradients are brought to the length of their losses.
    public var normalizes = true
    /// How weights are kept on the simplex.
    public var simplex = Simplex.projection
    /// `mean`: weights add up to 1, as in the paper.
    public var scale = GradientScale.mean

    public init() {}
    public func validate() throws(SettingsError) {
      try require(rate > 0 && rate <= 1, "rate", "must be above 0 and at most 1", found: rate)
      try validateRate(weightRate, "weightRate")
      try validateRate(power, "power")
      try validateRate(regularization, "regularization")
    }
  }

  public static let account = StrategyAccount(
    "moco", "averaged gradients, and weights that follow MGDA's by small steps",
    statement: "yₖ ← yₖ − β/t^s (yₖ − Lₖ gₖ/nₖ); λ ← Π(λ − γ/t^s (Y Yᵀ + ρ I) λ); d = Σₖ λₖ yₖ",
    source:
      "MoCo: Fernando et al. 2023, Mitigating gradient bias in multi-objective learning, alg. 1",
    readsLosses: true,
    settings: [
      .init("rate", "above 0, at most 1", "β of the averages, 0.5 in LibMTL"),
      .init("weightRate", "0 or more", "γ of λ, 0.1 in LibMTL"),
      .init("power", "0 or more", "s: how fast the rates fall with the steps, 0.5 in LibMTL"),
      .init("regularization", "0 or more", "ρ, 0 in LibMTL"),
      .init(
        "normalizes", "true or false",
        "whether gradients are brought to the length of their losses, as in LibMTL"),
      .init("simplex", Simplex.allowed, "Π: projection as in the paper, softmax as in LibMTL"),
      .init("scale", GradientScale.allowed, "mean: λ adds up to 1, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(.gradients, positiveLosses: settings.normalizes)
  }
  private var buffers = TaskBuffers()
  /// `λ`, unless it is still what it was at first; `nil` for tasks that have not been met.
  private var shares: [Double?] = []
  private var steps = 0

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    try gradients.check(for: Self.name, signals)
    if settings.normalizes {
      try signals.checkLosses(
        for: Self.name, because: "gradients are brought to its size")
    }
    try buffers.grow(for: signals, length: gradients.length, of: Self.name)
    steps += 1
    let rate = settings.rate / pow(Double(steps), settings.power)
    for (row, task) in signals.tasks.enumerated() {
      let norm = gradients.squaredNorm(ofRow: row).squareRoot()
      let factor = settings.normalizes && norm > 0 ? signals.losses[row] / norm : 1
      buffers.move(task, towards: gradients[row], times: factor, keeping: 1 - rate)
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    shares.grow(to: signals.taskCount, nil)
    let standard = 1 / Double(signals.taskCount)
    let present = signals.tasks.map { shares[$0] ?? standard }
    let sum = present.reduce(0, +)
    // Weights of the tasks that are present add up to 1 for this step.
    let weights = sum > 0 ? present.map { $0 / sum } : present.map { _ in 1 / Double(gram.count) }
    let rate = settings.weightRate / pow(Double(max(1, steps)), settings.power)
    let slopes = gram.descents(ofCombination: weights)
    let moved = weights.indices.map {
      weights[$0] - rate * (slopes[$0] + settings.regularization * weights[$0])
    }
    let result = settings.simplex == .projection ? projectOnSimplex(moved) : softmax(moved)
    for (task, weight) in zip(signals.tasks, result) { shares[task] = weight * (sum > 0 ? sum : 1) }
    return try Combination(
      result, of: Self.name, signals, gram, scale: settings.scale, own: .mean)
  }
}
