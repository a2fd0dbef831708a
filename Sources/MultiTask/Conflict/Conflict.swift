import Glibc

/// How the gradients of tasks stand to one another, as their Gram matrix tells.
extension GramMatrix {
  /// The length of each gradient, `nₖ`.
  public var lengths: [Double] { (0..<count).map { self[$0, $0].squareRoot() } }

  /// The cosine of the angle between each pair of gradients, `[K, K]` row by row; NaN beside a
  /// gradient of length 0, which has no direction.
  public var cosines: [Double] {
    let lengths = lengths
    return pairs { row, column in
      let product = lengths[row] * lengths[column]
      guard product > 0 else { return .nan }
      return row == column ? 1 : min(max(self[row, column] / product, -1), 1)
    }
  }

  /// `2 nᵢ nⱼ / (nᵢ² + nⱼ²)` for each pair, `[K, K]` row by row: 1 for gradients of one length,
  /// near 0 where one is much the longer; NaN where both have length 0.
  ///
  /// Yu et al. 2020 ("Gradient Surgery for Multi-Task Learning"), definition 2.
  public var magnitudeSimilarities: [Double] {
    let lengths = lengths
    return pairs { row, column in
      let (one, other) = (lengths[row], lengths[column])
      let largest = max(one, other)
      guard largest > 0 else { return .nan }
      // Divided through by the larger, so that squares stay in range.
      let ratio = min(one, other) / largest
      return 2 * ratio / (1 + ratio * ratio)
    }
  }

  /// The share of pairs of tasks whose gradients point against each other; 0 for one task.
  public var conflictShare: Double {
    guard count > 1 else { return 0 }
    var conflicts = 0
    for row in 0..<count {
      for column in 0..<row where self[row, column] < 0 { conflicts += 1 }
    }
    return Double(conflicts) / Double(count * (count - 1) / 2)
  }

  /// The largest eigenvalue over the smallest, 1 for orthogonal gradients of one length and ∞ for
  /// gradients that do not span `K` dimensions; NaN where all have length 0.
  ///
  /// The square of the condition number of the Jacobian, by which Senushkin et al. 2023
  /// ("Independent Component Alignment for Multi-Task Learning") measure how stable training is.
  public var conditionNumber: Double {
    let values = eigenvalues
    guard let largest = values.last, let smallest = values.first, largest > 0 else { return .nan }
    // Below this, what is left of the smallest is rounding.
    let floor = largest * Double(count) * .ulpOfOne
    return smallest > floor ? largest / smallest : .infinity
  }

  private func pairs(_ value: (Int, Int) -> Double) -> [Double] {
    (0..<count).flatMap { row in (0..<count).map { value(row, $0) } }
  }

  /// The eigenvalues, ascending, by Jacobi's rotations.
  private var eigenvalues: [Double] {
    var matrix = self
    for _ in 0..<60 {
      var rest = 0.0
      for row in 0..<count {
        for column in 0..<row { rest += matrix[row, column] * matrix[row, column] }
      }
      let size = (0..<count).reduce(0) { max($0, abs(matrix[$1, $1])) }
      guard rest > size * size * 1e-34 else { break }
      for row in 1..<max(count, 2) {
        for column in 0..<row { matrix.rotate(row, column) }
      }
    }
    return (0..<count).map { matrix[$0, $0] }.sorted()
  }

  /// Turns two axes so that the element between them becomes 0.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let between = self[p, q]
    guard between != 0 else { return }
    let ratio = (self[q, q] - self[p, p]) / (2 * between)
    let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for index in 0..<count where index != p && index != q {
      let (left, right) = (self[index, p], self[index, q])
      self[index, p] = cosine * left - sine * right
      self[p, index] = self[index, p]
      self[index, q] = sine * left + cosine * right
      self[q, index] = self[index, q]
    }
    self[p, p] -= tangent * between
    self[q, q] += tangent * between
    self[p, q] = 0
    self[q, p] = 0
  }
}
