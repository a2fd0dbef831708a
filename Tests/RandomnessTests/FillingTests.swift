import Randomness
import Testing

@Suite struct FillingTests {
  /// Counts that end inside a block, at its end, and beyond the 256 words made at a time.
  private static let counts = [0, 1, 3, 4, 5, 255, 256, 257, 1000]

  @Test(arguments: counts, [1, 2, 10, 100_000, 3 << 29, 1 << 31])
  func `filling with whole numbers is drawing them one by one`(count: Int, bound: Int) {
    for lead in 0..<4 {
      var bulk = RandomStream(key: 12, position: UInt64(lead))
      var single = bulk
      let filled = [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
        bulk.fillIntegers(below: bound, into: .init(rebasing: buffer[..<count]))
        initialized = count
      }
      #expect(filled.map { Int($0) } == (0..<count).map { _ in single.integer(below: bound) })
      #expect(bulk == single)
    }
  }

  @Test(arguments: counts)
  func `filling with numbers is drawing them one by one`(count: Int) {
    for lead in 0..<4 {
      check(count, lead, { $0.fillUniform($1) }, { $0.uniform() })
      check(count, lead, { $0.fillUniform($1, in: -2...3) }, { $0.uniform(in: -2...3) })
      check(count, lead, { $0.fillNormal($1) }, { $0.normal() })
    }
  }

  private func check(
    _ count: Int, _ lead: Int,
    _ fill: (inout RandomStream, UnsafeMutableBufferPointer<Float>) -> Void,
    _ draw: (inout RandomStream) -> Float
  ) {
    var bulk = RandomStream(key: 12, position: UInt64(lead))
    var single = bulk
    let filled = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(&bulk, .init(rebasing: buffer[..<count]))
      initialized = count
    }
    #expect(filled == (0..<count).map { _ in draw(&single) })
    #expect(bulk == single)
  }
}
