import Glibc

/// The sine and cosine of an angle in radians, equal to those of `sin` and `cos` bit for bit.
///
/// One call of the C library where two would be needed: reducing the angle is half of the work.
@inline(__always)
package func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
  var (sine, cosine) = (0.0, 0.0)
  sincos(angle, &sine, &cosine)
  return (sine, cosine)
}

@_silgen_name("sincos")
private func sincos(
  _ angle: Double, _ sine: UnsafeMutablePointer<Double>, _ cosine: UnsafeMutablePointer<Double>)

// Sines and cosines equal to the C library's bit for bit, without its branches.
//
// Before it rounds, glibc errs by so little (`SineTable.error`) that it gives the correctly rounded
// number unless the exact one lies close to the middle between two. Here the exact one is computed
// still more precisely. Where all numbers within both errors round alike, that is the C library's
// result (the rounding test of Ziv 1991, "Fast evaluation of elementary mathematical functions with
// correctly rounded last bit"); elsewhere, a few times in a hundred, the C library is asked.

/// The sine and cosine of an angle in radians, equal to those of `sin` and `cos` bit for bit.
///
/// Takes the same way for all angles up to 8. The C library is faster where a processor can guess
/// its ways, that is, where angles stay in one quadrant, and much slower elsewhere.
@inline(__always)
package func branchlessSineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
  let size = abs(angle)
  let (row, d) = nearest(size)
  let (result, spread) = row.expanded(by: SIMD2(repeating: d))
  guard size < tableEnd && spread[0] + spread[1] == 0 else { return askedSineAndCosine(angle) }
  return (signed(result[0], as: angle), result[1])
}

@inline(never)
private func askedSineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
  (sin(angle), cos(angle))
}

/// A number, negated where another one is negative: without a branch, which would be mispredicted.
@inline(__always)
private func signed(_ number: Double, as other: Double) -> Double {
  Double(bitPattern: number.bitPattern ^ (other.bitPattern & 0x8000_0000_0000_0000))
}

/// Angles up to here have a row at most half a row's distance away.
private let tableEnd = 7.98

/// The row of a positive angle and what the angle exceeds it by, without rounding error.
@inline(__always)
private func nearest(_ angle: Double) -> (row: SineTable.Row, d: Double) {
  let shifted = angle * SineTable.rowsPerRadian + 0x1.8p52  // its last bits are the nearest row
  let row = SineTable.rows[Int(truncatingIfNeeded: shifted.bitPattern & 0xFF)]
  return (row, angle - (shifted - 0x1.8p52) * (1 / SineTable.rowsPerRadian))
}

extension SineTable.Row {
  /// Both functions at a distance `d` from the row's angle `c`, as the least numbers that they may
  /// be rounded to, and how far the greatest ones are from these.
  ///
  ///     sin(c + d) = sin c + cos c·d + (sin c·(cos d - 1) + cos c·(sin d - d))
  ///
  /// and likewise the cosine. The first product and the first sum are computed with their rounding
  /// errors (Dekker 1971, Knuth's two-sum); the rest is so small that its own do not matter.
  @inline(__always)
  fileprivate func expanded(by d: SIMD2<Double>) -> (SIMD2<Double>, spread: SIMD2<Double>) {
    let square = d * d
    let cube = d * square
    let sineTail = cube * polynomial(square, -1 / 6, 1 / 120, -1 / 5040)
    let cosineTail = square * polynomial(square, -1 / 2, 1 / 24, -1 / 720, 1 / 40320)

    let start = SIMD2(leading(d[0]), leading(d[1]))
    let product = slope * start
    let sum = value + product
    let added = sum - value
    let lost = (value - (sum - added)) + (product - added)
    let byTails = value * cosineTail + (slope * (d - start + sineTail))
    let small = lost + (rest + (byTails + slopeRest * (d + sineTail)))

    let size = SIMD2(abs(cube[0]), abs(cube[1]))
    let error = error + size * 0x1p-50  // the second part is for angles near 0
    let low = sum + (small - error)
    return (low, sum + (small + error) - low)
  }
}

@inline(__always)
private func polynomial(
  _ x: SIMD2<Double>, _ a: Double, _ b: Double, _ c: Double, _ d: Double = 0
) -> SIMD2<Double> {
  let end = d == 0 ? SIMD2(repeating: c) : c + x * d
  return a + x * (b + x * end)
}
