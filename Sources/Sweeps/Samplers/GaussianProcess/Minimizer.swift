/// A minimizer of smooth functions inside a box: L-BFGS with projected steps.
///
/// Liu & Nocedal (1989), "On the limited memory BFGS method for large scale optimization", the
/// two-loop recursion over coordinates that are free to move; coordinates at a bound whose gradient
/// points outward rest, as in Bertsekas (1982), "Projected Newton methods". Deterministic: no
/// chance, no clock.
package struct Minimizer {
  package var iterations: Int
  /// Stops where no free coordinate's gradient is larger.
  package var tolerance = 1e-5
  private let memory = 8

  package init(iterations: Int) { self.iterations = iterations }

  /// - Parameters:
  ///   - start: inside the bounds.
  ///   - function: the value at a point, and its gradient; a value that is not finite is avoided.
  /// - Returns: the best point found and its value.
  package func minimize(
    from start: [Double], lower: [Double], upper: [Double],
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double) {
    var point = start
    var (value, gradient) = function(point)
    guard value.isFinite else { return (point, value) }
    var history = History()
    for _ in 0..<iterations {
      let free = point.indices.map { index in
        !(point[index] <= lower[index] && gradient[index] > 0)
          && !(point[index] >= upper[index] && gradient[index] < 0)
      }
      let slope = gradient.indices.map { free[$0] ? gradient[$0] : 0 }
      guard slope.contains(where: { abs($0) > tolerance }) else { break }
      var direction = history.direction(against: slope)
      for index in direction.indices where !free[index] { direction[index] = 0 }
      if product(direction, slope) >= 0 {
        history = History()
        direction = slope.map { -$0 }
      }
      guard
        let next = search(
          point, value, gradient, along: direction, isFirst: history.isEmpty, lower, upper,
          function)
      else {
        if history.isEmpty { break }
        history = History()
        continue
      }
      history.add(
        step: zip(next.point, point).map { $0 - $1 },
        change: zip(next.gradient, gradient).map { $0 - $1 }, keeping: memory)
      let gain = value - next.value
      (point, value, gradient) = next
      if gain < 1e-9 * max(1, abs(value)) { break }
    }
    return (point, value)
  }

  /// Halves the step until the value has fallen enough (Armijo's condition).
  private func search(
    _ point: [Double], _ value: Double, _ gradient: [Double], along direction: [Double],
    isFirst: Bool, _ lower: [Double], _ upper: [Double],
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double, gradient: [Double])? {
    let length = product(direction, direction).squareRoot()
    // Without a memory of curvature the first step is a guess: a tenth of the widest side.
    let widest = zip(lower, upper).map { $1 - $0 }.max() ?? 1
    var size = isFirst ? min(1, 0.1 * widest / max(length, 1e-300)) : 1
    for _ in 0..<12 {
      let moved = point.indices.map {
        min(max(point[$0] + size * direction[$0], lower[$0]), upper[$0])
      }
      let expected = product(gradient, zip(moved, point).map { $0 - $1 })
      let (next, slope) = function(moved)
      if next.isFinite, next <= value + 1e-4 * expected, expected < 0 {
        return (moved, next, slope)
      }
      size *= 0.4
    }
    return nil
  }
}

/// The latest steps and how the gradient changed along them.
private struct History {
  private var pairs: [(step: [Double], change: [Double], product: Double)] = []

  package var isEmpty: Bool { pairs.isEmpty }

  package mutating func add(step: [Double], change: [Double], keeping memory: Int) {
    let curvature = product(step, change)
    guard curvature > 1e-12 * product(change, change).squareRoot() else { return }
    pairs.append((step, change, curvature))
    if pairs.count > memory { pairs.removeFirst() }
  }

  /// Minus the approximate inverse Hessian times the gradient.
  package func direction(against gradient: [Double]) -> [Double] {
    var result = gradient.map { -$0 }
    guard let last = pairs.last else { return result }
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = product(pair.step, result) / pair.product
      factors.append(factor)
      for index in result.indices { result[index] -= factor * pair.change[index] }
    }
    let scale = last.product / max(product(last.change, last.change), 1e-300)
    for index in result.indices { result[index] *= scale }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let back = product(pair.change, result) / pair.product
      for index in result.indices { result[index] += (factor - back) * pair.step[index] }
    }
    return result
  }
}

private func product(_ left: [Double], _ right: [Double]) -> Double {
  var sum = 0.0
  for (x, y) in zip(left, right) { sum += x * y }
  return sum
}
