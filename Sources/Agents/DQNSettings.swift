public import NeuralNetworks

/// What a DQN can be told.
///
/// A step is always one step of one environment: with eight environments, the step counts grow by
/// eight at a time, and whatever is due every so many steps keeps its rate.
///
/// The defaults are those of CleanRL's `dqn.py`. All switches together are Rainbow: Hessel et al.
/// (2018), "Rainbow: combining improvements in deep reinforcement learning".
public struct DQNSettings: ValidatedSettings {
  /// The network that maps an observation to a value for each action.
  public var network = Network()
  /// The rule that moves the weights, with its learning rate (a function of environment steps).
  public var optimizer = OptimizerSettings.adam(learningRate: 2.5e-4)
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// Which network chooses the action whose value is the target.
  public var target = Target.maximum
  /// What is learned of an action's return: its expectation, or its distribution.
  public var distribution = Distribution.none
  /// The error that is made small, without a distribution; with one it has its own.
  public var loss = Loss.squared
  /// Steps whose rewards a target adds up before it estimates the rest, 1 or more: the n of n-step
  /// returns, Sutton & Barto (2018), section 7.1, without correction for what was explored.
  public var returnSteps = 1
  /// How the target network follows.
  public var targetUpdate = TargetUpdate.hard(every: 500)
  /// What is kept of the past.
  public var replay = Replay()
  /// Environment steps from one time of learning to the next, 1 or more.
  public var trainFrequency = 10
  /// Updates each time; a number, 1 or more, or `collected`.
  public var gradientSteps = GradientSteps.fixed(1)
  /// The gradient is shortened to this Euclidean norm, above 0; `null` leaves it as it is.
  public var maximumGradientNorm: Double?
  /// The probability of a random action, as a function of environment steps; 0 with noise.
  public var exploration = ExplorationSchedule.linearFraction(from: 1, to: 0.05, fraction: 0.5)
  /// Environment steps at the beginning that act at random whatever `exploration` says, 0 or more.
  public var randomSteps = 0
  /// Heads for the tasks of `environment.tasks` and a strategy that weighs them; `null` learns them
  /// as one.
  public var tasks: TaskLearningSettings?

  public init() {}

  /// A network of fully connected layers.
  public struct Network: ValidatedSettings {
    /// Units in each hidden layer; none makes the values linear in the observation.
    public var hidden = [120, 84]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// Whether the last hidden layer and what follows exist twice, for the value of a state and for
    /// the advantages of its actions.
    ///
    /// Wang et al. (2016), "Dueling network architectures for deep reinforcement learning".
    public var dueling = false
    /// Whether weights are random by learned amounts.
    public var noise = Noise.none

    public init() {}

    public func validate() throws(SettingsError) {
      try requireLayers(hidden)
      try NeuralNetworks.validate("noise", noise.validate)
    }
  }

  /// What is kept of the past.
  public struct Replay: ValidatedSettings {
    /// Transitions kept, at least one for each environment; what does not divide by the number of
    /// environments is left unused.
    public var capacity = 10_000
    /// Transitions in an update, 1 or more.
    public var batchSize = 128
    /// Environment steps after which learning begins, 0 or more.
    ///
    /// The first update comes after more steps than this, which may exceed `capacity`.
    public var learningStarts = 10_000
    /// How likely each transition is drawn.
    public var prioritization = Prioritization.none

    public init() {}

    public func validate() throws(SettingsError) {
      try require(capacity >= 1, "capacity", "must be 1 or more", found: capacity)
      try require(batchSize >= 1, "batchSize", "must be 1 or more", found: batchSize)
      try require(
        learningStarts >= 0, "learningStarts", "must be 0 or more", found: learningStarts)
      try NeuralNetworks.validate("prioritization", prioritization.validate)
    }
  }

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try NeuralNetworks.validate("optimizer", optimizer.validate)
    try require(
      discountFactor >= 0 && discountFactor <= 1, "discountFactor", "must be in 0...1",
      found: discountFactor)
    try NeuralNetworks.validate("distribution", distribution.validate)
    try NeuralNetworks.validate("loss", loss.validate)
    try require(
      distribution == .none || loss == .squared, "loss",
      "must be left out with a distribution, which has a loss of its own", found: loss.chosen.name)
    try require(
      (1...1000).contains(returnSteps), "returnSteps", "must be in 1...1000", found: returnSteps)
    try NeuralNetworks.validate("targetUpdate", targetUpdate.validate)
    try NeuralNetworks.validate("replay", replay.validate)
    try require(trainFrequency >= 1, "trainFrequency", "must be 1 or more", found: trainFrequency)
    try NeuralNetworks.validate("gradientSteps", gradientSteps.validate)
    if let norm = maximumGradientNorm {
      try require(
        norm > 0 && norm.isFinite, "maximumGradientNorm", "must be finite and above 0",
        found: norm)
    }
    try NeuralNetworks.validate("exploration", exploration.validate)
    try require(
      network.noise == .none || exploration == .constant(0), "exploration",
      "must be 0 with network.noise, which explores by itself", found: exploration.chosen.name)
    try require(randomSteps >= 0, "randomSteps", "must be 0 or more", found: randomSteps)
    if let tasks {
      try NeuralNetworks.validate("tasks", tasks.validate)
      try check(beside: tasks)
    }
  }
}

