import Glibc
public import NeuralNetworks
public import Randomness

/// FAMO: weights that let all losses fall at one rate, learned from how each has fallen.
///
/// After each step the logits `ξ` move by Adam, with decay, against `z ∘ (δ − ⟨z, δ⟩)`, where
/// `δₖ = log(Lₖ − bₖ) − log(L′ₖ − bₖ)` compares the losses on the same examples before and after.
/// Where a loss after the step has no such logarithm, nothing is learned from the step.
public struct FAMO: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// Adam's step size for `ξ`.
    public var learningRate = 0.025
    /// `γ`: draws `ξ` to 0.
    public var decay = 1e-3
    /// `b`: the least loss of each task that is possible; empty: 0.
    public var leastLosses: [Double] = []
    /// `mean`: weights of the logarithms add up to 1; `sum`: to the number of tasks.
    public var scale = LossScale.mean

    public init() {}
    public func validate() throws(SettingsError) {
      try validateRate(learningRate, "learningRate")
      try validateRate(decay, "decay")
      for (task, loss) in leastLosses.enumerated() {
        try require(loss.isFinite, "leastLosses[\(task)]", "must be finite", found: loss)
      }
    }
  }

  public static let account = StrategyAccount(
    "famo", "lets all losses fall at one rate, without gradients of each task",
    statement:
      "z = softmax ξ, wₖ = c zₖ/(Lₖ − bₖ), c = 1/Σⱼ zⱼ/(Lⱼ − bⱼ); ξ learns from the decrease",
    source: "FAMO: Liu et al. 2023, Fast adaptive multitask optimization, algorithm 1",
    readsLosses: true,
    settings: [
      .init("learningRate", "0 or more", "Adam's step size of ξ, 0.025 in the paper"),
      .init(
        "decay", "0 or more",
        "γ of ξ; 1e-3 in LibMTL and TorchJD, 1e-2 and 1e-5 in the authors' files"),
      .init("leastLosses", "a list of one number a task", "b, the least loss possible; empty: 0"),
      .init(
        "scale", LossScale.allowed, "mean: weights add up to 1, as in the paper; sum: to K"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(.losses, lossesAfterStep: true, positiveLosses: settings.leastLosses.isEmpty)
  }
  private var learned = LearnedValues()

  /// The logits `ξ` of the tasks that have been met.
  public var logits: [Double] { learned.values }

  public init(_ settings: Settings) { self.settings = settings }

  public static func check(_ settings: Settings, taskCount: Int) throws(StrategyError) {
    guard settings.leastLosses.isEmpty || settings.leastLosses.count == taskCount else {
      throw StrategyError(
        "famo.leastLosses has \(settings.leastLosses.count) numbers for \(taskCount) tasks; give "
          + "one each")
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let excess = try excess(of: signals.losses, signals)
    learned.grow(to: signals.taskCount, initial: 0)
    let terms = zip(softmax(signals.tasks.map { learned[$0] }), excess).map { $0 / $1 }
    let factor =
      settings.scale.factor(from: .mean, count: terms.count) / terms.reduce(0, +)
    return try Combination(terms.map { $0 * factor }, of: Self.name, signals)
  }

  public mutating func observe(
    lossesAfterStep losses: [Double], _ signals: TaskSignals
  ) throws(StrategyError) {
    let before = try excess(of: signals.losses, signals)
    // The parameters have moved: such a loss is for the next step to refuse, before it moves them.
    let haveLogarithms = zip(signals.tasks, losses).allSatisfy { task, loss in
      loss.isFinite && loss > (settings.leastLosses.isEmpty ? 0 : settings.leastLosses[task])
    }
    guard haveLogarithms else { return }
    let after = try excess(of: losses, signals)
    learned.grow(to: signals.taskCount, initial: 0)
    let gradient = Self.gradient(
      shares: softmax(signals.tasks.map { learned[$0] }), before: before, after: after)
    for (index, task) in signals.tasks.enumerated() {
      learned.move(
        task, against: gradient[index] + settings.decay * learned[task],
        rate: settings.learningRate, by: .adam)
    }
  }

  /// `z ∘ (δ − ⟨z, δ⟩)`, the gradient of `⟨softmax ξ, δ⟩` with respect to `ξ`.
  package static func gradient(shares: [Double], before: [Double], after: [Double]) -> [Double] {
    let decrease = zip(before, after).map { log($0) - log($1) }
    let mean = zip(shares, decrease).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(shares, decrease).map { $0 * ($1 - mean) }
  }

  /// `L − b`, once it is certain that it has a logarithm.
  private func excess(
    of losses: [Double], _ signals: TaskSignals
  ) throws(StrategyError) -> [Double] {
    var shifted = signals
    shifted.losses = losses
    try shifted.check(for: Self.name)
    try Self.check(settings, taskCount: signals.taskCount)
    guard !settings.leastLosses.isEmpty else {
      return try shifted.positiveLosses(for: Self.name, because: "its logarithm is taken")
    }
    return try zip(signals.tasks, losses).map { (task, loss) throws(StrategyError) in
      let least = settings.leastLosses[task]
      guard loss >= least else {
        throw StrategyError(
          "\(Self.name): the loss of task \(task) is \(loss), below \(least), the least that "
            + "leastLosses says is possible; give a smaller one")
      }
      return loss == least ? leastLoss : loss - least
    }
  }
}
