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
