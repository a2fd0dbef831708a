import Autodiff
import Environments
import MultiTask

// What agents that learn several tasks have in common.

extension CheckpointVisitor {
  /// Comes to what a strategy remembers.
  mutating func visitStrategy(_ strategy: inout any Strategy) throws {
    strategy = try visited(strategy)
  }

  private mutating func visited<S: Strategy>(_ strategy: S) throws -> any Strategy {
    var strategy = strategy
    try visit("strategy", &strategy)
    return strategy
  }
}

extension TrainingError {
  /// Why there was no step for several tasks.
  init(_ error: TaskStepError, _ tasks: TaskCopies, step: Int) {
    switch error {
    case .notFinite(let task, _):
      self = .nonFinite(metric: "loss/\(tasks.names[task])", step: step)
    default: self = .noStep(reason: "\(error)", step: step)
    }
  }
}

extension TaskCopies {
  /// What the tasks answer to rows of all of them, which lie as environments do: `G` steps, in each
  /// of them the copies of the first task, then those of the second.
  func answers(
    to observations: Tensor, _ answer: (_ rows: Tensor, _ task: Int) -> Tensor
  ) -> Tensor {
    let width = observations.shape[1]
    let groups = observations.shape[0] / (copies * numbers.count)
    let grid = observations.reshaped(to: [groups, numbers.count, copies * width])
    let answers = numbers.enumerated().map { place, task in
      let own = grid.sliced(axis: 1, from: place, count: 1)
      let answers = answer(own.reshaped(to: [groups * copies, width]), task)
      return answers.reshaped(to: [groups, 1, copies * answers.shape[1]])
    }
    let all = concatenated(answers, axis: 1)
    return all.reshaped(to: [observations.shape[0], all.shape[2] / copies])
  }
}
