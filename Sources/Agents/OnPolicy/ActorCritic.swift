package import Autodiff
import Environments
public import NeuralNetworks
package import Randomness

/// The networks of an agent that learns a policy and a value function together.
///
/// With `sharedTrunk`, both are a last layer on common hidden layers; otherwise each has its own, as
/// detail 13 of Huang et al. (2022), "The 37 implementation details of proximal policy
/// optimization", has it for observations of a few numbers.
package struct ActorCritic: Traceable {
  /// The common hidden layers, `nil` where there are none.
  package var trunk: MLP?
  /// Logits `[B, A]` of choices, or means `[B, D]` of numbers.
  package var actor: MLP
  /// `[B, 1]`.
  package var critic: MLP
  /// `log σ` of numbers, `[D]`: a free parameter, not a function of the state (detail 24).
  package var logDeviation: Tensor?

  /// Networks with parameters drawn at random: trunk, policy, value.
  package init(
    _ settings: ActorCriticSettings, in surroundings: Surroundings, using random: inout RandomStream
  ) {
    func network(_ sizes: [Int], last: Initializer) -> MLP {
      MLP(
        sizes: sizes, activation: settings.activation, initializer: settings.initializer,
        outputInitializer: last, using: &random)
    }
    let outputs: Int
    switch surroundings.actions {
    case .discrete(let count): outputs = count
    case .continuous(let low, _):
      outputs = low.count
      logDeviation = .filled(with: Float(settings.logDeviation), shape: [low.count])
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
    let outputs = actor(features(observations))
    guard let logDeviation else {
      return .choices(Categorical(logits: outputs, allowed: allowed))
    }
    return .numbers(
      DiagonalGaussian(
        mean: outputs, logDeviation: logDeviation.broadcast(to: outputs.shape)))
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

/// A distribution of actions, for each row of a batch.
package enum ActionDistribution {
  case choices(Categorical)
  case numbers(DiagonalGaussian)

  /// `[B]`, of choices `[B]` or of numbers `[B, D]`.
  package func logProbability(of actions: Tensor) -> Tensor {
    switch self {
    case .choices(let distribution): distribution.logProbability(of: actions)
    case .numbers(let distribution): distribution.logProbability(of: actions)
    }
  }

  /// `[B]`.
  package var entropy: Tensor {
    switch self {
    case .choices(let distribution): distribution.entropy
    case .numbers(let distribution): distribution.entropy
    }
  }

  /// What a sampler needs: the probabilities `[B, A]` of choices, or the means and the logarithms
  /// of the deviations of numbers, `[B, D]` each.
  var parameters: [Tensor] {
    switch self {
    case .choices(let distribution): [distribution.probabilities]
    case .numbers(let distribution): [distribution.mean, distribution.logDeviation]
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
  /// `log σ` of continuous actions at the beginning, in `-20...2`.
  public var logDeviation = 0.0

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      hidden.allSatisfy { $0 > 0 }, "hidden", "must be numbers of 1 or more", found: hidden)
    try require(
      !sharedTrunk || !hidden.isEmpty, "sharedTrunk", "needs at least one hidden layer",
      found: sharedTrunk)
    try require(
      (-20...2).contains(logDeviation), "logDeviation", "must be in -20...2",
      found: logDeviation)
  }
}
