/// By how much a step for one task helps another, averaged over looks during training.
///
/// Fifty et al. 2021 ("Efficiently Identifying Task Groupings for Multi-Task Learning", TAG),
/// equation 1: `Z_{i→j} = 1 − L_j(θ − η g_i) / L_j(θ)`, where `θ` is what the tasks share. Above 0,
/// a step along task `i`'s gradient lowers task `j`'s loss; below 0, it raises it.
public struct TaskAffinity: Codable, Equatable, Sendable {
  /// The number of tasks, `K`.
  public let taskCount: Int
  /// How many looks the mean is over.
  public private(set) var lookCount = 0
  private var sums: [Double]

  /// - Precondition: There is a task.
  public init(taskCount: Int) {
    precondition(taskCount >= 1, "affinity is among tasks")
    self.taskCount = taskCount
    sums = Array(repeating: 0, count: taskCount * taskCount)
  }

  /// The mean of `Z_{i→j}`, `[K, K]` with row `i` and column `j`; NaN before the first look.
  public var values: [Double] { sums.map { $0 / Double(lookCount) } }

  /// How much a step for one task lowers the loss of another, as a share of it.
  public subscript(from: Int, to: Int) -> Double {
    sums[from * taskCount + to] / Double(lookCount)
  }

  /// Adds one look.
  ///
  /// - Parameters:
  ///   - losses: every task's loss before a step, above 0.
  ///   - lossesAfterStep: row `i` has every task's loss, on the same examples, after a step of
  ///     the shared parameters along task `i`'s gradient alone.
  /// - Throws: `StrategyError` where a loss is not finite or not above 0, for then the quotient
  ///   tells nothing.
  public mutating func look(
    losses: [Double], lossesAfterStep: [[Double]]
  ) throws(StrategyError) {
    precondition(losses.count == taskCount && lossesAfterStep.count == taskCount)
    for (task, loss) in losses.enumerated() where !(loss > 0 && loss.isFinite) {
      throw StrategyError(
        "the affinity to task \(task) needs a finite loss above 0, not \(loss); shift the loss")
    }
    var sums = sums
    for (from, after) in lossesAfterStep.enumerated() {
      precondition(after.count == taskCount, "a loss for each task")
      for (to, loss) in after.enumerated() {
        guard loss.isFinite else {
          throw StrategyError(
            "a step along task \(from)'s gradient makes the loss of task \(to) \(loss); "
              + "take a smaller learning rate for the affinity")
        }
        sums[from * taskCount + to] += 1 - loss / losses[to]
      }
    }
    self.sums = sums
    lookCount += 1
  }

  /// Adds one look at what a Gram matrix tells: to first order in the learning rate,
  /// `Z_{i→j} = η ⟨gᵢ, gⱼ⟩ / Lⱼ`.
  ///
  /// That costs no further evaluation of a loss, and can be done afterwards from what was logged.
  ///
  /// - Throws: as `look(losses:lossesAfterStep:)`.
  public mutating func look(
    losses: [Double], gram: GramMatrix, learningRate: Double
  ) throws(StrategyError) {
    precondition(gram.count == taskCount)
    try look(
      losses: losses,
      lossesAfterStep: (0..<taskCount).map { from in
        losses.enumerated().map { to, loss in loss - learningRate * gram[from, to] }
      })
  }
}
