public import NeuralNetworks

/// What an agent that learns a table of action values can be told.
public struct TabularSettings: ValidatedSettings {
  /// α, in `0...1`, as a function of environment steps.
  public var learningRate = Schedule.constant(0.1)
  /// α is divided by `n^visitDecay`, where `n` counts the visits of a state and action; in `0...1`.
  ///
  /// With a learning rate of 1, a decay of 1 makes the values means of what was seen; anything above
  /// 0.5 satisfies the conditions of Robbins & Monro (1951).
  public var visitDecay = 0.0
  /// γ, in `0...1`.
  public var discountFactor = 0.99
  /// The probability of a random action, as a function of environment steps.
  public var exploration = ExplorationSchedule.constant(0.1)
  /// What the values begin with: high values make an agent try everything.
  public var initialValue = 0.0

  public init() {}

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("learningRate") { () throws(SettingsError) in
      try learningRate.validate()
    }
    try require(
      learningRate.range.lowerBound >= 0 && learningRate.range.upperBound <= 1, "learningRate",
      "must stay in 0...1", found: "\(learningRate.range)")
    for (key, value) in [("visitDecay", visitDecay), ("discountFactor", discountFactor)] {
      try require((0...1).contains(value), key, "must be in 0...1", found: value)
    }
    try NeuralNetworks.validate("exploration", exploration.validate)
    try require(initialValue.isFinite, "initialValue", "must be finite", found: initialValue)
  }
}
