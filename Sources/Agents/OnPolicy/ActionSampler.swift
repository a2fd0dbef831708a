package import Autodiff
import Environments
import NeuralNetworks
import Randomness

/// Chooses actions from an actor-critic's policy: at random in training, the likeliest in
/// evaluation.
final class ActionSampler: StochasticPolicy, NetworkPolicy {
  private let environments: Int
  private let plan: Plan
  private let isMasked: Bool
  /// Whether actions are numbers that noise has not moved yet.
  private let drawsNumbers: Bool
  private let drawing: ActionDrawing
  /// What observations go through before evaluation; those of training come normalized.
  private let normalizer: Normalizer?
  /// What evaluations draw from; `nil` where they take the likeliest.
  private var ownRandom: RandomStream?
  private let makeGraph: (Int) -> NamedGraph

  /// Noise on the policy's last weights, `[N, H, D]`, for the caller to draw; `nil` where `sample`
  /// draws all there is.
  let noise: UnsafeMutableBufferPointer<Float>?

  /// What the policy's last layer said at the last `sample`, `[N, O]`; `nil` where that does not say
  /// all about the distribution.
  let policyOutputs: UnsafeBufferPointer<Float>?

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through before evaluation.
  ///   - explores: Whether it is to `sample`; actions are the likeliest otherwise.
  init<State: Traceable, Networks: PolicyAndValues>(
    _ surroundings: Surroundings, _ variables: Variables<State>, _ normalizer: Normalizer? = nil,
    explores: Bool = false, networks: @escaping (State) -> Networks
  ) {
    self.normalizer = normalizer
    environments = surroundings.environments
    drawing = ActionDrawing(surroundings)
    makeGraph = { rows in
      NamedGraph(
        GraphWeights(variables.value, normalizer),
        inputs: PolicyGraphs.inputs(surroundings, rows: rows)
      ) { all, inputs in
        Self.outputs(
          of: networks(all.weights), all.normalized(inputs[0]),
          allowed: inputs.count > 1 ? inputs[1] : nil, surroundings)
      }
    }
    var inputs = [Tensor.zeros([environments, surroundings.observationSize])]
    if surroundings.masked, surroundings.actions.maskSize > 0 {
      inputs.append(.ones([environments, surroundings.actions.maskSize]))
    }
    let noiseShape =
      explores
      ? networks(variables.value).noiseShape(environments: environments) : nil
    if let noiseShape {
      inputs.append(.zeros(noiseShape))
      plan = Plan(updating: variables, inputs: inputs) { state, inputs in
        [networks(state).act(inputs[0], noise: inputs[1])]
      }
      noise = plan.input(1)
      policyOutputs = nil
      drawsNumbers = false
      isMasked = false
      return
    }
    noise = nil
    isMasked = inputs.count > 1
    let keepsOutputs = explores && networks(variables.value).policyOutputCount != nil
    plan = Plan(updating: variables, inputs: inputs) { state, inputs in
      let (networks, allowed) = (networks(state), inputs.count > 1 ? inputs[1] : nil)
      guard keepsOutputs else { return networks.policy(inputs[0], allowed: allowed).parameters }
      let outputs = networks.policyOutputs(inputs[0])
      return networks.policy(outputs: outputs, allowed: allowed).parameters + [outputs]
    }
    policyOutputs = keepsOutputs ? plan.output(plan.outputCount - 1) : nil
    drawsNumbers = surroundings.actions.choices.isEmpty
  }

  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  /// The likeliest action and the value of each task, or of the only one.
  private static func outputs(
    of networks: some PolicyAndValues, _ seen: Tensor, allowed: Tensor?,
    _ surroundings: Surroundings
  ) -> [NamedGraph.Value] {
    let several = networks as? MultiTaskActorCritic
    return PolicyGraphs.outputs(of: surroundings.tasks, areApart: several != nil) { task in
      let (distribution, values) =
        if let task, let several {
          (several.policy(of: task, seen, allowed: allowed), several.values(of: task, seen))
        } else {
          (networks.policy(seen, allowed: allowed), networks.values(seen))
        }
      return PolicyGraphs.outputs(of: distribution, in: surroundings.actions)
        + [NamedGraph.Value("value", values)]
    }
  }

  /// The likeliest actions, or some drawn at random once `draw` was called.
  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    if isMasked, let masks {
      let allowed = plan.input(1)
      for index in allowed.indices { allowed[index] = Float(masks[index]) }
    }
    look(at: observations, through: normalizer)
    if var random = ownRandom {
      defer { ownRandom = random }
      return drawing.draw(plan.output(0), logDeviations: logDeviations, using: &random)
    }
    return drawing.likeliest(plan.output(0))
  }

  func draw(using random: RandomStream) { ownRandom = random }

  /// `log σ` of numbers, `[N, D]`; `nil` for choices, and for numbers that noise has moved already.
  private var logDeviations: UnsafeBufferPointer<Float>? {
    drawsNumbers ? plan.output(1) : nil
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
      let row = plan.input(1)
      for index in row.indices { row[index] = allowed[index] }
    }
    look(at: observations)
    return drawing.draw(
      plan.output(0), logDeviations: logDeviations, into: taken, using: &random)
  }

  private func look(
    at observations: UnsafePointer<Float>, through normalizer: Normalizer? = nil
  ) {
    let rows = plan.input(0)
    for index in rows.indices { rows[index] = observations[index] }
    if let normalizer, let base = rows.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    plan.run()
  }
}

extension ActorCriticSettings {
  /// The policy of saved weights, without an agent.
  ///
  /// - Throws: `NamedTensorsError` if the weights are of other networks.
  package func policy(
    in surroundings: Surroundings, exploration: ActorCriticExploration = .independent,
    discountFactor: Double, weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var weights = weights
    let normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    try normalizer?.takeScales(from: &weights)
    var unused = Seeds(root: 0)["initialization"]
    if let recurrence {
      var networks = RecurrentActorCritic(self, recurrence, in: surroundings, using: &unused)
      try load(weights, into: &networks)
      return RecurrentSampler(surroundings, Variables(networks), normalizer) { $0 }
    }
    var networks = ActorCritic(self, exploration: exploration, in: surroundings, using: &unused)
    try load(weights, into: &networks)
    return ActionSampler(surroundings, Variables(networks), normalizer) { $0 }
  }
}
