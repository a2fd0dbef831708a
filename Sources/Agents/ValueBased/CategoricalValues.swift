package import Autodiff

/// The probabilities of returns on a fixed grid of `K` atoms `zᵢ`, as logits.
///
/// Bellemare, Dabney & Munos (2017), "A distributional perspective on reinforcement learning",
/// section 4, "C51". What lies beyond the grid counts as its end, so the grid has to cover the
/// returns.
package struct CategoricalValues: ValueEstimate {
  package let width: Int
  private let low: Double
  private let high: Double
  /// Δz, between neighbouring atoms.
  private let spacing: Double

  /// - Parameters:
  ///   - atoms: 2 or more.
  ///   - low: The lowest return, below `high`.
  ///   - high: The highest return.
  package init(atoms: Int, low: Double, high: Double) {
    (width, self.low, self.high) = (atoms, low, high)
    spacing = (high - low) / Double(atoms - 1)
  }

  /// `Σ zᵢ·pᵢ` along the last axis.
  package func values(_ numbers: Tensor) -> Tensor {
    let axis = numbers.rank - 1
    return (numbers.softmax() * atoms(like: numbers)).sum(axis: axis)
  }

  /// `zᵢ` along the last axis.
  private func atoms(like numbers: Tensor) -> Tensor {
    low + spacing * numbers.positions(axis: numbers.rank - 1)
  }

  /// The distribution of `r + γ·Z`, brought back to the grid: Algorithm 1, all but its loss.
  ///
  /// Each moved atom gives its probability to its two neighbours on the grid, to each by its
  /// nearness: `mᵢ = Σⱼ max(0, 1 − |bⱼ − i|)·pⱼ`, eq. 7, where `bⱼ` is the moved atom's place in
  /// steps of the grid.
  ///
  /// - Parameters:
  ///   - probabilities: `pⱼ`, `[B, K]`.
  ///   - rewards: `[B]`.
  ///   - discounts: `[B]`.
  /// - Returns: `m`, `[B, K]`.
  package func projected(_ probabilities: Tensor, rewards: Tensor, discounts: Tensor) -> Tensor {
    let moved = atoms(like: probabilities).multiplyingColumn(discounts).addingColumn(rewards)
    let places = (moved.clamped(to: low...high) - low) / spacing  // [B, j]
    // What is repeated along the last axis need not be written down.
    let repeated = places.broadcast(along: 2, count: width)  // [B, j, i]
    let shares = (1 - (repeated - repeated.positions(axis: 2)).absolute()).relu()
    return (shares * probabilities.broadcast(along: 2, count: width)).sum(axis: 1)
  }

  /// Losses are cross-entropies `−Σ mᵢ·log pᵢ(s, a)`, priorities the Kullback-Leibler divergences
  /// that they contain.
  ///
  /// Both as in Rainbow: Hessel et al. (2018), "The integrated agent".
  package func errors(of predicted: Tensor, next: Tensor, rewards: Tensor, discounts: Tensor)
    -> ValueErrors
  {
    let goal = projected(next.softmax(), rewards: rewards, discounts: discounts).withoutGradient()
    let losses = -(goal * predicted.logSoftmax()).sum(axis: 1)
    // 0·log 0 is 0; rounding must not make a divergence negative.
    let entropies = -(goal * maximum(goal, 1e-30).log()).sum(axis: 1)
    return ValueErrors(losses: losses, priorities: (losses - entropies).relu())
  }
}
