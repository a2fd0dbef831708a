import Autodiff
import Environments
import MultiTask

// What agents that learn several tasks have in common.

extension CheckpointVisitor {
  /// Comes to what a strategy remembers.
  mutating func visitStrategy(
    _ strategy: inout any Strategy, as name: String = "strategy"
  ) throws {
    strategy = try visited(strategy, as: name)
  }

  private mutating func visited<S: Strategy>(
    _ strategy: S, as name: String
  ) throws -> any Strategy {
    var strategy = strategy
    try visit(name, &strategy)
    return strategy
  }
}

extension Tensor {
  /// The rows of one of so many tasks, which lie one after another, as many of each.
  func part(_ task: Int, of taskCount: Int) -> Tensor {
    let size = shape[0] / taskCount
    return sliced(axis: 0, from: task * size, count: size)
  }
}

extension TensorVisitor {
  /// Comes to the tensors of a network, as parts of this name or of none.
  mutating func visited<Network: MultiTaskNetwork>(
    _ network: Network, as name: String? = nil
  ) -> any MultiTaskNetwork {
    var network = network
    if let name { visit(name, &network) } else { network.visitTensors(&self) }
    return network
  }
}

extension TrainingError {
  /// Why there was no step for several tasks.
  ///
  /// - Parameter metric: The group of the losses' names.
  init(_ error: TaskStepError, _ tasks: TaskCopies, metric: String = "loss", step: Int) {
    switch error {
    case .notFinite(let task, _):
      self = .nonFinite(metric: "\(metric)/\(tasks.names[task])", step: step)
    default: self = .noStep(reason: "\(error)", step: step)
    }
  }
}

extension TaskCopies {
  /// Whose a parameter is, by the places of the tasks that there are.
  ///
  /// The parameters of a task that there are no copies of count as shared: no loss depends on them.
  func present(_ owner: ParameterOwner) -> ParameterOwner {
    guard case .task(let number) = owner else { return .shared }
    return numbers.firstIndex(of: number).map { .task($0) } ?? .shared
  }

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
