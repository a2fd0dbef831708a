// Several objectives at once; every number here is a cost, of which less is better.

/// Whether `first` is nowhere worse than `second` and somewhere better.
package func dominates(_ first: [Double], _ second: [Double]) -> Bool {
  zip(first, second).allSatisfy { $0 <= $1 } && zip(first, second).contains { $0 < $1 }
}

/// The places of the points that no other dominates; equal points are all kept.
package func nonDominated(_ points: [[Double]]) -> [Int] {
  points.indices.filter { place in
    points[place].allSatisfy(\.isFinite) && !points.contains { dominates($0, points[place]) }
  }
}

/// The volume between points and a reference point that they are better than: what all of them
/// together dominate of the box below the reference.
///
/// Exact for any number of objectives, by exclusive volumes (While, Bradstreet and Barone 2012);
/// the time grows fast with the number of non-dominated points in five or more objectives. Points
/// that are not better than the reference in every objective add nothing.
package func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
  let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
  var seen = Set<[Double]>()
  let front = nonDominated(inside).map { inside[$0] }.filter { seen.insert($0).inserted }
  // Sorted by the last objective, later points cut off most of what is left of earlier ones.
  return volume(front.sorted { ($0.last ?? 0) > ($1.last ?? 0) }[...], reference)
}

private func volume(_ points: ArraySlice<[Double]>, _ reference: [Double]) -> Double {
  if reference.count == 1 {
    return points.map { reference[0] - $0[0] }.max() ?? 0
  }
  if reference.count == 2 { return area(points, reference) }
  var sum = 0.0
  var rest = points
  while let point = rest.popFirst() {
    let box = zip(point, reference).reduce(1) { $0 * ($1.1 - $1.0) }
    // What the others cover of this box is theirs.
    let limited = rest.map { other in zip(other, point).map { max($0, $1) } }
    var seen = Set<[Double]>()
    let front = nonDominated(limited).map { limited[$0] }.filter { seen.insert($0).inserted }
    sum += box - volume(front.sorted { ($0.last ?? 0) > ($1.last ?? 0) }[...], reference)
  }
  return sum
}

/// Two objectives: a staircase.
private func area(_ points: ArraySlice<[Double]>, _ reference: [Double]) -> Double {
  var sum = 0.0
  var edge = reference[1]
  for point in points.sorted(by: { $0[0] < $1[0] }) where point[1] < edge {
    sum += (reference[0] - point[0]) * (edge - point[1])
    edge = point[1]
  }
  return sum
}

/// How far a point lies beyond a front: the largest margin by which, for some weighting of the
/// objectives, it beats every point of the front; below 0 where some mixture of the front's points
/// is better in every objective by as much.
///
/// This is the value of a matrix game: weightings u against mixtures λ of the front, with what the
/// point saves, max over u of min over λ of Σₜ uₜ (Σₚ λₚ front[p][t] - point[t]). A front that weighted
/// sums can reach is judged by its convex hull, so a gap between the points tried is not mistaken for
/// room above the front.
package func marginBeyondFront(_ point: [Double], front: [[Double]]) -> Double {
  gameValue(payoffs: front.map { other in zip(other, point).map { $0 - $1 } })
}

/// The value of the zero-sum game in which the row player pays the column player `payoffs[r][c]`:
/// rows are mixed to pay least, columns to gain most.
///
/// Solved exactly by the simplex method with Bland's rule, which cannot cycle.
package func gameValue(payoffs: [[Double]]) -> Double {
  guard let columns = payoffs.first?.count, columns > 0 else { return .nan }
  guard payoffs.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return .nan }
  let rows = payoffs.count
  // Shifted until all payoffs are at least 1: the value is then positive.
  let shift = 1 - (payoffs.lazy.map { $0.min() ?? 0 }.min() ?? 0)
  // Maximise Σ x over the row player's x ≥ 0 with Σᵣ payoff[r][c] xᵣ ≤ 1 for each column: the value
  // is 1 / Σ x.
  let width = rows + columns + 1
  var table = (0..<columns).map { column -> [Double] in
    var line = [Double](repeating: 0, count: width)
    for row in 0..<rows { line[row] = payoffs[row][column] + shift }
    line[rows + column] = 1
    line[width - 1] = 1
    return line
  }
  var goal = (0..<width).map { $0 < rows ? -1.0 : 0 }
  var basis = (0..<columns).map { rows + $0 }
  for _ in 0..<10_000 {
    guard let entering = (0..<(width - 1)).first(where: { goal[$0] < -1e-12 }) else { break }
    let ratios = (0..<columns).compactMap { line -> (ratio: Double, line: Int)? in
      table[line][entering] > 1e-12 ? (table[line][width - 1] / table[line][entering], line) : nil
    }
    guard
      let leaving = ratios.min(by: {
        $0.ratio != $1.ratio ? $0.ratio < $1.ratio : basis[$0.line] < basis[$1.line]
      })?.line
    else { break }
    pivot(&table, &goal, line: leaving, column: entering)
    basis[leaving] = entering
  }
  return 1 / goal[width - 1] - shift
}

private func pivot(_ table: inout [[Double]], _ goal: inout [Double], line: Int, column: Int) {
  let divisor = table[line][column]
  for place in table[line].indices { table[line][place] /= divisor }
  let own = table[line]
  for other in table.indices where other != line && table[other][column] != 0 {
    let factor = table[other][column]
    for place in own.indices { table[other][place] -= factor * own[place] }
  }
  let factor = goal[column]
  for place in own.indices { goal[place] -= factor * own[place] }
}
