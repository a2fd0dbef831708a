/// The number of elements along each of at most four axes, the last varying fastest.
///
/// Held inline, so that copying, comparing and hashing a shape never touches the heap.
package struct Shape: Hashable, Sendable {
  /// The number of axes.
  package let rank: Int
  /// Axes that do not exist count one element, so that products need no loop over `rank`.
  private var first = 1
  private var second = 1
  private var third = 1
  private var fourth = 1

  /// - Precondition: There are at most four axes, none of a negative size.
  package init(_ dimensions: some Collection<Int>) {
    precondition(
      dimensions.count <= 4, "a shape has at most 4 axes, not \(dimensions.count): \(dimensions)")
    rank = dimensions.count
    for (axis, count) in dimensions.enumerated() { self[axis] = count }
  }

  /// The number of elements in all; 1 without axes.
  package var count: Int { first * second * third * fourth }

  /// The number of elements along one axis.
  package subscript(axis: Int) -> Int {
    get {
      check(axis)
      return switch axis {
      case 0: first
      case 1: second
      case 2: third
      default: fourth
      }
    }
    set {
      check(axis)
      precondition(newValue >= 0, "an axis cannot have \(newValue) elements")
      switch axis {
      case 0: first = newValue
      case 1: second = newValue
      case 2: third = newValue
      default: fourth = newValue
      }
    }
  }

  /// The number of elements along each axis.
  package var dimensions: [Int] { (0..<rank).map { self[$0] } }

  private func check(_ axis: Int) {
    precondition(axis >= 0 && axis < rank, "\(self) has no axis \(axis)")
  }
}

// MARK: Shapes with an axis changed

extension Shape {
  /// The shape without one of its axes.
  package func removing(_ axis: Int) -> Shape {
    check(axis)
    var dimensions = dimensions
    dimensions.remove(at: axis)
    return Shape(dimensions)
  }

  /// The shape with another number of elements along one axis.
  package func replacing(_ axis: Int, with count: Int) -> Shape {
    var shape = self
    shape[axis] = count
    return shape
  }

  /// The shape with a new axis before the one that is now at `axis`.
  package func inserting(_ count: Int, at axis: Int) -> Shape {
    precondition(axis >= 0 && axis <= rank, "\(self) cannot get an axis at \(axis)")
    var dimensions = dimensions
    dimensions.insert(count, at: axis)
    return Shape(dimensions)
  }
}

extension Shape: CustomStringConvertible {
  package var description: String { dimensions.description }
}

extension Shape: ExpressibleByArrayLiteral {
  package init(arrayLiteral dimensions: Int...) { self.init(dimensions) }
}
