public import NeuralNetworks

/// What PPO can be told.
///
/// The defaults are those of CleanRL's `ppo.py` and `ppo_continuous_action.py` where these agree,
/// and of `ppo.py` where not. "Detail" numbers are those of Huang et al. (2022), "The 37
/// implementation details of proximal policy optimization".
public struct PPOSettings: ValidatedSettings {
  /// Policy and value networks (details 2, 13).
  public var network = ActorCriticSettings()
  /// How actions that are numbers are varied.
  public var exploration = ActorCriticExploration.independent
  /// The rule that moves the weights (detail 3); its rate is a function of environment steps.
  public var optimizer = OptimizerSettings.adam(learningRate: 2.5e-4, epsilon: 1e-5)
  /// Whether the learning rate falls to 0 over the whole run, on top of its own schedule (detail 4).
  public var annealLearningRate = true
  /// Steps of each environment from one time of learning to the next (detail 1).
  public var segmentLength = 128
  /// Steps through which gradients of a recurrent network flow back; `null` takes whole segments
  /// (details 35 and 36).
  ///
  /// Divides `segmentLength` and `minibatchSize`.
  public var sequenceLength: Int?
  /// Times that the steps are gone through, in `1...10000`, each time in another order (detail 6).
  public var epochs = 4
  /// Steps in an update; divides the steps of all environments together (detail 6).
  public var minibatchSize = 128
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// λ of the advantage estimation, in `0...1` (detail 5).
  public var traceDecay = 0.95
  /// ε: how far the ratio of probabilities is followed (detail 8).
  public var clipRange = 0.2
  /// Whether the clip range falls to 0 over the run.
  public var annealClipRange = false
  /// Whether advantages are made to have mean 0 and deviation 1 in each minibatch (detail 7).
  public var normalizeAdvantages = true
  /// Whether the value's error is clipped as well, by the same range (detail 9).
  public var clipValues = true
  /// The weight of the entropy, which is made large, in the loss (detail 10).
  public var entropyCoefficient = 0.01
  /// The weight of the value's error in the loss (detail 10).
  public var valueCoefficient = 0.5
  /// The gradient is shortened to this length; `null` leaves it as it is (detail 11).
  public var maximumGradientNorm: Double? = 0.5
  /// Learning from a segment stops after the epoch in which the estimated divergence of the new from
  /// the old policy exceeds this; `null` never stops.
  public var targetDivergence: Double?
  /// Heads for the tasks of `environment.tasks` and a strategy that weighs them; `null` learns them
  /// as one.
  public var tasks: TaskLearningSettings?

  public init() {}

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try NeuralNetworks.validate("exploration", exploration.validate)
    try exploration.check(beside: network)
    try NeuralNetworks.validate("optimizer", optimizer.validate)
    for (key, value) in [("segmentLength", segmentLength), ("minibatchSize", minibatchSize)] {
      try require(value >= 1, key, "must be 1 or more", found: value)
    }
    // A stop on request waits for them.
    try require((1...10_000).contains(epochs), "epochs", "must be in 1...10000", found: epochs)
    if let tasks {
      try NeuralNetworks.validate("tasks") { () throws(SettingsError) in
        try tasks.checkSigns(of: tasks.strategy, as: "strategy")
        try tasks.validate()
        try tasks.checkOneStrategy()
      }
      try network.check(beside: tasks)
      try require(
        exploration == .independent, "exploration", "must be independent where ppo.tasks is given",
        found: exploration.chosen.name)
    }
    if network.recurrence != nil {
      try require(
        exploration == .independent, "exploration", "must be independent with network.recurrence",
        found: exploration.chosen.name)
      // Every step of a sequence is a part of the update's graph.
      try require(
        (sequenceLength ?? segmentLength) <= 1000, "sequenceLength",
        "must be at most 1000 with network.recurrence (segmentLength where it is not given)",
        found: sequenceLength ?? segmentLength)
    }
    if let sequenceLength {
      try require(sequenceLength >= 1, "sequenceLength", "must be 1 or more", found: sequenceLength)
      try require(
        network.recurrence != nil, "sequenceLength", "needs network.recurrence",
        found: sequenceLength)
    }
    for (key, value) in [("discountFactor", discountFactor), ("traceDecay", traceDecay)] {
      try require((0...1).contains(value), key, "must be in 0...1", found: value)
    }
    try require(
      clipRange > 0 && clipRange < 1, "clipRange", "must lie between 0 and 1", found: clipRange)
    for (key, value) in [
      ("entropyCoefficient", entropyCoefficient), ("valueCoefficient", valueCoefficient),
    ] {
      try require(value >= 0 && value.isFinite, key, "must be 0 or more", found: value)
    }
    for (key, value) in [
      ("maximumGradientNorm", maximumGradientNorm), ("targetDivergence", targetDivergence),
    ] {
      guard let value else { continue }
      try require(value > 0 && value.isFinite, key, "must be finite and above 0", found: value)
    }
    try require(
      !normalizeAdvantages || minibatchSize > 1, "minibatchSize",
      "must be 2 or more where advantages are normalized", found: minibatchSize)
  }
}
