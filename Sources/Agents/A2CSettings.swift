public import NeuralNetworks

/// What A2C can be told.
///
/// The defaults are those of Stable-Baselines3.
public struct A2CSettings: ValidatedSettings {
  /// Policy and value networks.
  public var network = ActorCriticSettings()
  /// How actions that are numbers are varied.
  public var exploration = ActorCriticExploration.independent
  /// The rule that moves the weights; its rate is a function of environment steps.
  public var optimizer = OptimizerSettings.rmsProp(learningRate: 7e-4, alpha: 0.99, epsilon: 1e-5)
  /// Whether the learning rate falls to 0 over the whole run, on top of its own schedule.
  public var annealLearningRate = false
  /// Steps of each environment in an update.
  public var segmentLength = 5
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// λ of the advantage estimation, in `0...1`; 1 gives the paper's returns.
  public var traceDecay = 1.0
  /// Whether advantages are made to have mean 0 and deviation 1 in each update.
  public var normalizeAdvantages = false
  /// The weight of the entropy, which is made large, in the loss.
  public var entropyCoefficient = 0.0
  /// The weight of the value's error in the loss.
  public var valueCoefficient = 0.5
  /// The gradient is shortened to this length; `null` leaves it as it is.
  public var maximumGradientNorm: Double? = 0.5

  public init() {}

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try network.requireNoRecurrence()
    try NeuralNetworks.validate("exploration", exploration.validate)
    try exploration.check(beside: network)
    try NeuralNetworks.validate("optimizer", optimizer.validate)
    try require(segmentLength >= 1, "segmentLength", "must be 1 or more", found: segmentLength)
    for (key, value) in [("discountFactor", discountFactor), ("traceDecay", traceDecay)] {
      try require((0...1).contains(value), key, "must be in 0...1", found: value)
    }
    for (key, value) in [
      ("entropyCoefficient", entropyCoefficient), ("valueCoefficient", valueCoefficient),
    ] {
      try require(value >= 0 && value.isFinite, key, "must be 0 or more", found: value)
    }
    if let norm = maximumGradientNorm {
      try require(
        norm > 0 && norm.isFinite, "maximumGradientNorm", "must be finite and above 0",
        found: norm)
    }
  }
}
