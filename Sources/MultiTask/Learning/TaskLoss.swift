public import Autodiff
public import NeuralNetworks

/// What a task's answers cost: the mean over the rows that have a label.
public enum TaskLoss: Choice {
  /// `(y − t)²`, the mean over a row's numbers.
  case squaredError
  /// `|y − t|`, the mean over a row's numbers.
  case absoluteError
  /// `d²/2` up to `delta`, then `delta·(|d| − delta/2)`; the mean over a row's numbers.
  case huber(Huber)
  /// Of logits, one for each target in `0...1`; the mean over a row's numbers.
  case binaryCrossEntropy
  /// Of a row's logits, one for each class; the target is the number of the class.
  case crossEntropy

  /// Settings of the Huber loss.
  public struct Huber: ValidatedSettings {
    /// The error from which on the loss grows in proportion, above 0.
    public var delta = 1.0

    public init() {}

    public func validate() throws(SettingsError) {
      guard delta > 0 else {
        throw SettingsError(path: "delta", problem: "must be above 0, but is \(delta)")
      }
    }
  }

  public static let alternatives: [Alternative<TaskLoss>] = [
    Alternative("squaredError", .squaredError),
    Alternative("absoluteError", .absoluteError),
    Alternative("huber", Huber.self) { .huber($0) },
    Alternative("binaryCrossEntropy", .binaryCrossEntropy),
    Alternative("crossEntropy", .crossEntropy),
  ]

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .squaredError: ("squaredError", nil)
    case .absoluteError: ("absoluteError", nil)
    case .huber(let settings): ("huber", settings)
    case .binaryCrossEntropy: ("binaryCrossEntropy", nil)
    case .crossEntropy: ("crossEntropy", nil)
    }
  }

  /// The loss of a batch, a single number.
  ///
  /// - Parameters:
  ///   - outputs: What the network answers, `[B, outputs]`.
  ///   - targets: What it should have answered, `[B, width]`: as many numbers as outputs, or the
  ///     number of a class.
  ///   - weights: What each row counts, `[B]`: 0 where the label is missing (the target must then
  ///     be any finite number); `nil` where all count alike. Without any row the loss is 0.
  public func callAsFunction(
    _ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil
  ) -> Tensor {
    let losses = perRow(outputs, targets)
    guard let weights else { return losses.mean() }
    let total = weights.sum()
    return losses.dot(weights) / (total + total.equal(to: 0))
  }

  /// One loss for each row: `[B]`.
  public func perRow(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
    switch self {
    case .squaredError: rowMeans(NeuralNetworks.squaredError(outputs, targets, reduction: .none))
    case .absoluteError:
      rowMeans(NeuralNetworks.absoluteError(outputs, targets, reduction: .none))
    case .huber(let settings):
      rowMeans(huberLoss(outputs, targets, delta: settings.delta, reduction: .none))
    case .binaryCrossEntropy:
      rowMeans(
        NeuralNetworks.binaryCrossEntropy(logits: outputs, targets: targets, reduction: .none))
    case .crossEntropy:
      NeuralNetworks.crossEntropy(
        logits: outputs, labels: targets.reshaped(to: [targets.count]), reduction: .none)
    }
  }

  private func rowMeans(_ losses: Tensor) -> Tensor {
    losses.shape[1] == 1 ? losses.reshaped(to: [losses.count]) : losses.mean(axis: 1)
  }
}
