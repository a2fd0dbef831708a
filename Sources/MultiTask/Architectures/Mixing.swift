import Autodiff

// Weighted sums: of experts by gates, of columns by stitches, of sets of parameters by tasks.

/// `Σₑ softmax(logits)ₑ · Eₑ`, row by row: logits `[B, experts]`, experts `[B, features]` each.
func gated(_ experts: [Tensor], by logits: Tensor) -> Tensor {
  mixed(experts, byColumnsOf: logits.softmax())
}

/// `Σₑ weightsₑ · Eₑ`, row by row: weights `[B, experts]`, experts `[B, features]` each.
func mixed(_ experts: [Tensor], byColumnsOf weights: Tensor) -> Tensor {
  sum(
    experts.enumerated().map { index, expert in
      expert.multiplyingColumn(weights.sliced(axis: 1, from: index, count: 1).flattened())
    })
}

/// `Σₑ weightsₑ · Eₑ` for tensors of one shape and as many weights: `[n]`.
func mixed(_ parts: [Tensor], by weights: Tensor) -> Tensor {
  sum(
    parts.enumerated().map { index, part in
      let weight = weights.sliced(axis: 0, from: index, count: 1).reshaped(to: [])
      return part * weight.broadcast(to: part.shape)
    })
}

/// The sum of one tensor or more, from the first to the last.
private func sum(_ terms: [Tensor]) -> Tensor {
  terms.dropFirst().reduce(terms[0], +)
}
