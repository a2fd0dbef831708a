public import Environments

extension Picture {
  /// A picture of an observation, for worlds that draw none: a bar for each feature, or a field of
  /// cells where there are many.
  ///
  /// Bars begin at 0, or at the lower bound if 0 is not inside the bounds. Where there is no bound,
  /// the longer the bar the larger the number, without end.
  public init(features: [Float], bounds: Box) {
    let shares = features.enumerated().map { index, value in
      index < bounds.size
        ? FeatureScale(bounds.low[index], bounds.high[index]) : FeatureScale(-.infinity, .infinity)
    }
    self = features.count <= 16 ? .bars(features, shares) : .field(features, shares)
  }

  private static let ink = Color(hex: 0x2B3040)
  private static let paper = Color(hex: 0xF7F8FA)
  private static let groove = Color(hex: 0xE3E6EC)
  private static let positive = Color(hex: 0x3566B0)
  private static let negative = Color(hex: 0xC8504B)

  private static func bars(_ features: [Float], _ scales: [FeatureScale]) -> Picture {
    let height = max(8, Double(features.count) * 2 + 1)
    var picture = Picture(width: 36, height: height, background: paper)
    for (index, (value, scale)) in zip(features, scales).enumerated() {
      let y = Double(index) * 2 + 1
      picture.text("\(index)", at: Point(1, y + 1), size: 0.8, ink)
      picture.rectangle(x: 4, y: y, width: 22, height: 1.2, groove)
      let (zero, end) = (4 + 22 * scale.zero, 4 + 22 * scale.place(of: value))
      picture.rectangle(
        x: min(zero, end), y: y, width: abs(end - zero), height: 1.2,
        value < 0 ? negative : positive)
      picture.rectangle(x: zero - 0.08, y: y - 0.2, width: 0.16, height: 1.6, ink)
      picture.text(short(value), at: Point(27.2, y + 1), size: 0.8, ink)
    }
    return picture
  }

  private static func field(_ features: [Float], _ scales: [FeatureScale]) -> Picture {
    let columns = Int(Double(features.count).squareRoot().rounded(.up))
    let rows = (features.count + columns - 1) / columns
    var picture = Picture(
      width: Double(columns) + 1, height: Double(rows) + 1, background: paper)
    for (index, (value, scale)) in zip(features, scales).enumerated() {
      let (column, row) = (Double(index % columns) + 0.5, Double(index / columns) + 0.5)
      let strength = min(1, abs(scale.place(of: value) - scale.zero) / scale.reach)
      let color = mixed(groove, value < 0 ? negative : positive, strength)
      picture.rectangle(x: column + 0.05, y: row + 0.05, width: 0.9, height: 0.9, color)
    }
    return picture
  }

  private static func mixed(_ one: Color, _ two: Color, _ share: Double) -> Color {
    func part(_ one: UInt8, _ two: UInt8) -> UInt8 {
      UInt8(Double(one) + (Double(two) - Double(one)) * share)
    }
    return Color(part(one.red, two.red), part(one.green, two.green), part(one.blue, two.blue))
  }

  /// A number in at most nine characters.
  private static func short(_ value: Float) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1_000_000 { return "\(whole)" }
    guard value.isFinite, abs(value) < 100_000 else { return String("\(value)".prefix(9)) }
    let thousandths = Int((Double(value) * 1000).rounded())
    let part = String(abs(thousandths) % 1000 + 1000).dropFirst()
    return "\(value < 0 ? "-" : "")\(abs(thousandths) / 1000).\(part)"
  }
}

/// Where a feature's values lie on a bar, from 0 to 1.
private struct FeatureScale {
  private let low, high: Double

  init(_ low: Float, _ high: Float) { (self.low, self.high) = (Double(low), Double(high)) }

  /// Where the bar begins.
  var zero: Double { place(of: 0) }
  /// How far the farther end is from there.
  var reach: Double { max(zero, 1 - zero, 1e-9) }

  func place(of value: Float) -> Double {
    let value = value.isFinite ? Double(value) : 0
    if low.isFinite, high.isFinite {
      return high > low ? min(1, max(0, (value - low) / (high - low))) : 0.5
    }
    let bent = value / (1 + abs(value))
    if low >= 0 { return max(0, bent) }
    return high <= 0 ? min(1, 1 + bent) : 0.5 + bent / 2
  }
}
