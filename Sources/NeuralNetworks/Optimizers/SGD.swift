public import Autodiff

/// Stochastic gradient descent, with momentum if wanted.
///
/// With gradient `g` (plus `weightDecay · θ`), momentum `μ` and learning rate `η`:
/// `b ← μ·b + g`, then `θ ← θ − η·b`, or `θ ← θ − η·(g + μ·b)` for Nesterov's. Dampening is 0.
///
/// Sutskever et al. (2013), eq. 1–4, but with the learning rate outside of `b`, as in PyTorch's
/// `SGD`.
public struct SGD: Optimizer {
  public let settings: Settings
  private var momentum: Moments

  public struct Settings: ValidatedSettings {
    /// How far a step goes along the gradient, 0 or more; a number or a schedule.
    public var learningRate = Schedule.constant(0.01)
    /// The share of the last direction that is kept, in `0..<1`.
    public var momentum = 0.0
    /// Looks ahead along the momentum; it then has to be above 0.
    public var nesterov = false
    /// `weightDecay · θ` is added to the gradient, 0 or more.
    public var weightDecay = 0.0

    public init() {}

    public func validate() throws(SettingsError) {
      try validateLearningRate(learningRate)
      try validateShare(momentum, "momentum")
      try require(
        !nesterov || momentum > 0, "nesterov", "needs a momentum above 0", found: nesterov)
      try validateWeightDecay(weightDecay)
    }
  }

  public init(for parameters: some Traceable, _ settings: Settings = Settings()) {
    self.settings = settings
    momentum = settings.momentum == 0 ? .none : Moments(like: parameters)
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    let settings = settings
    parameters.step(along: gradients) { index, value, gradient in
      let slope = decayed(gradient, value, settings.weightDecay)
      guard settings.momentum > 0 else {
        return value - learningRate.broadcast(to: value.shape) * slope
      }
      let direction = settings.momentum * momentum[index] + slope
      momentum[index] = direction
      let way = settings.nesterov ? slope + settings.momentum * direction : direction
      return value - learningRate.broadcast(to: value.shape) * way
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("momentum", &momentum)
  }
}
