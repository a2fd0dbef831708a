import Autodiff
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite struct LayerTests {
  @Test func `a dense layer multiplies and adds`() {
    let layer = Dense(
      weight: Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6]), bias: Tensor([10, 20, 30]))
    let result = layer(Tensor(shape: [2, 2], scalars: [1, 0, -1, 2]))
    #expect(result.shape == [2, 3])
    #expect(result.scalars == [11, 22, 33, 17, 28, 39])
    #expect(layer.parameterCount == 9)
    #expect(layer.namedParameters.map(\.name) == ["weight", "bias"])
  }

  @Test func `a layer without bias has none to train`() {
    var random = Seeds(root: 1)["network"]
    let layer = Dense(2, 3, hasBias: false, using: &random)
    #expect(layer.namedParameters.map(\.name) == ["weight"])
    #expect(layer(Tensor.zeros([1, 2])).scalars == [0, 0, 0])
  }

  @Test func `an MLP is its layers with activations between`() {
    var random = Seeds(root: 1)["network"]
    let network = MLP(
      sizes: [3, 5, 4, 2], activation: .tanh, outputActivation: .sigmoid, using: &random)
    let x = Tensor(shape: [2, 3], scalars: [0.1, -0.5, 2, 1, 0, -1])
    let hidden = network.layers[1](network.layers[0](x).tanh()).tanh()
    #expect(network.features(x).scalars == hidden.scalars)
    #expect(network(x).scalars == network.layers[2](hidden).sigmoid().scalars)
    #expect(network.inputs == 3)
    #expect(network.outputs == 2)
    #expect(network.parameterCount == 3 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2)
    #expect(
      network.namedParameters.map(\.name) == [
        "layers/0/weight", "layers/0/bias", "layers/1/weight", "layers/1/bias",
        "layers/2/weight", "layers/2/bias",
      ])
  }

  @Test func `two sizes are a single layer`() {
    var random = Seeds(root: 1)["network"]
    let network = MLP(sizes: [3, 2], activation: .relu, using: &random)
    let x = Tensor(shape: [1, 3], scalars: [1, 2, 3])
    #expect(network(x).scalars == network.layers[0](x).scalars)
    #expect(network.features(x).scalars == [1, 2, 3])
  }

  @Test func `the last layer may be drawn in another way`() {
    var random = Seeds(root: 1)["network"]
    let network = MLP(
      sizes: [4, 8, 3], initializer: .orthogonal(gain: 2.0.squareRoot()),
      outputInitializer: .orthogonal(gain: 0.01), using: &random)
    func squares(_ layer: Dense) -> Float { layer.weight.squaredNorm().scalar }
    expectClose([squares(network.layers[0])], [4 * 2], relative: 1e-5)
    expectClose([squares(network.layers[1])], [3 * 0.0001], relative: 1e-5, scale: 0.0001)
  }

  @Test func `a network is a value`() {
    var random = Seeds(root: 1)["network"]
    let network = MLP(sizes: [1, 1], using: &random)
    var copy = network
    copy.layers[0].weight = Tensor(shape: [1, 1], scalars: [42])
    #expect(network.layers[0].weight.scalar != 42)
  }
}
