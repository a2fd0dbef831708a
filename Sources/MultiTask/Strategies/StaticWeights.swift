public import NeuralNetworks
public import Randomness

/// Weights that stay as they are given.
public struct StaticWeights: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// One weight for each task, 0 or more, in the order of the tasks; empty: all are 1.
    public var weights: [Double] = []

    public init() {}
    public func validate() throws(SettingsError) {
      for (task, weight) in weights.enumerated() {
        try require(
          weight >= 0 && weight.isFinite, "weights[\(task)]", "must be finite and 0 or more",
          found: weight)
      }
      try require(
        weights.isEmpty || weights.contains { $0 > 0 }, "weights", "must not all be 0",
        found: "\(weights)")
    }
  }

  public static let account = StrategyAccount(
    "static", "weights that are given", statement: "minimize Σₖ wₖ Lₖ, w given",
    source: "linear scalarization: Boyd & Vandenberghe 2004, Convex optimization, 4.7",
    settings: [
      .init("weights", "a list of one number a task, 0 or more", "empty: every weight is 1")
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.losses) }

  public init(_ settings: Settings) { self.settings = settings }

  public static func check(_ settings: Settings, taskCount: Int) throws(StrategyError) {
    guard settings.weights.isEmpty || settings.weights.count == taskCount else {
      throw StrategyError(
        "static.weights has \(settings.weights.count) numbers for \(taskCount) tasks; give one each"
      )
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    try signals.check(for: Self.name)
    try Self.check(settings, taskCount: signals.taskCount)
    return Combination(
      weights: signals.tasks.map { settings.weights.isEmpty ? 1 : settings.weights[$0] })
  }
}
