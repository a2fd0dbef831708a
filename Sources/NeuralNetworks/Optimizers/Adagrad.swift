public import Autodiff

/// Steps divided by the root of the sum of all squared gradients so far.
///
/// With gradient `g` (plus `weightDecay · θ`): `s ← s + g²`, `θ ← θ − η·g / (√s + ε)`.
///
/// Duchi, Hazan & Singer (2011), the diagonal form; as PyTorch's `Adagrad`.
public struct Adagrad: Optimizer {
  public let settings: Settings
  private var sums: Moments

  public struct Settings: ValidatedSettings {
    /// How far a step goes, 0 or more; a number or a schedule.
    public var learningRate = Schedule.constant(0.01)
    /// Added to the root, above 0.
    public var epsilon = 1e-10
    /// What the sums of squares begin with, 0 or more.
    public var initialSum = 0.0
    /// `weightDecay · θ` is added to the gradient, 0 or more.
    public var weightDecay = 0.0

    public init() {}

    public func validate() throws(SettingsError) {
      try validateLearningRate(learningRate)
      try validateEpsilon(epsilon)
      try require(
        initialSum >= 0 && initialSum.isFinite, "initialSum", "must be finite and 0 or more",
        found: initialSum)
      try validateWeightDecay(weightDecay)
    }
  }

  public init(for parameters: some Traceable, _ settings: Settings = Settings()) {
    self.settings = settings
    sums = Moments(like: parameters, filledWith: Float(settings.initialSum))
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    let settings = settings
    parameters.step(along: gradients) { index, value, gradient in
      let slope = decayed(gradient, value, settings.weightDecay)
      sums[index] = sums[index] + slope.squared()
      let size = sums[index].squareRoot() + settings.epsilon
      return value - learningRate.broadcast(to: value.shape) * slope / size
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("sum", &sums)
  }
}
