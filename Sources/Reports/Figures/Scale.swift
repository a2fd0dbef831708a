import Glibc

/// How a quantity is laid along an axis.
package enum ScaleKind: Sendable {
  case linear
  /// Equal factors take equal lengths; only positive values can be shown.
  case logarithmic
}

/// A map from a range of values to a range of positions, with the places that deserve a number.
package struct Scale: Sendable {
  package struct Tick: Equatable, Sendable {
    package var value: Double
    package var label: String
  }

  package let kind: ScaleKind
  /// The values at the ends of the axis.
  package let domain: ClosedRange<Double>
  /// The positions of those two values; the first may be the larger, as for an SVG's y axis.
  package let start: Double
  package let end: Double
  package let ticks: [Tick]

  /// A scale whose domain covers `values`; `tickCount` is what would be nice, not what will be.
  ///
  /// Without any finite value (positive, on a logarithmic scale) the domain is 0...1 (1...10).
  /// When `rounding`, the domain grows to the next tick on both sides.
  package init(
    _ kind: ScaleKind = .linear, covering values: some Sequence<Double>, from start: Double,
    to end: Double, tickCount: Int = 5, rounding: Bool = true
  ) {
    self.kind = kind
    self.start = start
    self.end = end
    let shown = values.lazy.filter { $0.isFinite && (kind == .linear || $0 > 0) }
    var (low, high) = shown.reduce((Double.infinity, -Double.infinity)) {
      (Swift.min($0.0, $1), Swift.max($0.1, $1))
    }
    if low > high { (low, high) = kind == .linear ? (0, 1) : (1, 10) }
    switch kind {
    case .linear:
      // A flat line gets room around it, in proportion to its height.
      if high - low <= Swift.max(abs(low), abs(high)) * 1e-12 {
        let room = low == 0 ? 1 : abs(low) * 0.1
        (low, high) = (low - room, high + room)
      }
      let step = Self.niceStep(for: high - low, count: tickCount)
      if rounding {
        (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step)
      }
      domain = low...high
      ticks = Self.linearTicks(in: domain, step: step)
    case .logarithmic:
      var (lowest, highest) = (log10(low).rounded(.down), log10(high).rounded(.up))
      if lowest == highest { (lowest, highest) = (lowest - 1, highest + 1) }
      domain = rounding ? pow(10, lowest)...pow(10, highest) : low...Swift.max(high, low * 1.01)
      let stride = Swift.max(1, ((highest - lowest) / Double(tickCount)).rounded(.up))
      ticks = Swift.stride(from: lowest, through: highest, by: stride).map {
        Tick(value: pow(10, $0), label: Self.label(pow(10, $0), step: pow(10, $0)))
      }.filter { [domain] in domain.contains($0.value) }
    }
  }

  /// The position of a value; NaN for one that the scale cannot show.
  package func position(of value: Double) -> Double {
    switch kind {
    case .linear:
      start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
    case .logarithmic:
      value > 0
        ? start + log10(value / domain.lowerBound) / log10(domain.upperBound / domain.lowerBound)
          * (end - start) : .nan
    }
  }

  /// 1, 2 or 5 times a power of ten, so that about `count` of them fit into `span` (Heckbert 1990).
  static func niceStep(for span: Double, count: Int) -> Double {
    let raw = span / Double(Swift.max(1, count))
    let power = pow(10, log10(raw).rounded(.down))
    let fraction = raw / power
    let nice = fraction < 1.5 ? 1.0 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10
    return nice * power
  }

  private static func linearTicks(in domain: ClosedRange<Double>, step: Double) -> [Tick] {
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      return Tick(value: value, label: label(value, step: step))
    }
  }

  /// A tick's number with the decimals that its step needs: 0.25, 1,000, 250k, 1.5M, 1e-5.
  static func label(_ value: Double, step: Double) -> String {
    let size = abs(value)
    guard size > 0 else { return "0" }
    let text: String
    if step < 1e-4 || size >= 1e12 {
      text = compactScientific(value)
    } else if size >= 10_000 || (step >= 1000 && size >= 1000) {
      let (divisor, suffix) =
        size >= 1e9 ? (1e9, "G") : size >= 1e6 ? (1e6, "M") : (1e3, "k")
      text = trimmed(value / divisor, decimals: decimals(of: step / divisor)) + suffix
    } else {
      text = trimmed(value, decimals: decimals(of: step))
    }
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  private static func decimals(of step: Double) -> Int {
    Swift.max(0, Swift.min(9, Int((-log10(step) + 1 - 1e-9).rounded(.down))))
  }

  private static func trimmed(_ value: Double, decimals: Int) -> String {
    NumberText.fixed(value, decimals: decimals)
  }

  private static func compactScientific(_ value: Double) -> String {
    let exponent = Int((log10(abs(value)) + 1e-9).rounded(.down))
    let mantissa = (value / pow(10, Double(exponent)) * 100).rounded() / 100
    let digits = mantissa == mantissa.rounded() ? "\(Int(mantissa))" : "\(mantissa)"
    return exponent == 0 ? digits : "\(digits)e\(exponent)"
  }
}
