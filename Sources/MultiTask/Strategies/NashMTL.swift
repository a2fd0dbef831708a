public import NeuralNetworks
public import Randomness

/// Nash-MTL: the tasks bargain for the direction, and Nash's solution is what they agree on.
///
/// Before it is clipped, `‖d‖² = K`. A task whose gradient is 0 has weight 0. Where the hull of the
/// gradients holds 0, there is nothing to agree on: the weights are those of the minimum-norm point
/// of the gradients of unit length, and `d = 0`.
public struct NashMTL: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `d` is clipped to this norm; `nil`: it is not.
    public var maximumNorm: Double?
    /// Steps between two bargains; the weights stay in between.
    public var every = 1
    /// How long the direction is.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() throws(SettingsError) {
      if let maximumNorm {
        try require(
          maximumNorm > 0 && maximumNorm.isFinite, "maximumNorm", "must be finite and above 0",
          found: maximumNorm)
      }
      try require(every >= 1, "every", "must be at least 1", found: every)
    }
  }

  public static let account = StrategyAccount(
    "nashMTL", "Nash's bargaining solution: gains in proportion count alike",
    statement: "(M w)ₖ = 1/wₖ, w > 0",
    source: "Nash-MTL: Navon et al. 2022, Multi-task learning as a bargaining game, eq. 2",
    settings: [
      .init(
        "maximumNorm", "above 0, or null",
        "‖d‖, which is √K, is clipped to this; null: not. The authors' code clips to 1"),
      .init("every", "1 or more", "steps between two bargains, 1 in the paper"),
      .init("scale", GradientScale.allowed, "sum: as in the paper; before clipping"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }
  private var kept: [Double?] = []
  private var residual = 0.0
  private var steps = 0

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    kept.grow(to: signals.taskCount, nil)
    let isDue = steps.isMultiple(of: settings.every)
    steps += 1
    if isDue || signals.tasks.contains(where: { kept[$0] == nil }) {
      let bargain = FairWeights(gram, power: 1)
      for (task, weight) in zip(signals.tasks, bargain.weights) { kept[task] = weight }
      residual = bargain.residual
    }
    let combination = try Combination(
      signals.tasks.map { kept[$0] ?? 0 }, residual: residual, of: Self.name, signals, gram,
      scale: settings.scale, own: .sum)
    return clipped(combination, gram)
  }

  private func clipped(_ combination: Combination, _ gram: GramMatrix) -> Combination {
    guard let maximum = settings.maximumNorm else { return combination }
    let norm = gram.norm(ofCombination: combination.weights)
    guard norm > maximum else { return combination }
    var result = combination
    result.weights = combination.weights.map { $0 * maximum / norm }
    return result
  }
}

/// The solution of `(M w)ₖ = wₖ^(−p)`, also where gradients are 0 or hold 0 in their hull.
package struct FairWeights {
  package let weights: [Double]
  package let residual: Double

  package init(_ gram: GramMatrix, power: Double) {
    let norms = gram.norms
    let present = norms.indices.filter { norms[$0] > 0 }
    guard !present.isEmpty else {
      weights = norms.map { _ in 1 / Double(norms.count) }
      residual = 0
      return
    }
    var reduced = GramMatrix(
      count: present.count, elements: Array(repeating: 0, count: present.count * present.count))
    for (row, task) in present.enumerated() {
      for (column, other) in present.enumerated() { reduced[row, column] = gram[task, other] }
    }
    var result = norms.map { _ in 0.0 }
    if let solution = ProportionalFairness(reduced, power: power) {
      for (task, weight) in zip(present, solution.weights) { result[task] = weight }
      residual = solution.residual
    } else {
      let point = MinimumNormPoint(reduced.scaled(by: present.map { 1 / norms[$0] }))
      for (task, weight) in zip(present, point.weights) { result[task] = weight / norms[task] }
      residual = point.residual
    }
    weights = result
  }
}
