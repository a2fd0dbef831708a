public import NeuralNetworks
public import Randomness

/// PCGrad: from a copy of each gradient, what points against another one is taken away.
///
/// A copy meets the others one after another, in an order of its own; then the copies are added up.
/// With two tasks the result descends for both; with more it may not.
public struct PCGrad: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// In which order gradients are projected.
    public var order = TaskOrder.random
    /// `sum`: the changed gradients are added up, as in the paper.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "pcGrad", "gradients without what points against the others",
    statement:
      "vᵢ = gᵢ; for j ≠ i in random order: if ⟨vᵢ, gⱼ⟩ < 0, vᵢ −= ⟨vᵢ, gⱼ⟩/nⱼ² gⱼ; d = Σᵢ vᵢ",
    source: "PCGrad: Yu et al. 2020, Gradient surgery for multi-task learning, algorithm 1",
    settings: [
      .init(
        "order", TaskOrder.allowed, "in which a gradient meets the others; random in the paper"),
      .init("scale", GradientScale.allowed, "sum: changed gradients are added up, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    var sum = Array(repeating: 0.0, count: gram.count)
    for task in 0..<gram.count {
      let part = Self.project(
        task, gram, order: settings.order.order(of: gram.count, using: &random))
      for index in sum.indices { sum[index] += part[index] }
    }
    return try Combination(sum, of: Self.name, signals, gram, scale: settings.scale, own: .sum)
  }

  /// The weights that make up one task's changed gradient.
  package static func project(_ task: Int, _ gram: GramMatrix, order: [Int]) -> [Double] {
    var gradient = CombinedGradient(of: task, in: gram)
    for other in order where other != task && gradient.products[other] < 0 {
      // A gradient that points against this one is not 0.
      gradient.add(-gradient.products[other] / gram[other, other], of: other)
    }
    return gradient.weights
  }
}
