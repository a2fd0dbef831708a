public import Autodiff

// Losses of probabilities. Logits `[B, C]` have a row for each of `B` examples and a column for
// each of `C` classes; labels `[B]` are whole numbers in `0..<C`; weights `[B]` have one number per
// row; the reduction is over the rows. All stay exact where exponentials would overflow and where
// the difference of large numbers would lose its digits.

/// The cross-entropy `−log softmax(z)[label]` of each row of logits.
///
/// With label smoothing `s`, the target is `(1 − s)·onehot(label) + s/C`: Szegedy et al. (2016),
/// "Rethinking the Inception Architecture", section 7.
///
/// - Precondition: The label smoothing is in `0...1`.
public func crossEntropy(
  logits: Tensor, labels: Tensor, labelSmoothing: Double = 0, weights: Tensor? = nil,
  reduction: Reduction = .mean
) -> Tensor {
  precondition(
    (0...1).contains(labelSmoothing),
    "label smoothing must be in 0...1, but is \(labelSmoothing)")
  // The log-softmax is `shifted - normaliser`, which is not spread over the row here.
  let largest = logits.withoutGradient().maximum(axis: 1)
  let shifted = logits - largest.broadcast(along: 1, count: logits.shape[1])  // [B, C]
  let normaliser = shifted.exp().sum(axis: 1).log()  // [B]
  let exact = normaliser - shifted.picked(at: labels)  // [B]
  guard labelSmoothing > 0 else { return reduction(exact, weights: weights) }
  let uniform = normaliser - shifted.mean(axis: 1)  // [B]
  let losses = (1 - labelSmoothing) * exact + labelSmoothing * uniform
  return reduction(losses, weights: weights)
}

/// The cross-entropy `−Σ p·log softmax(z)` of each row of logits, where each row has probabilities
/// of its own: `[B, C]`, rows adding up to 1.
public func crossEntropy(
  logits: Tensor, probabilities: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  reduction(-(probabilities * logits.logSoftmax()).sum(axis: 1), weights: weights)
}

/// The binary cross-entropy `−t·log σ(z) − (1 − t)·log(1 − σ(z))` of each logit.
///
/// Logits and targets (in `0...1`) have one shape, `[B]` or `[B, ...]`; the reduction is over all
/// elements. In the form `t·softplus(−z) + (1 − t)·softplus(z)`, neither term cancels the other.
public func binaryCrossEntropy(
  logits: Tensor, targets: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  let losses = targets * (-logits).softplus() + (1 - targets) * logits.softplus()
  return reduction(losses, weights: weights)
}

/// The negative log-likelihood `−log p[label]` of each row of log-probabilities `[B, C]`.
public func negativeLogLikelihood(
  logProbabilities: Tensor, labels: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  reduction(-logProbabilities.picked(at: labels), weights: weights)
}

/// The Kullback–Leibler divergence `KL(P ‖ Q) = Σ p·(log p − log q)` of each row of finite
/// log-probabilities, `[B, C]` both.
public func klDivergence(
  logP: Tensor, logQ: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  reduction((logP.exp() * (logP - logQ)).sum(axis: 1), weights: weights)
}

/// The Kullback–Leibler divergence `KL(P ‖ Q)` of each row of logits of P and of Q.
public func klDivergence(
  logitsP: Tensor, logitsQ: Tensor, weights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  klDivergence(
    logP: logitsP.logSoftmax(), logQ: logitsQ.logSoftmax(), weights: weights,
    reduction: reduction)
}
