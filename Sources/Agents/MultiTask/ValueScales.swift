package import Autodiff
package import Environments
package import MultiTask
package import NeuralNetworks

/// The scales on which the heads of several tasks learn their values, so that a task that pays a
/// thousand times as much as another does not count a million times as much.
///
/// A network's answer `y` for task `k` means the value `σₖ·y + μₖ`. When the scales move toward new
/// targets, the last layers of the heads move against it, so that every value stays what it was.
///
/// Van Hasselt et al. (2016), "Learning values across many orders of magnitude"; of several tasks
/// Hessel et al. (2019), "Multi-task deep reinforcement learning with PopArt".
package struct ValueScales: Traceable {
  package var popArt: PopArt
  /// The numbers in the family of the tasks that there are.
  private let numbers: [Int]

  /// Scales of mean 0 and deviation 1; `nil` where none were asked for.
  package init?(_ settings: TaskLearningSettings, _ tasks: TaskCopies) {
    guard let popArt = settings.popArt else { return nil }
    self.popArt = PopArt(taskCount: tasks.familySize, popArt)
    numbers = tasks.numbers
  }

  // Tasks are told by their place among those that there are.

  /// `σ`, a single number, a constant to differentiation.
  package func deviation(of task: Int) -> Tensor { element(task, of: popArt.deviation) }
  /// `μ`, a single number, a constant to differentiation.
  package func mean(of task: Int) -> Tensor { element(task, of: popArt.mean) }

  private func element(_ task: Int, of row: Tensor) -> Tensor {
    row.sliced(axis: 0, from: numbers[task], count: 1).reshaped(to: []).withoutGradient()
  }

  /// Values as heads learn them: `(v − μ)/σ`.
  package func normalized(_ values: Tensor, of task: Int) -> Tensor {
    (values - mean(of: task).broadcast(to: values.shape))
      / deviation(of: task).broadcast(to: values.shape)
  }

  /// What the answers of heads mean: `σ·y + μ`.
  package func denormalized(_ answers: Tensor, of task: Int) -> Tensor {
    answers * deviation(of: task).broadcast(to: answers.shape)
      + mean(of: task).broadcast(to: answers.shape)
  }

  /// The same for answers `[tasks × …]` of all tasks that lie as their environments do.
  package func denormalized(_ answers: Tensor, lyingAs rows: TaskCopies) -> Tensor {
    let column = answers.reshaped(to: [answers.count, 1])
    return rows.answers(to: column) { own, number in
      let place = numbers.firstIndex(of: number) ?? 0
      return denormalized(own, of: place)
    }.flattened()
  }

  /// Moves the scales toward the targets of a batch, and gives what they were.
  ///
  /// - Parameters:
  ///   - targets: `[B]` of each task that there is, in their order.
  ///   - share: What the batch counts, above 0 and at most 1; `nil` for that of the settings.
  package mutating func update(toward targets: [Tensor], share: Double? = nil) -> ValueScales {
    let means = targets.map { $0.mean() }
    return update(
      towardMeans: means, variances: zip(targets, means).map { $0.variance(around: $1) },
      share: share)
  }

  /// The same where means and variances are known, single numbers.
  package mutating func update(
    towardMeans means: [Tensor], variances: [Tensor], share: Double? = nil
  ) -> ValueScales {
    let before = self
    let share = share ?? popArt.settings.beta
    func row(_ values: [Tensor]) -> Tensor {
      concatenated(
        (0..<popArt.taskCount).map { number in
          let value = numbers.firstIndex(of: number).map { values[$0] } ?? Tensor(0)
          return value.withoutGradient().reshaped(to: [1])
        }, axis: 0)
    }
    popArt.update(
      towardMeans: row(means), variances: row(variances),
      shares: row(numbers.map { _ in Tensor(Float(share)) }))
    return before
  }

  /// Changes the last layers of a network's heads so that its values stay what they were.
  package func preserve(_ network: inout any MultiTaskNetwork, since before: ValueScales) {
    for number in numbers {
      func element(_ row: Tensor) -> Tensor { row.sliced(axis: 0, from: number, count: 1) }
      let (old, new) = (before.popArt, popArt)
      network.rescaleAnswers(
        of: number, by: element(old.deviation / new.deviation),
        adding: element((old.mean - new.mean) / new.deviation))
    }
  }

  /// Refuses a network whose heads do not end in a layer of their own.
  package static func check(_ network: any MultiTaskNetwork) throws(SettingsError) {
    guard (0..<network.taskCount).allSatisfy({ network.lastOwnLayer(of: $0) != nil }) else {
      throw SettingsError(
        path: "tasks.popArt",
        problem:
          "needs an architecture in which each task has a head with a last layer of its own, "
          + "such as hardSharing, mmoe or a conditioned one with hasHeads: true")
    }
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    popArt.visitTensors(&visitor)
  }
}

extension Tensor {
  /// The mean squared distance from a single number.
  func variance(around mean: Tensor) -> Tensor {
    (self - mean.broadcast(to: shape)).squared().mean()
  }
}

extension MultiTaskNetwork {
  /// The places of weight and bias of the last layer of a task's own head among the tensors of its
  /// part; `nil` where it has none.
  fileprivate func lastOwnLayer(of task: Int) -> (weight: Int, bias: Int)? {
    let names = own[task].namedTensors.map { $0.name.split(separator: "/") }
    guard let last = names.last, names.count > 1, last.last == "bias",
      last.first == "head" || last.first == "layers"
    else { return nil }
    let weight = names.count - 2
    guard names[weight].last == "weight", names[weight].dropLast() == last.dropLast() else {
      return nil
    }
    return (weight, names.count - 1)
  }

  /// Changes what a task answers from `y` to `factor·y + shift`, by the last layer of its head.
  ///
  /// - Parameters:
  ///   - factor: `[1]`.
  ///   - shift: `[1]`.
  fileprivate mutating func rescaleAnswers(
    of task: Int, by factor: Tensor, adding shift: Tensor
  ) {
    guard let layer = lastOwnLayer(of: task) else { return }
    var tensors = own[task].tensors
    func row(_ number: Tensor) -> Tensor {
      number.reshaped(to: []).broadcast(to: tensors[layer.bias].shape)
    }
    tensors[layer.weight] = tensors[layer.weight].multiplyingRow(row(factor))
    tensors[layer.bias] = tensors[layer.bias] * row(factor) + row(shift)
    own[task] = own[task].replacingTensors(with: tensors)
  }
}
