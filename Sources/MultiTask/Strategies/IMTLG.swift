public import NeuralNetworks
public import Randomness

/// IMTL-G: the combination whose projections on all tasks' gradients are equal.
///
/// Weights add up to 1 and may be negative; so may the projections, and then a step raises all losses
/// (`leastDescent` tells). A task whose gradient is 0 has weight 0. Where the weights would add up to
/// 0, as with opposite gradients, they are those of the minimum-norm point of unit gradients.
public struct IMTLG: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// `mean`: weights add up to 1, as in the paper.
    public var scale = GradientScale.mean

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "imtlG", "equal projections on all tasks' gradients",
    statement: "⟨d, gₖ⟩/nₖ alike for all k and Σ w = 1: w = C⁺ 1 / n over its sum, C the cosines",
    source: "IMTL-G: Liu et al. 2021, Towards impartial multi-task learning, 3.1",
    settings: [
      .init("scale", GradientScale.allowed, "mean: weights add up to 1, as in the paper")
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let norms = gram.norms
    // Two weights do not depend on the angle: no rounding where gradients are nearly opposite, which
    // Adam would turn into steps of full length.
    if gram.count == 2, norms[0] > 0, norms[1] > 0 {
      let weights = [norms[1] / (norms[0] + norms[1]), norms[0] / (norms[0] + norms[1])]
      return try Combination(
        weights, residual: 0, of: Self.name, signals, gram, scale: settings.scale, own: .mean)
    }
    // Of unit gradients, whose lengths cannot hide a small angle behind rounding: w = C⁺ 1 / n.
    let cosines = gram.scaled(by: norms.map { $0 > 0 ? 1 / $0 : 0 })
    let present = norms.map { $0 > 0 ? 1.0 : 0 }
    let shares = SymmetricEigen(cosines.elements, count: gram.count).apply({ 1 / $0 }, to: present)
    var weights = zip(shares, norms).map { $1 > 0 ? $0 / $1 : 0 }
    var sum = weights.reduce(0, +)
    let size = weights.reduce(0) { $0 + abs($1) }
    if !(size > 0 && abs(sum) > 1e-12 * size) {
      weights = zip(MinimumNormPoint(cosines).weights, norms).map { $1 > 0 ? $0 / $1 : 0 }
      sum = weights.reduce(0, +)
    }
    guard sum != 0 else {
      // All gradients are 0, and so is whatever they add up to.
      let equal = Array(repeating: 1 / Double(gram.count), count: gram.count)
      return try Combination(
        equal, residual: 0, of: Self.name, signals, gram, scale: settings.scale, own: .mean)
    }
    weights = weights.map { $0 / sum }
    return try Combination(
      weights, residual: Self.spread(of: weights, gram, norms), of: Self.name, signals, gram,
      scale: settings.scale, own: .mean)
  }

  /// By how much the projections differ, over the largest term of `d`: 0 unless they cannot agree.
  private static func spread(of weights: [Double], _ gram: GramMatrix, _ norms: [Double]) -> Double
  {
    let projections = zip(gram.descents(ofCombination: weights), norms)
      .filter { $0.1 > 0 }.map { $0 / $1 }
    let largest = gram.largestTerm(ofCombination: weights)
    guard let low = projections.min(), let high = projections.max(), largest > 0 else { return 0 }
    return (high - low) / largest
  }
}
