import Environments

/// The colors of the toy-text worlds.
enum ToyTextColor {
  static let ice = Picture.Color(hex: 0xDCEEF8)
  static let snow = Picture.Color(hex: 0xF6FBFE)
  static let water = Picture.Color(hex: 0x2F6690)
  static let crack = Picture.Color(hex: 0xA9CFE4)
  static let grass = Picture.Color(hex: 0xBFD8A6)
  static let meadow = Picture.Color(hex: 0xCBE1B4)
  static let rock = Picture.Color(hex: 0x6B5B4D)
  static let abyss = Picture.Color(hex: 0x3B322B)
  static let start = Picture.Color(hex: 0xF2E3B3)
  static let goal = Picture.Color(hex: 0xD1495B)
  static let skin = Picture.Color(hex: 0xF2C9A1)
  static let coat = Picture.Color(hex: 0x30638E)
  static let ink = Picture.Color(hex: 0x22303C)
  static let street = Picture.Color(hex: 0xE9E7E1)
  static let curb = Picture.Color(hex: 0xD8D5CC)
  static let taxi = Picture.Color(hex: 0xF4B942)
  static let felt = Picture.Color(hex: 0x2A6F4E)
  static let back = Picture.Color(hex: 0x7A3B46)
  static let red = Picture.Color(hex: 0xC8323F)
}

extension Picture {
  /// Adds a tile of size 1 with a narrow gap around it; `x` and `y` are its upper left corner.
  mutating func tile(x: Double, y: Double, _ color: Color) {
    rectangle(x: x + 0.02, y: y + 0.02, width: 0.96, height: 0.96, color)
  }

  /// Adds somebody who stands on the tile with this upper left corner.
  mutating func walker(x: Double, y: Double) {
    polygon(
      [
        Point(x + 0.5, y + 0.32), Point(x + 0.72, y + 0.84), Point(x + 0.28, y + 0.84),
      ], ToyTextColor.coat)
    disc(center: Point(x + 0.5, y + 0.3), radius: 0.15, ToyTextColor.skin)
    stroke(
      [Point(x + 0.37, y + 0.22), Point(x + 0.63, y + 0.22)], width: 0.1, ToyTextColor.goal)
  }

  /// Adds a flag that stands on the tile with this upper left corner.
  mutating func flag(x: Double, y: Double, _ color: Color = ToyTextColor.goal) {
    stroke(
      [Point(x + 0.34, y + 0.18), Point(x + 0.34, y + 0.86)], width: 0.05, ToyTextColor.ink)
    polygon(
      [Point(x + 0.36, y + 0.16), Point(x + 0.8, y + 0.32), Point(x + 0.36, y + 0.48)], color)
  }
}
