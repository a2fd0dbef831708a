/// How large the sum of the weighted gradients is made, without changing its direction.
///
/// Papers differ in this, and with it in what a learning rate means. Every combiner of gradients
/// has its paper's convention as the standard, and can be brought to another's:
/// of methods whose weights add up to 1, `sum` multiplies by the number of tasks that are present;
/// of methods that add up gradients, `mean` divides by it.
public enum GradientScale: String, NamedSetting {
  /// As large as the gradient of the sum of the losses is: no division by the number of tasks.
  case sum
  /// As large as the gradient of the mean of the losses is.
  case mean
  /// `‖d‖ = 1`, unless it is 0.
  case unitNorm

  /// The factor from a method's own convention, `sum` or `mean`, to this one.
  func factor(from own: GradientScale, _ weights: [Double], _ gram: GramMatrix) -> Double {
    switch (own, self) {
    case (.mean, .sum): return Double(gram.count)
    case (.sum, .mean): return 1 / Double(gram.count)
    case (_, .unitNorm):
      let norm = gram.norm(ofCombination: weights)
      // Below this it is the rounding of a sum that is 0.
      return norm > 1e-12 * gram.largestTerm(ofCombination: weights) ? 1 / norm : 1
    default: return 1
    }
  }
}

/// Whether the weights of losses add up to the number of tasks or to 1.
public enum LossScale: String, NamedSetting {
  /// Weights of tasks that count alike are 1.
  case sum
  /// Weights of tasks that count alike are `1/K`.
  case mean

  /// The factor from a method's own convention to this one.
  func factor(from own: LossScale, count: Int) -> Double {
    switch (own, self) {
    case (.mean, .sum): Double(count)
    case (.sum, .mean): 1 / Double(count)
    default: 1
    }
  }
}
