/// A problem of two parameters and several losses whose Pareto set is known.
///
/// Such problems show in a picture what a strategy does, and in seconds: every quantity is exact,
/// in double precision, and where a descent should end is known beforehand.
public protocol Landscape: Sendable {
  /// The number of losses, `K`.
  var taskCount: Int { get }

  /// The part of the plane that is worth looking at.
  var region: LandscapeRegion { get }

  /// Points at which no loss can fall without another rising, in order along the curve that they
  /// form; one point, where the losses have a minimum in common.
  var paretoSet: [SIMD2<Double>] { get }

  /// Puts each loss and its gradient at a point into arrays of `K` elements.
  func evaluate(
    at point: SIMD2<Double>, losses: inout [Double], gradients: inout [SIMD2<Double>])
}

extension Landscape {
  /// The losses at a point.
  public func losses(at point: SIMD2<Double>) -> [Double] {
    var losses = [Double](repeating: 0, count: taskCount)
    var gradients = [SIMD2<Double>](repeating: .zero, count: taskCount)
    evaluate(at: point, losses: &losses, gradients: &gradients)
    return losses
  }

  /// The gradient of each loss at a point.
  public func gradients(at point: SIMD2<Double>) -> [SIMD2<Double>] {
    var losses = [Double](repeating: 0, count: taskCount)
    var gradients = [SIMD2<Double>](repeating: .zero, count: taskCount)
    evaluate(at: point, losses: &losses, gradients: &gradients)
    return gradients
  }
}

/// A rectangle of the plane of parameters.
public struct LandscapeRegion: Equatable, Sendable {
  /// From left to right.
  public var x: ClosedRange<Double>
  /// From bottom to top.
  public var y: ClosedRange<Double>

  /// Takes the bounds of a rectangle.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.x = x
    self.y = y
  }
}

/// The distance of a point from a curve that is given by its corners, or from a single point.
///
/// - Precondition: There is at least one corner.
package func distance(of point: SIMD2<Double>, from curve: [SIMD2<Double>]) -> Double {
  precondition(!curve.isEmpty, "a curve has at least one point")
  var nearest = (point - curve[0]).squaredLength
  for index in 1..<max(1, curve.count) {
    let (start, end) = (curve[index - 1], curve[index])
    let way = end - start
    let length = way.squaredLength
    let share = length > 0 ? (point - start).inner(way) / length : 0
    let foot = start + min(max(share, 0), 1) * way
    nearest = min(nearest, (point - foot).squaredLength)
  }
  return nearest.squareRoot()
}

extension SIMD2<Double> {
  @inlinable func inner(_ other: SIMD2<Double>) -> Double { x * other.x + y * other.y }
  @inlinable var squaredLength: Double { inner(self) }
}
