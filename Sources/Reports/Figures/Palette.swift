/// The colours and marks that tell curves apart, on a white page, on a dark one and in grey print.
///
/// The hues are those of Okabe and Ito (2008), which people with any colour vision can tell apart,
/// darkened (or, for a dark page, lightened) until each stands out from the page by 3 : 1 at least.
/// Curves carry marks of different shapes too, because grey print keeps no hue.
package enum Palette {
  package struct Color: Sendable {
    package var light: String
    package var dark: String
  }

  package static let curves: [Color] = [
    Color(light: "#0072B2", dark: "#58A9E0"),  // blue
    Color(light: "#D55E00", dark: "#F58A4B"),  // vermilion
    Color(light: "#008F68", dark: "#2FC79B"),  // bluish green
    Color(light: "#B5508C", dark: "#E29BC4"),  // reddish purple
    Color(light: "#A87400", dark: "#EDB63C"),  // orange
    Color(light: "#3D4A57", dark: "#C3CCD6"),  // slate
    Color(light: "#2E8FC4", dark: "#A8D8F8"),  // sky blue
    Color(light: "#7A4FBF", dark: "#B79BF0"),  // violet
  ]

  /// Shades from the worst to the best: from tan to blue, which people with any colour vision can
  /// tell apart, ever farther from the page, so that their order also survives grey print.
  package static let ramp: [Color] = [
    Color(light: "#C8A951", dark: "#7D6B33"),
    Color(light: "#B7A261", dark: "#817650"),
    Color(light: "#A69A72", dark: "#86816D"),
    Color(light: "#959382", dark: "#8A8C8A"),
    Color(light: "#7A8388", dark: "#8E9CA8"),
    Color(light: "#556B84", dark: "#92AFC5"),
    Color(light: "#305481", dark: "#97C2E2"),
    Color(light: "#0B3C7D", dark: "#9BD5FF"),
  ]

  /// The shade of a share of 0...1.
  package static func shade(_ share: Double) -> Int {
    min(ramp.count - 1, max(0, Int(share * Double(ramp.count))))
  }

  /// What is neither a curve nor a letter.
  package static let page = Color(light: "#FFFFFF", dark: "#14181D")
  package static let ink = Color(light: "#1B1F24", dark: "#E4E7EB")
  package static let faintInk = Color(light: "#5A636D", dark: "#9AA4AF")
  package static let rule = Color(light: "#DDE1E6", dark: "#2E353D")

  package static func color(_ index: Int) -> Color { curves[index % curves.count] }

  /// The shape that marks points of a curve: a path of about `size` across around (0, 0).
  package static func mark(_ index: Int, size: Double) -> String {
    let r = Decimals.of(size / 2)
    let d = Decimals.of(size * 0.62)
    let s = Decimals.of(size * 0.44)
    return switch index % 5 {
    case 0: "M-\(r),0a\(r),\(r) 0 1,0 \(size),0a\(r),\(r) 0 1,0 -\(size),0z"
    case 1: "M-\(s),-\(s)H\(s)V\(s)H-\(s)z"
    case 2: "M0,-\(d)L\(r),\(s)H-\(r)z"
    case 3: "M0,-\(d)L\(d),0L0,\(d)L-\(d),0z"
    default: "M0,\(d)L\(r),-\(s)H-\(r)z"
    }
  }
}

/// Positions in a drawing, to a tenth of a unit.
enum Decimals {
  static func of(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    if tenths.isMultiple(of: 10) { return String(tenths / 10) }
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}
