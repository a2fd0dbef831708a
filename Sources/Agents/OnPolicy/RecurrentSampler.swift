import Autodiff
import Environments
import NeuralNetworks
import Randomness

/// Chooses actions from a policy with a memory: at random in training, the likeliest in evaluation.
///
/// Shapes: `N` environments, `S` numbers of state.
final class RecurrentSampler: StochasticPolicy, NetworkPolicy {
  private let environments: Int
  private let plan: Plan
  private let isMasked: Bool
  private let drawing: ActionDrawing
  /// What observations go through before evaluation; those of training come normalized.
  private let normalizer: Normalizer?
  /// What evaluations draw from; `nil` where they take the likeliest.
  private var ownRandom: RandomStream?
  /// What is remembered of each environment's episode, `[N, S]`.
  private let state: UnsafeMutableBufferPointer<Float>
  private let ownsState: Bool
  private let makeGraph: (Int) -> NamedGraph

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through before evaluation.
  ///   - state: Where the state is kept, `[N, S]`, in memory of `variables`; a place of its own if
  ///     `nil`.
  init<State: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<State>, _ normalizer: Normalizer? = nil,
    state: UnsafeMutablePointer<Float>? = nil, networks: @escaping (State) -> RecurrentActorCritic
  ) {
    self.normalizer = normalizer
    environments = surroundings.environments
    drawing = ActionDrawing(surroundings)
    let size = networks(variables.value).stateSize
    makeGraph = { rows in
      let inputs = PolicyGraphs.inputs(surroundings, rows: rows)
      let state = NamedGraph.Value("state", .zeros([rows, size]))
      return NamedGraph(GraphWeights(variables.value, normalizer), inputs: inputs + [state]) {
        all, inputs in
        let networks = networks(all.weights)
        let seen = networks.remembered(
          all.normalized(inputs[0]), from: inputs[inputs.count - 1])
        let policy = networks.heads.policy(
          seen.policy, allowed: inputs.count > 2 ? inputs[1] : nil)
        return PolicyGraphs.outputs(of: policy, in: surroundings.actions) + [
          NamedGraph.Value("value", networks.heads.values(seen.value)),
          NamedGraph.Value("next_state", seen.state),
        ]
      }
    }
    var inputs: [Tensor] = [
      .zeros([environments, surroundings.observationSize]), .zeros([environments, size]),
    ]
    if surroundings.masked, surroundings.actions.maskSize > 0 {
      inputs.append(.ones([environments, surroundings.actions.maskSize]))
    }
    isMasked = inputs.count > 2
    plan = Plan(updating: variables, inputs: inputs) { learner, inputs in
      let networks = networks(learner)
      let seen = networks.remembered(inputs[0], from: inputs[1])
      let policy = networks.heads.policy(
        seen.policy, allowed: inputs.count > 2 ? inputs[2] : nil)
      return [seen.state] + policy.parameters
    }
    let count = environments * size
    ownsState = state == nil
    self.state = UnsafeMutableBufferPointer(
      start: state ?? .allocate(capacity: max(1, count)), count: count)
    if ownsState { self.state.initialize(repeating: 0) }
  }

  deinit { if ownsState { state.deallocate() } }

  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  func beginEpisode(in environment: Int) {
    let size = state.count / environments
    for place in environment * size..<(environment + 1) * size { state[place] = 0 }
  }

  /// The likeliest actions, or some drawn at random once `draw` was called.
  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    if isMasked, let masks {
      let allowed = plan.input(2)
      for index in allowed.indices { allowed[index] = Float(masks[index]) }
    }
    look(at: observations, through: normalizer)
    if var random = ownRandom {
      defer { ownRandom = random }
      return drawing.draw(plan.output(1), logDeviations: logDeviations, using: &random)
    }
    return drawing.likeliest(plan.output(1))
  }

  func draw(using random: RandomStream) { ownRandom = random }

  /// `log σ` of numbers, `[N, D]`; `nil` for choices, and for numbers that noise has moved already.
  private var logDeviations: UnsafeBufferPointer<Float>? {
    plan.outputCount > 2 ? plan.output(2) : nil
  }

  /// Actions drawn at random; what was drawn is also written to `taken`, before numbers are clipped
  /// to their bounds.
  ///
  /// - Parameter allowed: `[N, A]`, 1 where a choice is allowed; not read where all always are.
  func sample(
    for observations: UnsafePointer<Float>, allowed: UnsafePointer<Float>,
    into taken: UnsafeMutablePointer<Float>, using random: inout RandomStream
  ) -> ActionRows {
    if isMasked {
      let row = plan.input(2)
      for index in row.indices { row[index] = allowed[index] }
    }
    look(at: observations)
    return drawing.draw(
      plan.output(1), logDeviations: logDeviations, into: taken, using: &random)
  }

  private func look(
    at observations: UnsafePointer<Float>, through normalizer: Normalizer? = nil
  ) {
    let (rows, before) = (plan.input(0), plan.input(1))
    for index in rows.indices { rows[index] = observations[index] }
    if let normalizer, let base = rows.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    for index in before.indices { before[index] = state[index] }
    plan.run()
    let after = plan.output(0)
    for index in after.indices { state[index] = after[index] }
  }
}
