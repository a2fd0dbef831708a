/// The eigenvalues and eigenvectors of a symmetric matrix.
///
/// Householder's reduction to three diagonals and the implicit QR steps with Wilkinson's shift:
/// Golub & Van Loan 2013, Matrix computations, algorithms 8.3.1 to 8.3.3.
package struct SymmetricEigen {
  package let count: Int
  /// In no order.
  package private(set) var values: [Double]
  /// Row `i` is the eigenvector of `values[i]`.
  package private(set) var vectors: [Double]

  package init(_ elements: [Double], count: Int) {
    self.count = count
    values = Array(repeating: 0, count: count)
    vectors = Array(repeating: 0, count: count * count)
    var matrix = elements
    var beside = values
    matrix.withUnsafeMutableBufferPointer { matrix in
      vectors.withUnsafeMutableBufferPointer { vectors in
        values.withUnsafeMutableBufferPointer { values in
          beside.withUnsafeMutableBufferPointer { beside in
            guard let matrix = matrix.baseAddress, let vectors = vectors.baseAddress,
              let values = values.baseAddress, let beside = beside.baseAddress
            else { return }
            tridiagonalize(matrix, vectors, values, beside, count)
            diagonalize(values, beside, vectors, count)
          }
        }
      }
    }
  }

  /// Eigenvalues at or below this are 0 to rounding.
  package var threshold: Double {
    (values.max() ?? 0) * Double(count) * 8 * Double.ulpOfOne
  }

  /// `Σᵢ f(lᵢ) ⟨vᵢ, b⟩ vᵢ` over the eigenvalues that are not 0.
  package func apply(_ function: (Double) -> Double, to vector: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: count)
    let threshold = threshold
    vectors.withUnsafeBufferPointer { vectors in
      vector.withUnsafeBufferPointer { vector in
        result.withUnsafeMutableBufferPointer { result in
          guard let vectors = vectors.baseAddress, let vector = vector.baseAddress,
            let result = result.baseAddress
          else { return }
          for index in 0..<count where values[index] > threshold {
            let row = vectors + index * count
            add(function(values[index]) * dot(row, vector, count), row, to: result, count)
          }
        }
      }
    }
    return result
  }
}

private typealias Numbers = UnsafeMutablePointer<Double>

/// Makes `A = Q T Qᵀ`: the diagonals of `T`, and `Qᵀ` in `vectors`; `matrix` is used up.
private func tridiagonalize(
  _ matrix: Numbers, _ vectors: Numbers, _ diagonal: Numbers, _ beside: Numbers, _ count: Int
) {
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { scratch in
    guard let product = scratch.baseAddress else { return }
    let factors = product + count
    for k in 0..<max(0, count - 2) {
      // Row k, right of the diagonal, becomes Householder's vector.
      let vector = matrix + k * count + k + 1
      let length = count - k - 1
      let norm = dot(vector, vector, length).squareRoot()
      diagonal[k] = matrix[k * count + k]
      beside[k] = vector[0] > 0 ? -norm : norm
      factors[k] = 0
      let tail = dot(vector + 1, vector + 1, length - 1)
      guard tail > 0 else {
        beside[k] = vector[0]
        continue
      }
      vector[0] -= beside[k]
      let factor = 2 / (vector[0] * vector[0] + tail)
      factors[k] = factor
      reflect(matrix + (k + 1) * (count + 1), stride: count, vector, factor, product, length)
    }
    for k in max(0, count - 2)..<count { diagonal[k] = matrix[k * count + k] }
    if count > 1 { beside[count - 2] = matrix[(count - 2) * count + count - 1] }
    accumulate(matrix, factors, vectors, count)
  }
}

/// `A ← H A H` for `H = 1 − β v vᵀ`.
private func reflect(
  _ matrix: Numbers, stride: Int, _ vector: Numbers, _ factor: Double, _ product: Numbers,
  _ count: Int
) {
  for row in 0..<count { product[row] = factor * dot(matrix + row * stride, vector, count) }
  add(-factor / 2 * dot(product, vector, count), vector, to: product, count)
  for row in 0..<count {
    add(-vector[row], product, to: matrix + row * stride, count)
    add(-product[row], vector, to: matrix + row * stride, count)
  }
}

/// Multiplies Householder's reflections: `Qᵀ = H … H₁ H₀`.
private func accumulate(
  _ matrix: Numbers, _ factors: Numbers, _ vectors: Numbers, _ count: Int
) {
  for index in 0..<count { vectors[index * count + index] = 1 }
  // From the last on, each touches only what lies below and right of its own vector.
  for k in (0..<max(0, count - 2)).reversed() where factors[k] > 0 {
    let vector = matrix + k * count + k + 1
    let length = count - k - 1
    for row in k + 1..<count {
      let target = vectors + row * count + k + 1
      add(-factors[k] * dot(target, vector, length), vector, to: target, length)
    }
  }
}

/// Turns the two diagonals into eigenvalues, and the rows of `vectors` with them.
private func diagonalize(
  _ diagonal: Numbers, _ beside: Numbers, _ vectors: Numbers, _ count: Int
) {
  var last = count - 1
  var rounds = 0
  while last > 0 {
    for k in 0..<last
    where abs(beside[k]) <= Double.ulpOfOne * (abs(diagonal[k]) + abs(diagonal[k + 1])) {
      beside[k] = 0
    }
    if beside[last - 1] == 0 || rounds > 60 {
      last -= 1
      rounds = 0
      continue
    }
    var first = last - 1
    while first > 0 && beside[first - 1] != 0 { first -= 1 }
    chase(diagonal, beside, vectors, first, last, count)
    rounds += 1
  }
}

/// One implicit QR step on the block from `first` to `last`.
private func chase(
  _ diagonal: Numbers, _ beside: Numbers, _ vectors: Numbers, _ first: Int, _ last: Int,
  _ count: Int
) {
  let half = (diagonal[last - 1] - diagonal[last]) / 2
  let corner = beside[last - 1]
  let root = (half * half + corner * corner).squareRoot()
  let shift = diagonal[last] - corner * (corner / (half + (half < 0 ? -root : root)))
  var x = diagonal[first] - shift
  var z = beside[first]
  for k in first..<last {
    let length = (x * x + z * z).squareRoot()
    guard length > 0 else { return }
    let (c, s) = (x / length, z / length)
    if k > first { beside[k - 1] = length }
    let (left, between, right) = (diagonal[k], beside[k], diagonal[k + 1])
    diagonal[k] = c * c * left + 2 * c * s * between + s * s * right
    diagonal[k + 1] = s * s * left - 2 * c * s * between + c * c * right
    beside[k] = c * s * (right - left) + (c * c - s * s) * between
    if k < last - 1 {
      x = beside[k]
      z = s * beside[k + 1]
      beside[k + 1] *= c
    }
    rotate(vectors + k * count, vectors + (k + 1) * count, cosine: c, sine: s, count)
  }
}
