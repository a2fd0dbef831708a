import Environments
public import NeuralNetworks

extension DQNSettings {
  /// Whether the network's weights are random by learned amounts, which explores by itself.
  public enum Noise: Choice {
    /// Weights are numbers.
    case none
    /// Every layer is noisy, with factorised Gaussian noise that is drawn anew for each step and
    /// each update: Fortunato et al. (2018), "Noisy networks for exploration".
    ///
    /// All environments of a step share a draw; evaluations use the mean weights.
    case factorized(deviation: Double)

    /// Settings of `factorized`.
    public struct Factorized: ValidatedSettings {
      /// σ₀, above 0 and at most 100: the standard deviations begin at this number over the square root of a
      /// layer's inputs.
      ///
      /// 0.5 in the paper.
      public var deviation = 0.5

      public init() {}
      init(_ deviation: Double) { self.deviation = deviation }

      public func validate() throws(SettingsError) {
        try require(
          deviation > 0 && deviation <= 100, "deviation", "must be above 0 and at most 100",
          found: deviation)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("none", .none),
        Alternative("factorized", Factorized.self) { .factorized(deviation: $0.deviation) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .none: ("none", nil)
      case .factorized(let deviation): ("factorized", Factorized(deviation))
      }
    }
  }

  /// What is learned of an action's return.
  public enum Distribution: Choice {
    /// Its expectation alone, with the error that `loss` says.
    case none
    /// Probabilities on a fixed grid: Bellemare, Dabney & Munos (2017), "C51".
    case categorical(Categorical)
    /// Equally likely quantiles: Dabney et al. (2018), "QR-DQN".
    case quantile(Quantile)

    /// Settings of `categorical`.
    public struct Categorical: ValidatedSettings {
      /// Returns on the grid, 2 or more.
      public var atoms = 51
      /// The lowest return on the grid; lower ones count as this.
      public var low = -10.0
      /// The highest return on the grid, above `low`; higher ones count as this.
      public var high = 10.0

      public init() {}
      package init(atoms: Int, low: Double, high: Double) {
        (self.atoms, self.low, self.high) = (atoms, low, high)
      }

      public func validate() throws(SettingsError) {
        try require(atoms >= 2, "atoms", "must be 2 or more", found: atoms)
        // In single precision, with room for what an update makes of them.
        try require(low.magnitude <= 1e9, "low", "must be in -1e9...1e9", found: low)
        try require(
          low < high && high <= 1e9 && high - low >= 1e-6 * Swift.max(1, high.magnitude), "high",
          "must be above low, which is \(low), by a millionth or more, and at most 1e9",
          found: high)
      }
    }

    /// Settings of `quantile`.
    public struct Quantile: ValidatedSettings {
      /// Quantiles of each action's return, 1 or more.
      public var quantiles = 50
      /// κ, where the parabola of the quantile Huber loss becomes a line; above 0.
      public var delta = 1.0

      public init() {}
      package init(quantiles: Int, delta: Double = 1) {
        (self.quantiles, self.delta) = (quantiles, delta)
      }

      public func validate() throws(SettingsError) {
        try require(quantiles >= 1, "quantiles", "must be 1 or more", found: quantiles)
        try require(
          delta > 0 && delta.isFinite, "delta", "must be finite and above 0", found: delta)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("none", .none),
        Alternative("categorical", Categorical.self) { .categorical($0) },
        Alternative("quantile", Quantile.self) { .quantile($0) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .none: ("none", nil)
      case .categorical(let settings): ("categorical", settings)
      case .quantile(let settings): ("quantile", settings)
      }
    }
  }

  /// How likely each stored transition is drawn.
  public enum Prioritization: Choice {
    /// All alike.
    case none
    /// In proportion to a power of its last error: Schaul et al. (2016), "Prioritized experience
    /// replay", section 3.3.
    case proportional(Proportional)

    /// Settings of `proportional`.
    public struct Proportional: ValidatedSettings {
      /// α, in `0...1`: 0 draws uniformly, 1 in proportion to the error.
      public var exponent = 0.6
      /// β at the first step, in `0...1`: how far weights undo the preference.
      ///
      /// It rises on a straight line to 1 at the end of the run.
      public var correction = 0.4
      /// What is added to each error, above 0: so nothing is never drawn again.
      public var offset = 1e-6

      public init() {}

      public func validate() throws(SettingsError) {
        try require((0...1).contains(exponent), "exponent", "must be in 0...1", found: exponent)
        try require(
          (0...1).contains(correction), "correction", "must be in 0...1", found: correction)
        try require(
          offset >= 1e-30 && offset.isFinite, "offset", "must be finite and at least 1e-30",
          found: offset)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("none", .none),
        Alternative("proportional", Proportional.self) { .proportional($0) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .none: ("none", nil)
      case .proportional(let settings): ("proportional", settings)
      }
    }
  }
}

extension DQNSettings {
  /// What the network's numbers stand for.
  package var estimate: any ValueEstimate {
    switch distribution {
    case .none: ExpectedValues(loss: loss)
    case .categorical(let grid):
      CategoricalValues(atoms: grid.atoms, low: grid.low, high: grid.high)
    case .quantile(let settings):
      QuantileValues(quantiles: settings.quantiles, delta: settings.delta)
    }
  }

  /// Refuses batches of distributions whose rows could not be told apart.
  ///
  /// Their numbers travel in single precision, which is exact up to 2²⁴.
  func check(in surroundings: Surroundings) throws(SettingsError) {
    let actions = max(1, surroundings.actions.maskSize)
    try require(
      distribution == .none || replay.batchSize <= (1 << 24) / actions, "replay.batchSize",
      "must be at most \((1 << 24) / actions) with a distribution for each of \(actions) actions",
      found: replay.batchSize)
  }

  /// β after so many environment steps; `nil` where all transitions are alike.
  package func correction(at step: Int, of totalSteps: Int) -> Double? {
    guard case .proportional(let settings) = replay.prioritization else { return nil }
    let share = min(1, Double(step) / Double(max(1, totalSteps)))
    return settings.correction + (1 - settings.correction) * share
  }
}
