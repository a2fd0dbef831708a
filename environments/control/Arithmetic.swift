import Glibc

// Where the recorded worlds were made, arithmetic is NumPy's on top of the C library. These functions
// give the same bits.

/// `value`, or the limit that it is beyond.
@inline(__always)
func clamp<Number: BinaryFloatingPoint>(_ value: Number, _ low: Number, _ high: Number) -> Number {
  value < low ? low : value > high ? high : value
}

/// The square as `pow(value, 2)` rounds it.
///
/// `pow` errs by less than 0.015 units in the last place before it rounds (glibc, `e_pow.c`), so
/// it differs from `value * value` only where the exact square lies about half way
/// between two numbers. How far it lies from the product is found exactly (Dekker 1971), and `pow`
/// is asked only where it matters.
@inline(__always)
package func squared(_ value: Double) -> Double {
  let product = value * value
  let spread = value * 0x1.0000002p27  // 2²⁷ + 1
  let high = spread - (spread - value)
  let low = value - high
  let rest = ((high * high - product) + 2 * high * low) + low * low
  // `rest` is at most half a unit in the last place of `product`, that is 2⁻⁵³ of its power of two.
  let unit = Double(bitPattern: product.bitPattern & 0x7FF0_0000_0000_0000) * 0x1p-52
  return abs(rest) <= 0.485 * unit ? product : exactPower(value)
}

/// 2, in a form that an optimiser cannot see through: it would make `pow(value, 2)` a product.
private let two = strtod("2", nil)

@inline(never)
private func exactPower(_ value: Double) -> Double {
  pow(value, two)
}

/// The square as `powf(value, 2)` rounds it.
///
/// As above: the exact square fits into double precision, and `powf` is asked only where what is
/// rounded away is about half a unit.
@inline(__always)
package func squared(_ value: Float) -> Float {
  let exact = Double(value) * Double(value)
  let lost = Int64(bitPattern: exact.bitPattern & 0x1FFF_FFFF)
  let exponent = Int64(exact.bitPattern >> 52) - 1023
  let margin = (abs(exponent) + 4) << 21  // of 2²⁹, which stand for a unit in the last place
  let isClear = abs(lost - 0x1000_0000) > margin && exact >= 0x1p-126
  return isClear ? Float(exact) : exactPower(value)
}

@inline(never)
private func exactPower(_ value: Float) -> Float {
  powf(value, Float(two))
}

/// What `dividend` exceeds a whole multiple of `divisor` by: NumPy's `%`, for a positive divisor.
///
/// Near 0 no division is needed: the remainder is the number itself, or differs from it by one exact
/// subtraction.
@inline(__always)
package func floorRemainder(_ dividend: Double, _ divisor: Double) -> Double {
  if dividend > -divisor && dividend < 2 * divisor {
    return dividend + (dividend < 0 ? divisor : dividend < divisor ? 0 : -divisor)
  }
  let remainder = fmod(dividend, divisor)
  return remainder < 0 ? remainder + divisor : abs(remainder)
}
