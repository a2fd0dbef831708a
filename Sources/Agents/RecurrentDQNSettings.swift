public import NeuralNetworks

/// What a recurrent DQN can be told.
///
/// As with DQN, a step is one step of one environment, and whatever is due every so many steps keeps
/// its rate.
public struct RecurrentDQNSettings: ValidatedSettings {
  /// The network that maps what was seen in the episode so far to a value for each action.
  public var network = Network()
  /// The rule that moves the weights, with its learning rate (a function of environment steps).
  public var optimizer = OptimizerSettings.adam(learningRate: 1e-3)
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// Which network chooses the action whose value is the target.
  public var target = DQNSettings.Target.double
  /// The error that is made small.
  public var loss = DQNSettings.Loss.huber(delta: 1)
  /// How the target network follows.
  public var targetUpdate = DQNSettings.TargetUpdate.hard(every: 500)
  /// What is kept of the past.
  public var replay = Replay()
  /// Environment steps from one time of learning to the next, 1 or more.
  public var trainFrequency = 4
  /// Updates each time; a number, 1 or more, or `collected`.
  public var gradientSteps = DQNSettings.GradientSteps.fixed(1)
  /// The gradient is shortened to this Euclidean norm, above 0; `null` leaves it as it is.
  public var maximumGradientNorm: Double? = 10
  /// The probability of a random action, as a function of environment steps.
  public var exploration = ExplorationSchedule.linearFraction(from: 1, to: 0.05, fraction: 0.5)
  /// Environment steps at the beginning that act at random whatever `exploration` says, 0 or more.
  public var randomSteps = 0

  public init() {}

  /// Fully connected layers, then a memory, then the values as a linear function of its output.
  public struct Network: ValidatedSettings {
    /// Units in each hidden layer before the memory; none shows it the observation itself.
    public var hidden = [64]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights of hidden layers and values begin with.
    public var initializer = Initializer.torchDefault
    /// The memory.
    public var recurrence = RecurrenceSettings.gru(.init(units: 64))

    public init() {}

    public func validate() throws(SettingsError) {
      try requireLayers(hidden)
      try NeuralNetworks.validate("recurrence", recurrence.validate)
    }
  }

  /// What is kept of the past, and how it is gone through again.
  public struct Replay: ValidatedSettings {
    /// Transitions kept, at least as many as a sequence has steps for each environment.
    public var capacity = 50_000
    /// Sequences in an update, 1 or more.
    public var batchSize = 32
    /// Steps of a sequence that are learned from, 1 or more; gradients reach back as far.
    public var sequenceLength = 16
    /// Steps before these that only bring the memory up to date, 0 or more.
    public var burnIn = 0
    /// Whether a sequence begins with the state in which the agent acted there (R2D2), or with the
    /// state zero (the random updates of DRQN).
    public var storesStates = true
    /// Environment steps after which learning begins, 0 or more.
    public var learningStarts = 1_000

    public init() {}

    public func validate() throws(SettingsError) {
      try require(capacity >= 1, "capacity", "must be 1 or more", found: capacity)
      try require(batchSize >= 1, "batchSize", "must be 1 or more", found: batchSize)
      try require(
        sequenceLength >= 1 && sequenceLength <= 1_000, "sequenceLength",
        "must be in 1...1000", found: sequenceLength)
      try require(burnIn >= 0 && burnIn <= 1_000, "burnIn", "must be in 0...1000", found: burnIn)
      try require(
        learningStarts >= 0, "learningStarts", "must be 0 or more", found: learningStarts)
    }

    /// Steps of a sequence as it is drawn.
    var length: Int { burnIn + sequenceLength }
  }

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try NeuralNetworks.validate("optimizer", optimizer.validate)
    try require(
      discountFactor >= 0 && discountFactor <= 1, "discountFactor", "must be in 0...1",
      found: discountFactor)
    try NeuralNetworks.validate("loss", loss.validate)
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
    try require(randomSteps >= 0, "randomSteps", "must be 0 or more", found: randomSteps)
  }
}

extension RecurrentDQNSettings: ReplayLearning {}

extension RecurrentDQNSettings.Replay: ReplaySize {}
