import Environments

/// The colors that the pictures of this folder share.
enum ControlColors {
  static let paper = Picture.Color(hex: 0xF7F8FA)
  static let ink = Picture.Color(hex: 0x2B3040)
  static let line = Picture.Color(hex: 0xC3C9D4)
  static let blue = Picture.Color(hex: 0x3566B0)
  static let orange = Picture.Color(hex: 0xE08A3C)
  static let green = Picture.Color(hex: 0x4C9F70)
  static let red = Picture.Color(hex: 0xC8504B)
}
