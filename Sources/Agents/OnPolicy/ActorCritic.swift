package import Autodiff
import Environments
public import NeuralNetworks
package import Randomness

/// Networks that say how to act, and what is to be expected.
package protocol PolicyAndValues: Traceable {
  /// The distribution of actions at observations `[B, observationSize]`.
  ///
  /// - Parameter allowed: `[B, A]`, 1 where a choice is allowed; `nil` allows everything.
  func policy(_ observations: Tensor, allowed: Tensor?) -> ActionDistribution
  /// How many numbers `[B, …]` of the policy say all about a distribution; `nil` where it takes more.
  var policyOutputCount: Int? { get }
  /// What the policy's last layer answers, `[B, policyOutputCount]`.
  func policyOutputs(_ observations: Tensor) -> Tensor
  /// The distribution that these outputs stand for.
  func policy(outputs: Tensor, allowed: Tensor?) -> ActionDistribution
  /// The values of observations `[B, observationSize]`; `[B]`.
  func values(_ observations: Tensor) -> Tensor
  /// The shape of the noise that `act` takes; `nil` where noise does not depend on the state.
  func noiseShape(environments count: Int) -> [Int]?
  /// Actions `[N, D]` under noise on the policy's last weights.
  func act(_ observations: Tensor, noise: Tensor) -> Tensor
}

extension PolicyAndValues {
  package var policyOutputCount: Int? { nil }
  package func policyOutputs(_ observations: Tensor) -> Tensor {
    preconditionFailure("this policy is asked for its distributions alone")
  }
  package func policy(outputs: Tensor, allowed: Tensor?) -> ActionDistribution {
    preconditionFailure("this policy is asked for its distributions alone")
  }
}

/// The networks of an agent that learns a policy and a value function together.
///
/// With `sharedTrunk`, both are a last layer on common hidden layers; otherwise each has its own, as
/// detail 13 of Huang et al. (2022), "The 37 implementation details of proximal policy
/// optimization", has it for observations of a few numbers.
package struct ActorCritic: PolicyAndValues {
  /// The common hidden layers, `nil` where there are none.
  package var trunk: MLP?
  /// Logits of choices, `[B, A]`, those of several choices side by side; or means `[B, D]` of
  /// numbers.
  package var actor: MLP
  /// `[B, 1]`.
  package var critic: MLP
  /// `log σ` of numbers, `[D]`: a free parameter, not a function of the state (detail 24).
  ///
  /// With state-dependent exploration, `log σ` of the noise on the policy's last weights, `[H, D]`.
  package var logDeviation: Tensor?
  /// How many actions each choice is among; empty where actions are numbers.
  private let choices: [Int]

  /// Networks with parameters drawn at random: trunk, policy, value.
  package init(
    _ settings: ActorCriticSettings, exploration: ActorCriticExploration = .independent,
    in surroundings: Surroundings, using random: inout RandomStream
  ) {
    func network(_ sizes: [Int], last: Initializer) -> MLP {
      MLP(
        sizes: sizes, activation: settings.activation, initializer: settings.initializer,
        outputInitializer: last, using: &random)
    }
    let outputs: Int
    choices = surroundings.actions.choices
    switch surroundings.actions {
    case .discrete, .multiDiscrete: outputs = surroundings.actions.maskSize
    case .continuous(let low, _):
      outputs = low.count
      if case .stateDependent(let noise) = exploration {
        let features = settings.hidden.last ?? surroundings.observationSize
        logDeviation = .filled(with: Float(noise.logDeviation), shape: [features, low.count])
      } else {
        logDeviation = .filled(with: Float(settings.logDeviation), shape: [low.count])
      }
    }
    var inputs = [surroundings.observationSize] + settings.hidden
    if settings.sharedTrunk {
      trunk = MLP(
        sizes: inputs, activation: settings.activation, outputActivation: settings.activation,
        initializer: settings.initializer, using: &random)
      inputs = [inputs[inputs.count - 1]]
    }
    actor = network(inputs + [outputs], last: settings.policyInitializer)
    critic = network(inputs + [1], last: settings.valueInitializer)
  }

  /// The distribution of actions at observations `[B, observationSize]`.
  ///
  /// - Parameter allowed: `[B, A]`, 1 where a choice is allowed; `nil` allows everything.
  package func policy(_ observations: Tensor, allowed: Tensor? = nil) -> ActionDistribution {
    guard let logDeviation, logDeviation.rank == 2 else {
      return policy(outputs: policyOutputs(observations), allowed: allowed)
    }
    let shared = features(observations)
    // What the noise is made of is the policy's to learn, not the noise's: Raffin et al. (2021),
    // and the default of Stable-Baselines3.
    let deviation = StateDependentNoise.logDeviation(
      actor.features(shared).withoutGradient(), logDeviation)
    return .numbers(DiagonalGaussian(mean: actor(shared), logDeviation: deviation))
  }

  /// How wide the last layer is; `nil` with noise on its weights, which depends on its inputs.
  package var policyOutputCount: Int? {
    logDeviation?.rank == 2 ? nil : actor.outputs
  }

  /// Logits of choices, or means of numbers.
  package func policyOutputs(_ observations: Tensor) -> Tensor { actor(features(observations)) }

  /// The distribution of actions with these logits `[B, A]` or means `[B, D]`.
  package func policy(outputs: Tensor, allowed: Tensor?) -> ActionDistribution {
    if let logDeviation {
      return .numbers(
        DiagonalGaussian(mean: outputs, logDeviation: logDeviation.broadcast(to: outputs.shape)))
    }
    return choices.count == 1
      ? .choice(Categorical(logits: outputs, allowed: allowed))
      : .choices(MultiCategorical(logits: outputs, counts: choices, allowed: allowed))
  }

  /// Actions `[N, D]` under noise on the policy's last weights.
  ///
  /// - Parameter noise: Standard normal numbers, `[N, H, D]`.
  package func act(_ observations: Tensor, noise: Tensor) -> Tensor {
    let shared = features(observations)
    guard let logDeviation else { preconditionFailure("only numbers are moved by noise") }
    return actor(shared)
      + StateDependentNoise.moves(actor.features(shared), noise: noise, logDeviation)
  }

  /// The shape of the noise that `act` takes for `count` environments; `nil` where noise does not
  /// depend on the state.
  package func noiseShape(environments count: Int) -> [Int]? {
    logDeviation.flatMap { $0.rank == 2 ? [count] + $0.shape : nil }
  }

  /// The values of observations `[B, observationSize]`; `[B]`.
  package func values(_ observations: Tensor) -> Tensor {
    critic(features(observations)).flattened()
  }

  private func features(_ observations: Tensor) -> Tensor { trunk?(observations) ?? observations }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    if var shared = trunk {
      visitor.visit("trunk", &shared)
      trunk = shared
    }
    visitor.visit("actor", &actor)
    visitor.visit("critic", &critic)
    if var deviation = logDeviation {
      visitor.visit("logDeviation", &deviation)
      logDeviation = deviation
    }
  }
}

