import Glibc

/// The lower triangular factor of a symmetric positive definite matrix, `A = L Lᵀ`, row by row.
///
/// Everything is written as products of contiguous rows, which is where the time of a Gaussian
/// process goes.
package struct Cholesky {
  package let size: Int
  /// Row-major; above the diagonal nothing is meant.
  private(set) var factor: [Double]

  /// - Parameters:
  ///   - matrix: row-major; only its lower triangle is read.
  /// - Returns: nothing if the matrix is not positive definite.
  package init?(_ matrix: [Double], size: Int) {
    self.size = size
    factor = matrix
    let succeeded = factor.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let rows = buffer.baseAddress else { return true }
      for i in 0..<size {
        let row = rows + i * size
        for j in 0..<i {
          let other = rows + j * size
          row[j] = (row[j] - dot(row, other, j)) / other[j]
        }
        let rest = row[i] - dot(row, row, i)
        guard rest > 0, rest.isFinite else { return false }
        row[i] = rest.squareRoot()
      }
      return true
    }
    if !succeeded { return nil }
  }

  /// Factors a matrix, adding as little to its diagonal as makes it positive definite.
  package static func jittered(_ matrix: [Double], size: Int) -> Cholesky? {
    var scale = 0.0
    for i in 0..<size { scale = max(scale, matrix[i * size + i]) }
    var jitter = 0.0
    while jitter <= 1e-2 {
      var raised = matrix
      for i in 0..<size { raised[i * size + i] += jitter * scale }
      if let factor = Cholesky(raised, size: size) { return factor }
      jitter = jitter == 0 ? 1e-10 : jitter * 10
    }
    return nil
  }

  /// The logarithm of the matrix's determinant.
  package var logDeterminant: Double {
    var sum = 0.0
    for i in 0..<size { sum += log(factor[i * size + i]) }
    return 2 * sum
  }

  /// `L⁻¹ b`, in place.
  package func solveLower(_ vector: inout [Double]) {
    vector.withUnsafeMutableBufferPointer { vector in
      factor.withUnsafeBufferPointer { buffer in
        guard let rows = buffer.baseAddress, let x = vector.baseAddress else { return }
        for i in 0..<size { x[i] = (x[i] - dot(rows + i * size, x, i)) / rows[i * size + i] }
      }
    }
  }

  /// `L⁻ᵀ b`, in place.
  private func solveUpper(_ vector: inout [Double]) {
    vector.withUnsafeMutableBufferPointer { x in
      factor.withUnsafeBufferPointer { rows in
        for i in stride(from: size - 1, through: 0, by: -1) {
          x[i] /= rows[i * size + i]
          for k in 0..<i { x[k] -= rows[i * size + k] * x[i] }
        }
      }
    }
  }

  /// `A⁻¹ b`.
  package func solve(_ vector: [Double]) -> [Double] {
    var solution = vector
    solveLower(&solution)
    solveUpper(&solution)
    return solution
  }

  /// `A⁻¹`, row-major and full.
  package func inverse() -> [Double] {
    // Row j of `columns` is column j of L⁻¹.
    var columns = Array(repeating: 0.0, count: size * size)
    var inverse = columns
    factor.withUnsafeBufferPointer { factorBuffer in
      columns.withUnsafeMutableBufferPointer { columnBuffer in
        inverse.withUnsafeMutableBufferPointer { inverse in
          guard let rows = factorBuffer.baseAddress, let columns = columnBuffer.baseAddress else {
            return
          }
          for j in 0..<size {
            let column = columns + j * size
            column[j] = 1 / rows[j * size + j]
            for i in j + 1..<max(size, j + 1) {
              let row = rows + i * size
              column[i] = -dot(row + j, column + j, i - j) / row[i]
            }
          }
          for i in 0..<size {
            for j in 0...i {
              let sum = dot(columns + i * size + i, columns + j * size + i, size - i)
              inverse[i * size + j] = sum
              inverse[j * size + i] = sum
            }
          }
        }
      }
    }
    return inverse
  }
}

/// The sum of products of two stretches of numbers, eight at a time.
@inline(__always)
package func dot(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int)
  -> Double
{
  var sums = SIMD8<Double>.zero
  var index = 0
  let whole = count & ~7
  let a = UnsafeRawPointer(left)
  let b = UnsafeRawPointer(right)
  while index < whole {
    let x = a.loadUnaligned(fromByteOffset: index &* 8, as: SIMD8<Double>.self)
    let y = b.loadUnaligned(fromByteOffset: index &* 8, as: SIMD8<Double>.self)
    sums += x * y
    index &+= 8
  }
  var sum = sums.sum()
  while index < count {
    sum += left[index] * right[index]
    index &+= 1
  }
  return sum
}
