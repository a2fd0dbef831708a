package import Randomness

/// A search space as models see it: one coordinate for each parameter that can vary.
///
/// A coordinate is a number from 0 to 1, or the index of a category.
package struct UnitSpace: Sendable {
  package typealias Point = [Double]

  /// The parameters that can vary.
  package let axes: [Axis]
  /// The place of each of them in the space.
  package let places: [Int]
  /// All parameters.
  private let all: [Axis]

  /// - Throws: if the space is not valid.
  package init(_ space: SearchSpace) throws(SearchError) {
    try space.validate()
    all = space.parameters.map { Axis($0.range) }
    places = all.indices.filter { [all] in !all[$0].isFixed }
    axes = places.map { [all] in all[$0] }
  }

  /// The coordinates of values; nothing if the space does not hold them.
  package func point(of values: [ParameterValue]) -> Point? {
    guard values.count == all.count else { return nil }
    var point: Point = []
    for (axis, place) in zip(axes, places) {
      guard let coordinate = axis.coordinate(of: values[place]) else { return nil }
      point.append(coordinate)
    }
    return point
  }

  /// The values at a point.
  package func values(at point: Point) -> [ParameterValue] {
    var values = all.map { $0.value(at: 0.5) }
    for (index, place) in places.enumerated() {
      values[place] = axes[index].value(at: point[index])
    }
    return values
  }

  /// The point of the same values whose coordinates are those of the values themselves.
  package func snapped(_ point: Point) -> Point {
    zip(axes, point).map { axis, coordinate in
      axis.categories == nil ? axis.snapped(coordinate) : coordinate
    }
  }

  /// A point drawn as a random search draws it, one uniform number for each axis.
  package func randomPoint(_ stream: inout RandomStream) -> Point {
    axes.map { axis in
      let uniform: Double = stream.uniform()
      return axis.drawn(uniform)
    }
  }

  /// The number of different points; nothing where they cannot be counted.
  package var count: Int? {
    var product = 1
    for axis in axes {
      guard let count = axis.count else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: count)
      if overflow { return nil }
      product = value
    }
    return product
  }

  /// The points that differ in one coordinate by one step, or by the category.
  ///
  /// A coordinate without steps goes up and down by `distance`.
  package func neighbors(of point: Point, distance: Double = 0.1) -> [Point] {
    var neighbors: [Point] = []
    for (index, axis) in axes.enumerated() {
      for coordinate in axis.neighbors(of: point[index], distance: distance) {
        var neighbor = point
        neighbor[index] = coordinate
        neighbors.append(neighbor)
      }
    }
    return neighbors
  }
}

extension Axis {
  /// The coordinates one step away.
  package func neighbors(of coordinate: Double, distance: Double) -> [Double] {
    switch kind {
    case .fixed: return []
    case .continuous:
      return [coordinate - distance, coordinate + distance].filter { $0 >= 0 && $0 <= 1 }
    case .levels(let count):
      let level = level(at: coordinate)
      return [level - 1, level + 1].filter { $0 >= 0 && $0 < count }.map(center(ofLevel:))
    case .categories(let values):
      return values.indices.map(Double.init).filter { $0 != coordinate }
    }
  }
}
