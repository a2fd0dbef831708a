import Glibc
import Randomness

/// A density over a space: one kernel around each point, and the space's own distribution as prior.
///
/// A kernel is a product over the axes: for numbers a normal distribution cut off at 0 and 1, whose
/// bandwidth is the larger distance to the neighboring points along that axis; for categories a
/// distribution that favors the point's own. A number with steps has the probability of its cell.
struct ParzenEstimator {
  private let axes: [Axis]
  private let points: [UnitSpace.Point]
  /// For each kernel and axis; the prior's kernel is the last.
  private let bandwidths: [[Double]]
  /// The logarithm of the mass of each kernel's normal distribution between 0 and 1.
  private let logMasses: [[Double]]
  private let weights: [Double]
  private let priorWeight: Double

  /// - Parameter points: in the order of their trials.
  init(axes: [Axis], points: [UnitSpace.Point], priorWeight: Double) {
    self.axes = axes
    self.points = points
    self.priorWeight = priorWeight
    weights = Self.weights(points.count) + [priorWeight]
    var bandwidths = Array(
      repeating: Array(repeating: 1.0, count: axes.count), count: points.count + 1)
    for (index, axis) in axes.enumerated() where axis.categories == nil {
      let widths = Self.bandwidths(points.map { $0[index] })
      for (kernel, width) in widths.enumerated() { bandwidths[kernel][index] = width }
    }
    self.bandwidths = bandwidths
    let centers = points + [Array(repeating: 0.5, count: axes.count)]
    logMasses = zip(centers, bandwidths).map { center, widths in
      zip(center, widths).map { log(normalMass(from: -$0 / $1, to: (1 - $0) / $1)) }
    }
  }

  /// Full weight for the latest 25 points, less for older ones (Bergstra et al. 2013).
  private static func weights(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let older = count - 25
      if index >= older { return 1 }
      let start = 1 / Double(count)
      return start + (1 - start) * Double(index) / Double(max(1, older - 1))
    }
  }

  /// The larger distance to the neighbors on both sides, clipped from below ("magic clip").
  private static func bandwidths(_ coordinates: [Double]) -> [Double] {
    let order = coordinates.indices.sorted { coordinates[$0] < coordinates[$1] }
    let smallest = 1 / min(100, 2 + Double(coordinates.count))
    var widths = Array(repeating: 1.0, count: coordinates.count)
    for (rank, index) in order.enumerated() {
      let below = rank == 0 ? nil : coordinates[index] - coordinates[order[rank - 1]]
      let above =
        rank == order.count - 1 ? nil : coordinates[order[rank + 1]] - coordinates[index]
      // A single point has the ends of the range as neighbors; the outermost points do not.
      let width =
        order.count == 1
        ? max(coordinates[index], 1 - coordinates[index]) : max(below ?? 0, above ?? 0)
      widths[index] = min(max(width, smallest), 1)
    }
    return widths
  }

  /// A point drawn from this density, snapped to the steps.
  func sample(_ stream: inout RandomStream) -> UnitSpace.Point {
    let kernel = draw(weights, &stream)
    return axes.indices.map { index in
      let axis = axes[index]
      if let count = axis.categories {
        let probabilities = (0..<count).map { probability(ofCategory: $0, kernel, index) }
        return Double(draw(probabilities, &stream))
      }
      let center = kernel < points.count ? points[kernel][index] : 0.5
      let width = bandwidths[kernel][index]
      let low = normalProbability(-center / width)
      let high = normalProbability((1 - center) / width)
      let unit: Double = stream.uniform()
      let place = min(max(low + unit * (high - low), 1e-15), 1 - 1e-15)
      return axis.snapped(center + width * normalQuantile(place))
    }
  }

  /// The logarithm of the density at a point.
  func logDensity(at point: UnitSpace.Point) -> Double {
    var total = 0.0
    for weight in weights { total += weight }
    let cells = zip(axes, point).map { axis, coordinate in axis.cell(around: coordinate) }
    var logs = weights.map { log($0 / total) }
    for kernel in logs.indices {
      for index in axes.indices {
        logs[kernel] += logDensity(of: kernel, axis: index, at: point[index], cell: cells[index])
      }
    }
    let highest = logs.max() ?? 0
    return highest + log(logs.reduce(0) { $0 + exp($1 - highest) })
  }

  private func logDensity(
    of kernel: Int, axis index: Int, at coordinate: Double, cell: (low: Double, high: Double)?
  ) -> Double {
    if axes[index].categories != nil {
      return log(probability(ofCategory: Int(coordinate), kernel, index))
    }
    let center = kernel < points.count ? points[kernel][index] : 0.5
    let width = bandwidths[kernel][index]
    if let cell {
      let mass = normalMass(from: (cell.low - center) / width, to: (cell.high - center) / width)
      return log(mass) - logMasses[kernel][index]
    }
    let z = (coordinate - center) / width
    return -0.5 * z * z - log(width * (2 * Double.pi).squareRoot()) - logMasses[kernel][index]
  }

  private func probability(ofCategory category: Int, _ kernel: Int, _ index: Int) -> Double {
    let prior = axes[index].probability(ofCategory: category)
    guard kernel < points.count, let count = axes[index].categories else { return prior }
    // As in Optuna: one for the point's own category, shared out with a prior that fades.
    let share = priorWeight * Double(count) / Double(points.count + 1)
    let own = Int(points[kernel][index]) == category ? 1.0 : 0
    return (own + share * prior) / (1 + share)
  }

  private func draw(_ weights: [Double], _ stream: inout RandomStream) -> Int {
    let unit: Double = stream.uniform()
    var rest = unit * weights.reduce(0, +)
    var chosen = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      chosen = index
      rest -= weight
      if rest < 0 { break }
    }
    return chosen
  }
}

/// The probability that a standard normal draw falls between two numbers, never quite zero.
private func normalMass(from low: Double, to high: Double) -> Double {
  // On the side of the smaller tail, so that no digits cancel.
  let mass =
    low > 0
    ? normalProbability(-low) - normalProbability(-high)
    : normalProbability(high) - normalProbability(low)
  return max(mass, 1e-300)
}
