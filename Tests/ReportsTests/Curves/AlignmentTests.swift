import Reports
import Testing

@Suite struct AlignmentTests {
  @Test func `a running mean is that of the last values, or of all while there are fewer`() {
    #expect(runningMeans(of: [1, 2, 3, 4, 5], window: 3) == [1, 1.5, 2, 3, 4])
    #expect(runningMeans(of: [7], window: 100) == [7])
    #expect(runningMeans(of: [], window: 100).isEmpty)
  }

  @Test func `a running mean does not drift over a long run`() throws {
    let values = (0..<300_000).map { $0 < 200_000 ? 1e9 + 0.1 : 0.1 }
    let last = try #require(runningMeans(of: values, window: 100).last)
    #expect(abs(last - 0.1) < 1e-6)
  }

  @Test func `a carried value holds from its step on, until the run's end`() {
    let line = Polyline(xs: [10, 20], ys: [1, 2])
    #expect(line.carried(to: [5, 10, 15, 20, 25, 30], until: 25) == [nil, 1, 1, 2, 2, nil])
  }

  @Test func `interpolation stays between the first and the last step`() {
    let line = Polyline(xs: [10, 20, 40], ys: [1, 2, 6])
    #expect(line.interpolated(at: [5, 10, 15, 20, 30, 40, 41]) == [nil, 1, 1.5, 2, 4, 6, nil])
    #expect(Polyline(xs: [3], ys: [9]).interpolated(at: [2, 3, 4]) == [nil, 9, nil])
    #expect(Polyline(xs: [], ys: []).interpolated(at: [1]) == [nil])
  }

  @Test func `bins hold means, and one without values lies between its neighbours`() {
    let line = Polyline(xs: [0, 1, 2, 7, 8], ys: [1, 3, 5, 10, 20])
    // Bins [0, 2), [2, 4), [4, 6), [6, 8], of which the third is empty.
    #expect(line.binned(into: 4, over: 0...8) == [2, 5, 10, 15])
  }

  @Test func `bins outside the run's own steps are missing`() {
    let line = Polyline(xs: [4, 5], ys: [1, 3])
    #expect(line.binned(into: 5, over: 0...10) == [nil, nil, 2, nil, nil])
  }
}
