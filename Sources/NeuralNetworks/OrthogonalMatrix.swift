import Autodiff
import Randomness

/// `gain` times a random matrix with orthonormal columns, or rows if these are fewer.
///
/// Orthonormalising independent normal vectors one after another gives the QR decomposition with a
/// positive diagonal of R; for that one, and not for one whose signs an algorithm chose, Q is
/// uniform over all such matrices (Mezzadri 2007, "How to generate random matrices from the
/// classical compact groups", section 4). It is done in double precision, and each vector is
/// projected twice, which is enough (Giraud et al. 2005).
func orthogonalMatrix(
  rows: Int, columns: Int, gain: Double, using random: inout RandomStream
) -> Tensor {
  let (count, length) = (min(rows, columns), max(rows, columns))
  var vectors: [[Double]] = []
  while vectors.count < count {
    var vector = (0..<length).map { _ in random.normal() as Double }
    for _ in 0..<2 {
      for earlier in vectors { subtract(dot(earlier, vector), earlier, from: &vector) }
    }
    let norm = dot(vector, vector).squareRoot()
    // Only if the stream gave vectors that depend on each other is one drawn anew.
    if norm > 1e-9 { vectors.append(vector.map { $0 / norm }) }
  }
  var scalars = [Float](repeating: 0, count: rows * columns)
  for (index, vector) in vectors.enumerated() {
    for (place, value) in vector.enumerated() {
      let target = rows >= columns ? place * columns + index : index * columns + place
      scalars[target] = Float(gain * value)
    }
  }
  return Tensor(shape: [rows, columns], scalars: scalars)
}

/// `Σ a·b`, in eight sums side by side so that it runs on vectors.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sums = SIMD8<Double>()
  var index = 0
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      while index + 8 <= a.count {
        for lane in 0..<8 { sums[lane] += a[index + lane] * b[index + lane] }
        index += 8
      }
    }
  }
  return (index..<a.count).reduce(sums.sum()) { $0 + a[$1] * b[$1] }
}

private func subtract(_ factor: Double, _ a: [Double], from b: inout [Double]) {
  for index in b.indices { b[index] -= factor * a[index] }
}
