package import Autodiff
package import Environments
package import MultiTask
package import NeuralNetworks
package import Randomness

/// A policy for several tasks whose actions are normal numbers squashed into `-1...1`.
///
/// A task that has fewer numbers in its actions than others draws and judges only its own: the rest
/// of a row is 0.
package struct MultiTaskGaussianActor: Traceable {
  /// Answers for a task with twice as many numbers as its actions have, means first.
  package var network: any MultiTaskNetwork
  /// Which rows belong to which task.
  private var rows: TaskCopies
  /// `D`: numbers in a row of actions.
  private let width: Int

  /// A policy with parameters drawn at random.
  ///
  /// - Throws: `SettingsError` where there is no such network.
  package init(
    _ settings: OffPolicyNetworkSettings, _ tasks: TaskLearningSettings,
    in surroundings: Surroundings, using random: inout RandomStream
  ) throws(SettingsError) {
    rows = surroundings.tasks
    width = surroundings.actions.width
    network = try settings.network(
      for: tasks, inputs: surroundings.observationSize,
      outputs: surroundings.actionWidths.map { 2 * $0 }, using: &random)
  }

  /// The same network for rows that lie otherwise, such as those of an evaluation.
  package func arranged(as rows: TaskCopies) -> MultiTaskGaussianActor {
    var copy = self
    copy.rows = rows
    return copy
  }

  /// The distribution of a task's own numbers at observations `[B, observationSize]`.
  ///
  /// - Parameter task: Its place among the tasks that there are.
  package func policy(of task: Int, _ observations: Tensor) -> SquashedGaussian {
    policy(ofNumber: rows.numbers[task], observations)
  }

  private func policy(ofNumber task: Int, _ observations: Tensor) -> SquashedGaussian {
    let outputs = network(observations, task: task)
    let own = outputs.shape[1] / 2
    let parts = outputs.split(axis: 1, into: [own, own])
    return SquashedGaussian(mean: parts[0], logDeviation: parts[1].clamped(to: -20...2))
  }

  /// Actions `[B, D]` of a task at observations `[B, observationSize]`, and the logarithm of their
  /// density `[B]`, from standard normal noise `[B, D]`.
  package func sample(
    of task: Int, _ observations: Tensor, noise: Tensor
  ) -> (actions: Tensor, logProbability: Tensor) {
    let policy = policy(of: task, observations)
    let drawn = policy.sample(noise: noise.firstColumns(policy.base.mean.shape[1]))
    return (drawn.actions.padded(to: width), drawn.logProbability)
  }

  /// Actions `[N, D]` for rows of all tasks, from standard normal noise `[N, D]`.
  package func act(_ observations: Tensor, noise: Tensor) -> Tensor {
    let size = observations.shape[1]
    return rows.answers(to: concatenated([observations, noise], axis: 1)) { both, task in
      let parts = both.split(axis: 1, into: [size, width])
      let policy = policy(ofNumber: task, parts[0])
      let own = policy.base.mean.shape[1]
      return policy.sample(noise: parts[1].firstColumns(own)).actions.padded(to: width)
    }
  }

  /// What an evaluation plays at observations `[B, observationSize]` of a task: the hyperbolic
  /// tangent of the mean, `[B, D]`.
  ///
  /// - Parameter task: Its place among the tasks that there are.
  package func mode(of task: Int, _ observations: Tensor) -> Tensor {
    policy(of: task, observations).mode.padded(to: width)
  }

  /// What an evaluation plays: the hyperbolic tangent of the mean, `[N, D]`.
  package func mode(_ observations: Tensor) -> Tensor {
    rows.answers(to: observations) { own, task in
      policy(ofNumber: task, own).mode.padded(to: width)
    }
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    network = visitor.visited(network)
  }
}

/// Two networks that each estimate `Q(s, a)` of several tasks.
package struct MultiTaskCritics: Traceable {
  /// Each from observation and action side by side, `[B, observationSize + D]`, to `[B, 1]`.
  package var networks: [any MultiTaskNetwork]
  private let rows: TaskCopies
  /// How many numbers of an action each of the tasks heeds that there are.
  private let actionWidths: [Int]

  /// Networks with parameters drawn at random.
  ///
  /// - Throws: `SettingsError` where there is no such network.
  package init(
    _ count: Int, _ settings: OffPolicyNetworkSettings, _ tasks: TaskLearningSettings,
    in surroundings: Surroundings, using random: inout RandomStream
  ) throws(SettingsError) {
    rows = surroundings.tasks
    actionWidths = rows.numbers.map { surroundings.actionWidths[$0] }
    let inputs = surroundings.observationSize + surroundings.actions.width
    networks = []
    for _ in 0..<count {
      networks.append(
        try settings.network(
          for: tasks, inputs: inputs, outputs: Array(repeating: 1, count: rows.familySize),
          using: &random))
    }
  }

  /// What each network makes of a task's actions `[B, D]` at observations `[B, observationSize]`;
  /// `[B]` each.
  ///
  /// - Parameter task: Its place among the tasks that there are.
  package func values(of task: Int, _ observations: Tensor, _ actions: Tensor) -> [Tensor] {
    let heeded = actions.firstColumns(actionWidths[task]).padded(to: actions.shape[1])
    let inputs = concatenated([observations, heeded], axis: 1)
    return networks.map { $0(inputs, task: rows.numbers[task]).flattened() }
  }

  /// The smallest of the values, `[B]`.
  package func smallest(of task: Int, _ observations: Tensor, _ actions: Tensor) -> Tensor {
    let values = values(of: task, observations, actions)
    return values.dropFirst().reduce(values[0]) { minimum($0, $1) }
  }

  /// Whose a parameter of this name is: "0/own/2/…" or "0/shared/…".
  package static func owner(_ name: String) -> ParameterOwner {
    let parts = name.split(separator: "/")
    guard parts[1] == "own", let task = Int(parts[2]) else { return .shared }
    return .task(task)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    for index in networks.indices {
      networks[index] = visitor.visited(networks[index], as: "\(index)")
    }
  }
}

extension OffPolicyNetworkSettings {
  /// A network for all tasks of a family: what was asked for, or a trunk of these hidden layers with
  /// heads of one layer.
  func network(
    for tasks: TaskLearningSettings, inputs: Int, outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> any MultiTaskNetwork {
    do throws(ArchitectureError) {
      return try architecture(for: tasks).make(
        inputShape: [inputs], outputs: outputs, using: &random)
    } catch { throw SettingsError(path: "tasks.architecture", problem: "cannot be: \(error)") }
  }

  /// The architecture of a policy or of values.
  package func architecture(for tasks: TaskLearningSettings) -> ArchitectureSettings {
    tasks.architecture(
      hidden: hidden, activation: activation, initializer: initializer, last: initializer)
  }
}

extension Surroundings {
  /// How many numbers of an action each task of the family heeds.
  package var actionWidths: [Int] {
    tasks.actionWidths ?? Array(repeating: actions.width, count: tasks.familySize)
  }
}

extension Tensor {
  /// The first columns of `[B, D]`; all of them untouched.
  fileprivate func firstColumns(_ count: Int) -> Tensor {
    count == shape[1] ? self : sliced(axis: 1, from: 0, count: count)
  }

  /// The columns with zeros behind them.
  fileprivate func padded(to width: Int) -> Tensor {
    let missing = width - shape[1]
    return missing == 0 ? self : concatenated([self, .zeros([shape[0], missing])], axis: 1)
  }
}
