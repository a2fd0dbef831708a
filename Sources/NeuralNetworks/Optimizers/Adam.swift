public import Autodiff
import Glibc

/// Steps along a running mean of the gradient, divided by its running root mean square.
///
/// With gradient `g` (plus `weightDecay · θ`) at step `t`:
/// `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`,
/// `θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)`.
///
/// Kingma & Ba (2015), Algorithm 1. `ε` stands outside of the root, as in PyTorch's `Adam`.
public struct Adam: Optimizer {
  public let settings: Settings
  /// Updates so far: a whole number, exact up to 2²⁴, long after the corrections have become 1.
  private var stepCount = Tensor(0)
  private var firstMoment: Moments
  private var secondMoment: Moments

  public struct Settings: ValidatedSettings {
    /// About the most that a parameter moves in a step, 0 or more; a number or a schedule.
    public var learningRate = Schedule.constant(0.001)
    /// The share of the mean gradient that is kept, in `0..<1`.
    public var beta1 = 0.9
    /// The share of the mean squared gradient that is kept, in `0..<1`.
    public var beta2 = 0.999
    /// Added to the root mean square, above 0.
    public var epsilon = 1e-8
    /// `weightDecay · θ` is added to the gradient, 0 or more; see `AdamW` for the other kind.
    public var weightDecay = 0.0

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
    firstMoment = Moments(like: parameters)
    secondMoment = Moments(like: parameters)
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    let (beta1, beta2) = (settings.beta1, settings.beta2)
    let weightDecay = settings.weightDecay
    stepCount = stepCount + 1
    // Numerator and denominator are multiplied by √(1 − β₂ᵗ), which leaves two numbers to spread
    // over each parameter and no division more than there must be.
    let root = unbiasing(beta2, after: stepCount).squareRoot()
    let rate = learningRate * root / unbiasing(beta1, after: stepCount)
    let epsilon = root * settings.epsilon
    parameters.step(along: gradients) { index, value, gradient in
      let slope = decayed(gradient, value, weightDecay)
      let mean = beta1 * firstMoment[index] + (1 - beta1) * slope
      let square = beta2 * secondMoment[index] + (1 - beta2) * slope.squared()
      firstMoment[index] = mean
      secondMoment[index] = square
      let size = square.squareRoot() + epsilon.broadcast(to: value.shape)
      return value - rate.broadcast(to: value.shape) * mean / size
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("step", &stepCount)
    visitor.visit("firstMoment", &firstMoment)
    visitor.visit("secondMoment", &secondMoment)
  }
}

/// `1 − βᵗ`: by what a running mean that began with zero falls short after `t` steps.
///
/// Written as `2·tanh(h) / (1 + tanh(h))` with `h = −t·ln β / 2`, which keeps its accuracy where
/// `βᵗ` is close to 1: subtracting in single precision would be off by 3e-5 for β = 0.999, t = 1.
private func unbiasing(_ beta: Double, after stepCount: Tensor) -> Tensor {
  guard beta > 0 else { return Tensor(1) }
  let half = (stepCount * (-log(beta) / 2)).tanh()
  return 2 * half / (1 + half)
}
