/// A function of the plane, by its values on a grid.
package struct Field: Sendable {
  package let x: ClosedRange<Double>
  package let y: ClosedRange<Double>
  /// Points of the grid along each side.
  package let side: Int
  /// `[side, side]`: rows of equal `y`, from the lowest up.
  package let values: [Double]

  package init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, side: Int = 101,
    of function: (_ x: Double, _ y: Double) -> Double
  ) {
    precondition(side >= 2, "a grid has at least two points a side")
    self.x = x
    self.y = y
    self.side = side
    values = (0..<side * side).map { index in
      function(
        Self.place(index % side, of: side, in: x), Self.place(index / side, of: side, in: y))
    }
  }

  private static func place(_ index: Int, of side: Int, in range: ClosedRange<Double>) -> Double {
    let share = Double(index) / Double(side - 1)
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }

  /// Levels between which equally many points of the grid lie: lines then fill the picture, however
  /// steep the function is in places.
  package func levels(_ count: Int) -> [Double] {
    let sorted = values.filter(\.isFinite).sorted()
    guard sorted.count > 1 else { return [] }
    let places = (1...count).map { sorted[$0 * (sorted.count - 1) / (count + 1)] }
    return Set(places).sorted()
  }

  /// The lines along which the function has a value.
  ///
  /// Marching squares: each cell of the grid that the level passes through holds a straight piece
  /// of a line, or two where it is a saddle, which the mean of its corners decides on.
  package func contour(at level: Double) -> [[(x: Double, y: Double)]] {
    var pieces: [Int: [Int]] = [:]
    func connect(_ one: Int, _ other: Int) {
      pieces[one, default: []].append(other)
      pieces[other, default: []].append(one)
    }
    for row in 0..<side - 1 {
      for column in 0..<side - 1 {
        for (one, other) in crossings(row, column, level) { connect(one, other) }
      }
    }
    return chains(of: pieces).map { chain in chain.map { point(on: $0, level) } }
  }

  /// Edges of the grid are numbered: twice the number of the point at their lower or left end,
  /// plus 1 for those that go up.
  private func crossings(_ row: Int, _ column: Int, _ level: Double) -> [(Int, Int)] {
    let corner = row * side + column
    let places = [corner, corner + 1, corner + side + 1, corner + side]
    let isFinite = places.allSatisfy { values[$0].isFinite }
    guard isFinite else { return [] }
    let above = places.map { values[$0] > level }
    let edges = [2 * corner, 2 * (corner + 1) + 1, 2 * (corner + side), 2 * corner + 1]
    let crossed = (0..<4).filter { above[$0] != above[($0 + 1) % 4] }.map { edges[$0] }
    guard crossed.count == 4 else { return crossed.count == 2 ? [(crossed[0], crossed[1])] : [] }
    let isHigh = places.reduce(0) { $0 + values[$1] } / 4 > level
    return isHigh == above[0]
      ? [(crossed[0], crossed[1]), (crossed[2], crossed[3])]
      : [(crossed[3], crossed[0]), (crossed[1], crossed[2])]
  }

  /// Lines of edges, each connected to the next: first those with ends, then those without.
  private func chains(of pieces: [Int: [Int]]) -> [[Int]] {
    var pieces = pieces
    var chains: [[Int]] = []
    func follow(from start: Int) {
      var chain = [start]
      while let last = chain.last, let next = pieces[last]?.popLast() {
        if let place = pieces[next]?.firstIndex(of: last) { pieces[next]?.remove(at: place) }
        chain.append(next)
      }
      if chain.count > 1 { chains.append(chain) }
    }
    let keys = pieces.keys.sorted()
    for key in keys where pieces[key]?.count == 1 { follow(from: key) }
    for key in keys { follow(from: key) }
    return chains
  }

  private func point(on edge: Int, _ level: Double) -> (x: Double, y: Double) {
    let start = edge / 2
    let end = start + (edge.isMultiple(of: 2) ? 1 : side)
    let share = (level - values[start]) / (values[end] - values[start])
    func between(_ one: Int, _ other: Int, _ range: ClosedRange<Double>) -> Double {
      let (from, to) = (
        Self.place(one, of: side, in: range), Self.place(other, of: side, in: range)
      )
      return from + share * (to - from)
    }
    return (
      between(start % side, end % side, x), between(start / side, end / side, y)
    )
  }
}

/// A line with fewer corners, none of which was farther than `tolerance` from it.
///
/// Douglas & Peucker (1973).
package func simplified(
  _ line: [(x: Double, y: Double)], tolerance: Double
) -> [(x: Double, y: Double)] {
  guard line.count > 2 else { return line }
  var isKept = [Bool](repeating: false, count: line.count)
  isKept[0] = true
  isKept[line.count - 1] = true
  var stretches = [(0, line.count - 1)]
  while let (start, end) = stretches.popLast() {
    guard end > start + 1 else { continue }
    let (way, origin) = ((line[end].x - line[start].x, line[end].y - line[start].y), line[start])
    let length = way.0 * way.0 + way.1 * way.1
    var (farthest, place) = (0.0, start)
    for index in start + 1..<end {
      let (x, y) = (line[index].x - origin.x, line[index].y - origin.y)
      let share = length > 0 ? min(max((x * way.0 + y * way.1) / length, 0), 1) : 0
      let (dx, dy) = (x - share * way.0, y - share * way.1)
      if dx * dx + dy * dy > farthest { (farthest, place) = (dx * dx + dy * dy, index) }
    }
    guard farthest > tolerance * tolerance else { continue }
    isKept[place] = true
    stretches += [(start, place), (place, end)]
  }
  return line.indices.filter { isKept[$0] }.map { line[$0] }
}
