public import NeuralNetworks

/// What REINFORCE can be told.
public struct ReinforceSettings: ValidatedSettings {
  /// Policy and baseline networks; they may not share hidden layers.
  public var network = ActorCriticSettings()
  /// The rule that moves the policy; its rate is a function of environment steps.
  public var optimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// The rule that moves the baseline.
  public var baselineOptimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// Whole episodes of each environment in an update, in `1...10000`.
  public var episodes = 1
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// Whether step `t` of an episode counts `γ^t`, as in Sutton & Barto's algorithm.
  ///
  /// Nearly all implementations leave it out, which follows the gradient of no function: Thomas
  /// (2014), "Bias in natural actor-critic algorithms".
  public var discountsSteps = false
  /// Whether advantages are made to have mean 0 and deviation 1 in each update of two steps or more.
  public var normalizeAdvantages = false
  /// The weight of the entropy, which is made large, in the loss.
  public var entropyCoefficient = 0.0
  /// The policy's gradient is shortened to this length, and the baseline's too; `null` leaves them
  /// as they are.
  public var maximumGradientNorm: Double?

  public init() {}

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try network.requireNoRecurrence()
    try require(
      !network.sharedTrunk, "network.sharedTrunk",
      "must be false, because policy and baseline have optimizers of their own", found: true)
    try NeuralNetworks.validate("optimizer", optimizer.validate)
    try NeuralNetworks.validate("baselineOptimizer", baselineOptimizer.validate)
    try require(
      (1...10_000).contains(episodes), "episodes", "must be in 1...10000", found: episodes)
    try require(
      (0...1).contains(discountFactor), "discountFactor", "must be in 0...1",
      found: discountFactor)
    try require(
      entropyCoefficient >= 0 && entropyCoefficient.isFinite, "entropyCoefficient",
      "must be 0 or more", found: entropyCoefficient)
    if let norm = maximumGradientNorm {
      try require(
        norm > 0 && norm.isFinite, "maximumGradientNorm", "must be finite and above 0",
        found: norm)
    }
  }
}
