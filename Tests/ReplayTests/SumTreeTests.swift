import Randomness
import Replay
import Testing

@Suite struct SumTreeTests {
  /// Where each target falls when the tree's numbers are laid end to end, found one by one.
  private func reference(_ numbers: [Float], _ target: Double) -> Int {
    var sum = 0.0
    for (place, number) in numbers.enumerated() {
      sum += Double(number)
      if sum > target { return place }
    }
    return -1
  }

  private func find(_ tree: borrowing SumTree, _ targets: [Double]) -> [Int] {
    var targets = targets
    var places = [Int32](repeating: -1, count: targets.count)
    targets.withUnsafeMutableBufferPointer { targets in
      places.withUnsafeMutableBufferPointer { places in
        guard let to = targets.baseAddress, let at = places.baseAddress else { return }
        tree.find(to, count: targets.count, places: at)
      }
    }
    return places.map(Int.init)
  }

  @Test(arguments: [1, 2, 7, 8, 9, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 40_000])
  func `a target falls where a search from the front finds it`(count: Int) throws {
    var random = Seeds(root: UInt64(count))["tree"]
    var tree = try SumTree(count: count)
    // Whole numbers, whose sums are exact.
    let numbers = (0..<count).map { _ in Float(random.integer(below: 4)) }
    for (place, number) in numbers.enumerated() { tree[place] = number }
    tree.refresh()
    let total = numbers.reduce(0.0) { $0 + Double($1) }
    #expect(tree.total == total)
    guard total > 0 else { return }
    let targets =
      [0, total - 0.5] + (0..<200).map { _ in Double(random.integer(below: Int(total))) }
      + (0..<200).map { _ in random.uniform() * total }
    #expect(find(tree, targets) == targets.map { reference(numbers, $0) })
  }

  @Test func `after a million changes the sums are those of the numbers alone`() throws {
    let count = 5000
    var random = Seeds(root: 1)["tree"]
    var tree = try SumTree(count: count)
    var fresh = try SumTree(count: count)
    var places = [Int32](repeating: 0, count: 500)
    for _ in 0..<2000 {
      for index in 0..<places.count {
        places[index] = Int32(random.integer(below: count))
        // From 2⁻²⁰ to 2²⁰, so that differences would leave their rounding behind.
        let size: Float = Float(
          sign: .plus, exponent: random.integer(below: 41) - 20, significand: 1)
        tree[Int(places[index])] = size * random.uniform()
      }
      places.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        tree.refresh(above: base, count: $0.count)
      }
    }
    for place in 0..<count { fresh.set(place..<place + 1, to: tree[place]) }
    #expect(tree.total == fresh.total)
    let targets = (0..<2000).map { _ in random.uniform() * tree.total }
    #expect(find(tree, targets) == find(fresh, targets))
    fresh.refresh()
    #expect(tree.total == fresh.total)
  }

  @Test func `a zero is never found, even where rounding carries a target beyond its node`() throws
  {
    let count = 700
    var random = Seeds(root: 2)["tree"]
    for _ in 0..<50 {
      var tree = try SumTree(count: count)
      for place in 0..<count where random.chance(0.2) {
        let size: Float = Float(
          sign: .plus, exponent: random.integer(below: 60) - 30, significand: 1)
        tree[place] = size * (1 + random.uniform())
      }
      tree.refresh()
      guard tree.total > 0 else { continue }
      let targets = (0..<300).map { _ in random.uniform() * tree.total } + [tree.total.nextDown]
      // A target at the very end stands for what rounding may do.
      for place in find(tree, targets + [tree.total]) { #expect(tree[place] > 0) }
    }
  }
}
