package import Kernels
import Randomness

/// Numbers for tests: the same every time, all different, evenly spread over a range in random
/// order.
///
/// For an odd number of elements in a symmetric range none is 0. Being apart, they stay clear of
/// the kinks of functions such as the maximum.
package func sampleNumbers(
  _ shape: Shape, in range: ClosedRange<Double> = -2...2, name: String = "sample"
) -> NDArray<Double> {
  var random = Seeds(root: 20_261_121)[name]
  let spacing = (range.upperBound - range.lowerBound) / Double(max(shape.count, 1))
  let numbers = random.permutation(of: shape.count).map {
    range.lowerBound + (Double($0) + 0.37) * spacing
  }
  return NDArray(shape: shape, scalars: numbers)
}

/// Whole numbers in `0 ..< bound` for tests, the same every time.
package func sampleIndices(count: Int, below bound: Int, name: String = "index") -> NDArray<Double>
{
  var random = Seeds(root: 20_261_121)[name]
  let numbers = (0..<count).map { _ in Double(random.integer(below: bound)) }
  return NDArray(shape: [count], scalars: numbers)
}

extension NDArray<Double> {
  /// The same numbers rounded to `Float`.
  package var rounded: NDArray<Float> {
    NDArray<Float>(shape: shape, scalars: scalars.map { Float($0) })
  }
}
