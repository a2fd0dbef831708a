package import Autodiff
import Environments
import NeuralNetworks
import Randomness

/// Chooses actions from an actor-critic's policy: at random in training, the likeliest in
/// evaluation.
final class ActionSampler: StochasticPolicy, NetworkPolicy {
  private let environments: Int
  private let plan: Plan
  /// `[N, A]`, 1 where a choice is allowed; `nil` where all always are.
  private let allowed: UnsafeMutableBufferPointer<Float>?
  /// Probabilities `[N, A]` of choices, or numbers `[N, D]`: means, or what noise made of them.
  private let parameters: UnsafeBufferPointer<Float>
  /// `log σ` of numbers, `[N, D]`; `nil` for choices, and for numbers that noise has moved already.
  private let logDeviations: UnsafeBufferPointer<Float>?
  private let drawing: ActionDrawing
  /// What observations go through before evaluation; those of training come normalized.
  private let normalizer: Normalizer?
  /// What was seen in the episodes so far; `nil` where networks have no memory.
  private let memory: EpisodeMemory?
  /// What evaluations draw from; `nil` where they take the likeliest.
  private var ownRandom: RandomStream?
  private let makeGraph: (Int) -> NamedGraph

  /// Noise on the policy's last weights, `[N, H, D]`, for the caller to draw; `nil` where `sample`
  /// draws all there is.
  let noise: UnsafeMutableBufferPointer<Float>?

  /// What the policy's last layer said at the last `sample`, `[N, O]`; `nil` where that does not say
  /// all about the distribution.
  let policyOutputs: UnsafeBufferPointer<Float>?

  /// Where a plan that answers observations, its first input, takes and gives what.
  struct Ends {
    /// The input of masks, and that of noise.
    var allowed, noise: Int?
    /// The output of probabilities or numbers; `log σ` follows where numbers are yet to be drawn.
    var parameters = 0
    var policyOutputs: Int?
  }

  /// A policy that a plan tells how actions are distributed.
  init(
    _ surroundings: Surroundings, _ normalizer: Normalizer?, _ plan: Plan, _ ends: Ends,
    memory: EpisodeMemory? = nil, graph: @escaping (Int) -> NamedGraph
  ) {
    environments = surroundings.environments
    drawing = ActionDrawing(surroundings)
    makeGraph = graph
    self.normalizer = normalizer
    self.plan = plan
    self.memory = memory
    allowed = ends.allowed.map { plan.input($0) }
    noise = ends.noise.map { plan.input($0) }
    parameters = plan.output(ends.parameters)
    let drawsNumbers = surroundings.actions.choices.isEmpty && ends.noise == nil
    logDeviations = drawsNumbers ? plan.output(ends.parameters + 1) : nil
    policyOutputs = ends.policyOutputs.map { plan.output($0) }
  }

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through before evaluation.
  ///   - explores: Whether it is to `sample`; actions are the likeliest otherwise.
  convenience init<State: Traceable, Networks: PolicyAndValues>(
    _ surroundings: Surroundings, _ variables: Variables<State>, _ normalizer: Normalizer? = nil,
    explores: Bool = false, networks: @escaping (State) -> Networks
  ) {
    let environments = surroundings.environments
    var inputs = [Tensor.zeros([environments, surroundings.observationSize])]
    if surroundings.masked, surroundings.actions.maskSize > 0 {
      inputs.append(.ones([environments, surroundings.actions.maskSize]))
    }
    var ends = Ends(allowed: inputs.count > 1 ? 1 : nil)
    let plan: Plan
    if explores, let shape = networks(variables.value).noiseShape(environments: environments) {
      ends = Ends(noise: 1)
      inputs.append(.zeros(shape))
      plan = Plan(updating: variables, inputs: inputs) { state, inputs in
        [networks(state).act(inputs[0], noise: inputs[1])]
      }
    } else {
      let keepsOutputs = explores && networks(variables.value).policyOutputCount != nil
      plan = Plan(updating: variables, inputs: inputs) { state, inputs in
        let (networks, allowed) = (networks(state), inputs.count > 1 ? inputs[1] : nil)
        guard keepsOutputs else { return networks.policy(inputs[0], allowed: allowed).parameters }
        let outputs = networks.policyOutputs(inputs[0])
        return networks.policy(outputs: outputs, allowed: allowed).parameters + [outputs]
      }
      if keepsOutputs { ends.policyOutputs = plan.outputCount - 1 }
    }
    self.init(surroundings, normalizer, plan, ends) { rows in
      NamedGraph(
        GraphWeights(variables.value, normalizer),
        inputs: PolicyGraphs.inputs(surroundings, rows: rows)
      ) { all, inputs in
        let (networks, allowed) = (networks(all.weights), inputs.count > 1 ? inputs[1] : nil)
        let areApart = networks is MultiTaskActorCritic || all.isByTask
        return PolicyGraphs.outputs(of: surroundings.tasks, areApart: areApart) { task in
          Self.outputs(
            of: networks, task: task, all.normalized(inputs[0], of: task), allowed: allowed,
            surroundings)
        }
      }
    }
  }

