import Environments

/// A shape as an element of an SVG: what it is, and where.
struct SVGElement: Hashable {
  /// What stays the same when the shape moves: tag and looks.
  struct Kind: Hashable {
    var tag: String
    /// Attributes, written out.
    var looks: String
    /// What is between the tags, for text.
    var text: String?
    /// The attributes that say where the shape is, with the values that need not be written.
    var places: [String]
  }

  var kind: Kind
  /// The values of `kind.places`.
  var values: [String]

  /// The element for a shape in pixels; `nil` where a number is not finite.
  init?(_ shape: Picture.Shape) {
    switch shape {
    case .polygon(let corners, let color):
      let fill = "fill=\"\(color.hex)\""
      if let box = Self.box(corners) {
        self.init("rect", fill, ["x", "y", "width", "height"], box)
      } else {
        self.init("polygon", fill, points: corners)
      }
    case .disc(let center, let radius, let color):
      self.init(
        "circle", "fill=\"\(color.hex)\"", ["cx", "cy", "r"], [center.x, center.y, radius])
    case .stroke(let points, let width, let color):
      guard let width = Self.short(width) else { return nil }
      let look = "fill=\"none\" stroke=\"\(color.hex)\" stroke-width=\"\(width)\""
      if points.count == 2 {
        self.init(
          "line", look, ["x1", "y1", "x2", "y2"],
          [points[0].x, points[0].y, points[1].x, points[1].y])
      } else {
        self.init("polyline", look, points: points.count == 1 ? points + points : points)
      }
    case .text(let text, let start, let size, let color):
      // Most fixed-width typefaces have capitals of 0.7 of their size.
      guard let height = Self.short(size / 0.7),
        let width = Self.short(Picture.width(of: text, size: size))
      else { return nil }
      self.init(
        "text",
        "fill=\"\(color.hex)\" font-size=\"\(height)\" textLength=\"\(width)\"", ["x", "y"],
        [start.x, start.y], text: text)
    }
  }

  private init?(
    _ tag: String, _ looks: String, _ places: [String], _ numbers: [Double], text: String? = nil
  ) {
    let values = numbers.compactMap(Self.short)
    guard values.count == numbers.count else { return nil }
    kind = Kind(tag: tag, looks: looks, text: text, places: places)
    self.values = values
  }

  private init?(_ tag: String, _ looks: String, points: [Picture.Point]) {
    let numbers = points.flatMap { [$0.x, $0.y] }.compactMap(Self.short)
    guard numbers.count == 2 * points.count, !points.isEmpty else { return nil }
    let text = stride(from: 0, to: numbers.count, by: 2).map { "\(numbers[$0]),\(numbers[$0 + 1])" }
    kind = Kind(tag: tag, looks: looks, text: nil, places: ["points"])
    values = [text.joined(separator: " ")]
  }

  /// Place and size of a rectangle along the axes, if the corners are one's.
  private static func box(_ corners: [Picture.Point]) -> [Double]? {
    guard corners.count == 4 else { return nil }
    let (first, third) = (corners[0], corners[2])
    let isAlong =
      corners[1] == Picture.Point(third.x, first.y) && corners[3] == Picture.Point(first.x, third.y)
      || corners[1] == Picture.Point(first.x, third.y)
        && corners[3] == Picture.Point(third.x, first.y)
    guard isAlong else { return nil }
    return [
      min(first.x, third.x), min(first.y, third.y), abs(third.x - first.x),
      abs(third.y - first.y),
    ]
  }

  /// A number with one decimal place at most; `nil` if it is not finite.
  static func short(_ number: Double) -> String? {
    guard number.isFinite, abs(number) < 1e9 else { return nil }
    let tenths = Int((number * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, part) = (abs(tenths) / 10, abs(tenths) % 10)
    return part == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(part)"
  }

  /// The attributes of its place, with a space before each; zeros are what is meant without them.
  func attributes(leavingOut animated: Set<Int> = []) -> String {
    var text = ""
    for (index, name) in kind.places.enumerated()
    where !animated.contains(index) && values[index] != "0" {
      text += " \(name)=\"\(values[index])\""
    }
    return text
  }
}

extension SVGElement.Kind {
  /// The element with these attributes and children, and with what it says.
  func markup(attributes: String, children: String = "") -> String {
    let inside = (text.map(escaped) ?? "") + children
    let start = "<\(tag) \(looks)\(attributes)"
    return inside.isEmpty ? start + "/>\n" : start + ">\(inside)</\(tag)>\n"
  }
}

extension Picture.Color {
  /// The color as CSS writes it, in three digits where they say the same.
  var hex: String {
    let parts = [red, green, blue]
    let digits = Array("0123456789abcdef")
    if parts.allSatisfy({ $0 >> 4 == $0 & 15 }) {
      return "#" + String(parts.map { digits[Int($0 & 15)] })
    }
    return "#" + String(parts.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// Text as XML has it, without characters that XML cannot hold.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
      result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
