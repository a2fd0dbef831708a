package import Autodiff
package import Environments
package import MultiTask
package import NeuralNetworks
package import Randomness

/// Policies and values of several tasks: two networks, each with something of every task's own.
///
/// Rows lie as environments do: `G` steps of all environments, in each of them the copies of the
/// first task, then those of the second, as many of each, `[G × tasks × copies, …]`.
package struct MultiTaskActorCritic: PolicyAndValues {
  /// What is learned.
  package var learned: Learned
  /// Of the values, where they have any.
  package var scales: ValueScales?
  /// How many actions each choice is among; empty where actions are numbers.
  private let choices: [Int]
  /// Which rows belong to which task.
  private var rows: TaskCopies

  /// The parameters of policies and values.
  package struct Learned: Traceable {
    /// Answers with logits of choices or means of numbers.
    package var actor: any MultiTaskNetwork
    /// Answers with one number; with scales on these.
    package var critic: any MultiTaskNetwork
    /// `log σ` of numbers, `[D]` for each task; empty where actions are choices.
    package var logDeviations: [Tensor]

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      actor = visitor.visited(actor, as: "actor")
      critic = visitor.visited(critic, as: "critic")
      visitor.visit("logDeviations", &logDeviations)
    }
  }

  package var actor: any MultiTaskNetwork { learned.actor }
  package var critic: any MultiTaskNetwork { learned.critic }
  package var logDeviations: [Tensor] { learned.logDeviations }

  /// Networks with parameters drawn at random, policy first.
  ///
  /// - Throws: `SettingsError` where there is no such network.
  package init(
    _ network: ActorCriticSettings, _ tasks: TaskLearningSettings, in surroundings: Surroundings,
    using random: inout RandomStream
  ) throws(SettingsError) {
    rows = surroundings.tasks
    choices = surroundings.actions.choices
    let count = surroundings.tasks.familySize
    let outputs = choices.isEmpty ? surroundings.actions.width : surroundings.actions.maskSize
    func make(
      _ outputs: Int, _ last: Initializer, _ random: inout RandomStream
    ) throws(SettingsError) -> any MultiTaskNetwork {
      do throws(ArchitectureError) {
        return try network.architecture(for: tasks, last: last).make(
          inputShape: [surroundings.observationSize],
          outputs: Array(repeating: outputs, count: count), using: &random)
      } catch { throw SettingsError(path: "tasks.architecture", problem: "cannot be: \(error)") }
    }
    let deviation = Tensor.filled(with: Float(network.logDeviation), shape: [outputs])
    learned = Learned(
      actor: try make(outputs, network.policyInitializer, &random),
      critic: try make(1, network.valueInitializer, &random),
      logDeviations: choices.isEmpty ? Array(repeating: deviation, count: count) : [])
    scales = ValueScales(tasks, rows)
    if scales != nil { try ValueScales.check(learned.critic) }
  }

  /// The same networks for rows that lie otherwise, such as those of an evaluation.
  package func arranged(as rows: TaskCopies) -> MultiTaskActorCritic {
    var copy = self
    copy.rows = rows
    return copy
  }

  // MARK: One task, by its place among the tasks that there are

  /// The distribution of a task's actions at observations `[B, observationSize]`.
  package func policy(
    of task: Int, _ observations: Tensor, allowed: Tensor?
  ) -> ActionDistribution {
    let number = rows.numbers[task]
    return distribution(
      actor(observations, task: number),
      deviation: logDeviations.isEmpty ? nil : logDeviations[number], allowed)
  }

  /// What a task has to expect at observations `[B, observationSize]`, as its head learns it; `[B]`.
  package func values(of task: Int, _ observations: Tensor) -> Tensor {
    critic(observations, task: rows.numbers[task]).flattened()
  }

  private func distribution(
    _ outputs: Tensor, deviation: Tensor?, _ allowed: Tensor?
  ) -> ActionDistribution {
    if let deviation {
      return .numbers(
        DiagonalGaussian(mean: outputs, logDeviation: deviation.broadcast(to: outputs.shape)))
    }
    return choices.count == 1
      ? .choice(Categorical(logits: outputs, allowed: allowed))
      : .choices(MultiCategorical(logits: outputs, counts: choices, allowed: allowed))
  }

  // MARK: All tasks

  package func policy(_ observations: Tensor, allowed: Tensor?) -> ActionDistribution {
    let outputs = rows.answers(to: observations) { actor($0, task: $1) }
    guard !logDeviations.isEmpty else { return distribution(outputs, deviation: nil, allowed) }
    let deviations = rows.answers(to: observations) { own, task in
      logDeviations[task].broadcast(to: [own.shape[0], logDeviations[task].count])
    }
    return distribution(outputs, deviation: deviations, allowed)
  }

  package func values(_ observations: Tensor) -> Tensor {
    let answers = rows.answers(to: observations) { critic($0, task: $1) }.flattened()
    return scales?.denormalized(answers, lyingAs: rows) ?? answers
  }

  /// Moves the scales of the values toward the returns `[T·N]` of a segment, and the critic's heads
  /// so that all values stay what they were.
  ///
  /// - Parameter share: What the segment counts, above 0 and at most 1.
  package mutating func rescale(toward returns: Tensor, share: Double) {
    let steps = returns.count / (rows.numbers.count * rows.copies)
    let grid = returns.reshaped(to: [steps, rows.numbers.count, rows.copies])
    let targets = rows.numbers.indices.map {
      grid.sliced(axis: 1, from: $0, count: 1).flattened()
    }
    guard let before = scales?.update(toward: targets, share: share) else { return }
    scales?.preserve(&learned.critic, since: before)
  }

  // MARK: What there is

  package func noiseShape(environments count: Int) -> [Int]? { nil }

  package func act(_ observations: Tensor, noise: Tensor) -> Tensor {
    preconditionFailure("noise on the weights is refused where there are several tasks")
  }

  /// Whose a parameter of this name is: "actor/own/2/…", "logDeviations/2", "critic/shared/…".
  package static func owner(_ name: String) -> ParameterOwner {
    let parts = name.split(separator: "/")
    let number = parts[0] == "logDeviations" ? 1 : parts[1] == "own" ? 2 : nil
    return number.flatMap { Int(parts[$0]) }.map { .task($0) } ?? .shared
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    learned.visitTensors(&visitor)
    visitor.visit("scales", &scales)
  }
}
