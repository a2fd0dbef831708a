package import Testing

/// How many representable numbers lie between two: 0 for equal ones (0 and -0 too), `nil` if either
/// is not-a-number and the other is not.
package func ulpDistance(_ a: Float, _ b: Float) -> UInt64? {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
  return distance(ordinal(a.bitPattern, bits: 32), ordinal(b.bitPattern, bits: 32))
}

/// How many representable numbers lie between two; see the form for `Float`.
package func ulpDistance(_ a: Double, _ b: Double) -> UInt64? {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
  return distance(ordinal(a.bitPattern, bits: 64), ordinal(b.bitPattern, bits: 64))
}

/// The place of a floating-point number in the order of all numbers, 0 for zero.
private func ordinal(_ pattern: some FixedWidthInteger, bits: Int) -> Int64 {
  let sign = pattern >> (bits - 1) & 1
  let magnitude = Int64(pattern & ~(1 << (bits - 1)))
  return sign == 0 ? magnitude : -magnitude
}

private func distance(_ a: Int64, _ b: Int64) -> UInt64 { (a - b).magnitude }

/// By how much two numbers differ, relative to the larger of them and of `scale`; infinite where
/// one is not-a-number or infinite and the other is not the same.
package func relativeDifference<Number: BinaryFloatingPoint>(
  _ a: Number, _ b: Number, scale: Number = 0
) -> Number {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  guard a.isFinite, b.isFinite else { return .infinity }
  return abs(a - b) / max(abs(a), abs(b), scale)
}

/// Expects two rows of numbers to agree, and names the worst pair if they do not.
///
/// - Parameters:
///   - actual: What was computed.
///   - expected: What it should be.
///   - relative: The largest allowed difference, as a part of the larger number.
///   - scale: Numbers smaller than this are compared as if they were this large.
///   - comment: What is compared, for the message.
///   - sourceLocation: Where a failure is shown.
package func expectClose<Number: BinaryFloatingPoint & Sendable>(
  _ actual: [Number], _ expected: [Number], relative: Number, scale: Number = 1,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    let counts = "\(actual.count) numbers instead of \(expected.count)"
    Issue.record("\(comment()) \(counts)", sourceLocation: sourceLocation)
    return
  }
  let differences = zip(actual, expected).map { relativeDifference($0, $1, scale: scale) }
  guard let worst = differences.indices.max(by: { differences[$0] < differences[$1] }) else {
    return
  }
  #expect(
    differences[worst] <= relative,
    "\(comment()) element \(worst): \(actual[worst]) instead of \(expected[worst])",
    sourceLocation: sourceLocation)
}

/// Expects two numbers to agree.
package func expectClose<Number: BinaryFloatingPoint & Sendable>(
  _ actual: Number, _ expected: Number, relative: Number, scale: Number = 1,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    [actual], [expected], relative: relative, scale: scale, comment(),
    sourceLocation: sourceLocation)
}
