extension TaskSignals {
  /// Refuses signals that do not fit together, or losses that are no numbers.
  func check(for strategy: String) throws(StrategyError) {
    guard !losses.isEmpty else {
      throw StrategyError("\(strategy) has no task to weigh; give the loss of one at least")
    }
    guard tasks.count == losses.count else {
      throw StrategyError(
        "\(strategy) was given \(losses.count) losses of \(tasks.count) tasks; give one each")
    }
    var previous = -1
    for task in tasks {
      guard task > previous, task < taskCount else {
        throw StrategyError(
          "\(strategy) was given the tasks \(tasks) of \(taskCount); number them from 0, ascending")
      }
      previous = task
    }
    for (task, loss) in zip(tasks, losses) where !loss.isFinite {
      throw StrategyError(
        "\(strategy): the loss of task \(task) is \(loss); lower the learning rate or clip gradients"
      )
    }
  }

  /// Refuses losses below 0.
  func checkLosses(for strategy: String, because reason: String) throws(StrategyError) {
    for (task, loss) in zip(tasks, losses) where loss < 0 {
      throw StrategyError(
        "\(strategy): the loss of task \(task) is \(loss), but \(reason); shift it above 0 or take a "
          + "strategy that reads no losses")
    }
  }

  /// Losses to divide by and to take logarithms of, where 0 counts as `leastLoss`; refuses those
  /// below 0.
  func positiveLosses(
    for strategy: String, because reason: String
  ) throws(StrategyError) -> [Double] {
    try checkLosses(for: strategy, because: reason)
    return losses.map { $0 == 0 ? leastLoss : $0 }
  }

  /// The Gram matrix, once it is certain that it is one.
  func checkedGram(for strategy: String) throws(StrategyError) -> GramMatrix {
    try check(for: strategy)
    guard let gram else {
      throw StrategyError(
        "\(strategy) needs the inner products of the tasks' gradients; give a Gram matrix")
    }
    guard gram.count == losses.count else {
      throw StrategyError(
        "\(strategy) was given a Gram matrix of \(gram.count) gradients for \(losses.count) tasks; "
          + "give one gradient a task")
    }
    for (row, task) in tasks.enumerated() {
      guard gram[row, row].isFinite, gram[row, row] >= 0 else {
        throw StrategyError(
          "\(strategy): the squared norm of the gradient of task \(task) is \(gram[row, row]); lower "
            + "the learning rate or clip gradients")
      }
    }
    for (row, task) in tasks.enumerated() {
      for column in 0..<row where !gram[row, column].isFinite {
        throw StrategyError(
          "\(strategy): the inner product of the gradients of tasks \(tasks[column]) and \(task) is "
            + "\(gram[row, column]); lower the learning rate or clip gradients")
      }
    }
    return gram
  }
}

/// What a loss of 0 counts as under a logarithm.
///
/// In single precision the loss of a task that is learned to the last digit is 0, which is no reason
/// to end a run. The authors' code of FAMO adds as much to every loss.
let leastLoss = 1e-8

extension Combination {
  /// Weights that came out of a formula, unless they overflowed.
  init(
    _ weights: [Double], residual: Double = 0, of strategy: String, _ signals: TaskSignals
  ) throws(StrategyError) {
    for (task, weight) in zip(signals.tasks, weights) where !weight.isFinite {
      throw StrategyError(
        "\(strategy): the weight of task \(task) is \(weight), because losses or gradients are of "
          + "too different sizes; scale the losses")
    }
    self.init(weights: weights, residual: residual)
  }

  /// Weights in a method's own scale, brought to the one that was asked for.
  init(
    _ weights: [Double], residual: Double = 0, of strategy: String, _ signals: TaskSignals,
    _ gram: GramMatrix, scale: GradientScale, own: GradientScale
  ) throws(StrategyError) {
    let factor = scale.factor(from: own, weights, gram)
    try self.init(
      factor == 1 ? weights : weights.map { $0 * factor }, residual: residual, of: strategy,
      signals)
  }
}
