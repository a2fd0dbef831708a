/// The factor `L Lᵀ` of rows and columns of a symmetric matrix, which are taken in or left out one
/// at a time, and with it `L⁻¹ b` of a right side.
///
/// Golub & Van Loan 2013, Matrix computations, 4.2 and 6.5.4.
package struct GrowingCholesky {
  /// Which rows of the matrix are in, in the order of the factor.
  package private(set) var members: [Int] = []
  private let capacity: Int
  /// `L`, `[capacity, capacity]`, row by row; then `1 / Lᵢᵢ`, because a division takes longer than
  /// all else that is done with a row; then `L⁻¹ b`.
  private var memory: [Double]

  package init(capacity: Int) {
    self.capacity = capacity
    memory = Array(repeating: 0, count: capacity * (capacity + 2))
    members.reserveCapacity(capacity)
  }

  /// Leaves out all rows.
  package mutating func removeAll() { members.removeAll(keepingCapacity: true) }

  /// Takes in a row of the matrix, unless it depends on those that are in.
  ///
  /// - Parameter right: The row's number of `b`.
  package mutating func append(
    _ row: Int, of matrix: UnsafePointer<Double>, right: Double
  ) -> Bool {
    let count = members.count
    let from = matrix + row * capacity
    let accepted = memory.withUnsafeMutableBufferPointer { memory in
      guard let factor = memory.baseAddress else { return false }
      let inverses = factor + capacity * capacity
      let halfway = inverses + capacity
      let new = factor + count * capacity
      for (index, member) in members.enumerated() {
        new[index] =
          (from[member] - dot(factor + index * capacity, new, index)) * inverses[index]
      }
      let pivot = from[row] - dot(new, new, count)
      guard pivot > 1e-14 * from[row] else { return false }
      new[count] = pivot.squareRoot()
      inverses[count] = 1 / new[count]
      halfway[count] = (right - dot(new, halfway, count)) * inverses[count]
      return true
    }
    if accepted { members.append(row) }
    return accepted
  }

  /// Leaves out the row at a place of `members`.
  package mutating func remove(at place: Int) {
    members.remove(at: place)
    let count = members.count
    memory.withUnsafeMutableBufferPointer { memory in
      guard let factor = memory.baseAddress, place < count else { return }
      let inverses = factor + capacity * capacity
      let halfway = inverses + capacity
      for row in place..<count {
        let target = factor + row * capacity
        target.update(from: target + capacity, count: row + 2)
      }
      for column in place..<count {
        let pivot = factor + column * capacity + column
        let square = pivot[0] * pivot[0] + pivot[1] * pivot[1]
        let inverse = 1 / square.squareRoot()
        let (cosine, sine) = (pivot[0] * inverse, pivot[1] * inverse)
        (pivot[0], inverses[column]) = (square * inverse, inverse)
        turn(halfway + column, cosine, sine)
        var entry = pivot + capacity
        for _ in column + 1..<count {
          turn(entry, cosine, sine)
          entry += capacity
        }
      }
    }
  }

  /// Solves `L Lᵀ x = b` for the rows that are in, in their order.
  package func solve(_ vector: UnsafeMutablePointer<Double>) {
    let count = members.count
    memory.withUnsafeBufferPointer { memory in
      guard let factor = memory.baseAddress else { return }
      let inverses = factor + capacity * capacity
      vector.update(from: inverses + capacity, count: count)
      for index in (0..<count).reversed() {
        vector[index] *= inverses[index]
        add(-vector[index], factor + index * capacity, to: vector, index)
      }
    }
  }
}

/// Turns a number and the one beside it.
@inline(__always)
private func turn(_ pair: UnsafeMutablePointer<Double>, _ cosine: Double, _ sine: Double) {
  (pair[0], pair[1]) = (cosine * pair[0] + sine * pair[1], cosine * pair[1] - sine * pair[0])
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
