import Glibc

/// What a state looks like: flat shapes on a canvas, later ones above earlier ones.
///
/// A picture knows nothing of pixels, so that the same one becomes characters in a terminal, a frame
/// of a GIF or an SVG. Its unit is whatever suits the world; `y` grows downwards.
public struct Picture: Hashable, Sendable {
  /// The canvas's size in the picture's own unit; both above 0.
  public var width, height: Double
  /// What is seen where no shape is.
  public var background: Color
  /// The shapes, from back to front.
  public var shapes: [Shape]

  /// Makes an empty canvas.
  public init(width: Double, height: Double, background: Color = .white, shapes: [Shape] = []) {
    self.width = width
    self.height = height
    self.background = background
    self.shapes = shapes
  }

  /// A place on the canvas.
  public struct Point: Hashable, Sendable {
    /// To the right and upwards, in units of the world.
    public var x, y: Double

    /// Makes the place `x` to the right and `y` below the upper left corner.
    @inlinable
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A color without transparency.
  public struct Color: Hashable, Sendable {
    /// From 0 to 255.
    public var red, green, blue: UInt8

    /// Makes a color of three parts.
    @inlinable
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    /// Makes the color that `0xRRGGBB` says.
    @inlinable
    public init(hex: UInt32) {
      self.init(
        UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
        UInt8(truncatingIfNeeded: hex))
    }

    /// All light.
    public static let white = Color(255, 255, 255)
    /// No light.
    public static let black = Color(0, 0, 0)
  }

  /// Something drawn.
  public enum Shape: Hashable, Sendable {
    /// A filled area, whose last corner is joined to the first and whose edges do not cross.
    case polygon([Point], Color)
    /// A filled disc.
    case disc(center: Point, radius: Double, Color)
    /// A stroke along points, with round ends.
    case stroke([Point], width: Double, Color)
    /// A line of text, whose baseline begins at a point; `size` is the height of its capitals.
    ///
    /// All characters are equally wide: see `width(of:size:)`.
    case text(String, at: Point, size: Double, Color)
  }

  /// Adds a filled rectangle.
  public mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ color: Color
  ) {
    shapes.append(
      .polygon(
        [
          Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height),
        ], color))
  }

  /// Adds a filled area.
  public mutating func polygon(_ corners: [Point], _ color: Color) {
    shapes.append(.polygon(corners, color))
  }

  /// Adds a filled disc.
  public mutating func disc(center: Point, radius: Double, _ color: Color) {
    shapes.append(.disc(center: center, radius: radius, color))
  }

  /// Adds a stroke along points.
  public mutating func stroke(_ points: [Point], width: Double, _ color: Color) {
    shapes.append(.stroke(points, width: width, color))
  }

  /// Adds a line of text.
  public mutating func text(_ text: String, at point: Point, size: Double, _ color: Color) {
    shapes.append(.text(text, at: point, size: size, color))
  }

  /// Adds a line of text whose capitals are centered on a point.
  public mutating func text(_ text: String, centeredOn center: Point, size: Double, _ color: Color)
  {
    let left = center.x - Self.width(of: text, size: size) / 2
    shapes.append(.text(text, at: Point(left, center.y + size / 2), size: size, color))
  }

  /// The width of a line of text, from the left edge of its first letter to the right edge of its last.
  public static func width(of text: String, size: Double) -> Double {
    text.isEmpty ? 0 : (Double(text.count) * characterAdvance - characterGap) * size
  }

  /// From the left edge of a character to that of the next, for text of size 1.
  package static let characterAdvance = 0.9
  /// From the right edge of a character to the left edge of the next, for text of size 1.
  package static let characterGap = 0.25

  /// Adds a filled ellipse.
  public mutating func ellipse(
    center: Point, radiusX: Double, radiusY: Double, _ color: Color
  ) {
    let corners = (0..<48).map { index in
      let angle = Double(index) * 2 * .pi / 48
      return Point(center.x + radiusX * cos(angle), center.y + radiusY * sin(angle))
    }
    shapes.append(.polygon(corners, color))
  }

  /// Points along a part of a circle, for a stroke; angles in rad, clockwise from the right.
  public static func arc(
    center: Point, radius: Double, from start: Double, to end: Double
  ) -> [Point] {
    let pieces = min(96, max(2, (abs(end - start) / 0.13).rounded(.up)))
    return stride(from: 0, through: pieces, by: 1).map { piece in
      let angle = start + (end - start) * piece / pieces
      return Point(center.x + radius * cos(angle), center.y + radius * sin(angle))
    }
  }
}
