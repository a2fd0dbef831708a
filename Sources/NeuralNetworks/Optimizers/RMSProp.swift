public import Autodiff

/// Steps divided by a running root mean square of the gradient.
///
/// With gradient `g` (plus `weightDecay · θ`): `v ← α·v + (1 − α)·g²`, `d = g / (√v + ε)`; then
/// `θ ← θ − η·d`, or with momentum `b ← μ·b + d`, `θ ← θ − η·b`. Centred, `v − ḡ²` takes the place
/// of `v`, where `ḡ` is the running mean of `g`.
///
/// Tieleman & Hinton (2012), lecture 6.5; centred: Graves (2013), eq. 38–40, but with `ε` outside
/// of the root, as in PyTorch's `RMSprop`.
public struct RMSProp: Optimizer {
  public let settings: Settings
  private var squares: Moments
  private var means: Moments
  private var momentum: Moments

  public struct Settings: ValidatedSettings {
    /// How far a step goes, 0 or more; a number or a schedule.
    public var learningRate = Schedule.constant(0.01)
    /// The share of the running mean that is kept, in `0..<1`.
    public var alpha = 0.99
    /// Added to the root mean square, above 0.
    public var epsilon = 1e-8
    /// The share of the last direction that is kept, in `0..<1`.
    public var momentum = 0.0
    /// Divides by an estimate of the standard deviation instead.
    public var centered = false
    /// `weightDecay · θ` is added to the gradient, 0 or more.
    public var weightDecay = 0.0

    public init() {}

    public func validate() throws(SettingsError) {
      try validateLearningRate(learningRate)
      try validateShare(alpha, "alpha")
      try validateEpsilon(epsilon)
      try validateShare(momentum, "momentum")
      try validateWeightDecay(weightDecay)
    }
  }

  public init(for parameters: some Traceable, _ settings: Settings = Settings()) {
    self.settings = settings
    squares = Moments(like: parameters)
    means = settings.centered ? Moments(like: parameters) : .none
    momentum = settings.momentum > 0 ? Moments(like: parameters) : .none
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    let settings = settings
    let alpha = settings.alpha
    parameters.step(along: gradients) { index, value, gradient in
      let slope = decayed(gradient, value, settings.weightDecay)
      squares[index] = alpha * squares[index] + (1 - alpha) * slope.squared()
      var spread = squares[index]
      if settings.centered {
        means[index] = alpha * means[index] + (1 - alpha) * slope
        // Rounding may take the difference below zero, where there is no root.
        spread = (spread - means[index].squared()).relu()
      }
      let size = spread.squareRoot() + settings.epsilon
      let rate = learningRate.broadcast(to: value.shape)
      guard settings.momentum > 0 else { return value - rate * slope / size }
      momentum[index] = settings.momentum * momentum[index] + slope / size
      return value - rate * momentum[index]
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("square", &squares)
    visitor.visit("mean", &means)
    visitor.visit("momentum", &momentum)
  }
}
