import Randomness

/// Finding the point with the best acquisition value in a space of numbers and categories.
///
/// Many points are looked at, spread over the space and around the best trials; the best few are
/// refined by turns: L-BFGS over the numbers, one step at a time over steps and categories. Spaces
/// with few points are looked at whole.
struct AcquisitionSearch {
  let space: UnitSpace
  let acquisition: LogExpectedImprovement
  let candidates: Int

  /// How many points are refined.
  private static let starts = 6
  /// The largest space that is looked at whole.
  private static let enumerable = 2048
  /// Steps fewer than this are never treated as a continuum.
  private static let coarse = 12

  /// The best point found that was not tried before, if there is one; else the best point.
  func best(
    around elite: [UnitSpace.Point], avoiding tried: Set<UnitSpace.Point>,
    _ stream: inout RandomStream
  ) -> UnitSpace.Point? {
    let points: [UnitSpace.Point]
    if let count = space.count, count <= Self.enumerable {
      points = (0..<count).map(space.point(withIndex:))
    } else {
      points = spread(around: elite, &stream)
    }
    var scored = points.map { (point: $0, value: acquisition.value(at: $0)) }
    scored.sort { $0.value > $1.value }
    if points.count == space.count {
      return (scored.first { !tried.contains($0.point) } ?? scored.first)?.point
    }
    let refined = scored.prefix(Self.starts).map { refine($0.point) }
    let all = (refined + scored).filter { !$0.value.isNaN }
    let fresh = all.filter { !tried.contains($0.point) }
    return (fresh.isEmpty ? all : fresh).max { $0.value < $1.value }?.point
  }

  private func spread(
    around elite: [UnitSpace.Point], _ stream: inout RandomStream
  ) -> [UnitSpace.Point] {
    var points = (0..<candidates).map { _ in space.snapped(space.randomPoint(&stream)) }
    let each = elite.isEmpty ? 0 : max(1, candidates / 2 / elite.count)
    for center in elite {
      for index in 0..<each {
        let radius = [0.2, 0.05, 0.01][index % 3]
        points.append(space.snapped(nearby(center, radius, &stream)))
      }
    }
    return points
  }

  /// A point near another: some coordinates, at least one, moved at random.
  private func nearby(
    _ center: UnitSpace.Point, _ radius: Double, _ stream: inout RandomStream
  ) -> UnitSpace.Point {
    var point = center
    let chosen = stream.integer(below: center.count)
    for (index, axis) in space.axes.enumerated() where index == chosen || stream.chance(0.5) {
      if let count = axis.categories {
        if index == chosen || stream.chance(0.2) {
          point[index] = Double(stream.integer(below: count))
        }
      } else {
        let step: Double = stream.normal()
        point[index] = min(max(center[index] + radius * step, 0), 1)
      }
    }
    return point
  }

  /// Climbs from a point until no step along an axis is better.
  private func refine(_ start: UnitSpace.Point) -> (point: UnitSpace.Point, value: Double) {
    let smooth = space.axes.map { axis in
      axis.categories == nil && (axis.count ?? .max) > Self.coarse
    }
    var best = (point: start, value: acquisition.value(at: start))
    for _ in 0..<4 {
      var improved = false
      if smooth.contains(true) {
        let climbed = space.snapped(climb(from: best.point, along: smooth))
        let value = acquisition.value(at: climbed)
        if value > best.value + 1e-9 { (best, improved) = ((climbed, value), true) }
      }
      for neighbor in steps(from: best.point) {
        let value = acquisition.value(at: neighbor)
        if value > best.value + 1e-9 { (best, improved) = ((neighbor, value), true) }
      }
      if !improved { break }
    }
    return best
  }

  /// The points one step along an axis with steps or categories away.
  private func steps(from point: UnitSpace.Point) -> [UnitSpace.Point] {
    space.axes.indices.flatMap { index -> [UnitSpace.Point] in
      let axis = space.axes[index]
      guard axis.count != nil else { return [] }
      return axis.neighbors(of: point[index], distance: 0).map { coordinate in
        var neighbor = point
        neighbor[index] = coordinate
        return neighbor
      }
    }
  }

  private func climb(from start: UnitSpace.Point, along smooth: [Bool]) -> UnitSpace.Point {
    let lower = start.indices.map { smooth[$0] ? 0 : start[$0] }
    let upper = start.indices.map { smooth[$0] ? 1 : start[$0] }
    let climbed = Minimizer(iterations: 20).minimize(from: start, lower: lower, upper: upper) {
      let (value, gradient) = acquisition.valueWithGradient(at: $0)
      return (-value, gradient.indices.map { smooth[$0] ? -gradient[$0] : 0 })
    }
    return climbed.point
  }
}
