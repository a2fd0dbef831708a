import Autodiff
import Environments

/// Acts with what a network makes of the observations, from -1 to 1, stretched to the bounds.
final class ContinuousPolicy: NetworkPolicy {
  private let range: ActionRange
  private let normalizer: Normalizer?
  private let environments: Int
  private let plan: Plan
  private let observations: UnsafeMutableBufferPointer<Float>
  /// `[N, D]`, as the environments get them.
  private let stretched: UnsafeMutablePointer<Float>
  private let makeGraph: (Int) -> NamedGraph

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through first, if anything; it stays the caller's to
  ///     update.
  ///   - noise: An example of what the actions hang on beside the observations: only its shape
  ///     matters.
  ///   - actionsOfTask: Where each task has something of its own in the network: a task's actions
  ///     without noise, by its place among those that there are.
  ///   - actions: `[N, observationSize]` and noise → `[N, D]` in `-1...1`.
  init<Weights: Traceable>(
    _ surroundings: Surroundings, _ range: ActionRange, _ variables: Variables<Weights>,
    _ normalizer: Normalizer?, noise: Tensor? = nil,
    actionsOfTask: ((Weights, Int, Tensor) -> Tensor)? = nil,
    actions: @escaping (Weights, _ rows: Tensor, _ noise: Tensor?) -> Tensor
  ) {
    self.range = range
    self.normalizer = normalizer
    environments = surroundings.environments
    makeGraph = { rows in
      NamedGraph(
        GraphWeights(variables.value, normalizer),
        inputs: PolicyGraphs.inputs(surroundings, rows: rows)
      ) { all, inputs in
        let areApart = actionsOfTask != nil || all.isByTask
        return PolicyGraphs.outputs(of: surroundings.tasks, areApart: areApart) { task in
          let seen = all.normalized(inputs[0], of: task)
          let squashed =
            if let task, let actionsOfTask {
              actionsOfTask(all.weights, task, seen)
            } else {
              actions(all.weights, seen, nil)
            }
          return [
            NamedGraph.Value("action", range.stretched(squashed)),
            NamedGraph.Value("unscaled_action", squashed),
          ]
        }
      }
    }
    let rows = Tensor.zeros([environments, surroundings.observationSize])
    plan = Plan(updating: variables, inputs: [rows] + (noise.map { [$0] } ?? [])) {
      weights, inputs in
      actions(weights, inputs[0], inputs.count > 1 ? inputs[1] : nil)
    }
    observations = plan.input(0)
    let count = environments * range.width
    stretched = .allocate(capacity: count)
    stretched.initialize(repeating: 0, count: count)
  }

  deinit { stretched.deallocate() }

  /// Without noise, which only policies that learn have.
  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  /// What the actions hang on beside the observations: for the caller to fill.
  var noise: UnsafeMutableBufferPointer<Float> { plan.input(1) }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    guard let rows = unstretched(for: observations).baseAddress else {
      return .continuous(stretched)
    }
    range.stretch(rows, count: environments, into: stretched)
    return .continuous(stretched)
  }

  /// `[N, D]` from -1 to 1, valid until the next call.
  func unstretched(for rows: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
    for index in observations.indices { observations[index] = rows[index] }
    if let normalizer, let base = observations.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    plan.run()
    return plan.output(0)
  }
}
