/// The factor `L Lᵀ` of rows and columns of a symmetric matrix, which are taken in or left out one
/// at a time.
///
/// Golub & Van Loan 2013, Matrix computations, 4.2 and 6.5.4.
package struct GrowingCholesky {
  /// Which rows of the matrix are in, in the order of the factor.
  package private(set) var members: [Int] = []
  private let capacity: Int
  /// `L`, `[capacity, capacity]`, row by row.
  private var factor: [Double]

  package init(capacity: Int) {
    self.capacity = capacity
    factor = Array(repeating: 0, count: capacity * capacity)
    members.reserveCapacity(capacity)
  }

  /// Leaves out all rows.
  package mutating func removeAll() { members.removeAll(keepingCapacity: true) }

  /// Takes in a row of the matrix, unless it depends on those that are in.
  package mutating func append(_ row: Int, of matrix: UnsafePointer<Double>) -> Bool {
    let count = members.count
    let diagonal = matrix[row * capacity + row]
    let accepted = factor.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      let new = start + count * capacity
      for (index, member) in members.enumerated() {
        let earlier = start + index * capacity
        new[index] =
          (matrix[row * capacity + member] - dot(earlier, new, index)) / earlier[index]
      }
      let pivot = diagonal - dot(new, new, count)
      guard pivot > 1e-14 * diagonal else { return false }
      new[count] = pivot.squareRoot()
      return true
    }
    if accepted { members.append(row) }
    return accepted
  }

  /// Leaves out the row at a place of `members`.
  package mutating func remove(at place: Int) {
    members.remove(at: place)
    let count = members.count
    factor.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, place < count else { return }
      for row in place..<count {
        let target = start + row * capacity
        target.update(from: target + capacity, count: row + 2)
      }
      for column in place..<count {
        let pivot = start + column * capacity + column
        let length = (pivot[0] * pivot[0] + pivot[1] * pivot[1]).squareRoot()
        let (cosine, sine) = (pivot[0] / length, pivot[1] / length)
        pivot[0] = length
        var entry = pivot + capacity
        for _ in column + 1..<count {
          (entry[0], entry[1]) = (
            cosine * entry[0] + sine * entry[1], cosine * entry[1] - sine * entry[0]
          )
          entry += capacity
        }
      }
    }
  }

  /// Solves `L Lᵀ x = b` for the rows that are in; `b`, in their order, becomes `x`.
  package func solve(_ vector: UnsafeMutablePointer<Double>) {
    factor.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      solveCholesky(start, stride: capacity, count: members.count, vector)
    }
  }
}

/// Solves `L Lᵀ x = b`; `b` becomes `x`.
package func solveCholesky(
  _ factor: UnsafePointer<Double>, stride: Int, count: Int, _ vector: UnsafeMutablePointer<Double>
) {
  for index in 0..<count {
    let row = factor + index * stride
    vector[index] = (vector[index] - dot(row, vector, index)) / row[index]
  }
  for index in (0..<count).reversed() {
    let row = factor + index * stride
    vector[index] /= row[index]
    add(-vector[index], row, to: vector, index)
  }
}

/// Replaces the lower triangle of a symmetric positive definite matrix by its factor `L`.
///
/// - Returns: Whether the matrix is positive definite to rounding.
package func factorCholesky(_ matrix: UnsafeMutablePointer<Double>, count: Int) -> Bool {
  for index in 0..<count {
    let row = matrix + index * count
    for column in 0..<index {
      let other = matrix + column * count
      row[column] = (row[column] - dot(row, other, column)) / other[column]
    }
    let pivot = row[index] - dot(row, row, index)
    guard pivot > 0 else { return false }
    row[index] = pivot.squareRoot()
  }
  return true
}
