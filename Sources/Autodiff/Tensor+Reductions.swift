// The axis that is reduced disappears; without an axis, one number remains.

extension Tensor {
  /// The sum of all elements; shape `[]`.
  public func sum() -> Tensor { flattened().sum(axis: 0) }

  /// The sums along an axis.
  public func sum(axis: Int) -> Tensor { .apply(.sum(axis: axis), self) }

  /// The mean of all elements; shape `[]`.
  public func mean() -> Tensor { sum() / Double(count) }

  /// The means along an axis.
  public func mean(axis: Int) -> Tensor { sum(axis: axis) / Double(shape[axis]) }

  /// The mean squared deviations from the means along an axis (divided by `n`).
  public func variance(axis: Int) -> Tensor {
    let mean = mean(axis: axis).broadcast(along: axis, count: shape[axis])
    return (self - mean).squared().mean(axis: axis)
  }

  /// The largest of all elements; shape `[]`.
  public func maximum() -> Tensor { flattened().maximum(axis: 0) }

  /// The largest elements along an axis.
  ///
  /// Of several equal ones, the first gets the gradient.
  public func maximum(axis: Int) -> Tensor { .apply(.maximumOver(axis: axis), self) }

  /// The smallest of all elements; shape `[]`.
  public func minimum() -> Tensor { flattened().minimum(axis: 0) }

  /// The smallest elements along an axis.
  ///
  /// Of several equal ones, the first gets the gradient.
  public func minimum(axis: Int) -> Tensor { -(-self).maximum(axis: axis) }

  /// The positions of the largest elements along an axis: of several equal ones, the first.
  ///
  /// No gradient flows through it.
  public func argmax(axis: Int) -> Tensor { .apply(.argmax(axis: axis), self) }
}
