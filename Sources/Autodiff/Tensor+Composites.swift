// Functions made of the primitives, each in the form that keeps its precision.

extension Tensor {
  /// `log Σ exp(x)` along an axis, without overflow.
  ///
  /// The largest element is taken out of the exponentials. It cancels, so it is a constant to
  /// differentiation, and the gradient is the softmax.
  public func logSumExp(axis: Int) -> Tensor {
    let largest = withoutGradient().maximum(axis: axis)
    let shifted = self - largest.broadcast(along: axis, count: shape[axis])
    return shifted.exp().sum(axis: axis).log() + largest
  }

  /// `x - log Σ exp(x)` along the last axis, or the one given.
  public func logSoftmax(axis: Int? = nil) -> Tensor {
    let axis = axis ?? rank - 1
    let largest = withoutGradient().maximum(axis: axis)
    let shifted = self - largest.broadcast(along: axis, count: shape[axis])
    let normaliser = shifted.exp().sum(axis: axis).log()
    return shifted - normaliser.broadcast(along: axis, count: shape[axis])
  }

  /// `exp(x) / Σ exp(x)` along the last axis, or the one given.
  public func softmax(axis: Int? = nil) -> Tensor {
    let axis = axis ?? rank - 1
    let largest = withoutGradient().maximum(axis: axis)
    let powers = (self - largest.broadcast(along: axis, count: shape[axis])).exp()
    return powers / powers.sum(axis: axis).broadcast(along: axis, count: shape[axis])
  }

  /// `log σ(x) = -softplus(-x)`.
  public func logSigmoid() -> Tensor { -(-self).softplus() }

  /// The nearest number in the range.
  ///
  /// The derivative is 1 inside and at both ends, and 0 outside.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    let raised = Tensor.apply(.maximum, self, filled(with: range.lowerBound))
    return .apply(.minimum, raised, raised.filled(with: range.upperBound))
  }

  /// `Σ a·b` over all elements; shape `[]`.
  public func dot(_ other: Tensor) -> Tensor { (self * other).sum() }

  /// `Σ x²` over all elements; shape `[]`.
  public func squaredNorm() -> Tensor { squared().sum() }
}
