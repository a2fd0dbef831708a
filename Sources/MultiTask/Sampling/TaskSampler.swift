import Glibc
public import Randomness

/// Says of which task the next examples are.
///
/// A value: saving it by `Codable`, together with the stream that it draws from, and going on gives
/// what would have come.
///
/// ```swift
/// var sampler = TaskSampler(.temperature(.init()), sizes: [60_000, 500])
/// let task = sampler.next(using: &random)
/// ```
public struct TaskSampler: Codable, Equatable, Sendable {
  private enum Rule: Codable, Equatable {
    case fixed([Double])
    case bandit(ProgressBandit)
  }

  private var rule: Rule

  /// - Parameters:
  ///   - settings: how often each task comes.
  ///   - sizes: how many examples each task has.
  /// - Precondition: There is a task, and each has an example.
  public init(_ settings: TaskSamplingSettings, sizes: [Int]) {
    precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "each task has examples")
    rule =
      switch settings {
      case .uniform: .fixed(Self.shares(sizes, power: 0))
      case .proportional: .fixed(Self.shares(sizes, power: 1))
      case .temperature(let settings): .fixed(Self.shares(sizes, power: 1 / settings.temperature))
      case .bandit(let settings): .bandit(ProgressBandit(taskCount: sizes.count, settings))
      }
  }

  /// How likely each task is to be the next; they sum to 1.
  public var probabilities: [Double] {
    switch rule {
    case .fixed(let shares): shares
    case .bandit(let bandit): bandit.probabilities
    }
  }

  /// Whether it wants to be told of progress.
  public var needsProgress: Bool {
    if case .bandit = rule { true } else { false }
  }

  /// Draws the next task; two words of the stream.
  public mutating func next(using random: inout RandomStream) -> Int {
    var rest: Double = random.uniform()
    let probabilities = probabilities
    for (task, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return task }
    }
    // Rounding may leave a rest behind the last one.
    return probabilities.count - 1
  }

  /// Takes note of the progress that a step on one task made: by how much its loss on the step's
  /// own examples fell, say.
  ///
  /// What does not need it takes no notice.
  public mutating func observe(progress: Double, of task: Int) {
    guard case .bandit(var bandit) = rule else { return }
    bandit.observe(progress: progress, of: task)
    rule = .bandit(bandit)
  }

  /// `sizeᵖ / Σ sizeᵖ`, by logarithms so that no power leaves the range of numbers.
  private static func shares(_ sizes: [Int], power: Double) -> [Double] {
    let logarithms = sizes.map { power * log(Double($0)) }
    let largest = logarithms.max() ?? 0
    let powers = logarithms.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
