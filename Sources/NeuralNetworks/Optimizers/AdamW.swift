public import Autodiff

/// Adam with weight decay beside the gradient instead of inside of it.
///
/// `θ ← (1 − η·weightDecay)·θ`, then the step of `Adam`.
///
/// Loshchilov & Hutter (2019), "Decoupled Weight Decay Regularization", Algorithm 2, with the decay
/// multiplied by the learning rate, as in PyTorch's `AdamW`.
public struct AdamW: Optimizer {
  public let settings: Settings
  private var adam: Adam

  public struct Settings: ValidatedSettings {
    /// About the most that a parameter moves in a step, 0 or more; a number or a schedule.
    public var learningRate = Schedule.constant(0.001)
    /// The share of the mean gradient that is kept, in `0..<1`.
    public var beta1 = 0.9
    /// The share of the mean squared gradient that is kept, in `0..<1`.
    public var beta2 = 0.999
    /// Added to the root mean square, above 0.
    public var epsilon = 1e-8
    /// The share of a parameter that a step takes away, per unit of learning rate, 0 or more.
    public var weightDecay = 0.01

    public init() {}

    public func validate() throws(SettingsError) {
      try validateLearningRate(learningRate)
      try validateShare(beta1, "beta1")
      try validateShare(beta2, "beta2")
      try validateEpsilon(epsilon)
      try validateWeightDecay(weightDecay)
    }
  }

  public init(for parameters: some Traceable, _ settings: Settings = Settings()) {
    self.settings = settings
    var inner = Adam.Settings()
    (inner.beta1, inner.beta2, inner.epsilon) = (settings.beta1, settings.beta2, settings.epsilon)
    adam = Adam(for: parameters, inner)
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    if settings.weightDecay > 0 {
      let kept = 1 - learningRate * settings.weightDecay
      parameters = parameters.mapTensors { _, value in value * kept.broadcast(to: value.shape) }
    }
    adam.update(&parameters, along: gradients, learningRate: learningRate)
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    adam.visitTensors(&visitor)
  }
}
