/// The sums of many numbers, kept so that the one at a given share of the total is found quickly.
///
/// Each node is the sum of eight children, which fill half a line of the cache (the numbers
/// themselves) or a whole one (their sums), so a million numbers are seven steps deep. A sum is
/// always computed anew from its children, never changed by a difference: it depends on the numbers
/// alone, whatever came before, and cannot drift.
package struct SumTree: ~Copyable {
  /// How many numbers there are, none of them negative.
  package let count: Int
  let leaves: Column<Float>
  /// The sums of eight, then the sums of eight of these, and so on up to eight or fewer; each level
  /// is padded with zeros to whole nodes.
  private let sums: Column<Double>
  /// The sum of everything.
  package private(set) var total = 0.0

  static let fanOut = 8

  /// All zero.
  package init(count: Int) throws(ReplayError) {
    self.count = count
    let leaves = try Column<Float>(count: Self.padded(count))
    let sums = try Column<Double>(count: Self.sumCount(leaves: count))
    self.leaves = leaves
    self.sums = sums
  }

  /// Bytes of a tree of so many numbers.
  static func byteCount(leaves: Int) -> Int {
    4 * padded(leaves) + 8 * sumCount(leaves: leaves)
  }

  private static func padded(_ count: Int) -> Int { (count + fanOut - 1) / fanOut * fanOut }

  private static func sumCount(leaves: Int) -> Int {
    var (width, all) = (leaves, 0)
    repeat {
      width = padded(width) / fanOut
      all += padded(width)
    } while width > fanOut
    return all
  }
}

// MARK: Changing

extension SumTree {
  /// The number at a place.
  ///
  /// After writing to some of them, their sums need `refresh(above:count:)`.
  package subscript(place: Int) -> Float {
    get { leaves.base[place] }
    nonmutating set { leaves.base[place] = newValue }
  }

  /// Gives adjacent numbers the same value.
  package mutating func set(_ range: Range<Int>, to value: Float) {
    guard !range.isEmpty else { return }
    for leaf in range { leaves.base[leaf] = value }
    refresh(range.lowerBound >> 3..<((range.upperBound - 1) >> 3) + 1)
  }

  /// Computes all sums anew.
  package mutating func refresh() {
    guard count > 0 else { return }
    refresh(0..<Self.padded(count) >> 3)
  }

  /// Computes the sums of these nodes of eight numbers anew, and those above them.
  private mutating func refresh(_ lowest: Range<Int>) {
    for node in lowest { sums.base[node] = Self.sum(leaves.base + node << 3) }
    var (nodes, width, start) = (lowest, Self.padded(count) >> 3, 0)
    while width > Self.fanOut {
      nodes = nodes.lowerBound >> 3..<((nodes.upperBound - 1) >> 3) + 1
      let above = start + Self.padded(width)
      for node in nodes {
        sums.base[above + node] = Self.sum(sums.base + start + node << 3)
      }
      (start, width) = (above, Self.padded(width) >> 3)
    }
    total = Self.sum(sums.base + start)
  }

  /// Computes the sums above some numbers anew.
  ///
  /// Adjacent numbers share nodes; the more of them stand next to each other, the less there is
  /// to do.
  ///
  /// - Parameter places: The numbers' places, `count` of them; overwritten.
  package mutating func refresh(above places: UnsafeMutablePointer<Int32>, count: Int) {
    guard count > 0 else { return }
    var left = Self.shareNodes(places, count)
    for index in 0..<left {
      let node = Int(places[index])
      sums.base[node] = Self.sum(leaves.base + node << 3)
    }
    var (width, start) = (Self.padded(self.count) >> 3, 0)
    while width > Self.fanOut {
      left = Self.shareNodes(places, left)
      let above = start + Self.padded(width)
      for index in 0..<left {
        let node = Int(places[index])
        sums.base[above + node] = Self.sum(sums.base + start + node << 3)
      }
      (start, width) = (above, Self.padded(width) >> 3)
    }
    total = Self.sum(sums.base + start)
  }

