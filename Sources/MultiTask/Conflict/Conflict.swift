/// How the gradients of tasks stand to one another, as their Gram matrix tells.
extension GramMatrix {
  /// The cosine of the angle between each pair of gradients, `[K, K]` row by row; NaN beside a
  /// gradient of length 0, which has no direction.
  public var cosines: [Double] {
    let norms = norms
    return pairs { row, column in
      let product = norms[row] * norms[column]
      guard product > 0 else { return .nan }
      return row == column ? 1 : min(max(self[row, column] / product, -1), 1)
    }
  }

  /// `2 nᵢ nⱼ / (nᵢ² + nⱼ²)` for each pair, `[K, K]` row by row: 1 for gradients of one length,
  /// near 0 where one is much the longer; NaN where both have length 0.
  ///
  /// Yu et al. 2020 ("Gradient Surgery for Multi-Task Learning"), definition 2.
  public var magnitudeSimilarities: [Double] {
    let norms = norms
    return pairs { row, column in
      let (one, other) = (norms[row], norms[column])
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
    let eigen = SymmetricEigen(elements, count: count)
    guard let largest = eigen.values.max(), let smallest = eigen.values.min(), largest > 0 else {
      return .nan
    }
    // Below the threshold, what is left of the smallest is rounding.
    return smallest > eigen.threshold ? largest / smallest : .infinity
  }

  private func pairs(_ value: (Int, Int) -> Double) -> [Double] {
    (0..<count).flatMap { row in (0..<count).map { value(row, $0) } }
  }
}
