public import Randomness

/// What a strategy makes of gradients that are given in full.
public struct GivenGradients: Equatable, Sendable {
  /// The weights, and how well they fulfil what defines them.
  public let combination: Combination
  /// The gradients that the weights belong to: as given, unless the strategy changes them.
  public let gradients: [[Double]]
  /// `d = Σₖ wₖ gₖ` of these.
  public let direction: [Double]
  /// The least of `⟨gₖ, d⟩` over the gradients as they were given: where it is negative, a step
  /// against `d` raises a loss.
  public let leastDescent: Double
}

extension Strategy {
  /// One step with gradients that are given in full, without a network.
  ///
  /// ```swift
  /// var strategy = CAGrad()
  /// let step = try strategy.combine(gradients: [[1, 0], [-1, 1]], using: &random)
  /// print(step.direction)
  /// ```
  ///
  /// - Parameters:
  ///   - random: What the strategy draws from.
  ///   - gradients: One row a task, all of one length. Strategies that change them round them to
  ///     single precision.
  ///   - losses: One a task; 1 each, where none are given.
  ///   - step: Steps before this one.
  ///   - epoch: Passes over the data before this one.
  /// - Throws: `StrategyError` where the rows do not fit together, or have no answer.
  public mutating func combine(
    gradients: [[Double]], losses: [Double]? = nil, step: Int = 0, epoch: Int = 0,
    using random: inout RandomStream
  ) throws(StrategyError) -> GivenGradients {
    try checkRows(gradients)
    var signals = TaskSignals(
      losses: losses ?? gradients.map { _ in 1 }, step: step, epoch: epoch)
    guard signals.losses.count == gradients.count else {
      throw StrategyError(
        "there are \(signals.losses.count) losses for \(gradients.count) gradients; give one each")
    }
    var changed = gradients
    if needs.signal == .gradients { changed = try transform(gradients, signals, using: &random) }
    let gram = GramMatrix(rows: changed)
    if needs.signal != .losses { signals.gram = gram }
    let combination = try combine(signals, using: &random)
    var direction = Array(repeating: 0.0, count: gradients.first?.count ?? 0)
    for (weight, row) in zip(combination.weights, changed) {
      for (index, value) in row.enumerated() { direction[index] += weight * value }
    }
    let descents = gradients.map { zip($0, direction).reduce(0) { $0 + $1.0 * $1.1 } }
    return GivenGradients(
      combination: combination, gradients: changed, direction: direction,
      leastDescent: descents.min() ?? 0)
  }

  private func checkRows(_ rows: [[Double]]) throws(StrategyError) {
    guard let first = rows.first else {
      throw StrategyError("there are no gradients; give one row a task")
    }
    for (task, row) in rows.enumerated() {
      guard row.count == first.count, !row.isEmpty else {
        throw StrategyError(
          "the gradient of task \(task) has \(row.count) numbers and that of task 0 has "
            + "\(first.count); give rows of one length, 1 or more")
      }
      for (index, value) in row.enumerated() where !value.isFinite {
        throw StrategyError(
          "number \(index) of the gradient of task \(task) is \(value); give finite numbers")
      }
    }
  }

  private mutating func transform(
    _ gradients: [[Double]], _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> [[Double]] {
    let length = gradients.first?.count ?? 0
    let elements = UnsafeMutableBufferPointer<Float>.allocate(capacity: gradients.count * length)
    defer { elements.deallocate() }
    _ = elements.initialize(from: gradients.joined().lazy.map { Float($0) })
    var rows = GradientRows(count: gradients.count, length: length, elements: elements)
    try transform(&rows, signals, using: &random)
    return (0..<rows.count).map { row in rows[row].map { Double($0) } }
  }
}
