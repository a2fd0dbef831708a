import CKernels
import Randomness
import Testing

/// Inner products of rows in double precision.
@Suite struct GramRowsTests {
  private func rows(_ count: Int, _ length: Int) -> [[Float]] {
    var random = Seeds(root: 7)["gram"]
    return (0..<count).map { _ in (0..<length).map { _ in random.normal() } }
  }

  private func gram(
    _ loops: fledge_loops, _ rows: [[Float]], from begin: Int, length: Int,
    into gram: inout [Double]
  ) {
    let places = rows.map { row in
      let place = UnsafeMutablePointer<Float>.allocate(capacity: row.count)
      place.initialize(from: row, count: row.count)
      return place
    }
    defer { for place in places { place.deallocate() } }
    let starts: [UnsafePointer<Float>?] = places.map { UnsafePointer($0 + begin) }
    loops.gram(starts, Int64(rows.count), Int64(length), &gram)
  }

  @Test func `every pair is multiplied, whatever the sizes`() {
    for (count, length) in [(1, 1), (2, 7), (3, 8), (4, 513), (5, 64), (10, 1200), (17, 33)] {
      let rows = rows(count, length)
      for (_, loops) in availableLoops {
        var found = [Double](repeating: 0, count: count * count)
        gram(loops, rows, from: 0, length: length, into: &found)
        for i in 0..<count {
          for j in 0..<count {
            let exact = zip(rows[i], rows[j]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(found[i * count + j] - exact) <= 1e-12 * Double(length))
          }
        }
      }
    }
  }

  @Test func `parts of the rows add up`() {
    let rows = rows(6, 900)
    for (_, loops) in availableLoops {
      var whole = [Double](repeating: 0, count: 36)
      gram(loops, rows, from: 0, length: 900, into: &whole)
      var parts = [Double](repeating: 0, count: 36)
      gram(loops, rows, from: 0, length: 512, into: &parts)
      gram(loops, rows, from: 512, length: 388, into: &parts)
      // 512 is one strip, so that the sums have one order.
      #expect(parts == whole)
    }
  }

  @Test func `small numbers beside large ones are not lost`() {
    // 2²⁴ + 1 is no float, but a double.
    let rows: [[Float]] = [[4096, 1], [4096, 1]]
    for (_, loops) in availableLoops {
      var found = [Double](repeating: 0, count: 4)
      gram(loops, rows, from: 0, length: 2, into: &found)
      #expect(found == Array(repeating: 16_777_217, count: 4))
    }
  }
}
