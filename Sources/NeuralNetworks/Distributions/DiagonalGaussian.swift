public import Autodiff
import Glibc

/// Independent normal distributions of `D` numbers, one set for each row.
public struct DiagonalGaussian {
  /// `[B, D]`.
  public let mean: Tensor
  /// The logarithm of the standard deviation, `[B, D]`.
  public let logDeviation: Tensor

  /// - Precondition: Both have the shape `[B, D]`.
  public init(mean: Tensor, logDeviation: Tensor) {
    precondition(
      mean.shape == logDeviation.shape,
      "means of shape \(mean.shape) do not fit deviations of shape \(logDeviation.shape)")
    self.mean = mean
    self.logDeviation = logDeviation
  }

  /// The logarithm of the density at the points `[B, D]`; `[B]`.
  public func logProbability(of points: Tensor) -> Tensor {
    let standardized = (points - mean) * (-logDeviation).exp()
    let terms = -0.5 * standardized.squared() - logDeviation - 0.5 * Glibc.log(2 * .pi)
    return terms.sum(axis: 1)
  }

  /// `Σ log σ + D/2·log 2πe`, `[B]`.
  public var entropy: Tensor { (logDeviation + 0.5 * Glibc.log(2 * .pi * M_E)).sum(axis: 1) }

  /// `μ + σ·noise`, with standard normal noise `[B, D]`: the reparametrization of Kingma & Welling
  /// (2014), "Auto-encoding variational Bayes".
  public func sample(noise: Tensor) -> Tensor { mean + logDeviation.exp() * noise }
}
