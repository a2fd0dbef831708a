public import NeuralNetworks
public import Randomness

/// ConFIG: the direction with one cosine to all gradients, as long as their projections add up to.
///
/// A task whose gradient is 0 has weight 0. Where no direction has that property, as with opposite
/// gradients, all weights are 0.
public struct ConFIG: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// How long the direction is.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "config", "one cosine to all gradients, as long as their projections add up to",
    statement: "v = U⁺ 1 of the unit gradients U, v̂ = v/‖v‖, d = (Σₖ ⟨gₖ, v̂⟩) v̂",
    source: "ConFIG: Liu et al. 2025, Towards conflict-free training of physics informed networks",
    settings: [.init("scale", GradientScale.allowed, "sum: as in the paper")])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let norms = gram.norms
    let inverse = norms.map { $0 > 0 ? 1 / $0 : 0 }
    let unit = gram.scaled(by: inverse)
    // U⁺ 1 = Uᵀ (U Uᵀ)⁺ 1.
    let solution = SymmetricEigen(unit.elements, count: gram.count)
      .apply({ 1 / $0 }, to: norms.map { $0 > 0 ? 1 : 0 })
    let cosines = unit.descents(ofCombination: solution)
    let square = zip(solution, cosines).reduce(0) { $0 + $1.0 * $1.1 }
    let size = solution.reduce(0) { $0 + $1 * $1 }
    guard square > 1e-15 * size else {
      return Combination(weights: norms.map { _ in 0 })
    }
    let length = zip(norms, cosines).reduce(0) { $0 + $1.0 * $1.1 }
    let residual = zip(cosines, norms).reduce(0) { $1.1 > 0 ? max($0, abs($1.0 - 1)) : $0 }
    return try Combination(
      zip(solution, inverse).map { $0 * $1 * length / square }, residual: residual, of: Self.name,
      signals, gram, scale: settings.scale, own: .sum)
  }
}
