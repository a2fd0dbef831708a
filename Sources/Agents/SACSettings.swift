public import NeuralNetworks

/// What a soft actor-critic can be told.
///
/// A step is always one step of one environment: with eight environments, the step counts grow by
/// eight at a time, and whatever is due every so many steps keeps its rate.
///
/// The defaults are those of Stable-Baselines3.
public struct SACSettings: ValidatedSettings, OffPolicySettings {
  /// The networks of the actor and of each of the two critics.
  public var network = OffPolicyNetworkSettings()
  /// The rule that moves the actor; its rate is a function of environment steps.
  public var actorOptimizer = OptimizerSettings.adam(learningRate: 3e-4)
  /// The rule that moves the critics.
  public var criticOptimizer = OptimizerSettings.adam(learningRate: 3e-4)
  /// How much entropy is worth.
  public var temperature = Temperature.automatic(AutomaticTemperature())
  /// How actions are varied.
  public var exploration = Exploration.independent
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
  /// Heads for the tasks of `environment.tasks`, strategies that weigh them and a temperature for
  /// each; `null` learns them as one.
  public var tasks: TaskLearningSettings?

  public init() {}

  public func validate() throws(SettingsError) {
    try validateOffPolicy()
    try NeuralNetworks.validate("temperature", temperature.validate)
    try NeuralNetworks.validate("exploration", exploration.validate)
    if let tasks {
      try NeuralNetworks.validate("tasks", tasks.validate)
      try check(beside: tasks)
    }
  }
}

extension SACSettings {
  /// How much entropy is worth: α, in rewards per nat.
  public enum Temperature: Choice {
    /// A number that does not change.
    case fixed(Double)
    /// Adapted so that the policy keeps a given entropy: Haarnoja et al. (2018b), section 5.
    case automatic(AutomaticTemperature)

    /// Settings of `fixed`.
    public struct Fixed: ValidatedSettings {
      /// α, 0 or more.
      public var value = 0.2

      public init() {}
      init(_ value: Double) { self.value = value }

      public func validate() throws(SettingsError) {
        try require(value >= 0 && value.isFinite, "value", "must be 0 or more", found: value)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("automatic", AutomaticTemperature.self) { .automatic($0) },
        Alternative("fixed", Fixed.self) { .fixed($0.value) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .fixed(let value): ("fixed", Fixed(value))
      case .automatic(let settings): ("automatic", settings)
      }
    }

    public static func plain(_ number: Double) -> Self? { .fixed(number) }

    public var plainNumber: Double? { if case .fixed(let value) = self { value } else { nil } }
  }

  /// What adapts the temperature.
  public struct AutomaticTemperature: ValidatedSettings {
    /// α at the beginning, above 0.
    public var initial = 1.0
    /// The entropy to keep, in nats: of numbers from -1 to 1, or of a choice; `null` is minus the
    /// numbers in an action, or with choices 0.98 of the largest there can be.
    public var targetEntropy: Double?
    /// The rule that moves `log α`.
    public var optimizer = OptimizerSettings.adam(learningRate: 3e-4)

    public init() {}

    public func validate() throws(SettingsError) {
      try require(
        initial > 0 && initial.isFinite, "initial", "must be finite and above 0", found: initial)
      if let entropy = targetEntropy {
        try require(entropy.isFinite, "targetEntropy", "must be finite", found: entropy)
      }
      try NeuralNetworks.validate("optimizer", optimizer.validate)
    }
  }

  /// How actions are varied.
  public enum Exploration: Choice {
    /// By noise drawn anew at every step.
    case independent
    /// By noise on the weights of the actor's last layer, drawn anew every few steps, so that it is
    /// smooth: Raffin, Kober & Stulp (2021), "gSDE".
    case stateDependent(StateDependent)

    /// Settings of `stateDependent`.
    public struct StateDependent: ValidatedSettings {
      /// Steps of each environment from one drawing to the next, 1 or more.
      public var resampleEvery = 64
      /// `log σ` of the noise at the beginning, in `-20...2`.
      public var logDeviation = -3.0

      public init() {}

      public func validate() throws(SettingsError) {
        try require(
          resampleEvery >= 1, "resampleEvery", "must be 1 or more", found: resampleEvery)
        try require(
          (-20...2).contains(logDeviation), "logDeviation", "must be in -20...2",
          found: logDeviation)
      }
    }

    /// Steps of each environment from one drawing of the noise to the next.
    var interval: Int {
      if case .stateDependent(let settings) = self { settings.resampleEvery } else { 1 }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("independent", .independent),
        Alternative("stateDependent", StateDependent.self) { .stateDependent($0) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .independent: ("independent", nil)
      case .stateDependent(let settings): ("stateDependent", settings)
      }
    }
  }
}
