/// The nearest point, by Euclidean distance, whose coordinates are not negative and add up to 1.
///
/// Duchi et al. 2008, "Efficient projections onto the ℓ1-ball", figure 1.
package func projectOnSimplex(_ point: [Double]) -> [Double] {
  var sum = 0.0
  var shift = 0.0
  for (index, value) in point.sorted(by: >).enumerated() {
    sum += value
    let candidate = (sum - 1) / Double(index + 1)
    if value > candidate { shift = candidate }
  }
  return point.map { max(0, $0 - shift) }
}
