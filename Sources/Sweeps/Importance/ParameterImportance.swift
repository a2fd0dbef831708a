import Glibc
public import Randomness

/// How much each parameter matters to the score: functional analysis of variance.
///
/// Hutter, Hoos & Leyton-Brown (2014), "An efficient approach for assessing hyperparameter
/// importance": a random forest is fitted to the finished trials; in each of its trees, which are
/// constant on boxes, the mean over all other parameters is known exactly for every value of one.
/// The variance of that mean, as a part of the variance of the whole, is what the parameter alone
/// explains over the space that was searched.
public struct ParameterImportance: Sendable {
  /// The mean score along one parameter, all others averaged out.
  public struct Marginal: Sendable {
    /// The value of the parameter.
    public var value: ParameterValue
    /// The mean over trees, in the score's unit.
    public var mean: Double
    /// The standard deviation over trees.
    public var deviation: Double
  }

  /// The part of the variance that each parameter explains alone, from 0 to 1, in the order of the
  /// space; the mean over trees.
  public let shares: [Double]
  /// The standard deviation of each share over trees.
  public let deviations: [Double]
  /// The part that parameters explain only together; with `shares` it sums to 1 unless nothing
  /// varies.
  public var interactions: Double {
    let sum = shares.reduce(0, +)
    return sum > 0 ? max(0, 1 - sum) : 0
  }

  private let space: UnitSpace
  private let goal: Goal
  private let forest: [RegressionTree]

  /// Fits the forest; the same study and seeds give the same numbers.
  ///
  /// - Throws: if fewer than four trials have finished with a finite score.
  public init(of study: Study, trees: Int = 64, seeds: Seeds) throws {
    space = try UnitSpace(study.space)
    goal = study.goal
    var points: [UnitSpace.Point] = []
    var costs: [Double] = []
    for trial in study.trials {
      guard case .finished(let score) = trial.state, score.isFinite,
        let point = space.point(of: trial.values)
      else { continue }
      points.append(point)
      costs.append(study.goal.cost(score))
    }
    guard points.count >= 4 else {
      throw SearchError(
        path: "",
        problem: "importance needs at least 4 finished trials with a score, "
          + "but there are \(points.count)")
    }
    let axes = space.axes
    forest = (0..<max(1, trees)).map { tree in
      var stream = seeds["importance tree \(tree)"]
      let drawn = points.indices.map { _ in stream.integer(below: points.count) }
      return RegressionTree(
        points: drawn.map { points[$0] }, costs: drawn.map { costs[$0] }, axes: axes,
        smallestLeaf: 2, axesPerSplit: (axes.count * 5 + 5) / 6, &stream)
    }
    let parts = forest.map { $0.varianceShares(axes) }
    let explaining = parts.compactMap { $0 }
    var shares = Array(repeating: 0.0, count: study.space.parameters.count)
    var deviations = shares
    for (index, place) in space.places.enumerated() where !explaining.isEmpty {
      let values = explaining.map { $0[index] }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      shares[place] = mean
      deviations[place] = (squares / Double(values.count)).squareRoot()
    }
    (self.shares, self.deviations) = (shares, deviations)
  }

  /// The mean score along a parameter: at every value of a choice or of a few steps, else at evenly
  /// spread places of its range.
  ///
  /// - Parameters:
  ///   - index: the parameter's place in the space.
  ///   - places: how many there are on a range.
  /// - Returns: nothing for a parameter with one value.
  public func marginal(ofParameter index: Int, places: Int = 21) -> [Marginal] {
    guard let axis = space.places.firstIndex(of: index) else { return [] }
    let places = max(2, places)
    let coordinates: [Double]
    switch space.axes[axis].kind {
    case .categories(let values): coordinates = values.indices.map(Double.init)
    case .levels(let count) where count <= places:
      coordinates = (0..<count).map(space.axes[axis].center(ofLevel:))
    default: coordinates = (0..<places).map { Double($0) / Double(places - 1) }
    }
    return coordinates.map { coordinate in
      let means = forest.map { $0.marginal(axis, at: coordinate, space.axes) }
      let mean = means.reduce(0, +) / Double(means.count)
      let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Marginal(
        value: space.axes[axis].value(at: coordinate), mean: goal.cost(mean),
        deviation: (squares / Double(means.count)).squareRoot())
    }
  }
}

extension RegressionTree.Side {
  /// The probability that a random draw of an axis falls here.
  func measure(_ axis: Axis) -> Double {
    switch self {
    case .interval(let low, let high): high - low
    case .categories(let held):
      held.enumerated().reduce(0) {
        $0 + ($1.element ? axis.probability(ofCategory: $1.offset) : 0)
      }
    }
  }

  func holds(_ coordinate: Double) -> Bool {
    switch self {
    case .interval(let low, let high):
      coordinate > low && coordinate <= high || low == 0 && coordinate == 0
    case .categories(let held): held[Int(coordinate)]
    }
  }
}

extension RegressionTree {
  /// The part of the variance that each axis explains alone; nothing if the tree is constant.
  func varianceShares(_ axes: [Axis]) -> [Double]? {
    let volumes = leaves.map { leaf in
      zip(leaf.sides, axes).reduce(1) { $0 * $1.0.measure($1.1) }
    }
    let mean = zip(leaves, volumes).reduce(0) { $0 + $1.0.value * $1.1 }
    let variance = zip(leaves, volumes).reduce(0) {
      $0 + $1.1 * ($1.0.value - mean) * ($1.0.value - mean)
    }
    guard variance > 1e-12 * mean * mean, variance > 0 else { return nil }
    return axes.indices.map { axis in
      pieces(axis, axes).reduce(0) { sum, piece in
        let difference = marginal(axis, at: piece.coordinate, axes) - mean
        return sum + piece.measure * difference * difference
      } / variance
    }
  }

  /// The stretches of an axis on which every box is or is not: a place inside each and its measure.
  private func pieces(_ index: Int, _ axes: [Axis]) -> [(coordinate: Double, measure: Double)] {
    if let count = axes[index].categories {
      return (0..<count).map { (Double($0), axes[index].probability(ofCategory: $0)) }
    }
    var ends = Set([0.0, 1.0])
    for leaf in leaves {
      if case .interval(let low, let high) = leaf.sides[index] { ends.formUnion([low, high]) }
    }
    let sorted = ends.sorted()
    return zip(sorted, sorted.dropFirst()).map { (($0 + $1) / 2, $1 - $0) }
  }

  /// The mean over all other axes at one place of an axis.
  func marginal(_ index: Int, at coordinate: Double, _ axes: [Axis]) -> Double {
    var sum = 0.0
    for leaf in leaves where leaf.sides[index].holds(coordinate) {
      var volume = 1.0
      for (axis, side) in leaf.sides.enumerated() where axis != index {
        volume *= side.measure(axes[axis])
      }
      sum += leaf.value * volume
    }
    return sum
  }
}
