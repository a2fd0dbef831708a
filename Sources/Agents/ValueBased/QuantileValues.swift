package import Autodiff

/// `K` equally likely returns: the quantiles at the midpoints `(2i − 1)/2K`.
///
/// Dabney, Rowland, Bellemare & Munos (2018), "Distributional reinforcement learning with quantile
/// regression", Algorithm 1, "QR-DQN".
package struct QuantileValues: ValueEstimate {
  package let width: Int
  private let delta: Double

  /// - Parameters:
  ///   - quantiles: 1 or more.
  ///   - delta: κ, where the parabola of the loss becomes a line; above 0.
  package init(quantiles: Int, delta: Double) { (width, self.delta) = (quantiles, delta) }

  /// `Σ θᵢ/K` along the last axis.
  package func values(_ numbers: Tensor) -> Tensor {
    width == 1 ? numbers : numbers.mean(axis: numbers.rank - 1)
  }

  /// `Σᵢ Eⱼ[ρ(yⱼ − θᵢ)]` with the quantile Huber loss `ρ(u) = |τᵢ − 1{u<0}|·L(u)`.
  ///
  /// Equations 9 and 10, and Algorithm 1.
  ///
  /// - Parameters:
  ///   - quantiles: θ, `[B, K]`.
  ///   - targets: y, `[B, K]`.
  /// - Returns: `[B]`.
  package func losses(_ quantiles: Tensor, targets: Tensor) -> Tensor {
    let errors =
      targets.broadcast(along: 1, count: width) - quantiles.broadcast(along: 2, count: width)
    // L(u) = c·(u − c/2) with c the clipped u. Its derivative is c, also if c is a constant.
    let clipped = errors.withoutGradient().clamped(to: -delta...delta)
    let huber = clipped * (errors - 0.5 * clipped)  // [B, i, j]
    let midpoints = (errors.positions(axis: 1) + 0.5) / Double(width)
    let slopes = select(errors.less(than: 0), 1 - midpoints, midpoints)
    return (slopes * huber).mean(axis: 2).sum(axis: 1)
  }

  /// Priorities are the losses.
  package func errors(of predicted: Tensor, next: Tensor, rewards: Tensor, discounts: Tensor)
    -> ValueErrors
  {
    let shape = [rewards.shape[0], width]
    let targets = next.reshaped(to: shape).multiplyingColumn(discounts).addingColumn(rewards)
    let losses = losses(predicted.reshaped(to: shape), targets: targets.withoutGradient())
    return ValueErrors(losses: losses, priorities: losses)
  }
}
