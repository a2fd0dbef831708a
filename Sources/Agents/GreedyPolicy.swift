import Autodiff
import Environments

/// Chooses the allowed action of the largest value; the first of equals.
final class GreedyPolicy: NetworkPolicy {
  /// How many actions there are.
  let choices: Int
  private let environments: Int
  private let plan: Plan
  private let normalizer: Normalizer?
  /// What was seen in the episodes so far; `nil` where the network has no memory.
  private let memory: EpisodeMemory?
  private let observations: UnsafeMutableBufferPointer<Float>
  /// Where the caller puts what the weights' noise is made of, before it asks; empty without noise.
  let noise: UnsafeMutableBufferPointer<Float>
  private let chosen: UnsafeMutablePointer<Int32>
  private let makeGraph: (Int) -> NamedGraph

  /// A policy that a plan tells the values: from observations `[N, observationSize]`, its first
  /// input, to `[N, choices]`, its first output.
  ///
  /// - Parameter noise: Which input takes noise.
  init(
    _ surroundings: Surroundings, _ normalizer: Normalizer?, _ plan: Plan, noise: Int? = nil,
    memory: EpisodeMemory? = nil, graph: @escaping (Int) -> NamedGraph
  ) {
    environments = surroundings.environments
    self.normalizer = normalizer
    self.plan = plan
    self.memory = memory
    makeGraph = graph
    observations = plan.input(0)
    self.noise = noise.map { plan.input($0) } ?? UnsafeMutableBufferPointer(start: nil, count: 0)
    choices = plan.output(0).count / max(1, environments)
    chosen = .allocate(capacity: environments)
    chosen.initialize(repeating: 0, count: environments)
  }

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through first, if anything; it stays the caller's to
  ///     update.
  ///   - output: What the values are called where the network is given to other programs.
  ///   - valuesOfTask: The values of one of several tasks, by its number.
  ///   - values: `[N, observationSize]` → `[N, choices]`.
  convenience init<Weights: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<Weights>,
    _ normalizer: Normalizer? = nil, output: String = "action_values",
    valuesOfTask: ((Weights, Int, Tensor) -> Tensor)? = nil,
    values: @escaping (Weights, Tensor) -> Tensor
  ) {
    self.init(
      surroundings, variables, normalizer, noiseCount: 0, output: output,
      valuesOfTask: valuesOfTask
    ) { weights, rows, _ in values(weights, rows) }
  }

  /// As above, for values that also depend on `noise`.
  ///
  /// - Parameters:
  ///   - noiseCount: Numbers in `noise`; with 0 there is none.
  ///   - values: `[N, observationSize]`, `[noiseCount]` → `[N, choices]`.
  convenience init<Weights: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<Weights>, _ normalizer: Normalizer?,
    noiseCount: Int, output: String = "action_values",
    valuesOfTask: ((Weights, Int, Tensor) -> Tensor)? = nil,
    values: @escaping (Weights, Tensor, Tensor?) -> Tensor
  ) {
    let rows = Tensor.zeros([surroundings.environments, surroundings.observationSize])
    let inputs = Pair(rows, noiseCount > 0 ? Tensor.zeros([noiseCount]) : nil)
    let plan = Plan(updating: variables, inputs: inputs) { weights, inputs in
      values(weights, inputs.first, inputs.second)
    }
    self.init(surroundings, normalizer, plan, noise: noiseCount > 0 ? 1 : nil) { rows in
      NamedGraph(
        GraphWeights(variables.value, normalizer),
        inputs: PolicyGraphs.inputs(surroundings, rows: rows)
      ) { all, inputs in
        let areApart = valuesOfTask != nil || all.isByTask
        return PolicyGraphs.outputs(of: surroundings.tasks, areApart: areApart) { task in
          let seen = all.normalized(inputs[0], of: task)
          let numbers =
            if let task, let valuesOfTask {
              valuesOfTask(all.weights, task, seen)
            } else {
              values(all.weights, seen, nil)
            }
          return [
            PolicyGraphs.greedy(numbers, allowed: inputs.count > 1 ? inputs[1] : nil),
            NamedGraph.Value(output, numbers),
          ]
        }
      }
    }
  }

  deinit { chosen.deallocate() }

  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  func beginEpisode(in environment: Int) { memory?.beginEpisode(in: environment) }

  /// The states in which the latest actions were chosen, `[N, S]`; `nil` without a memory.
  var statesBefore: UnsafePointer<Float>? { UnsafePointer(memory?.before.baseAddress) }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    .discrete(best(for: observations, masks: masks))
  }

  /// `[N]` actions, valid until the next call; a memory moves on.
  func best(
    for rows: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> UnsafePointer<Int32> {
    for index in observations.indices { observations[index] = rows[index] }
    if let normalizer, let base = observations.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    if let memory { memory.run() } else { plan.run() }
    let values = plan.output(0)
    for environment in 0..<environments {
      var best = -1
      var bestValue = -Float.infinity
      for action in 0..<choices {
        let place = environment * choices + action
        if let masks, masks[place] == 0 { continue }
        if best < 0 || values[place] > bestValue {
          best = action
          bestValue = values[place]
        }
      }
      chosen[environment] = Int32(max(0, best))
    }
    return UnsafePointer(chosen)
  }
}
