package import Kernels

/// What a convolution or a pooling sees of an image at a time, and where it stands.
package struct Window: Hashable, Sendable {
  package let height: Int
  package let width: Int
  /// Elements from one place to the next, in both directions.
  package let stride: Int
  /// Elements beyond each of the four edges, at which a window may begin or end.
  package let padding: Int

  package init(height: Int, width: Int, stride: Int = 1, padding: Int = 0) {
    self.height = height
    self.width = width
    self.stride = stride
    self.padding = padding
  }

  /// Whether it shows each pixel once and alone.
  var isOnePixel: Bool { height == 1 && width == 1 && stride == 1 && padding == 0 }

  /// The number of places in each direction on an image of this size; 0 where none fits.
  package func places(onHeight height: Int, width: Int) -> (rows: Int, columns: Int) {
    func count(_ length: Int, _ size: Int) -> Int {
      let room = length + 2 * padding - size
      return room < 0 ? 0 : room / stride + 1
    }
    return (count(height, self.height), count(width, self.width))
  }

  /// `[B, H, W, C]` → `[B, rows, columns, C]`.
  package func pooled(_ images: Shape) -> Shape {
    let places = places(onHeight: images[1], width: images[2])
    return Shape([images[0], places.rows, places.columns, images[3]])
  }

  /// `[B, H, W, C]` → `[B · rows · columns, height · width · C]`.
  package func patched(_ images: Shape) -> Shape {
    let places = places(onHeight: images[1], width: images[2])
    return Shape([images[0] * places.rows * places.columns, height * width * images[3]])
  }
}
