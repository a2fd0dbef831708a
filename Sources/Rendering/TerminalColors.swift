import Environments

/// The colors that a terminal can show.
public enum TerminalColors: Hashable, Sendable {
  /// 24 bits.
  case all
  /// The 256 of xterm.
  case indexed
  /// None: pictures become characters of more or less ink.
  case none

  /// What the environment variables of a terminal say that it can show.
  ///
  /// `NO_COLOR` (no-color.org) is somebody's wish and comes first.
  public init(term: String?, colorTerm: String?, noColor: String?) {
    let term = term ?? ""
    let families = ["xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "wezterm"]
    if noColor?.isEmpty == false || term.isEmpty || term == "dumb" {
      self = .none
    } else if colorTerm == "truecolor" || colorTerm == "24bit" || term.hasSuffix("-direct") {
      self = .all
    } else if term.contains("256color") || families.contains(where: term.hasPrefix) {
      self = .indexed
    } else {
      self = .none
    }
  }

  /// The parameters of the escape sequence that chooses a color.
  ///
  /// `plane` is 3 for the foreground and 4 for the background; `nil` stands for the terminal's own
  /// color.
  func parameters(_ color: Picture.Color?, plane: Int) -> String {
    guard let color else { return "\(plane)9" }
    return switch self {
    case .all: "\(plane)8;2;\(color.red);\(color.green);\(color.blue)"
    case .indexed: "\(plane)8;5;\(color.index)"
    case .none: "\(plane)9"
    }
  }
}

extension Picture.Color {
  /// The nearest of xterm's 256 colors: of a cube of 6 × 6 × 6 and 24 grays.
  package var index: Int {
    let parts = [Int(red), Int(green), Int(blue)]
    let levels = [0, 95, 135, 175, 215, 255]
    let steps = parts.map { part in
      levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0
    }
    let gray = min(23, max(0, (parts.reduce(0, +) / 3 - 3) / 10))
    func distance(_ other: [Int]) -> Int {
      zip(parts, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let isGrayNearer =
      distance([Int](repeating: 8 + 10 * gray, count: 3)) < distance(steps.map { levels[$0] })
    return isGrayNearer ? 232 + gray : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
  }

  /// How bright it looks, in `0...1`.
  var luminance: Double {
    (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }

  /// The color half way to another.
  func mixed(with other: Picture.Color) -> Picture.Color {
    func mean(_ one: UInt8, _ two: UInt8) -> UInt8 { UInt8((Int(one) + Int(two)) / 2) }
    return Picture.Color(mean(red, other.red), mean(green, other.green), mean(blue, other.blue))
  }
}
