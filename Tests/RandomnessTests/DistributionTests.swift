import Randomness
import Testing

/// What the draws have in common, over many of them.
///
/// The bands are five standard errors wide, so
/// that each would be left by chance once in two million (fixed) keys.
@Suite struct DistributionTests {
  private let count = 200_000

  @Test func `uniform numbers fill the unit interval evenly`() {
    var stream = RandomStream(key: 1)
    let numbers = (0..<count).map { _ in stream.uniform() as Double }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    expectMean(numbers, 0.5, deviation: 0.28868)
    expectMean(numbers.map { $0 * $0 }, 1.0 / 3, deviation: 0.29814)
    let floats = (0..<count).map { _ in Double(stream.uniform() as Float) }
    #expect(floats.allSatisfy { $0 >= 0 && $0 < 1 })
    expectMean(floats, 0.5, deviation: 0.28868)
  }

  @Test func `normal draws have the moments of the normal distribution`() {
    var stream = RandomStream(key: 2)
    for numbers in [
      (0..<count).map { _ in stream.normal() as Double },
      (0..<count).map { _ in Double(stream.normal() as Float) },
    ] {
      expectMean(numbers, 0, deviation: 1)
      expectMean(numbers.map { $0 * $0 }, 1, deviation: 1.4142)
      expectMean(numbers.map { $0 * $0 * $0 * $0 }, 3, deviation: 9.798)
      expectMean(numbers.map { $0 > 1.6448536 ? 1 : 0 }, 0.05, deviation: 0.218)
    }
  }

  /// Against Python's `statistics.NormalDist`.
  @Test(arguments: [
    (1e-300, -37.0470962993612), (1e-20, -9.262340089798405), (1e-08, -5.61200124417479),
    (0.01, -2.3263478740408408), (0.07, -1.4757910281791702), (0.2, -0.8416212335729142),
    (0.5, 0.0), (0.9, 1.2815515655446008), (0.999999, 4.753424308817089),
  ])
  func `the normal quantile is right to the last figures`(probability: Double, expected: Double) {
    #expect(abs(normalQuantile(probability) - expected) <= 4e-16 * max(1, abs(expected)))
  }

  @Test(arguments: [1, 2, 3, 7, 1000, 3 << 30, (1 << 32) - 1, 1 << 32, 5 << 40])
  func `whole numbers stay below their bound and fill it evenly`(bound: Int) {
    var stream = RandomStream(key: 3)
    let numbers = (0..<count).map { _ in stream.integer(below: bound) }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < bound })
    let mean = Double(bound - 1) / 2
    let deviation = ((Double(bound) * Double(bound) - 1) / 12).squareRoot()
    expectMean(numbers.map(Double.init), mean, deviation: deviation)
  }

  /// With a bound of 3·2³⁰ every fourth word is rejected; without that, the lowest third of the
  /// range would come up half of the time.
  @Test func `large bounds are not biased`() {
    var stream = RandomStream(key: 4)
    let low = (0..<count).map { _ in stream.integer(below: 3 << 30) < 1 << 30 ? 1.0 : 0 }
    expectMean(low, 1.0 / 3, deviation: 0.4714)
    let start = stream.position
    for _ in 0..<1000 { _ = stream.integer(below: 3 << 30) }
    #expect((1200...1500).contains(stream.position - start))
  }

  @Test func `categories come up in proportion to their weights`() {
    var stream = RandomStream(key: 5)
    var counts = [0.0, 0, 0, 0]
    for _ in 0..<count { counts[stream.categorical([0, 1, 2, 5])] += 1 }
    #expect(counts[0] == 0)
    for (index, share) in [(1, 0.125), (2, 0.25), (3, 0.625)] {
      let error = (share * (1 - share) / Double(count)).squareRoot()
      #expect(abs(counts[index] / Double(count) - share) < 5 * error)
    }
  }

  @Test func `each order of three things is equally likely`() {
    var stream = RandomStream(key: 6)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<count { counts[stream.permutation(of: 3), default: 0] += 1 }
    #expect(counts.count == 6)
    for (_, times) in counts {
      #expect(
        abs(Double(times) / Double(count) - 1.0 / 6) < 5 * (5.0 / 36 / Double(count)).squareRoot())
    }
  }

  @Test func `Gumbel draws have their mean and chances their probability`() {
    var stream = RandomStream(key: 7)
    expectMean((0..<count).map { _ in stream.gumbel() }, 0.5772156649, deviation: 1.28255)
    expectMean((0..<count).map { _ in stream.chance(0.3) ? 1 : 0 }, 0.3, deviation: 0.4583)
    #expect(!(0..<1000).contains { _ in stream.chance(0) })
    #expect((0..<1000).allSatisfy { _ in stream.chance(1) })
  }

  private func expectMean(
    _ numbers: [Double], _ expected: Double, deviation: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let error = deviation / Double(numbers.count).squareRoot()
    #expect(abs(mean - expected) <= 5 * error, sourceLocation: sourceLocation)
  }
}
