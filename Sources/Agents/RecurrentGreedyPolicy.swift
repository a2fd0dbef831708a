import Autodiff
import Environments
import NeuralNetworks

/// Chooses the allowed action of the largest value by what was seen in the episode so far; the
/// first of equals.
///
/// Shapes: `N` environments, `A` actions, `S` numbers of state.
final class RecurrentGreedyPolicy: NetworkPolicy {
  private let environments: Int
  /// `A`.
  let choices: Int
  private let plan: Plan
  private let normalizer: Normalizer?
  /// What is remembered of each environment's episode, `[N, S]`.
  private let state: UnsafeMutableBufferPointer<Float>
  private let ownsState: Bool
  private let makeGraph: (Int) -> NamedGraph
  private let chosen: UnsafeMutablePointer<Int32>

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through first, if anything; it stays the caller's to update.
  ///   - state: Where the state is kept, `[N, S]`; a place of its own if `nil`.
  init<Weights: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<Weights>, _ normalizer: Normalizer?,
    state: UnsafeMutablePointer<Float>? = nil, network: @escaping (Weights) -> RecurrentValues
  ) {
    self.normalizer = normalizer
    environments = surroundings.environments
    let size = network(variables.value).memory.stateSize
    makeGraph = { rows in
      let inputs = PolicyGraphs.inputs(surroundings, rows: rows)
      let state = NamedGraph.Value("state", .zeros([rows, size]))
      return NamedGraph(GraphWeights(variables.value, normalizer), inputs: inputs + [state]) {
        all, inputs in
        let network = network(all.weights)
        let states = network.states(
          all.normalized(inputs[0]), steps: 1, from: network.parts(inputs[inputs.count - 1]))[0]
        let values = network.head(states[0])
        return [
          PolicyGraphs.greedy(values, allowed: inputs.count > 2 ? inputs[1] : nil),
          NamedGraph.Value("action_values", values),
          NamedGraph.Value("next_state", concatenated(states, axis: 1)),
        ]
      }
    }
    let inputs: [Tensor] = [
      .zeros([environments, surroundings.observationSize]), .zeros([environments, size]),
    ]
    plan = Plan(updating: variables, inputs: inputs) { weights, inputs in
      let network = network(weights)
      let states = network.states(inputs[0], steps: 1, from: network.parts(inputs[1]))[0]
      return [network.head(states[0]), concatenated(states, axis: 1)]
    }
    choices = plan.output(0).count / max(1, environments)
    let count = environments * size
    ownsState = state == nil
    self.state = UnsafeMutableBufferPointer(
      start: state ?? .allocate(capacity: max(1, count)), count: count)
    if ownsState { self.state.initialize(repeating: 0) }
    chosen = .allocate(capacity: environments)
    chosen.initialize(repeating: 0, count: environments)
  }

  deinit {
    if ownsState { state.deallocate() }
    chosen.deallocate()
  }

  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  func beginEpisode(in environment: Int) {
    let size = state.count / environments
    for place in environment * size..<(environment + 1) * size { state[place] = 0 }
  }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    .discrete(best(for: observations, masks: masks))
  }

  /// The states in which the latest actions were chosen, `[N, S]`.
  var statesBefore: UnsafePointer<Float>? { UnsafePointer(plan.input(1).baseAddress) }

  /// `[N]` actions, valid until the next call; the states move on.
  func best(
    for rows: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> UnsafePointer<Int32> {
    let (observations, before) = (plan.input(0), plan.input(1))
    for index in observations.indices { observations[index] = rows[index] }
    if let normalizer, let base = observations.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    for index in before.indices { before[index] = state[index] }
    plan.run()
    let after = plan.output(1)
    for index in after.indices { state[index] = after[index] }
    for environment in 0..<environments {
      chosen[environment] = best(of: environment, masks: masks)
    }
    return UnsafePointer(chosen)
  }

  private func best(of environment: Int, masks: UnsafePointer<UInt8>?) -> Int32 {
    let values = plan.output(0)
    var best = -1
    for action in 0..<choices {
      let place = environment * choices + action
      if let masks, masks[place] == 0 { continue }
      if best < 0 || values[place] > values[environment * choices + best] { best = action }
    }
    return Int32(max(0, best))
  }
}
