public import NeuralNetworks
public import Randomness

/// Aligned-MTL: the nearest gradients that are orthogonal and of one length, added up.
///
/// The result descends along all aligned gradients, which does not rule out that it ascends along a
/// given one. Directions in which no gradient has a part are left out, so that the rank may be below
/// `K`; where it is 0, the weights are the preferences.
public struct AlignedMTL: ConfigurableStrategy {
  /// The common squared length of the aligned gradients, among the eigenvalues of `M` above 0.
  public enum Length: String, NamedSetting {
    /// The least, with which the result never exceeds the gradients, as in the paper.
    case least
    /// The median of the eigenvalues.
    case median
    /// Of the root mean square singular value: the mean of the eigenvalues.
    case rootMeanSquare
  }

  public struct Settings: ValidatedSettings {
    /// Which length is common.
    public var length = Length.least
    /// `sum`: every task's preference is 1; `mean`: `1/K`.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() {}
  }

  public static let account = StrategyAccount(
    "alignedMTL", "the nearest orthogonal gradients of one length, added up",
    statement: "M = V diag(l) Vᵀ; w = √l_R V diag(l^(−1/2)) Vᵀ 1 over the l above 0, l_R the least",
    source: "Aligned-MTL: Senushkin et al. 2023, Independent component alignment, algorithm 1",
    settings: [
      .init("length", Length.allowed, "l_R among the eigenvalues; the least in the paper"),
      .init("scale", GradientScale.allowed, "sum: preferences are 1, as in LibMTL; mean: 1/K"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gram) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    let ones = Array(repeating: 1.0, count: gram.count)
    let eigen = SymmetricEigen(gram.elements, count: gram.count)
    let kept = eigen.values.filter { $0 > eigen.threshold }.sorted()
    let weights =
      kept.isEmpty
      ? ones : eigen.apply({ (squaredLength(kept) / $0).squareRoot() }, to: ones)
    return try Combination(weights, of: Self.name, signals, gram, scale: settings.scale, own: .sum)
  }

  private func squaredLength(_ values: [Double]) -> Double {
    let middle = values.count / 2
    switch settings.length {
    case .least: return values[0]
    case .median:
      return values.count.isMultiple(of: 2)
        ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    case .rootMeanSquare: return values.reduce(0, +) / Double(values.count)
    }
  }
}
