public import NeuralNetworks

/// What a soft actor-critic for choices can be told.
///
/// A step is always one step of one environment: with eight environments, the step counts grow by
/// eight at a time, and whatever is due every so many steps keeps its rate.
///
/// The defaults are those of SAC for continuous actions.
public struct DiscreteSACSettings: ValidatedSettings, OffPolicySettings {
  /// The networks of the actor and of each of the two critics.
  public var network = OffPolicyNetworkSettings()
  /// The rule that moves the actor; its rate is a function of environment steps.
  public var actorOptimizer = OptimizerSettings.adam(learningRate: 3e-4)
  /// The rule that moves the critics.
  public var criticOptimizer = OptimizerSettings.adam(learningRate: 3e-4)
  /// How much entropy is worth; a `targetEntropy` of `null` is 0.98 of the largest there can be, as
  /// in the paper.
  public var temperature = SACSettings.Temperature.automatic(SACSettings.AutomaticTemperature())
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// The share of the way to the critics that their target networks go after each update, above 0
  /// and at most 1.
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

  public func validate() throws(SettingsError) {
    try validateOffPolicy()
    try NeuralNetworks.validate("temperature", temperature.validate)
  }
}
