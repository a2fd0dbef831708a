import Glibc
public import NeuralNetworks
public import Randomness

/// STCH: a smooth maximum of the losses, each measured in units of what it was after a warm-up.
///
/// Losses are measured by their logarithms, as in the authors' code for deep networks. During the
/// warm-up the weight is `1/Lₖ` in the scale asked for, as of `si`: a run that is no longer is one
/// of `si`. A task that was absent in all of it is measured by itself.
public struct SmoothTchebycheff: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `μ`: the smaller, the more only the worst task counts.
    public var smoothness = 1.0
    /// Epochs with the weights of `si`, fewer than the run has.
    ///
    /// The mean losses of the last of them are the nadir.
    public var warmUp = 4
    /// Steps that stand for an epoch, where there are no passes over data; `nil`: passes.
    public var every: Int?
    /// The loss of each task at which it counts as bad as the others; empty: from the warm-up.
    public var nadir: [Double] = []
    /// `mean`: the logarithms' weights add up to 1; `sum`: to the number of tasks.
    public var scale = LossScale.mean

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        smoothness > 0 && smoothness.isFinite, "smoothness", "must be finite and above 0",
        found: smoothness)
      try require(warmUp >= 0, "warmUp", "must be 0 or more", found: warmUp)
      if let every { try require(every >= 1, "every", "must be at least 1", found: every) }
      try require(
        warmUp >= 1 || !nadir.isEmpty, "warmUp", "must be at least 1 where no nadir is given",
        found: warmUp)
      for (task, loss) in nadir.enumerated() {
        try require(
          loss > 0 && loss.isFinite, "nadir[\(task)]", "must be finite and above 0", found: loss)
      }
    }
  }

  public static let account = StrategyAccount(
    "stch", "a smooth maximum of the losses' logarithms",
    statement: "minimize μ log Σₖ exp(log(Lₖ/nadirₖ)/μ): w = softmax(log(L/nadir)/μ) / L",
    source:
      "STCH: Lin et al. 2024, Smooth Tchebycheff scalarization for multi-objective optimization",
    readsLosses: true,
    settings: [
      .init("smoothness", "above 0", "μ, 1 in LibMTL: the smaller, the more only the worst counts"),
      .init(
        "warmUp", "0 or more",
        "epochs with the weights of si that give the nadir, 4 in LibMTL; take "
          + "fewer than the run has"),
      .init(
        "every", "1 or more, or null",
        "steps that stand for an epoch, for data without end; null: passes over the data"),
      .init(
        "nadir", "a list of one number a task, above 0", "empty: mean losses after the warm-up"),
      .init(
        "scale", LossScale.allowed,
        "mean: weights of the logarithms add up to 1, as in the paper; sum: to K, as in LibMTL"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(
      .losses, positiveLosses: true,
      epochs: settings.every == nil && settings.nadir.isEmpty ? settings.warmUp : 0)
  }

  /// Sums of the losses during the last epoch of the warm-up.
  private var sums: [Double] = []
  private var counts: [Int] = []

  public init(_ settings: Settings) { self.settings = settings }

  public static func check(_ settings: Settings, taskCount: Int) throws(StrategyError) {
    guard settings.nadir.isEmpty || settings.nadir.count == taskCount else {
      throw StrategyError(
        "stch.nadir has \(settings.nadir.count) numbers for \(taskCount) tasks; give one each")
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    try Self.check(settings, taskCount: signals.taskCount)
    let losses = try signals.positiveLosses(for: Self.name, because: "its logarithm is taken")
    sums.grow(to: signals.taskCount, 0)
    counts.grow(to: signals.taskCount, 0)
    let epoch = settings.every.map { signals.step / $0 } ?? signals.epoch
    if settings.nadir.isEmpty, epoch < settings.warmUp {
      if epoch == settings.warmUp - 1 { remember(losses, of: signals.tasks) }
      let factor = settings.scale.factor(from: .sum, count: losses.count)
      return try Combination(losses.map { factor / $0 }, of: Self.name, signals)
    }
    let logits = zip(signals.tasks, losses).map { task, loss in
      log(loss / nadir(of: task, loss)) / settings.smoothness
    }
    let factor = settings.scale.factor(from: .mean, count: logits.count)
    let weights = zip(softmax(logits), losses).map { factor * $0 / $1 }
    return try Combination(weights, of: Self.name, signals)
  }

  private mutating func remember(_ losses: [Double], of tasks: [Int]) {
    for (task, loss) in zip(tasks, losses) {
      sums[task] += loss
      counts[task] += 1
    }
  }

  /// A task that the warm-up did not meet has its own loss as its nadir.
  private func nadir(of task: Int, _ loss: Double) -> Double {
    if !settings.nadir.isEmpty { return settings.nadir[task] }
    return counts[task] > 0 ? sums[task] / Double(counts[task]) : loss
  }
}
