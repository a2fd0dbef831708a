import Autodiff

/// What becomes of the losses of all elements or rows.
public enum Reduction: String, CaseIterable, Codable, Sendable {
  /// Their mean: shape `[]`. With weights, still divided by the number of losses.
  case mean
  /// Their sum: shape `[]`.
  case sum
  /// Nothing: one loss per element or row.
  case none
}

extension Reduction {
  /// Multiplies losses `[B, ...]` by weights `[B]`, one per row, and reduces them.
  func callAsFunction(_ losses: Tensor, weights: Tensor?) -> Tensor {
    let weighted = weights.map { losses * spread($0, over: losses.shape) } ?? losses
    return switch self {
    case .mean: weighted.mean()
    case .sum: weighted.sum()
    case .none: weighted
    }
  }

  private func spread(_ weights: Tensor, over shape: [Int]) -> Tensor {
    precondition(
      weights.shape == Array(shape.prefix(1)),
      "weights of shape \(weights.shape) do not fit losses of shape \(shape): one per row is wanted"
    )
    return (1..<max(shape.count, 1)).reduce(weights) { $0.broadcast(along: $1, count: shape[$1]) }
  }
}
