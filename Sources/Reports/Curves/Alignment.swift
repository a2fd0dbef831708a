// Runs log at steps of their own: an episode ends when it ends. To be averaged over seeds, their
// curves must first be read at common steps. Nothing here reads a run outside the steps that it
// has data for: there the answer is missing, never a repeated or extended value.

/// A curve of one run, or of several put together, as steps and values; steps ascend.
package struct Polyline: Equatable, Sendable {
  package var xs: [Double]
  package var ys: [Double]

  package init(xs: [Double], ys: [Double]) {
    precondition(xs.count == ys.count, "\(xs.count) steps but \(ys.count) values")
    self.xs = xs
    self.ys = ys
  }

  package init(_ series: Series) {
    self.init(xs: series.steps.map(Double.init), ys: series.values)
  }

  package var isEmpty: Bool { xs.isEmpty }

  /// The value of the last point at or before each step: for a quantity that holds until it
  /// changes.
  ///
  /// Missing before the first point and after `end`, the last step that the run reached.
  package func carried(to grid: [Double], until end: Double) -> [Double?] {
    var next = 0
    return grid.map { step in
      while next < xs.count, xs[next] <= step { next += 1 }
      return next == 0 || step > end ? nil : ys[next - 1]
    }
  }

  /// The value on the straight line between the two points around each step.
  ///
  /// Missing before the first point and after the last one.
  package func interpolated(at grid: [Double]) -> [Double?] {
    var next = 0
    return grid.map { step in
      while next < xs.count, xs[next] <= step { next += 1 }
      guard next > 0 else { return nil }
      let (x, y) = (xs[next - 1], ys[next - 1])
      if x == step { return y }
      guard next < xs.count else { return nil }
      return y + (ys[next] - y) * (step - x) / (xs[next] - x)
    }
  }

  /// The mean of the values in each of `count` equal bins over `range`, at the bins' centres.
  ///
  /// A bin without values lies on the line between its neighbours; outside the run's own steps the
  /// answer is missing.
  package func binned(into count: Int, over range: ClosedRange<Double>) -> [Double?] {
    let width = (range.upperBound - range.lowerBound) / Double(count)
    var sums = [Double](repeating: 0, count: count)
    var counts = [Int](repeating: 0, count: count)
    for (x, y) in zip(xs, ys) where range.contains(x) {
      let bin = min(count - 1, Int((x - range.lowerBound) / width))
      sums[bin] += y
      counts[bin] += 1
    }
    let filled = counts.indices.filter { counts[$0] > 0 }
    let means = Polyline(
      xs: filled.map(Double.init), ys: filled.map { sums[$0] / Double(counts[$0]) })
    return means.interpolated(at: (0..<count).map(Double.init))
  }
}

/// The mean of the last `window` values (of all, while there are fewer) at each place.
///
/// With a window of 100 episodes this is the training return as Gymnasium's statistics wrapper and
/// CleanRL's plots show it.
package func runningMeans(of values: [Double], window: Int) -> [Double] {
  precondition(window > 0, "a running mean needs a window of at least one value, not \(window)")
  // Sums are kept to the rounding error of one addition, so that a long run does not drift.
  var (sum, lost) = (0.0, 0.0)
  func add(_ value: Double) {
    let corrected = value - lost
    let next = sum + corrected
    lost = (next - sum) - corrected
    sum = next
  }
  return values.indices.map { index in
    add(values[index])
    if index >= window { add(-values[index - window]) }
    return sum / Double(min(index + 1, window))
  }
}