  func graph(rows: Int) -> NamedGraph { makeGraph(rows) }

  /// The likeliest action and the value of a task, or of the only one.
  private static func outputs(
    of networks: some PolicyAndValues, task: Int?, _ seen: Tensor, allowed: Tensor?,
    _ surroundings: Surroundings
  ) -> [NamedGraph.Value] {
    let (distribution, values) =
      if let task, let several = networks as? MultiTaskActorCritic {
        (several.policy(of: task, seen, allowed: allowed), several.values(of: task, seen))
      } else {
        (networks.policy(seen, allowed: allowed), networks.values(seen))
      }
    return PolicyGraphs.outputs(of: distribution, in: surroundings.actions)
      + [NamedGraph.Value("value", values)]
  }

  /// The likeliest actions, or some drawn at random once `draw` was called.
  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    if let allowed, let masks {
      for index in allowed.indices { allowed[index] = Float(masks[index]) }
    }
    look(at: observations, through: normalizer)
    if var random = ownRandom {
      defer { ownRandom = random }
      return drawing.draw(parameters, logDeviations: logDeviations, using: &random)
    }
    return drawing.likeliest(parameters)
  }

  func draw(using random: RandomStream) { ownRandom = random }

  func beginEpisode(in environment: Int) { memory?.beginEpisode(in: environment) }

  /// Actions drawn at random; what was drawn is also written to `taken`, before numbers are clipped
  /// to their bounds.
  ///
  /// - Parameter masks: `[N, A]`, 1 where a choice is allowed; not read where all always are.
  func sample(
    for observations: UnsafePointer<Float>, allowed masks: UnsafePointer<Float>,
    into taken: UnsafeMutablePointer<Float>, using random: inout RandomStream
  ) -> ActionRows {
    if let allowed {
      for index in allowed.indices { allowed[index] = masks[index] }
    }
    look(at: observations)
    return drawing.draw(parameters, logDeviations: logDeviations, into: taken, using: &random)
  }

  private func look(
    at observations: UnsafePointer<Float>, through normalizer: Normalizer? = nil
  ) {
    let rows = plan.input(0)
    for index in rows.indices { rows[index] = observations[index] }
    if let normalizer, let base = rows.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    if let memory { memory.run() } else { plan.run() }
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
    var unused = Seeds(root: 0)["initialization"]
    if let recurrence {
      var networks = RecurrentActorCritic(self, recurrence, in: surroundings, using: &unused)
      let normalizer = try Normalizer.load(
        weights, into: &networks, in: surroundings, discountFactor: discountFactor)
      return ActionSampler(remembering: surroundings, Variables(networks), normalizer) { $0 }
    }
    var networks = ActorCritic(self, exploration: exploration, in: surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &networks, in: surroundings, discountFactor: discountFactor)
    return ActionSampler(surroundings, Variables(networks), normalizer) { $0 }
  }
}
