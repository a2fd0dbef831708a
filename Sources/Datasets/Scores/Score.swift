import Glibc

/// A number by which predictions for a task are judged.
public enum Score: String, CaseIterable, Codable, Hashable, Sendable {
  // Regression
  /// The mean of squared errors.
  case meanSquaredError
  /// The mean squared error over the variance of the labels that are scored (Rasmussen & Williams
  /// 2006, section 2.5, "standardized mean squared error").
  case normalizedMeanSquaredError
  /// The mean of absolute errors.
  case meanAbsoluteError
  /// One minus the variance of the errors over the variance of the labels.
  case explainedVariance
  // Classes
  /// The share of rows with the right class.
  case accuracy
  /// The share of rows with a wrong class.
  case error
  /// The harmonic mean of precision and recall of class 1.
  case f1
  /// The mean of the F1 of all classes that are predicted or true somewhere.
  case macroF1
  /// The probability that a row of class 1 is ranked above one of class 0; ties count one half.
  case auc
  /// The mean negative logarithm of the probability of the true class, in nats.
  case logLoss

  /// The scores of a kind of task; the first is the one that counts where there must be one.
  public static func scores(of kind: TaskKind) -> [Score] {
    switch kind {
    case .regression:
      [.normalizedMeanSquaredError, .meanSquaredError, .meanAbsoluteError, .explainedVariance]
    case .binary: [.auc, .accuracy, .f1, .logLoss]
    case .classification: [.error, .accuracy, .macroF1, .logLoss]
    }
  }

  /// Its direction.
  public var higherIsBetter: Bool {
    switch self {
    case .explainedVariance, .accuracy, .f1, .macroF1, .auc: true
    case .meanSquaredError, .normalizedMeanSquaredError, .meanAbsoluteError, .error, .logLoss: false
    }
  }

  /// Its unit, where labels have the unit `label`; empty where it has none.
  public func unit(ofLabels label: String) -> String {
    switch self {
    case .meanSquaredError:
      label.isEmpty ? "" : label.contains(" ") ? "(\(label))²" : "\(label)²"
    case .meanAbsoluteError: label
    case .logLoss: "nat"
    default: ""
    }
  }
}

/// What a predictor says that knows the training labels of a task and nothing of the inputs.
public struct TrivialPrediction: Codable, Hashable, Sendable {
  /// Numbers as a network answers them: means, or logits of the training frequencies.
  ///
  /// Frequencies are kept within 10⁻⁷ and 1 − 10⁻⁷, so that a class that training never saw has
  /// a finite loss.
  public let outputs: [Float]

  /// Fits to the training rows that have a label.
  public init(_ task: TaskColumn, training rows: [Int]) {
    let width = task.kind.labelWidth
    switch task.kind {
    case .regression:
      outputs = (0..<width).map { column in
        var moments = RunningMoments()
        for row in rows { moments.add(Double(task.labels[row * width + column])) }
        return Float(moments.mean)
      }
    case .binary:
      let share = Self.frequencies(task, rows, classes: 2)[1]
      outputs = [Float(log(share / (1 - share)))]
    case .classification(let classes):
      outputs = Self.frequencies(task, rows, classes: classes).map { Float(log($0)) }
    }
  }

  private static func frequencies(_ task: TaskColumn, _ rows: [Int], classes: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: classes)
    for row in rows where task.isLabeled(row) { counts[Int(task.labels[row])] += 1 }
    let total = max(1, counts.reduce(0, +))
    return counts.map { min(max($0 / total, 1e-7), 1 - 1e-7) }
  }
}

/// The scores of one task.
public struct TaskScorer: Sendable {
  /// What is predicted.
  public let kind: TaskKind
  /// What is computed, the one that counts first.
  public let scores: [Score]

  /// Scores predictions of a kind; by all scores of that kind unless some are given.
  public init(kind: TaskKind, scores: [Score]? = nil) {
    self.kind = kind
    self.scores = scores ?? Score.scores(of: kind)
  }

  /// The scores of predictions, in the order of `scores`.
  ///
  /// Rows without a label are passed over. A score that is not defined is not a number: of no
  /// rows at all, AUC of one class alone, normalized errors of labels that never change, F1 where
  /// class 1 is neither true nor predicted.
  ///
  /// - Parameters:
  ///   - outputs: `[rows, kind.outputWidth]`: numbers in the unit of the labels, or logits.
  ///   - labels: `[rows, kind.labelWidth]`.
  public func evaluate(
    outputs: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>
  ) -> [Double] {
    precondition(
      outputs.count * kind.labelWidth == labels.count * kind.outputWidth,
      "\(outputs.count) outputs do not fit \(labels.count) labels")
    switch kind {
    case .regression:
      let sums = RegressionSums(predictions: outputs, labels: labels, width: kind.labelWidth)
      return scores.map { sums.score($0) }
    case .binary:
      let counts = BinaryCounts(logits: outputs, labels: labels)
      return scores.map {
        $0 == .auc ? areaUnderCurve(scores: outputs, labels: labels) : counts.score($0)
      }
    case .classification(let classes):
      let counts = ClassCounts(logits: outputs, labels: labels, classes: classes)
      return scores.map { counts.score($0) }
    }
  }

  /// The same for arrays.
  public func evaluate(outputs: [Float], labels: [Float]) -> [Double] {
    outputs.withUnsafeBufferPointer { outputs in
      labels.withUnsafeBufferPointer { evaluate(outputs: outputs, labels: $0) }
    }
  }

  /// The scores of a predictor that knows nothing of the inputs, in the order of `scores`.
  public func trivial(_ prediction: TrivialPrediction, labels: [Float]) -> [Double] {
    let rows = labels.count / max(1, kind.labelWidth)
    let outputs = (0..<rows).flatMap { _ in prediction.outputs }
    return evaluate(outputs: outputs, labels: labels)
  }
}
