import Randomness

/// A regression tree over a search space: boxes that fill it, each with a mean cost.
///
/// Breiman, Friedman, Olshen & Stone (1984): each split takes the axis and the place that leave the
/// smallest sum of squares. Categories are ordered by their mean cost and split in that order, which
/// finds the best of all subsets.
struct RegressionTree {
  /// What part of an axis a box covers.
  enum Side {
    case interval(low: Double, high: Double)
    case categories([Bool])
  }

  struct Leaf {
    var sides: [Side]
    var value: Double
  }

  private(set) var leaves: [Leaf] = []

  /// - Parameters:
  ///   - smallestLeaf: no box holds fewer points.
  ///   - axesPerSplit: so many axes, drawn at random, are looked at for each split.
  init(
    points: [UnitSpace.Point], costs: [Double], axes: [Axis], smallestLeaf: Int,
    axesPerSplit: Int, _ stream: inout RandomStream
  ) {
    let sides = axes.map { axis -> Side in
      if let count = axis.categories {
        return .categories(Array(repeating: true, count: count))
      }
      return .interval(low: 0, high: 1)
    }
    var open = [(sides: sides, members: Array(points.indices))]
    while let box = open.popLast() {
      let looked = stream.permutation(of: axes.count).prefix(axesPerSplit)
      var best: Split?
      for axis in looked.sorted() {
        let split =
          axes[axis].categories == nil
          ? Self.numberSplit(axis, box.members, points, costs, smallestLeaf)
          : Self.categorySplit(axis, box.members, points, costs, smallestLeaf)
        if let split, split.gain > (best?.gain ?? 1e-12) { best = split }
      }
      guard let best else {
        let sum = box.members.reduce(0) { $0 + costs[$1] }
        leaves.append(Leaf(sides: box.sides, value: sum / Double(box.members.count)))
        continue
      }
      let (left, right) = best.parts(of: box.sides[best.axis])
      for (side, isLeft) in [(left, true), (right, false)] {
        var sides = box.sides
        sides[best.axis] = side
        let members = box.members.filter { best.isLeft(points[$0][best.axis]) == isLeft }
        open.append((sides, members))
      }
    }
  }

  private struct Split {
    var axis: Int
    /// How much the sum of squares falls.
    var gain: Double
    /// For numbers, where; otherwise the categories on the left.
    var threshold = 0.0
    var left: Set<Int>?

    func isLeft(_ coordinate: Double) -> Bool {
      left.map { $0.contains(Int(coordinate)) } ?? (coordinate <= threshold)
    }

    func parts(of side: Side) -> (Side, Side) {
      switch side {
      case .interval(let low, let high):
        return (.interval(low: low, high: threshold), .interval(low: threshold, high: high))
      case .categories(let held):
        let chosen = left ?? []
        return (
          .categories(held.enumerated().map { $1 && chosen.contains($0) }),
          .categories(held.enumerated().map { $1 && !chosen.contains($0) })
        )
      }
    }
  }

  private static func numberSplit(
    _ axis: Int, _ members: [Int], _ points: [UnitSpace.Point], _ costs: [Double],
    _ smallest: Int
  ) -> Split? {
    let sorted = members.sorted {
      (points[$0][axis], $0) < (points[$1][axis], $1)
    }
    let total = members.reduce(0) { $0 + costs[$1] }
    var best: Split?
    var sum = 0.0
    for (rank, member) in sorted.dropLast().enumerated() {
      sum += costs[member]
      let (here, next) = (points[member][axis], points[sorted[rank + 1]][axis])
      guard here < next, rank + 1 >= smallest, sorted.count - rank - 1 >= smallest else {
        continue
      }
      let gain = gain(sum, rank + 1, of: total, sorted.count)
      if gain > (best?.gain ?? 0) {
        best = Split(axis: axis, gain: gain, threshold: (here + next) / 2)
      }
    }
    return best
  }

  private static func categorySplit(
    _ axis: Int, _ members: [Int], _ points: [UnitSpace.Point], _ costs: [Double],
    _ smallest: Int
  ) -> Split? {
    var groups: [Int: (sum: Double, count: Int)] = [:]
    for member in members {
      let category = Int(points[member][axis])
      let group = groups[category] ?? (0, 0)
      groups[category] = (group.sum + costs[member], group.count + 1)
    }
    let order = groups.sorted {
      ($0.value.sum / Double($0.value.count), $0.key)
        < ($1.value.sum / Double($1.value.count), $1.key)
    }
    let total = members.reduce(0) { $0 + costs[$1] }
    var best: Split?
    var (sum, count) = (0.0, 0)
    var left = Set<Int>()
    for (category, group) in order.dropLast() {
      (sum, count) = (sum + group.sum, count + group.count)
      left.insert(category)
      guard count >= smallest, members.count - count >= smallest else { continue }
      let gain = gain(sum, count, of: total, members.count)
      if gain > (best?.gain ?? 0) { best = Split(axis: axis, gain: gain, left: left) }
    }
    return best
  }

  /// How much a split lowers the sum of squares.
  private static func gain(_ sum: Double, _ count: Int, of total: Double, _ all: Int) -> Double {
    let rest = total - sum
    return sum * sum / Double(count) + rest * rest / Double(all - count)
      - total * total / Double(all)
  }
}
