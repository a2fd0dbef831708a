/// 1 if a number is below another one, else 0, both finite.
///
/// The sign of the difference, without a jump: where the numbers are drawn, no processor could
/// foresee which way it goes.
@inline(__always)
func isBelow(_ number: Double, _ bound: Double) -> Int {
  Int(truncatingIfNeeded: (number - bound).bitPattern >> 63)
}
