import Agents
import Autodiff
import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// The network of a DQN: dueling streams, noise, numbers for each action.
@Suite struct ValueNetworkTests {
  private func network(
    hidden: [Int] = [6, 4], dueling: Bool = false, noisy: Bool = false, width: Int = 1
  ) -> ValueNetwork {
    var settings = DQNSettings.Network()
    settings.hidden = hidden
    settings.dueling = dueling
    if noisy { settings.noise = .factorized(deviation: 0.5) }
    var random = Seeds(root: 1)["initialization"]
    return ValueNetwork(settings, inputs: 3, actions: 2, width: width, using: &random)
  }

  private let rows = Tensor(shape: [2, 3], scalars: [0.1, -0.5, 2, 1, 0, -1])

  @Test func `without switches it is an MLP, number by number`() {
    var random = Seeds(root: 1)["initialization"]
    let plain = MLP(sizes: [3, 6, 4, 2], using: &random)
    #expect(network()(rows).scalars == plain(rows).scalars)
    #expect(network().namedParameters.map(\.name) == plain.namedParameters.map(\.name))
  }

  @Test func `values are the state's value and advantages that are 0 on average`() {
    let q = ValueNetwork.combined(
      value: Tensor([10, 20]), advantages: Tensor(shape: [2, 3], scalars: [1, 2, 6, 0, 0, 3]))
    #expect(q.scalars == [8, 9, 13, 19, 19, 22])
    // The same for each number of a distribution.
    let numbers = ValueNetwork.combined(
      value: Tensor(shape: [1, 2], scalars: [10, 20]),
      advantages: Tensor(shape: [1, 3, 2], scalars: [1, 0, 2, 0, 6, 3]))
    #expect(numbers.scalars == [8, 19, 9, 19, 13, 22])
  }

  @Test func `the last hidden layer exists in each stream`() {
    let shapes = network(dueling: true).namedParameters.filter { $0.name.hasSuffix("weight") }
    #expect(
      shapes.map(\.name) == [
        "layers/0/weight", "value/0/weight", "value/1/weight", "advantages/0/weight",
        "advantages/1/weight",
      ])
    #expect(shapes.map(\.tensor.shape) == [[3, 6], [6, 4], [4, 1], [6, 4], [4, 2]])
    let linear = network(hidden: [], dueling: true)
    #expect(linear.namedParameters.map(\.tensor.shape) == [[3, 1], [1], [3, 2], [2]])
    #expect(linear(rows).shape == [2, 2])
  }

  @Test func `a dueling network is its streams`() {
    let network = network(dueling: true)
    func apply(_ layer: ValueNetwork.Layer, _ x: Tensor) -> Tensor {
      matmul(x, layer.weight).addingRow(layer.bias ?? .zeros([layer.weight.shape[1]]))
    }
    let features = apply(network.layers[0], rows).relu()
    let value = apply(network.value[1], apply(network.value[0], features).relu())
    let advantages = apply(
      network.advantages[1], apply(network.advantages[0], features).relu())
    let q = advantages.addingColumn(value.flattened() - advantages.mean(axis: 1))
    #expect(network(rows).scalars == q.scalars)
  }

  @Test func `noise changes what a network says, and none is the mean`() {
    let noisy = network(dueling: true, noisy: true, width: 4)
    #expect(noisy(rows).shape == [2, 2, 4])
    // Layers of 3·6, twice 6·4, 4·4 and 4·8.
    #expect(noisy.noiseCount == 9 + 10 + 10 + 8 + 12)
    let noise = Tensor(sampleNumbers([noisy.noiseCount]).rounded)
    #expect(noisy(rows, noise: .zeros([noisy.noiseCount])).scalars == noisy(rows).scalars)
    #expect(noisy(rows, noise: noise).scalars != noisy(rows).scalars)
    #expect(network(dueling: true, width: 4).noiseCount == 0)
    #expect(network().meanDeviation == nil)
    // σ₀/√inputs of layers with 3, 6, 6, 4 and 4 inputs, weights and biases together.
    let sum = 0.5 * (24 / 3.0.squareRoot() + 56 / 6.0.squareRoot() + 60 / 4.0.squareRoot())
    let mean = noisy.meanDeviation?.scalar ?? 0
    #expect([mean].isClose(to: [Float(sum / 140)]))
  }
}
