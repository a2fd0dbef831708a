extension GramMatrix {
  /// The norm of the gradient of each task.
  public var norms: [Double] { (0..<count).map { max(0, self[$0, $0]).squareRoot() } }

  /// The largest squared norm.
  package var largestDiagonal: Double { (0..<count).map { self[$0, $0] }.max() ?? 0 }

  /// The inner product of each task's gradient with `d = Σₖ wₖ gₖ`: `M w`.
  ///
  /// Where it is negative, a step against `d` raises the task's loss.
  public func descents(ofCombination weights: [Double]) -> [Double] {
    precondition(weights.count == count, "one weight for each gradient")
    return elements.withUnsafeBufferPointer { elements in
      weights.withUnsafeBufferPointer { weights in
        (0..<count).map { row in
          guard let matrix = elements.baseAddress, let weights = weights.baseAddress else {
            return 0
          }
          return dot(matrix + row * count, weights, count)
        }
      }
    }
  }

  /// `‖d‖` of `d = Σₖ wₖ gₖ`.
  public func norm(ofCombination weights: [Double]) -> Double {
    let square = zip(weights, descents(ofCombination: weights)).reduce(0) { $0 + $1.0 * $1.1 }
    return max(0, square).squareRoot()
  }

  /// The largest `‖wₖ gₖ‖`, beside which rounding is to be seen.
  package func largestTerm(ofCombination weights: [Double]) -> Double {
    zip(weights, norms).map { abs($0.0 * $0.1) }.max() ?? 0
  }

  /// The Gram matrix of the rows `sₖ gₖ`.
  package func scaled(by factors: [Double]) -> GramMatrix {
    var result = self
    for row in 0..<count {
      for column in 0..<count { result[row, column] *= factors[row] * factors[column] }
    }
    return result
  }

  /// `⟨gₖ, g₀⟩` with the mean gradient `g₀`.
  package var meanProducts: [Double] {
    descents(ofCombination: Array(repeating: 1 / Double(count), count: count))
  }

  /// The Gram matrix of the rows `gₖ + λ g₀`.
  package func shifted(by lambda: Double, meanProducts mean: [Double]) -> GramMatrix {
    let square = lambda * lambda * mean.reduce(0, +) / Double(count)
    var result = self
    for row in 0..<count {
      for column in 0..<count {
        result.elements[row * count + column] += lambda * (mean[row] + mean[column]) + square
      }
    }
    return result
  }
}
