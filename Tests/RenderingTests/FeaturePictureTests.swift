import Environments
import Rendering
import Testing

/// Worlds without a picture show their features.
@Suite struct FeaturePictureTests {
  @Test func `few features are bars with their numbers`() {
    let picture = Picture(
      features: [0.5, -2, 3], bounds: Box(low: [0, -4, -.infinity], high: [1, 4, .infinity]))
    let texts = picture.shapes.compactMap { shape in
      if case .text(let text, _, _, _) = shape { text } else { nil }
    }
    #expect(texts == ["0", "0.500", "1", "-2", "2", "3"])
    // From its zero to its value, on grooves from 4 to 26: the middle of 0...1, a quarter of -4...4,
    // and three quarters of the half that stands for all numbers above 0.
    let bars = picture.shapes.compactMap { shape -> [Double]? in
      guard case .polygon(let corners, let color) = shape, color.blue != color.red,
        corners[1].x - corners[0].x > 1, corners[1].x - corners[0].x < 22
      else { return nil }
      return [corners[0].x, corners[1].x]
    }
    #expect(bars == [[4, 15], [9.5, 15], [15, 23.25]])
  }

  @Test func `many features are cells, and odd numbers no trouble`() {
    let features = (0..<100).map { Float($0) - 50 } + [.nan, .infinity, -.infinity, 1e38]
    let picture = Picture(
      features: features, bounds: Box(symmetric: [Float](repeating: 50, count: 100)))
    #expect(picture.shapes.count == 104)
    #expect(picture.width == 12 && picture.height == 11)
    let odd: [Float] = [.nan, .infinity, -.infinity, 1e38, -1e-38, 123_456.7]
    _ = Picture(features: odd, bounds: Box(symmetric: [1, 1, 1, 1, 0, 1])).svg(size: 100)
    _ = Picture(features: [], bounds: Box(low: [], high: [])).svg(size: 100)
  }
}