/// What the networks look like, and what they begin with.
public struct ActorCriticSettings: ValidatedSettings {
  /// Units in each hidden layer.
  public var hidden = [64, 64]
  /// What follows each hidden layer.
  public var activation = Activation.tanh
  /// What the weights of hidden layers begin with.
  public var initializer = Initializer.orthogonal(gain: 2.0.squareRoot())
  /// What the weights of the policy's last layer begin with: small, so that it begins undecided.
  public var policyInitializer = Initializer.orthogonal(gain: 0.01)
  /// What the weights of the value's last layer begin with.
  public var valueInitializer = Initializer.orthogonal(gain: 1)
  /// Whether policy and value have their hidden layers in common.
  public var sharedTrunk = false
  /// A memory, for worlds that do not show everything; `null` sees the present alone.
  ///
  /// With `sharedTrunk` it follows the hidden layers and is common to policy and value; otherwise
  /// each has its own, which its hidden layers follow.
  public var recurrence: RecurrenceSettings?
  /// `log σ` of continuous actions at the beginning, in `-20...2`.
  public var logDeviation = 0.0

  public init() {}

  /// Refuses a memory, of which an agent knows nothing.
  func requireNoRecurrence() throws(SettingsError) {
    guard recurrence != nil else { return }
    throw SettingsError(
      path: "network.recurrence", problem: "is heeded by ppo alone; leave it out, or choose ppo")
  }

  public func validate() throws(SettingsError) {
    try requireLayers(hidden)
    try require(
      !sharedTrunk || !hidden.isEmpty || recurrence != nil, "sharedTrunk",
      "needs at least one hidden layer", found: sharedTrunk)
    if let recurrence {
      try NeuralNetworks.validate("recurrence") { () throws(SettingsError) in
        try recurrence.validate()
      }
    }
    try require(
      (-20...2).contains(logDeviation), "logDeviation", "must be in -20...2",
      found: logDeviation)
  }
}
