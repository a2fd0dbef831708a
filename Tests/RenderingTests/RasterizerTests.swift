import Environments
import Rendering
import Testing

/// Shapes become as many pixels as they are large, where they are.
@Suite struct RasterizerTests {
  /// The area that is black on a white canvas of 40 × 40 pixels, in pixels.
  private func area(_ shape: Picture.Shape) -> Double {
    let picture = Picture(width: 40, height: 40, shapes: [shape])
    let image = Rasterizer(picture, fitting: 40, by: 40).image(of: picture)
    return image.pixels.reduce(0) { $0 + Double(255 - $1 & 0xFF) / 255 }
  }

  @Test func `a rectangle between pixels covers shares of them`() {
    var picture = Picture(width: 4, height: 4)
    picture.rectangle(x: 0.5, y: 1, width: 2, height: 1.25, .black)
    let image = Rasterizer(picture, fitting: 4, by: 4).image(of: picture)
    // In sixteenths of 255: nothing, a half, all, an eighth and a quarter.
    let rows: [[UInt8]] = [
      [255, 255, 255, 255], [128, 0, 128, 255], [223, 191, 223, 255], [255, 255, 255, 255],
    ]
    for (row, expected) in rows.enumerated() {
      #expect((0..<4).map { image[$0, row].red } == expected, "row \(row)")
    }
  }

  @Test func `areas are those of geometry`() {
    let triangle = Picture.Shape.polygon([.init(3, 5), .init(36.5, 11), .init(12, 37)], .black)
    // Half of the rectangle around it less what lies outside: (33.5·32 - 9·6) / 2.
    let exact = 509.0
    #expect(abs(area(triangle) - exact) < 0.01 * exact)
    for radius in [2.0, 5.5, 17] {
      let disc = area(.disc(center: .init(20.3, 19.6), radius: radius, .black))
      #expect(abs(disc - Double.pi * radius * radius) < 0.03 * disc, "radius \(radius): \(disc)")
    }
    // A stroke is its length times its width and two half discs: 30·4 + 4π.
    let stroke = area(.stroke([.init(8, 9), .init(32, 27)], width: 4, .black))
    #expect(abs(stroke - 132.566) < 0.02 * stroke, "\(stroke)")
    let thin = area(.stroke([.init(8, 20.5), .init(32, 20.5)], width: 0.5, .black))
    #expect(abs(thin - 24 * 0.5) < 1, "\(thin)")
  }

  @Test func `corners in either order fill the same area`() {
    let corners: [Picture.Point] = [.init(3, 5), .init(36.5, 11), .init(30, 37), .init(9, 20)]
    #expect(area(.polygon(corners, .black)) == area(.polygon(corners.reversed(), .black)))
  }

  @Test func `what crosses the edge is cut off there`() {
    let beyond = Picture.Shape.polygon(
      [.init(-1000, 10), .init(1000, 10), .init(1000, 20), .init(-1000, 20)], .black)
    #expect(area(beyond) == 400)
    #expect(area(.disc(center: .init(40, 20), radius: 10, .black)).rounded() == 157)
    #expect(area(.disc(center: .init(-50, 20), radius: 10, .black)) == 0)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
  func `numbers that are no places do no harm`(number: Double) {
    let point = Picture.Point(number, 3)
    for shape in [
      Picture.Shape.polygon([.init(1, 1), point, .init(5, 5)], .black),
      .disc(center: point, radius: 2, .black), .disc(center: .init(3, 3), radius: number, .black),
      .stroke([.init(1, 1), point], width: 2, .black), .stroke([], width: 2, .black),
      .stroke([.init(1, 1)], width: number, .black), .text("a", at: point, size: 4, .black),
      .text("a", at: .init(1, 1), size: number, .black), .polygon([], .black),
    ] {
      _ = area(shape)
      var picture = Picture(width: 10, height: 10, shapes: [shape])
      _ = picture.svg(size: 20)
      picture.width = number
      _ = Rasterizer(picture, fitting: 8, by: 8).image(of: picture)
      _ = picture.svg(size: 20)
    }
  }

  @Test func `an image keeps the picture's proportions and prefers whole units`() {
    let grid = Rasterizer(Picture(width: 8, height: 5), fitting: 100, by: 100)
    #expect(grid.width == 96 && grid.height == 60)
    let tall = Rasterizer(Picture(width: 600, height: 1200), fitting: 100, by: 100)
    #expect(tall.width == 50 && tall.height == 100)
    let small = Rasterizer(Picture(width: 0.01, height: 0.02), fitting: 30, by: 60)
    #expect(small.width == 30 && small.height == 60)
  }

  @Test func `letters differ and end where their width says`() {
    var seen: Set<PixelImage> = []
    let characters =
      (33...126).map { String(UnicodeScalar(UInt8($0))) } + ["←", "♥", "♠", "\u{3B8}"]
    for character in characters {
      let width = Picture.width(of: character, size: 20)
      var picture = Picture(width: 40, height: 40)
      picture.text(character, at: .init(5, 30), size: 20, .black)
      let image = Rasterizer(picture, fitting: 40, by: 40).image(of: picture)
      #expect(seen.insert(image).inserted, "\(character) looks like another")
      for row in 0..<40 {
        for column in 0..<40 where image[column, row] != .white {
          #expect(Double(column) >= 5 - 3 && Double(column) <= 5 + width + 3, "\(character)")
        }
      }
    }
  }
}
