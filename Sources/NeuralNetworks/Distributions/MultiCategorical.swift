public import Autodiff

/// The distribution of several independent choices, one set for each row of logits.
///
/// The logarithms of the probabilities of the parts add up to that of the whole, and so do their
/// entropies: Huang et al. (2022), "The 37 implementation details of proximal policy optimization",
/// detail 37.
public struct MultiCategorical {
  /// The distribution of each choice.
  public let parts: [Categorical]

  /// Cuts rows into the logits of each choice.
  ///
  /// - Parameters:
  ///   - logits: `[B, ΣA]`, those of one choice after those of the other.
  ///   - counts: How many actions each choice is among.
  ///   - allowed: `[B, ΣA]`, 1 where an action is allowed and 0 where not; `nil` allows everything.
  public init(logits: Tensor, counts: [Int], allowed: Tensor? = nil) {
    let rows = logits.split(axis: 1, into: counts)
    let masks = allowed?.split(axis: 1, into: counts)
    parts = rows.indices.map { Categorical(logits: rows[$0], allowed: masks?[$0]) }
  }

  /// `p` of each action of each choice, `[B, ΣA]`.
  public var probabilities: Tensor { concatenated(parts.map(\.probabilities), axis: 1) }

  /// `log p(a)` of the actions `[B, choices]`, whole numbers; `[B]`.
  public func logProbability(of actions: Tensor) -> Tensor {
    sum { index in
      parts[index].logProbability(
        of: actions.sliced(axis: 1, from: index, count: 1).flattened())
    }
  }

  /// `-Σ p·log p`, `[B]`.
  public var entropy: Tensor { sum { parts[$0].entropy } }

  private func sum(_ term: (Int) -> Tensor) -> Tensor {
    parts.indices.dropFirst().reduce(term(0)) { $0 + term($1) }
  }
}
