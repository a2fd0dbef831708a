import Reports
import Testing

@Suite struct ScaleTests {
  private func labels(_ low: Double, _ high: Double, count: Int = 5) -> [String] {
    Scale(covering: [low, high], from: 0, to: 100, tickCount: count).ticks.map(\.label)
  }

  @Test func `ticks stand at 1, 2 or 5 times a power of ten`() {
    #expect(labels(0, 500) == ["0", "100", "200", "300", "400", "500"])
    #expect(labels(-0.9, 0.3) == ["−1.0", "−0.8", "−0.6", "−0.4", "−0.2", "0", "0.2", "0.4"])
    #expect(labels(0, 500_000) == ["0", "100k", "200k", "300k", "400k", "500k"])
    #expect(labels(0, 2_400_000) == ["0", "500k", "1.0M", "1.5M", "2.0M", "2.5M"])
    #expect(labels(0, 0.00005) == ["0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"])
  }

  @Test func `the ends of the domain stand at the ends of the axis`() {
    let scale = Scale(covering: [3, 97], from: 200, to: 20)
    #expect(scale.domain == 0...100)
    #expect(scale.position(of: 0) == 200)
    #expect(scale.position(of: 100) == 20)
    #expect(scale.position(of: 50) == 110)
  }

  @Test func `without rounding the domain is that of the values`() {
    let scale = Scale(covering: [3, 97], from: 0, to: 94, rounding: false)
    #expect(scale.domain == 3...97)
    #expect(scale.position(of: 4) == 1)
  }

  @Test func `a flat line gets room above and below`() {
    for value in [0.0, 5, -1e-9, 1e12] {
      let scale = Scale(covering: [value, value], from: 0, to: 100)
      #expect(scale.domain.lowerBound < value && scale.domain.upperBound > value)
      #expect(scale.ticks.count > 1)
    }
  }

  @Test func `values that are not finite are ignored, and nothing gives a unit domain`() {
    #expect(Scale(covering: [.nan, 1, .infinity, 2], from: 0, to: 1).domain == 1...2)
    #expect(Scale(covering: [Double](), from: 0, to: 1).domain == 0...1)
    #expect(Scale(.logarithmic, covering: [-1, 0], from: 0, to: 1).domain == 1...10)
  }

  @Test func `a logarithmic scale gives equal factors equal lengths`() {
    let scale = Scale(.logarithmic, covering: [0.002, 70], from: 0, to: 50)
    #expect(scale.domain == 0.001...100)
    #expect(abs(scale.position(of: 0.1) - 20) < 1e-9)
    #expect(scale.position(of: 0).isNaN)
    #expect(scale.ticks.map(\.label) == ["0.001", "0.01", "0.1", "1", "10", "100"])
  }
}
