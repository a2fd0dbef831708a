import Autodiff
import Environments
import NeuralNetworks

extension GreedyPolicy {
  /// A policy with a memory, which follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through first, if anything; it stays the caller's to update.
  ///   - state: Where the state is kept, `[N, S]`, in memory of `variables`; a place of its own if
  ///     `nil`.
  convenience init<Weights: Traceable>(
    remembering surroundings: Surroundings, _ variables: Variables<Weights>,
    _ normalizer: Normalizer?, state: UnsafeMutablePointer<Float>? = nil,
    network: @escaping (Weights) -> RecurrentValues
  ) {
    let environments = surroundings.environments
    let size = network(variables.value).memory.stateSize
    let inputs: [Tensor] = [
      .zeros([environments, surroundings.observationSize]), .zeros([environments, size]),
    ]
    let plan = Plan(updating: variables, inputs: inputs) { weights, inputs in
      let network = network(weights)
      let states = network.states(inputs[0], steps: 1, from: network.parts(inputs[1]))[0]
      return [network.head(states[0]), concatenated(states, axis: 1)]
    }
    self.init(
      surroundings, normalizer, plan,
      memory: EpisodeMemory(
        of: plan, input: 1, output: 1, environments: environments, state: state)
    ) { rows in
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
  }
}
