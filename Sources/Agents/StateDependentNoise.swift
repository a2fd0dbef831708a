package import Autodiff

/// Exploration by noise on the weights of a policy's last layer, so that it depends on the state and
/// is smooth while one noise stays: Raffin, Kober & Stulp (2021), "Smooth exploration for robotic
/// reinforcement learning" (gSDE), section 4.
///
/// Shapes: `B` states, `N` environments, `H` hidden features, `D` numbers in an action.
package enum StateDependentNoise {
  /// The logarithm of the deviation of actions at states with these features, `[B, D]`.
  ///
  /// Seen from one state, the noise of its weights is a sum of independent normal numbers.
  ///
  /// - Parameters:
  ///   - features: `[B, H]`.
  ///   - weightLogDeviation: `log σ` of each weight's noise, `[H, D]`.
  package static func logDeviation(_ features: Tensor, _ weightLogDeviation: Tensor) -> Tensor {
    let variance = matmul(features.squared(), (2 * weightLogDeviation).exp())
    return 0.5 * (variance + 1e-6).log()
  }

  /// By how much the noise on the weights moves each action, `[N, D]`.
  ///
  /// - Parameters:
  ///   - features: `[N, H]`.
  ///   - noise: Standard normal numbers, `[N, H, D]`.
  ///   - weightLogDeviation: `log σ` of each weight's noise, `[H, D]`.
  package static func moves(
    _ features: Tensor, noise: Tensor, _ weightLogDeviation: Tensor
  ) -> Tensor {
    let weights = noise * weightLogDeviation.exp().broadcast(to: noise.shape)  // [N, H, D]
    return (features.broadcast(along: 2, count: noise.shape[2]) * weights).sum(axis: 1)
  }
}
