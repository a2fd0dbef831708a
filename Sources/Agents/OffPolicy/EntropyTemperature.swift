package import Autodiff
import Glibc
import NeuralNetworks

/// α, which says how much entropy is worth, and what adapts it.
///
/// Haarnoja et al. (2018), "Soft actor-critic algorithms and applications", section 5.
package struct EntropyTemperature: Traceable {
  /// `log α`, a single number; `nil` where α is fixed.
  package var logarithm: Tensor?
  private var optimizer: AnyOptimizer?
  private let fixed: Float

  package init(_ settings: SACSettings.Temperature) {
    switch settings {
    case .fixed(let value): fixed = Float(value)
    case .automatic(let automatic):
      fixed = 1
      let start = Tensor(Float(log(automatic.initial)))
      logarithm = start
      optimizer = AnyOptimizer(for: start, automatic.optimizer)
    }
  }

  /// α, `[]`, a constant to differentiation.
  package var value: Tensor { logarithm?.exp().withoutGradient() ?? Tensor(fixed) }

  /// `-log α·(mean log π + H)`: equation 18, with `log α` in place of α, as the authors' program has
  /// it.
  ///
  /// - Parameters:
  ///   - logTemperature: `[]`.
  ///   - logProbabilities: `[B]`.
  ///   - targetEntropy: H, in nats.
  package static func loss(
    logTemperature: Tensor, logProbabilities: Tensor, targetEntropy: Double
  ) -> Tensor {
    -logTemperature * (logProbabilities.mean() + targetEntropy)
  }

  /// Moves α a step towards where the entropy is the target's, if it is one that adapts itself.
  mutating func adapt(
    to logProbabilities: Tensor, targetEntropy: Double, learningRate: Tensor
  ) {
    guard var logarithm, var optimizer else { return }
    let loss = Self.loss(
      logTemperature: logarithm, logProbabilities: logProbabilities.withoutGradient(),
      targetEntropy: targetEntropy)
    optimizer.update(
      &logarithm, along: gradient(of: loss, withRespectTo: logarithm), learningRate: learningRate)
    (self.logarithm, self.optimizer) = (logarithm, optimizer)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("logarithm", &logarithm)
    visitor.visit("optimizer", &optimizer)
  }
}

extension SACSettings.Temperature {
  /// The rate at which `log α` moves after so many environment steps; 0 where it does not.
  func learningRate(at steps: Int) -> Float {
    if case .automatic(let settings) = self {
      Float(settings.optimizer.learningRate(steps))
    } else {
      0
    }
  }

  /// The entropy to keep, or one that suits the actions where none was asked for.
  func targetEntropy(orElse standard: Double) -> Double {
    if case .automatic(let settings) = self { settings.targetEntropy ?? standard } else { standard }
  }
}
