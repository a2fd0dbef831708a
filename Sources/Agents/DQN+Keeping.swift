public import Autodiff
import NeuralNetworks
import Randomness
import Replay

// What a DQN measures, and what it keeps: its checkpoint, its weights, its policy.

extension DQN {
  /// What every DQN records; `metrics(of:)` has what switches add behind.
  public static let metrics = [
    Metric("loss/td", unit: "reward²", meaning: "The mean error of an update, as `loss` says."),
    Metric(
      "gradient/norm", unit: "reward²",
      meaning: "The Euclidean norm of the gradient, before it is shortened."),
    Metric(
      "actionValue/mean", unit: "reward", meaning: "The mean Q(s, a) of an update's transitions."),
    Metric("exploration/epsilon", meaning: "The probability of a random action."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the optimiser."),
  ]

  /// What a DQN of these settings records.
  public static func metrics(of settings: DQNSettings) -> [Metric] {
    var all = metrics
    switch settings.distribution {
    case .none: break
    case .categorical:
      all[0] = Metric(
        "loss/td", unit: "nat", meaning: "The mean cross-entropy of an update's distributions.")
      all[1] = Metric("gradient/norm", unit: "nat", meaning: metrics[1].meaning)
    case .quantile:
      all[0] = Metric(
        "loss/td", unit: "reward²", meaning: "The mean quantile Huber loss of an update.")
    }
    if settings.network.noise != .none {
      all.append(Metric("exploration/noise", meaning: "The mean |σ| of the noisy weights."))
    }
    if settings.replay.prioritization != .none {
      all.append(
        Metric(
          "priority/mean", unit: settings.distribution == .none ? "reward" : all[0].unit,
          meaning: "The mean error that an update's transitions get their priorities from."))
      all.append(
        Metric(
          "priority/correction", meaning: "β: how far the losses' weights undo the preference."))
    }
    return all
  }

  /// Where the update's plan puts what a switch adds to its outputs.
  struct ExtraOutputs {
    let deviation: Int?
    let meanPriority: Int?
    let priorities: Int?

    /// In the order in which `Measured` shows its tensors.
    init(_ settings: DQNSettings) {
      deviation = settings.network.noise == .none ? nil : 3
      let next = deviation == nil ? 3 : 4
      let isPrioritized = settings.replay.prioritization != .none
      (meanPriority, priorities) = isPrioritized ? (next, next + 1) : (nil, nil)
    }
  }

  /// What the settings' prioritization is called where transitions are kept.
  static func prioritization(_ settings: DQNSettings) -> Prioritization? {
    guard case .proportional(let rule) = settings.replay.prioritization else { return nil }
    return Prioritization(exponent: rule.exponent, offset: rule.offset)
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try experience.visitCheckpoint(&visitor)
    if settings.network.noise != .none { try visitor.visit("noise", &noise) }
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.online.namedTensors + (experience.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    let estimate = settings.estimate
    return GreedyPolicy(
      experience.surroundings.with(environments: count), variables, experience.normalizer
    ) { estimate.values($0.online($1)) }
  }

  /// The greedy policy of saved weights, without an agent: of the mean weights, where they are
  /// noisy.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the weights are of another network.
  public static func policy(
    _ settings: DQNSettings, in surroundings: Surroundings,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var unused = Seeds(root: 0)["initialization"]
    var network = try network(settings, surroundings, using: &unused)
    let normalizer = try Normalizer.load(
      weights, into: &network, in: surroundings, discountFactor: settings.discountFactor)
    let estimate = settings.estimate
    return GreedyPolicy(surroundings, Variables(network), normalizer) { estimate.values($0($1)) }
  }

  /// A network with parameters drawn at random.
  static func network(
    _ settings: DQNSettings, _ surroundings: Surroundings, using random: inout RandomStream
  ) throws(AgentError) -> ValueNetwork {
    ValueNetwork(
      settings.network, inputs: surroundings.observationSize,
      actions: try surroundings.choices(for: "dqn"), width: settings.estimate.width,
      using: &random)
  }
}
