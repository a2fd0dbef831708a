import Autodiff
import Environments
import NeuralNetworks

extension ActionSampler {
  /// A policy with a memory, which follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through before evaluation.
  ///   - state: Where the state is kept, `[N, S]`, in memory of `variables`; a place of its own if
  ///     `nil`.
  convenience init<State: Traceable>(
    remembering surroundings: Surroundings, _ variables: Variables<State>,
    _ normalizer: Normalizer? = nil, state: UnsafeMutablePointer<Float>? = nil,
    networks: @escaping (State) -> RecurrentActorCritic
  ) {
    let environments = surroundings.environments
    let size = networks(variables.value).stateSize
    var inputs: [Tensor] = [
      .zeros([environments, surroundings.observationSize]), .zeros([environments, size]),
    ]
    if surroundings.masked, surroundings.actions.maskSize > 0 {
      inputs.append(.ones([environments, surroundings.actions.maskSize]))
    }
    let plan = Plan(updating: variables, inputs: inputs) { learner, inputs in
      let networks = networks(learner)
      let seen = networks.remembered(inputs[0], from: inputs[1])
      let policy = networks.heads.policy(
        seen.policy, allowed: inputs.count > 2 ? inputs[2] : nil)
      return [seen.state] + policy.parameters
    }
    self.init(
      surroundings, normalizer, plan,
      Ends(allowed: inputs.count > 2 ? 2 : nil, parameters: 1),
      memory: EpisodeMemory(
        of: plan, input: 1, output: 0, environments: environments, state: state)
    ) { rows in
      let inputs = PolicyGraphs.inputs(surroundings, rows: rows)
      let state = NamedGraph.Value("state", .zeros([rows, size]))
      return NamedGraph(GraphWeights(variables.value, normalizer), inputs: inputs + [state]) {
        all, inputs in
        let networks = networks(all.weights)
        return PolicyGraphs.outputs(of: surroundings.tasks, areApart: all.isByTask) { task in
          let seen = networks.remembered(
            all.normalized(inputs[0], of: task), from: inputs[inputs.count - 1])
          let policy = networks.heads.policy(
            seen.policy, allowed: inputs.count > 2 ? inputs[1] : nil)
          return PolicyGraphs.outputs(of: policy, in: surroundings.actions) + [
            NamedGraph.Value("value", networks.heads.values(seen.value)),
            NamedGraph.Value("next_state", seen.state),
          ]
        }
      }
    }
  }
}
