package import Autodiff
import Environments
package import NeuralNetworks
import Randomness

/// Networks that each estimate `Q(s, a)`: one, or two whose smaller estimate is believed.
///
/// Fujimoto, van Hoof & Meger (2018), "Addressing function approximation error in actor-critic
/// methods", section 4.
package struct Critics: Traceable {
  /// Each from observation and action side by side, `[B, observationSize + D]`, to `[B, 1]`.
  package var networks: [MLP]

  package init(networks: [MLP]) { self.networks = networks }

  /// Networks with parameters drawn at random.
  init(
    _ count: Int, _ settings: OffPolicyNetworkSettings, in surroundings: Surroundings,
    using random: inout RandomStream
  ) {
    let inputs = surroundings.observationSize + surroundings.actions.width
    networks = (0..<count).map { _ in
      MLP(
        sizes: [inputs] + settings.hidden + [1], activation: settings.activation,
        initializer: settings.initializer, using: &random)
    }
  }

  /// What each network makes of actions `[B, D]` at observations `[B, observationSize]`; `[B]` each.
  package func values(_ observations: Tensor, _ actions: Tensor) -> [Tensor] {
    let inputs = concatenated([observations, actions], axis: 1)
    return networks.map { $0(inputs).flattened() }
  }

  /// The smallest of the values, `[B]`.
  package func smallest(_ observations: Tensor, _ actions: Tensor) -> Tensor {
    let values = values(observations, actions)
    return values.dropFirst().reduce(values[0]) { minimum($0, $1) }
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("networks", &networks)
  }
}
