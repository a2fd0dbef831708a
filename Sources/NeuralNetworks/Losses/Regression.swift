public import Autodiff

// Losses of numbers. Predictions and targets have one shape, `[B]` or `[B, ...]`; weights have one
// number per row, `[B]`; the reduction is over all elements.

/// The squared error `(p − t)²`, without a factor of ½.
public func squaredError(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  reduction((predictions - targets).squared(), weights: weights)
}

/// The absolute error `|p − t|`; its derivative at 0 is 0.
public func absoluteError(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  reduction((predictions - targets).absolute(), weights: weights)
}

/// The Huber loss: `d²/2` for errors up to `delta`, beyond it `delta·(|d| − delta/2)`.
///
/// Huber (1964), section 1, and PyTorch's `huber_loss`. With a `delta` of 1 it is the smooth L1
/// loss, whose gradient is the clipped error of Mnih et al. (2015).
///
/// - Precondition: `delta` is above 0.
public func huberLoss(
  _ predictions: Tensor, _ targets: Tensor, delta: Double = 1, weights: Tensor? = nil,
  reduction: Reduction = .mean
) -> Tensor {
  precondition(delta > 0, "the delta of a Huber loss must be above 0, but is \(delta)")
  let error = predictions - targets
  // With c the error clipped to ±delta, c·(d − c/2) is both branches at once.
  let clipped = error.clamped(to: -delta...delta)
  return reduction(clipped * (error - 0.5 * clipped), weights: weights)
}
