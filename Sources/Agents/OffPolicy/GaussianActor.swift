package import Autodiff
import Environments
package import NeuralNetworks
import Randomness

/// A policy whose actions are normal numbers squashed into `-1...1`.
///
/// The deviation is an output of the network beside the mean, as in Haarnoja et al. (2018), "Soft
/// actor-critic algorithms and applications", appendix C. With state-dependent exploration it comes
/// of noise on the last layer's weights instead, which stays for some steps: Raffin, Kober & Stulp
/// (2021), "Smooth exploration for robotic reinforcement learning", section 4.
package struct GaussianActor: Traceable {
  /// From observations to `2·D` numbers, means first; with state-dependent exploration to `D` means.
  package var network: MLP
  /// `log σ` of the noise on the last layer's weights, `[H, D]`; `nil` where the network gives the
  /// deviations.
  package var logDeviation: Tensor?

  package init(network: MLP, logDeviation: Tensor? = nil) {
    self.network = network
    self.logDeviation = logDeviation
  }

  /// A policy with parameters drawn at random.
  init(
    _ settings: OffPolicyNetworkSettings, exploration: SACSettings.Exploration,
    in surroundings: Surroundings, using random: inout RandomStream
  ) {
    let width = surroundings.actions.width
    var outputs = 2 * width
    if case .stateDependent(let smooth) = exploration {
      outputs = width
      let features = settings.hidden.last ?? surroundings.observationSize
      logDeviation = .filled(with: Float(smooth.logDeviation), shape: [features, width])
    }
    network = MLP(
      sizes: [surroundings.observationSize] + settings.hidden + [outputs],
      activation: settings.activation, initializer: settings.initializer, using: &random)
  }

  /// The distribution of actions at observations `[B, observationSize]`.
  package func policy(_ observations: Tensor) -> SquashedGaussian {
    guard let logDeviation else {
      let width = network.outputs / 2
      let parts = network(observations).split(axis: 1, into: [width, width])
      return SquashedGaussian(mean: parts[0], logDeviation: parts[1].clamped(to: -20...2))
    }
    let features = network.features(observations)
    return SquashedGaussian(
      mean: mean(features),
      logDeviation: StateDependentNoise.logDeviation(features, logDeviation))
  }

  /// Actions `[N, D]` at observations `[N, observationSize]`, from standard normal noise.
  ///
  /// - Parameter noise: `[N, D]`, or with state-dependent exploration `[N, H, D]`: of weights.
  package func act(_ observations: Tensor, noise: Tensor) -> Tensor {
    guard let logDeviation else { return policy(observations).sample(noise: noise).actions }
    let features = network.features(observations)
    let moves = StateDependentNoise.moves(features, noise: noise, logDeviation)
    return (mean(features) + moves).tanh()
  }

  /// The shape of the noise that `act` takes for `count` environments.
  func noiseShape(environments count: Int) -> [Int] {
    [count] + (logDeviation?.shape ?? [network.outputs / 2])
  }

  /// Kept where `tanh` still moves, as the authors' implementation does it.
  private func mean(_ features: Tensor) -> Tensor {
    network.layers[network.layers.count - 1](features).clamped(to: -2...2)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
    visitor.visit("logDeviation", &logDeviation)
  }
}
