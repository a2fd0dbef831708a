// Indices travel as whole numbers in tensors of their own, exact up to 2^24.

extension Tensor {
  /// The elements `start ..< start + count` along an axis.
  public func sliced(axis: Int, from start: Int, count: Int) -> Tensor {
    .apply(.slice(axis: axis, start: start, count: count), self)
  }

  /// Cuts the tensor along an axis into parts of these sizes.
  ///
  /// - Precondition: The sizes add up to the axis.
  public func split(axis: Int, into counts: [Int]) -> [Tensor] {
    demand(
      counts.reduce(0, +) == shape[axis], "\(counts) do not add up to axis \(axis) of \(extents)")
    var start = 0
    return counts.map { count in
      defer { start += count }
      return sliced(axis: axis, from: start, count: count)
    }
  }

  /// Puts zeros before and after along an axis.
  public func padded(axis: Int, before: Int, after: Int) -> Tensor {
    .apply(.pad(axis: axis, before: before, after: after), self)
  }

  /// The rows with these numbers: `[N, ...]`, indices `[B]` → `[B, ...]`.
  ///
  /// - Precondition: Each index is a whole number in `0 ..< N`.
  public func gathered(rows indices: Tensor) -> Tensor { .apply(.gatherRows, self, indices) }

  /// Adds each row to the row of this number in a table of zeros: `[B, ...]`, indices `[B]` →
  /// `[rows, ...]`.
  ///
  /// - Precondition: Each index is a whole number in `0 ..< rows`.
  public func scattered(to indices: Tensor, rows: Int) -> Tensor {
    .apply(.scatterRows(rows: rows), self, indices)
  }

  /// One element of each row: `[B, A]`, indices `[B]` → `[B]`.
  ///
  /// - Precondition: Each index is a whole number in `0 ..< A`.
  public func picked(at indices: Tensor) -> Tensor { .apply(.pick, self, indices) }

  /// Rows of zeros but for one element each: `[B]`, indices `[B]` → `[B, count]`.
  ///
  /// - Precondition: Each index is a whole number in `0 ..< count`.
  public func placed(at indices: Tensor, count: Int) -> Tensor {
    .apply(.place(count: count), self, indices)
  }

  /// These indices as rows of zeros with a single one: `[B]` → `[B, count]`.
  public func oneHot(count: Int) -> Tensor { filled(with: 1).placed(at: self, count: count) }

  /// Each element's own position along an axis, in the shape of this tensor.
  public func positions(axis: Int) -> Tensor {
    demand(axis >= 0 && axis < rank, "a tensor of shape \(extents) has no axis \(axis)")
    return leaf(.iota(axis: axis), shape: extents)
  }
}

/// The tensors one after another along an axis that they all have.
public func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
  .apply(.concatenate(axis: axis), tensors)
}

/// The tensors, all of one shape, side by side along a new axis.
public func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  concatenated(tensors.map { $0.insertingAxis(at: axis) }, axis: axis)
}
