import Glibc

/// How a strategy moves the numbers that it learns.
public enum LearningRule: String, NamedSetting {
  /// Kingma & Ba 2015, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
  case adam
  /// `x ← x − ηg`.
  case gradientDescent
}

/// One number for each task that a strategy learns step by step, in double precision.
///
/// A task that is absent from a step keeps its number, and Adam's averages of it.
struct LearnedValues: Codable, Equatable, Sendable {
  private(set) var values: [Double] = []
  private var firstMoments: [Double] = []
  private var secondMoments: [Double] = []
  private var counts: [Int] = []

  /// Makes room for all tasks; new ones begin with `initial`.
  mutating func grow(to count: Int, initial: Double) {
    values.grow(to: count, initial)
    firstMoments.grow(to: count, 0)
    secondMoments.grow(to: count, 0)
    counts.grow(to: count, 0)
  }

  subscript(task: Int) -> Double {
    get { values[task] }
    set { values[task] = newValue }
  }

  /// Moves one task's number against its gradient.
  mutating func move(_ task: Int, against gradient: Double, rate: Double, by rule: LearningRule) {
    switch rule {
    case .gradientDescent: values[task] -= rate * gradient
    case .adam:
      counts[task] += 1
      firstMoments[task] += 0.1 * (gradient - firstMoments[task])
      secondMoments[task] += 0.001 * (gradient * gradient - secondMoments[task])
      let count = Double(counts[task])
      let first = firstMoments[task] / (1 - pow(0.9, count))
      let second = secondMoments[task] / (1 - pow(0.999, count))
      values[task] -= rate * first / (second.squareRoot() + 1e-8)
    }
  }
}

extension Array {
  /// Makes room for so many elements at least.
  mutating func grow(to count: Int, _ initial: Element) {
    if self.count < count { append(contentsOf: repeatElement(initial, count: count - self.count)) }
  }
}

/// `exp(xᵢ) / Σⱼ exp(xⱼ)`.
func softmax(_ logits: [Double]) -> [Double] {
  let largest = logits.max() ?? 0
  let powers = logits.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
