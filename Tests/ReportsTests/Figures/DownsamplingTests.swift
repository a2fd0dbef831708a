import Reports
import Testing

@Suite struct DownsamplingTests {
  private let long = Polyline(
    xs: (0..<100_000).map(Double.init),
    ys: (0..<100_000).map { $0 == 54_321 ? 1000 : $0 == 70_007 ? -1000 : Double($0 % 10) })

  @Test func `a long line keeps its ends, its spikes and few points`() {
    let reduced = long.reduced(toColumns: 200)
    #expect(reduced.xs.count <= 4 * 201)
    #expect(reduced.xs.first == 0 && reduced.xs.last == 99_999)
    #expect(reduced.ys.max() == 1000 && reduced.ys.min() == -1000)
    #expect(zip(reduced.xs, reduced.xs.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `a short line stays as it is`() {
    let short = Polyline(xs: [1, 2, 3], ys: [4, 5, 6])
    #expect(short.reduced(toColumns: 2) == short)
    let empty = Polyline(xs: [], ys: [])
    #expect(empty.reduced(toColumns: 10) == empty)
  }

  @Test func `a hole still parts a reduced line`() {
    var holed = long
    holed.ys[50_050] = .nan
    #expect(holed.reduced(toColumns: 100).stretches.count == 2)
  }

  @Test func `points that are not finite part a line`() {
    let line = Polyline(xs: [1, 2, 3, 4, 5], ys: [1, .nan, 3, .infinity, 5])
    #expect(line.stretches.map(\.ys) == [[1], [3], [5]])
    #expect(Polyline(xs: [1], ys: [.nan]).stretches.isEmpty)
  }
}
