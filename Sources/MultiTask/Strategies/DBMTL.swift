import Glibc
public import NeuralNetworks
public import Randomness

/// DB-MTL: gradients of the losses' logarithms, averaged over steps and brought to one length.
///
/// Averages begin at 0 and are not corrected for it, as in the authors' code. They are part of the
/// saved state: one number for each task and shared parameter. A task whose average is 0 has weight
/// 0.
public struct DBMTL: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `β`: how much of the average stays.
    public var decay = 0.9
    /// `σ`: after `t` steps `β/t^σ` stays.
    public var power = 0.0
    /// Whether the gradients are those of the losses' logarithms.
    public var logarithm = true
    /// How long the direction is.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() throws(SettingsError) {
      try validateShare(decay, "decay")
      try validateRate(power, "power")
    }
  }

  public static let account = StrategyAccount(
    "dbMTL", "averaged gradients of the losses' logarithms, brought to one length",
    statement: "bₖ ← gₖ/Lₖ + β/t^σ (bₖ − gₖ/Lₖ); d = Σₖ (maxⱼ ‖bⱼ‖/‖bₖ‖) bₖ",
    source: "DB-MTL: Lin et al. 2023, Dual-balancing for multi-task learning, algorithm 1",
    readsLosses: true,
    settings: [
      .init("decay", "at least 0 and below 1", "β of the averages, 0.9 in LibMTL"),
      .init("power", "0 or more", "σ: how fast β falls with the steps, 0 in LibMTL"),
      .init("logarithm", "true or false", "whether gradients are divided by their losses"),
      .init("scale", GradientScale.allowed, "sum: as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds {
    StrategyNeeds(.gradients, positiveLosses: settings.logarithm)
  }
  private var buffers = TaskBuffers()
  /// Steps in which each task was present.
  private var counts: [Int] = []

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    try gradients.check(for: Self.name, signals)
    let losses =
      settings.logarithm
      ? try signals.positiveLosses(for: Self.name, because: "its logarithm is taken")
      : signals.losses
    try buffers.grow(for: signals, length: gradients.length, of: Self.name)
    counts.grow(to: signals.taskCount, 0)
    for (row, task) in signals.tasks.enumerated() {
      counts[task] += 1
      buffers.move(
        task, towards: gradients[row],
        times: settings.logarithm ? 1 / losses[row] : 1,
        keeping: settings.decay / pow(Double(counts[task]), settings.power))
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let norms = gram.norms
    let largest = norms.max() ?? 0
    return try Combination(
      norms.map { $0 > 0 ? largest / $0 : 0 }, of: Self.name, signals, gram,
      scale: settings.scale, own: .sum)
  }
}
