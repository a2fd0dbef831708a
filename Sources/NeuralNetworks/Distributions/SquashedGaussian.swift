public import Autodiff
import Glibc

/// Independent normal distributions squashed by `tanh` into `(-1, 1)`.
///
/// Haarnoja et al. (2018), "Soft actor-critic", appendix C. The correction of the density,
/// `log(1 - tanh²u)`, is taken in the form `2·(log 2 - u - softplus(-2u))`, which stays exact where
/// `tanh u` rounds to 1.
public struct SquashedGaussian {
  /// The distribution before the squashing.
  public let base: DiagonalGaussian

  /// - Parameters:
  ///   - mean: `[B, D]`, before the squashing.
  ///   - logDeviation: `[B, D]`, before the squashing.
  public init(mean: Tensor, logDeviation: Tensor) {
    base = DiagonalGaussian(mean: mean, logDeviation: logDeviation)
  }

  /// Actions `[B, D]` in `(-1, 1)` and the logarithm of their density `[B]`, from standard normal
  /// noise `[B, D]`.
  public func sample(noise: Tensor) -> (actions: Tensor, logProbability: Tensor) {
    let raw = base.sample(noise: noise)
    let correction = (2 * (Glibc.log(2.0) - raw - (-2 * raw).softplus())).sum(axis: 1)
    return (raw.tanh(), base.logProbability(of: raw) - correction)
  }

  /// `tanh μ`, `[B, D]`: what an evaluation plays.
  public var mode: Tensor { base.mean.tanh() }
}
