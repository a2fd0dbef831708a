public import Environments

/// Turns pictures into pixels, with smooth edges.
///
/// Every shape is drawn by its share of each pixel: exact for areas, by the distance from the middle
/// line for strokes and discs. The same picture gives the same pixels everywhere.
public struct Rasterizer: Sendable {
  /// The size of the images.
  public let width, height: Int

  /// Makes images as large as `columns` × `rows` allows, in a picture's proportions.
  ///
  /// Where it costs little of the size, a unit of the picture is made a whole number of pixels, so
  /// that the edges of a grid are sharp.
  public init(_ picture: Picture, fitting columns: Int, by rows: Int) {
    let (columns, rows) = (Double(max(1, columns)), Double(max(1, rows)))
    guard picture.isDrawable else {
      (width, height) = (Int(columns), Int(rows))
      return
    }
    var scale = min(columns / picture.width, rows / picture.height)
    if scale >= 1, scale.rounded(.down) >= 0.75 * scale { scale = scale.rounded(.down) }
    width = Int(max(1, min(columns, (picture.width * scale).rounded())))
    height = Int(max(1, min(rows, (picture.height * scale).rounded())))
  }

  /// Draws a picture, as large as fits; what is not a finite number is left out.
  public func image(of picture: Picture) -> PixelImage {
    var image = PixelImage(width: width, height: height, color: picture.background)
    draw(picture.shapes, scale: scale(of: picture), onto: &image)
    return image
  }

  /// Pixels per unit of a picture.
  func scale(of picture: Picture) -> Double {
    picture.isDrawable
      ? min(Double(width) / picture.width, Double(height) / picture.height) : 0
  }

  func draw(
    _ shapes: some Sequence<Picture.Shape>, scale: Double, onto image: inout PixelImage
  ) {
    for shape in shapes {
      guard let (coverage, color) = coverage(of: shape.scaled(by: scale), in: image) else {
        continue
      }
      coverage.paint(color, onto: &image)
    }
  }

  private func coverage(
    of shape: Picture.Shape, in image: PixelImage
  ) -> (Coverage, Picture.Color)? {
    let (coverage, color): (Coverage?, Picture.Color) =
      switch shape {
      case .polygon(let corners, let color):
        (Coverage(polygon: corners, in: image), color)
      case .disc(let center, let radius, let color):
        (Coverage(strokes: [[center]], width: 2 * radius, in: image), color)
      case .stroke(let points, let width, let color):
        (Coverage(strokes: [points], width: width, in: image), color)
      case .text(let text, let start, let size, let color):
        (
          Coverage(
            strokes: StrokeFont.strokes(text, at: start, size: size),
            width: max(1, StrokeFont.weight * size), in: image), color
        )
      }
    return coverage.map { ($0, color) }
  }
}

extension Picture {
  /// Whether the canvas has a size at all.
  var isDrawable: Bool {
    width > 0 && height > 0 && (width / height).isNormal && (height / width).isNormal
  }
}

extension Picture.Point {
  func scaled(by factor: Double) -> Picture.Point { Picture.Point(x * factor, y * factor) }
}

extension Picture.Shape {
  /// The shape, larger by a factor.
  func scaled(by factor: Double) -> Picture.Shape {
    switch self {
    case .polygon(let corners, let color):
      .polygon(corners.map { $0.scaled(by: factor) }, color)
    case .disc(let center, let radius, let color):
      .disc(center: center.scaled(by: factor), radius: radius * factor, color)
    case .stroke(let points, let width, let color):
      .stroke(points.map { $0.scaled(by: factor) }, width: width * factor, color)
    case .text(let text, let start, let size, let color):
      .text(text, at: start.scaled(by: factor), size: size * factor, color)
    }
  }
}
