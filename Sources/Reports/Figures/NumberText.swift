import Glibc

/// Numbers as text for people: the same in every locale, with no more digits than they deserve.
package enum NumberText {
  /// A number with this many decimals; "NaN" and "∞" for what is not finite.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    let scale = pow(10, Double(decimals))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return scientific(value, digits: 4) }
    let whole = Int64(scaled)
    let unit = Int64(scale)
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let fraction = String(whole % unit)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(whole / unit).\(zeros)\(fraction)"
  }

  /// A number with this many significant digits, in powers of ten where it is very large or small.
  package static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    let exponent = magnitude(of: value, digits: digits)
    guard (-4..<7).contains(exponent) else { return scientific(value, digits: digits) }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// The decimals that give the largest of these numbers four significant digits, at most six.
  package static func decimals(for values: some Sequence<Double>, digits: Int = 4) -> Int {
    let largest = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
    guard largest > 0 else { return 0 }
    return max(0, min(6, digits - 1 - magnitude(of: largest, digits: digits)))
  }

  /// A whole number with commas between thousands.
  package static func grouped(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    let groups = stride(from: digits.count % 3 - 3, to: digits.count, by: 3)
      .map { String(digits[max(0, $0)..<max(0, $0 + 3)]) }.filter { !$0.isEmpty }
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// A length of time in its two largest units: "4.2 s", "12 min 5 s", "3 h 20 min".
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "unknown" }
    if seconds < 59.95 { return significant(seconds, digits: seconds < 10 ? 2 : 3) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    return "\(minutes / 1440) d \(minutes % 1440 / 60) h"
  }

  /// A p-value to two digits.
  package static func probability(_ value: Double) -> String {
    value < 0.0001 ? "< 0.0001" : significant(value, digits: 2)
  }

  /// The position of the leading digit after rounding: 0 for 1 to 9.999, 1 for 9.9996 in four
  /// digits.
  private static func magnitude(of value: Double, digits: Int) -> Int {
    let exponent = Int(log10(abs(value)).rounded(.down))
    let rounded = (abs(value) / pow(10, Double(exponent - digits + 1))).rounded()
    return rounded >= pow(10, Double(digits)) ? exponent + 1 : exponent
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    let exponent = magnitude(of: value, digits: digits)
    // Two factors, because 10^-exponent alone leaves the range of Double for subnormal values.
    let half = exponent / 2
    let mantissa = value / pow(10, Double(half)) / pow(10, Double(exponent - half))
    return "\(fixed(mantissa, decimals: digits - 1))e\(exponent)"
  }
}