extension DQNSettings {
  /// Which network chooses the action whose value is the target.
  public enum Target: Choice {
    /// The target network chooses and evaluates: Mnih et al. (2015), Algorithm 1.
    case maximum
    /// The online network chooses, the target network evaluates: van Hasselt et al. (2016), eq. 4.
    case double

    public static var alternatives: [Alternative<Self>] {
      [Alternative("maximum", .maximum), Alternative("double", .double)]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      self == .maximum ? ("maximum", nil) : ("double", nil)
    }
  }

  /// The error that is made small, as a function of δ = y − Q(s, a).
  public enum Loss: Choice {
    /// δ².
    case squared
    /// δ²/2 up to `delta`, then a straight line: Huber (1964). With `delta` 1 it is PyTorch's
    /// `smooth_l1_loss`, and its gradient that of Mnih et al.'s clipped error.
    case huber(delta: Double)

    /// Settings of `huber`.
    public struct Huber: ValidatedSettings {
      /// Where the parabola becomes a line, above 0.
      public var delta = 1.0

      public init() {}
      init(_ delta: Double) { self.delta = delta }

      public func validate() throws(SettingsError) {
        try require(
          delta > 0 && delta.isFinite, "delta", "must be finite and above 0", found: delta)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("squared", .squared),
        Alternative("huber", Huber.self) { .huber(delta: $0.delta) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .squared: ("squared", nil)
      case .huber(let delta): ("huber", Huber(delta))
      }
    }
  }

  /// How the target network follows the online one.
  public enum TargetUpdate: Choice {
    /// Copied whenever the count of environment steps passes a multiple of `every`, after the
    /// updates that are due at the same step.
    case hard(every: Int)
    /// Moved by `rate` of the way after each update.
    case polyak(rate: Double)

    /// Settings of `hard`.
    public struct Hard: ValidatedSettings {
      /// Environment steps between two copies, 1 or more.
      public var every = 500

      public init() {}
      init(_ every: Int) { self.every = every }

      public func validate() throws(SettingsError) {
        try require(every >= 1, "every", "must be 1 or more", found: every)
      }
    }

    /// Settings of `polyak`.
    public struct Polyak: ValidatedSettings {
      /// The share of the way to the online weights, above 0 and at most 1.
      public var rate = 0.005

      public init() {}
      init(_ rate: Double) { self.rate = rate }

      public func validate() throws(SettingsError) {
        try require(rate > 0 && rate <= 1, "rate", "must be above 0 and at most 1", found: rate)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("hard", Hard.self) { .hard(every: $0.every) },
        Alternative("polyak", Polyak.self) { .polyak(rate: $0.rate) },
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .hard(let every): ("hard", Hard(every))
      case .polyak(let rate): ("polyak", Polyak(rate))
      }
    }
  }

  /// How many updates are made each time.
  public enum GradientSteps: Choice {
    /// The same number each time.
    case fixed(Int)
    /// As many as environment steps were taken: one update a step, made in bursts.
    case collected

    /// Settings of `fixed`.
    public struct Fixed: ValidatedSettings {
      /// Updates, in `1...1000000`.
      public var count = 1

      public init() {}
      init(_ count: Int) { self.count = count }

      public func validate() throws(SettingsError) {
        // A stop on request waits for them.
        try require(
          (1...1_000_000).contains(count), "count", "must be in 1...1000000", found: count)
      }
    }

    public static var alternatives: [Alternative<Self>] {
      [
        Alternative("fixed", Fixed.self) { .fixed($0.count) },
        Alternative("collected", .collected),
      ]
    }

    public var chosen: (name: String, settings: (any ValidatedSettings)?) {
      switch self {
      case .fixed(let count): ("fixed", Fixed(count))
      case .collected: ("collected", nil)
      }
    }

    public static func plain(_ number: Double) -> Self? { Int(exactly: number).map { .fixed($0) } }

    public var plainNumber: Double? {
      if case .fixed(let count) = self { Double(count) } else { nil }
    }
  }
}

extension DQNSettings: ReplayLearning {}

extension DQNSettings.Replay: ReplaySize {}
