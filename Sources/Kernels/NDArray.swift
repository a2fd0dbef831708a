/// Numbers in up to four axes, row-major; a value, copied when one of several owners writes.
///
/// It holds numbers and knows no operations: the interpreter's are in Autodiff, the fast ones work
/// on plain pointers.
package struct NDArray<Scalar: BinaryFloatingPoint & Sendable>: Equatable, Sendable {
  /// The number of elements along each axis.
  package let shape: Shape

  /// The elements, the last axis varying fastest.
  ///
  /// - Precondition: What is assigned has as many elements as before.
  package var scalars: [Scalar] {
    didSet { check() }
  }

  /// - Precondition: There are as many scalars as the shape has elements.
  package init(shape: Shape, scalars: [Scalar]) {
    self.shape = shape
    self.scalars = scalars
    check()
  }

  /// One number in every element.
  package init(repeating value: Scalar, shape: Shape) {
    self.init(shape: shape, scalars: Array(repeating: value, count: shape.count))
  }

  private func check() {
    precondition(
      scalars.count == shape.count,
      "\(scalars.count) scalars do not fill an array of shape \(shape)")
  }
}
