public import NeuralNetworks
public import Randomness

/// GradDrop: of each coordinate, only the gradients of one sign are kept, which is drawn.
///
/// The gradients are those with respect to the shared parameters; the paper's are those with
/// respect to a shared layer's outputs, times the signs of these.
public struct GradDrop: ConfigurableStrategy {
  public struct Settings: ValidatedSettings {
    /// The part of each gradient that always stays.
    public var leak = 0.0
    /// `sum`: the gradients that are kept are added up, as in the paper.
    public var scale = GradientScale.sum

    public init() {}
    public func validate() throws(SettingsError) {
      try require(leak >= 0 && leak <= 1, "leak", "must lie from 0 to 1", found: leak)
    }
  }

  public static let account = StrategyAccount(
    "gradDrop", "of each coordinate only the gradients of one drawn sign",
    statement: "P = (1 + Σ g/Σ |g|)/2 and U uniform, by coordinate; g stays where "
      + "(P > U and g > 0) or (P < U and g < 0); d = Σₖ gₖ of what stays",
    source: "GradDrop: Chen et al. 2020, Just pick a sign, algorithm 1",
    settings: [
      .init("leak", "0 to 1", "the part of each gradient that always stays, 0 in the paper"),
      .init("scale", GradientScale.allowed, "sum: gradients are added up, as in the paper"),
    ])

  public let settings: Settings
  public var needs: StrategyNeeds { StrategyNeeds(.gradients) }

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {
    try gradients.check(for: Self.name, signals)
    let (count, length) = (gradients.count, gradients.length)
    guard let start = gradients.elements.baseAddress else { return }
    let leak = Float(settings.leak)
    for column in 0..<length {
      var (sum, size) = (Float(0), Float(0))
      for row in 0..<count {
        sum += start[row * length + column]
        size += abs(start[row * length + column])
      }
      // One draw for each coordinate, whatever its gradients, so that draws do not shift.
      let draw: Float = random.uniform()
      let positive = size > 0 ? (1 + sum / size) / 2 : 0.5
      for row in 0..<count {
        let value = start[row * length + column]
        let stays = (positive > draw && value > 0) || (positive < draw && value < 0)
        if !stays { start[row * length + column] = leak * value }
      }
    }
  }

  public mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    let gram = try signals.checkedGram(for: Self.name)
    return try Combination(
      gram.norms.map { _ in 1 }, of: Self.name, signals, gram, scale: settings.scale, own: .sum)
  }
}
