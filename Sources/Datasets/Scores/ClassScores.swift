import Glibc

/// What the scores of a binary task are made of; a logit above 0 says class 1.
struct BinaryCounts {
  /// By true class and predicted class.
  private var truePositives = 0
  private var falsePositives = 0
  private var falseNegatives = 0
  private var rows = 0
  private var loss = 0.0

  init(logits: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>) {
    for row in labels.indices where !labels[row].isNaN {
      let (logit, isTrue) = (Double(logits[row]), labels[row] > 0.5)
      rows += 1
      loss += softplus(isTrue ? -logit : logit)
      switch (isTrue, logit > 0) {
      case (true, true): truePositives += 1
      case (true, false): falseNegatives += 1
      case (false, true): falsePositives += 1
      case (false, false): break
      }
    }
  }

  func score(_ score: Score) -> Double {
    guard rows > 0 else { return .nan }
    let wrong = falsePositives + falseNegatives
    switch score {
    case .accuracy: return 1 - Double(wrong) / Double(rows)
    case .error: return Double(wrong) / Double(rows)
    case .logLoss: return loss / Double(rows)
    case .f1: return f1Score(truePositives, wrong: wrong)
    default: return .nan
    }
  }

  /// `log(1 + eˣ)` without overflow.
  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}

/// `2 TP / (2 TP + FP + FN)`; not a number where the class is neither true nor predicted.
private func f1Score(_ truePositives: Int, wrong: Int) -> Double {
  let total = 2 * truePositives + wrong
  return total > 0 ? 2 * Double(truePositives) / Double(total) : .nan
}

/// What the scores of a multi-class task are made of; the first of the largest logits wins.
struct ClassCounts {
  private var rightByClass: [Int]
  /// Rows of a class that were taken for another, and rows of others that were taken for it.
  private var wrongByClass: [Int]
  private var rows = 0
  private var right = 0
  private var loss = 0.0

  init(logits: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>, classes: Int) {
    rightByClass = Array(repeating: 0, count: classes)
    wrongByClass = Array(repeating: 0, count: classes)
    for row in labels.indices where !labels[row].isNaN {
      let label = Int(labels[row])
      precondition((0..<classes).contains(label), "there is no class \(label)")
      let answers = UnsafeBufferPointer(rebasing: logits[(row * classes)..<((row + 1) * classes)])
      let (best, largest) = Self.largest(answers)
      rows += 1
      loss += Self.loss(answers, label, largest)
      // Logits that are not numbers answer nothing, which is never right.
      guard let best else {
        wrongByClass[label] += 1
        continue
      }
      if best == label {
        right += 1
        rightByClass[label] += 1
      } else {
        wrongByClass[label] += 1
        wrongByClass[best] += 1
      }
    }
  }

  private static func largest(_ answers: UnsafeBufferPointer<Float>) -> (Int?, Double) {
    var (best, largest): (Int?, Float) = (nil, -.infinity)
    for index in answers.indices {
      guard !answers[index].isNaN else { return (nil, .nan) }
      if best == nil || answers[index] > largest { (best, largest) = (index, answers[index]) }
    }
    return (best, Double(largest))
  }

  /// `log Σ exp(z) − z_label`.
  private static func loss(
    _ answers: UnsafeBufferPointer<Float>, _ label: Int, _ largest: Double
  ) -> Double {
    guard largest.isFinite else { return .infinity }
    var sum = 0.0
    for answer in answers { sum += exp(Double(answer) - largest) }
    return log(sum) + largest - Double(answers[label])
  }

  func score(_ score: Score) -> Double {
    guard rows > 0 else { return .nan }
    switch score {
    case .accuracy: return Double(right) / Double(rows)
    case .error: return Double(rows - right) / Double(rows)
    case .logLoss: return loss / Double(rows)
    case .macroF1:
      let values = zip(rightByClass, wrongByClass).map { f1Score($0, wrong: $1) }
      let defined = values.filter { !$0.isNaN }
      return defined.reduce(0, +) / Double(defined.count)
    default: return .nan
    }
  }
}

/// The probability that a row of class 1 has a higher score than one of class 0, ties counting one
/// half: the statistic of Mann and Whitney by ranks, exact.
///
/// - Returns: not a number where one class is missing or a score is not a number.
func areaUnderCurve(
  scores: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Float>
) -> Double {
  var rows: [(score: Float, isTrue: Bool)] = []
  rows.reserveCapacity(labels.count)
  for row in labels.indices where !labels[row].isNaN {
    guard !scores[row].isNaN else { return .nan }
    rows.append((scores[row], labels[row] > 0.5))
  }
  rows.sort { $0.score < $1.score }
  // Twice the number of pairs in the right order, in whole numbers: ties count one.
  var (below, twice, trues, start) = (0, 0, 0, 0)
  while start < rows.count {
    var (end, truesHere) = (start, 0)
    while end < rows.count, rows[end].score == rows[start].score {
      truesHere += rows[end].isTrue ? 1 : 0
      end += 1
    }
    let falsesHere = end - start - truesHere
    twice += truesHere * (2 * below + falsesHere)
    below += falsesHere
    trues += truesHere
    start = end
  }
  return trues > 0 && below > 0 ? Double(twice) / (2 * Double(trues) * Double(below)) : .nan
}
