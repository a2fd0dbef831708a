public import NeuralNetworks

/// What DDPG can be told.
///
/// A step is always one step of one environment: with eight environments, the step counts grow by
/// eight at a time, and whatever is due every so many steps keeps its rate.
///
/// The defaults are those of Stable-Baselines3, with Gaussian exploration.
public struct DDPGSettings: DeterministicSettings {
  /// The networks of the actor and of the critic.
  public var network = OffPolicyNetworkSettings(hidden: [400, 300])
  /// The rule that moves the actor; its rate is a function of environment steps.
  public var actorOptimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// The rule that moves the critic.
  public var criticOptimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// What is added to actions, in training.
  public var exploration = ExplorationNoise.gaussian(ExplorationNoise.Gaussian())
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// The share of the way that target networks go with each update, above 0 and at most 1.
  public var targetRate = 0.005
  /// What is kept of the past.
  public var replay = OffPolicyReplaySettings()
  /// Environment steps from one time of learning to the next, 1 or more.
  public var trainFrequency = 1
  /// Updates each time; a number, 1 or more, or `collected`.
  public var gradientSteps = GradientSteps.fixed(1)
  /// Environment steps at the beginning whose actions are uniformly random, 0 or more.
  public var randomSteps = 100

  public init() {}

  package var policyDelay: Int { 1 }

  public func validate() throws(SettingsError) {
    try validateOffPolicy()
    try NeuralNetworks.validate("exploration", exploration.validate)
  }
}
