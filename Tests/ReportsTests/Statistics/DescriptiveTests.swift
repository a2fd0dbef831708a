import Reports
import Testing

@Suite struct DescriptiveTests {
  @Test func `mean and median are the usual ones`() {
    #expect([1.0, 2, 6].mean == 3)
    #expect([5.0, 1, 3].median == 3)
    #expect([4.0, 1, 3, 2].median == 2.5)
  }

  @Test func `the standard deviation divides by one less than the count`() {
    #expect([2.0, 4, 4, 4, 5, 5, 7, 9].standardDeviation == (32.0 / 7).squareRoot())
    #expect([2.0, 4, 4, 4, 5, 5, 7, 9].standardError == (32.0 / 7 / 8).squareRoot())
  }

  @Test func `one value has no standard deviation`() {
    #expect([3.0].standardDeviation.isNaN)
    #expect([3.0].standardError.isNaN)
  }

  @Test func `an empty list has no mean, median, quantile or interquartile mean`() {
    let none: [Double] = []
    #expect(none.mean.isNaN)
    #expect(none.median.isNaN)
    #expect(none.quantile(0.5).isNaN)
    #expect(none.interquartileMean.isNaN)
  }

  @Test(arguments: [
    (1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (35, 8),
  ]) func `the interquartile mean cuts a quarter, rounded down, from each end`(
    count: Int, cut: Int
  ) {
    // Ends that are cut are far off and would be seen.
    let values = (0..<count).map { $0 < cut ? -1e9 : $0 >= count - cut ? 1e12 : Double($0) }
    let kept = (cut..<(count - cut)).map(Double.init)
    #expect(abs(Array(values.reversed()).interquartileMean - kept.mean) < 1e-9)
  }

  @Test func `quantiles are interpolated as NumPy does by default`() {
    // numpy.quantile([3, 1, 10, 4], [0, 0.025, 0.5, 0.9, 1])
    let values = [3.0, 1, 10, 4]
    let expected = [(0.0, 1.0), (0.025, 1.15), (0.5, 3.5), (0.9, 8.2), (1, 10)]
    for (share, value) in expected { #expect(abs(values.quantile(share) - value) < 1e-12) }
    #expect([7.0].quantile(0.3) == 7)
  }
}