  /// Turns places into those of their nodes, neighbors of the same node only once; how many are
  /// left.
  private static func shareNodes(_ places: UnsafeMutablePointer<Int32>, _ count: Int) -> Int {
    var left = 0
    for index in 0..<count {
      let node = places[index] >> 3
      // Written over what has been read; a repeated node is written over by the next one.
      if left > 0, places[left - 1] == node { continue }
      places[left] = node
      left += 1
    }
    return left
  }

  @inline(__always)
  private static func sum(_ children: UnsafePointer<Float>) -> Double {
    var sum = 0.0
    for child in 0..<fanOut { sum += Double(children[child]) }
    return sum
  }

  @inline(__always)
  private static func sum(_ children: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for child in 0..<fanOut { sum += children[child] }
    return sum
  }
}

// MARK: Finding

extension SumTree {
  /// Finds for each target the number within which it falls when all are laid end to end.
  ///
  /// Goes down level by level with all targets, so that the processor waits for many of them at
  /// once. A number that is zero is never found.
  ///
  /// - Parameters:
  ///   - targets: from 0 to below `total`, which is above 0; overwritten.
  ///   - places: the places found, `[count]`.
  package func find(
    _ targets: UnsafeMutablePointer<Double>, count: Int, places: UnsafeMutablePointer<Int32>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.fanOut + 1) { scratch in
      guard let before = scratch.baseAddress else { return }
      before[0] = 0
      find(targets, count: count, places: places, scratch: before)
    }
  }

  /// - Parameter before: Memory for what the children up to each sum up to; the first is 0.
  private func find(
    _ targets: UnsafeMutablePointer<Double>, count: Int, places: UnsafeMutablePointer<Int32>,
    scratch before: UnsafeMutablePointer<Double>
  ) {
    places.update(repeating: 0, count: count)
    var (level, start) = (depth - 1, 0)
    while level >= 0 {
      start = levelStart(level)
      for index in 0..<count {
        let node = Int(places[index]) << 3
        let (child, rest) = Self.descend(
          sums.base + start + node, targets[index], before
        ) { $0 }
        places[index] = Int32(truncatingIfNeeded: node + child)
        targets[index] = rest
      }
      level -= 1
    }
    for index in 0..<count {
      let node = Int(places[index]) << 3
      let (child, _) = Self.descend(leaves.base + node, targets[index], before) { Double($0) }
      places[index] = Int32(truncatingIfNeeded: node + child)
    }
  }

  /// How many levels of sums there are.
  private var depth: Int {
    var (width, levels) = (Self.padded(count) >> 3, 1)
    while width > Self.fanOut {
      width = Self.padded(width) >> 3
      levels += 1
    }
    return levels
  }

  /// Where the sums of a level begin; 0 is the lowest.
  private func levelStart(_ level: Int) -> Int {
    var (width, start) = (Self.padded(count) >> 3, 0)
    for _ in 0..<level {
      start += Self.padded(width)
      width = Self.padded(width) >> 3
    }
    return start
  }

  /// The child within which a target falls, and how far into it; without a branch but the rare one.
  @inline(__always)
  private static func descend<Number>(
    _ children: UnsafePointer<Number>, _ target: Double,
    _ before: UnsafeMutablePointer<Double>, _ value: (Number) -> Double
  ) -> (child: Int, rest: Double) {
    var (sum, child) = (0.0, 0)
    for index in 0..<fanOut {
      sum += value(children[index])
      before[index + 1] = sum
      child += sum <= target ? 1 : 0
    }
    if child < fanOut { return (child, target - before[child]) }
    // Subtractions are rounded, so a target may come to lie a bit beyond its node.
    child = fanOut - 1
    while child > 0, value(children[child]) == 0 { child -= 1 }
    return (child, value(children[child]))
  }
}
