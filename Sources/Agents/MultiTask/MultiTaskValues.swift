package import Autodiff
package import Environments
package import MultiTask
import NeuralNetworks
package import Randomness

/// The values of the actions of several tasks.
package struct MultiTaskValues: Traceable {
  /// Answers with a value for each action.
  package var network: any MultiTaskNetwork
  /// Which rows belong to which task.
  private var rows: TaskCopies

  /// A network with parameters drawn at random.
  ///
  /// - Throws: `SettingsError` where there is no such network, `AgentError` without choices.
  package init(
    _ settings: DQNSettings, _ tasks: TaskLearningSettings, in surroundings: Surroundings,
    using random: inout RandomStream
  ) throws {
    rows = surroundings.tasks
    let choices = try surroundings.choices(for: "dqn")
    do throws(ArchitectureError) {
      network = try settings.network.architecture(for: tasks).make(
        inputShape: [surroundings.observationSize],
        outputs: Array(repeating: choices, count: rows.familySize), using: &random)
    } catch { throw SettingsError(path: "tasks.architecture", problem: "cannot be: \(error)") }
  }

  /// The same network for rows that lie otherwise, such as those of an evaluation.
  package func arranged(as rows: TaskCopies) -> MultiTaskValues {
    var copy = self
    copy.rows = rows
    return copy
  }

  /// The values of a task's actions, `[B, observationSize]` → `[B, A]`; with scales, as heads learn
  /// them.
  ///
  /// - Parameter task: Its place among the tasks that there are.
  package func values(of task: Int, _ observations: Tensor) -> Tensor {
    network(observations, task: rows.numbers[task])
  }

  /// The same for rows of all tasks, which lie as their environments do.
  package func values(_ observations: Tensor) -> Tensor {
    rows.answers(to: observations) { network($0, task: $1) }
  }

  /// Whose a parameter of this name is: "own/2/…" or "shared/…".
  package static func owner(_ name: String) -> ParameterOwner {
    let parts = name.split(separator: "/")
    guard parts[0] == "own", let task = Int(parts[1]) else { return .shared }
    return .task(task)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    network = visitor.visited(network)
  }
}
