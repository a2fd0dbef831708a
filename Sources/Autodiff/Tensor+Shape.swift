package import Kernels

extension Tensor {
  /// The same elements in the same order under another shape.
  public func reshaped(to shape: [Int]) -> Tensor { reshaped(to: Shape(shape)) }

  package func reshaped(to shape: Shape) -> Tensor {
    shape == extents ? self : .apply(.reshape(shape), self)
  }

  /// All elements along one axis.
  public func flattened() -> Tensor { reshaped(to: [count]) }

  /// A matrix with rows and columns exchanged.
  public func transposed() -> Tensor { transposed(by: [1, 0]) }

  /// Axis `i` of the result is axis `permutation[i]` of this tensor.
  public func transposed(by permutation: [Int]) -> Tensor { .apply(.transpose(permutation), self) }

  /// Repeats the tensor along a new axis inserted at this position.
  public func broadcast(along axis: Int, count: Int) -> Tensor {
    .apply(.broadcast(axis: axis, count: count), self)
  }

  /// Repeats the tensor along new leading axes until it has this shape: `[]` → any shape,
  /// `[N]` → `[B, N]`.
  ///
  /// - Precondition: The tensor's shape is the end of the given one.
  public func broadcast(to shape: [Int]) -> Tensor {
    demand(
      shape.suffix(rank) == self.shape[...],
      "\(extents) is not the end of \(shape): insert axes with broadcast(along:count:)")
    return shape.dropLast(rank).reversed().reduce(self) { $0.broadcast(along: 0, count: $1) }
  }

  /// Inserts an axis of one element.
  public func insertingAxis(at axis: Int) -> Tensor { broadcast(along: axis, count: 1) }

  /// Removes an axis of one element.
  ///
  /// - Precondition: The axis has one element.
  public func removingAxis(at axis: Int) -> Tensor {
    demand(shape[axis] == 1, "axis \(axis) of \(extents) does not have one element")
    var remaining = shape
    remaining.remove(at: axis)
    return reshaped(to: remaining)
  }

  /// Adds one row to every row: `[B, N]`, `[N]` → `[B, N]`.
  public func addingRow(_ row: Tensor) -> Tensor { self + row.broadcast(along: 0, count: shape[0]) }

  /// Multiplies every row by one row, element by element: `[B, N]`, `[N]` → `[B, N]`.
  public func multiplyingRow(_ row: Tensor) -> Tensor {
    self * row.broadcast(along: 0, count: shape[0])
  }

  /// Adds to each row a number of its own: `[B, N]`, `[B]` → `[B, N]`.
  public func addingColumn(_ column: Tensor) -> Tensor {
    self + column.broadcast(along: 1, count: shape[1])
  }

  /// Multiplies each row by a number of its own: `[B, N]`, `[B]` → `[B, N]`.
  public func multiplyingColumn(_ column: Tensor) -> Tensor {
    self * column.broadcast(along: 1, count: shape[1])
  }
}
