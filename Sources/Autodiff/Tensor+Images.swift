// Images are `[B, height, width, channels]`: the channels of a pixel lie side by side, so a row of a
// window is one run of numbers, and a convolution is a matrix product without rearrangement.

extension Tensor {
  /// What a window shows at each of its places, as rows: `[B, H, W, C]` →
  /// `[B · rows · columns, height · width · C]`, zeros beyond the image.
  ///
  /// A convolution is the product of these rows with filters `[height · width · C, outputs]`; a plan
  /// computes it without having them in memory.
  ///
  /// - Parameters:
  ///   - height: Of the window, 1 or more.
  ///   - width: Of the window, 1 or more.
  ///   - stride: Pixels from one place to the next, in both directions.
  ///   - padding: Zeros beyond each edge, fewer than the window is high and wide.
  public func patches(height: Int, width: Int, stride: Int = 1, padding: Int = 0) -> Tensor {
    let window = Window(height: height, width: width, stride: stride, padding: padding)
    return .apply(.patches(window), self)
  }

  /// The largest number of each channel in a window: `[B, H, W, C]` → `[B, rows, columns, C]`.
  ///
  /// Of several equal ones, the first gets the gradient, row by row. Beyond the image there is
  /// nothing that could be the largest.
  ///
  /// - Parameters:
  ///   - height: Of the window, 1 or more.
  ///   - width: Of the window, 1 or more.
  ///   - stride: Pixels from one place to the next, in both directions.
  ///   - padding: Pixels beyond each edge, fewer than the window is high and wide.
  public func maximumPooled(
    height: Int, width: Int, stride: Int, padding: Int = 0
  ) -> Tensor {
    let window = Window(height: height, width: width, stride: stride, padding: padding)
    return .apply(.takeLargest(window), self, self)
  }
}
