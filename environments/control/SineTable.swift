import Synchronization

/// Sines and cosines at every 32nd of a radian from 0 to 8, to about 100 bits.
///
/// Made when it is first asked for, by Taylor's series in fixed-point numbers of 108 binary places.
enum SineTable {
  /// What is known of both functions at one angle, the sine first.
  struct Row {
    /// The function itself, rounded to double precision.
    var value: SIMD2<Double>
    /// What the rounding left out.
    var rest: SIMD2<Double>
    /// The derivative's leading 26 bits, whose product with another 26 bits is exact.
    var slope: SIMD2<Double>
    /// What the derivative has beyond them.
    var slopeRest: SIMD2<Double>
    /// By how much two computations of the function near this angle may differ before they are
    /// rounded to double precision: the C library's and ours (see `Trigonometry.swift`).
    var error: SIMD2<Double>
  }

  static let rowsPerRadian = 32.0
  static let count = 256

  /// The rows, once they are made; never freed.
  nonisolated(unsafe) private static let made = Atomic<UnsafePointer<Row>?>(nil)

  /// The rows.
  ///
  /// Not a `static let`, which would ask the run-time library at each use whether it is made.
  @inline(__always)
  static var rows: UnsafePointer<Row> { made.load(ordering: .acquiring) ?? make() }

  @inline(never)
  private static func make() -> UnsafePointer<Row> {
    let rows = UnsafeMutablePointer<Row>.allocate(capacity: count)
    for index in 0..<count { (rows + index).initialize(to: row(index)) }
    let (isFirst, others) = made.compareExchange(
      expected: nil, desired: UnsafePointer(rows), ordering: .acquiringAndReleasing)
    guard !isFirst, let others else { return UnsafePointer(rows) }
    rows.deallocate()  // another thread was faster
    return others
  }

  private static let places = 108

  private static func row(_ index: Int) -> Row {
    var sums = (cosine: Int128(0), sine: Int128(0))
    var term = Int128(1) << places  // angleⁿ / n!
    var order = 0
    while term != 0 {
      let signed = order & 2 == 0 ? term : -term
      if order & 1 == 0 { sums.cosine += signed } else { sums.sine += signed }
      order += 1
      term = term * Int128(index) / Int128(order * Int(rowsPerRadian))
    }
    let (sine, cosine) = (split(sums.sine), split(sums.cosine))
    let slope = SIMD2(leading(cosine.value), leading(-sine.value))
    return Row(
      value: SIMD2(sine.value, cosine.value), rest: SIMD2(sine.rest, cosine.rest), slope: slope,
      slopeRest: SIMD2(
        cosine.value - slope[0] + cosine.rest, -sine.value - slope[1] - sine.rest),
      error: SIMD2(index == 0 ? 0 : error(sine.value), error(cosine.value)))
  }

  /// A fixed-point number as the sum of two doubles.
  private static func split(_ number: Int128) -> (value: Double, rest: Double) {
    let unit = Double(sign: .plus, exponent: -places, significand: 1)
    let value = Double(number)
    return (value * unit, Double(number - Int128(value)) * unit)
  }

  /// glibc's own error was measured, with and without fused multiplication, as at most 0.0056 · 2⁻⁵³
  /// and, closer than 0.126 to a zero, as 0.46 · 2⁻⁵³ times the cube of the distance; the rest is
  /// ours.
  private static func error(_ value: Double) -> Double {
    let largest = abs(value) + 0.5 / rowsPerRadian
    let theirs = largest < 0.1256 ? 0.6 * largest * largest * largest : 0.0075
    return (theirs + 0.0005 * abs(value) + 0x1p-15) * 0x1p-53
  }
}

/// The number that has the leading 26 bits of another one.
@inline(__always)
func leading(_ number: Double) -> Double {
  Double(bitPattern: number.bitPattern & 0xFFFF_FFFF_F800_0000)
}
