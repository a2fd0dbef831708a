public import NeuralNetworks
public import Randomness

/// DWA: a task whose loss has fallen little from one epoch to the next counts more.
///
/// `rₖ` is the mean loss of the last completed epoch over that of the one before it. Until a task
/// has been seen in two epochs, its `rₖ` is 1; until all have, the weights are 1.
public struct DynamicWeightAverage: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `T`: the larger, the more alike the weights.
    public var temperature = 2.0
    /// Steps that stand for an epoch; `nil`: passes over the data.
    public var every: Int?

    public init() {}
    public func validate() throws(SettingsError) {
      try require(
        temperature > 0 && temperature.isFinite, "temperature", "must be finite and above 0",
        found: temperature)
      if let every { try require(every >= 1, "every", "must be at least 1", found: every) }
    }
  }

  public static let account = StrategyAccount(
    "dwa", "what has fallen little since the last epoch counts more",
    statement: "w = K softmax(r/T), rₖ = mean Lₖ of the last epoch / of the one before; 1 at first",
    source: "DWA: Liu, Johns & Davison 2019, End-to-end multi-task learning with attention, eq. 7",
    readsLosses: true,
    settings: [
      .init("temperature", "above 0", "T, 2 in the paper"),
      .init(
        "every", "1 or more, or null",
        "steps that stand for an epoch, for data without end; null: passes over the data"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(.losses, positiveLosses: true, epochs: settings.every == nil ? 2 : 0)
  }

  /// The epoch that `sums` belong to.
  private var epoch = 0
  private var sums: [Double] = []
  private var counts: [Int] = []
  /// Mean losses of the last two epochs in which a task was present; not-a-number is `nil`.
  private var last: [Double?] = []
  private var lastButOne: [Double?] = []

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    try signals.checkLosses(for: Self.name, because: "ratios of losses are taken")
    grow(to: signals.taskCount)
    let current = settings.every.map { signals.step / $0 } ?? signals.epoch
    if current != epoch { finishEpoch(beginning: current) }
    let weights = weights(of: signals.tasks)
    for (task, loss) in zip(signals.tasks, signals.losses) {
      sums[task] += loss
      counts[task] += 1
    }
    return try Combination(weights, of: Self.name, signals)
  }

  private func weights(of tasks: [Int]) -> [Double] {
    let ratios = tasks.map { task in
      guard let now = last[task], let before = lastButOne[task], before > 0 else { return 1.0 }
      return now / before
    }
    return softmax(ratios.map { $0 / settings.temperature }).map { $0 * Double(tasks.count) }
  }

  private mutating func finishEpoch(beginning next: Int) {
    for task in sums.indices where counts[task] > 0 {
      lastButOne[task] = last[task]
      last[task] = sums[task] / Double(counts[task])
      (sums[task], counts[task]) = (0, 0)
    }
    epoch = next
  }

  private mutating func grow(to count: Int) {
    sums.grow(to: count, 0)
    counts.grow(to: count, 0)
    last.grow(to: count, nil)
    lastButOne.grow(to: count, nil)
  }
}
