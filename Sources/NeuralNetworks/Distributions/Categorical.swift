public import Autodiff

/// The distribution of a choice among `A` actions, one for each row of logits.
///
/// Forbidden actions get the lowest number as their logit before the softmax, so that they have the
/// probability 0 and no share in the entropy: Huang & Ontañón (2022), "A closer look at invalid
/// action masking in policy gradient algorithms".
public struct Categorical {
  /// `log p`, `[B, A]`; about -10³⁰ for what is forbidden.
  public let logProbabilities: Tensor

  /// - Parameters:
  ///   - logits: `[B, A]`.
  ///   - allowed: `[B, A]`, 1 where an action is allowed and 0 where not; `nil` allows everything.
  public init(logits: Tensor, allowed: Tensor? = nil) {
    // Far below every logit and far above -∞, whose differences are not numbers.
    let masked =
      allowed.map { select($0, logits, .filled(with: -1e30, shape: logits.shape)) } ?? logits
    logProbabilities = masked.logSoftmax()
  }

  /// `p`, `[B, A]`.
  public var probabilities: Tensor { logProbabilities.exp() }

  /// `log p(a)` of the actions `[B]`, whole numbers; `[B]`.
  public func logProbability(of actions: Tensor) -> Tensor { logProbabilities.picked(at: actions) }

  /// `-Σ p·log p`, `[B]`.
  public var entropy: Tensor { -(probabilities * logProbabilities).sum(axis: 1) }

  /// The most likely actions, `[B]`.
  public var mode: Tensor { logProbabilities.argmax(axis: 1) }
}
