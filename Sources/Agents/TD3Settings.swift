public import NeuralNetworks

/// What TD3 can be told.
///
/// A step is always one step of one environment: with eight environments, the step counts grow by
/// eight at a time, and whatever is due every so many steps keeps its rate.
///
/// The defaults are those of Stable-Baselines3, with the exploration of the paper.
public struct TD3Settings: DeterministicSettings {
  /// The networks of the actor and of each of the two critics.
  public var network = OffPolicyNetworkSettings(hidden: [400, 300])
  /// The rule that moves the actor; its rate is a function of environment steps.
  public var actorOptimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// The rule that moves the critics.
  public var criticOptimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// Updates of the critics for each one of the actor and the target networks, 1 or more.
  public var policyDelay = 2
  /// How the target's actions are blurred.
  public var smoothing = Smoothing()
  /// What is added to actions, in training.
  public var exploration = ExplorationNoise.gaussian(ExplorationNoise.Gaussian())
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// The share of the way that target networks go with each update of the actor, above 0 and at most
  /// 1.
  public var targetRate = 0.005
  /// What is kept of the past.
  public var replay = OffPolicyReplaySettings()
  /// Environment steps from one time of learning to the next, 1 or more.
  public var trainFrequency = 1
  /// Updates of the critics each time; a number, 1 or more, or `collected`.
  public var gradientSteps = GradientSteps.fixed(1)
  /// Environment steps at the beginning whose actions are uniformly random, 0 or more.
  public var randomSteps = 100

  public init() {}

  /// Noise on the target's actions, which go from -1 to 1.
  public struct Smoothing: ValidatedSettings {
    /// The standard deviation, 0 or more.
    public var deviation = 0.2
    /// The largest noise, 0 or more.
    public var limit = 0.5

    public init() {}

    public func validate() throws(SettingsError) {
      for (key, value) in [("deviation", deviation), ("limit", limit)] {
        try require(
          value >= 0 && value.isFinite, key, "must be finite and 0 or more", found: value)
      }
    }
  }

  public func validate() throws(SettingsError) {
    try validateOffPolicy()
    try require(policyDelay >= 1, "policyDelay", "must be 1 or more", found: policyDelay)
    try NeuralNetworks.validate("smoothing", smoothing.validate)
    try NeuralNetworks.validate("exploration", exploration.validate)
  }
}
