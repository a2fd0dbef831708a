public import Environments

/// A picture as pixels.
public struct PixelImage: Hashable, Sendable {
  /// The number of columns and of rows, each at least 1.
  public let width, height: Int
  /// Row by row from the top, each pixel as `0xRRGGBB`.
  public internal(set) var pixels: [UInt32]

  /// Makes an image of one color.
  public init(width: Int, height: Int, color: Picture.Color = .white) {
    precondition(width > 0 && height > 0, "an image needs at least one pixel")
    self.width = width
    self.height = height
    pixels = [UInt32](repeating: color.packed, count: width * height)
  }

  /// The color in a column and a row, both counted from 0.
  public subscript(column: Int, row: Int) -> Picture.Color {
    precondition(column >= 0 && column < width && row >= 0 && row < height, "outside the image")
    return Picture.Color(hex: pixels[row * width + column])
  }

  /// Lays a color over pixels, as opaque as each one's coverage in `0...1` says.
  ///
  /// Coverage counts in sixteenths. That is as smooth as eyes ask for, and so few mixtures arise that
  /// a GIF's 256 colors mostly hold all of them.
  mutating func blend(_ color: UInt32, at place: Int, coverage: Double) {
    let share = UInt32(coverage * 16 + 0.5)
    guard share > 0 else { return }
    guard share < 16 else {
      pixels[place] = color
      return
    }
    let old = pixels[place]
    // Red and blue do not get into each other's way: each has eight bits to spare.
    let redBlue =
      ((old & 0xFF00FF) * (16 - share) + (color & 0xFF00FF) * share + 0x080008) >> 4 & 0xFF00FF
    let green = ((old & 0x00FF00) * (16 - share) + (color & 0x00FF00) * share + 0x000800) >> 4
    pixels[place] = redBlue | green & 0x00FF00
  }
}

extension Picture.Color {
  /// The color as `0xRRGGBB`.
  var packed: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }
}
