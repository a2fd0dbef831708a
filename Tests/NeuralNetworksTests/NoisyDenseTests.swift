import Autodiff
import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite struct NoisyDenseTests {
  private let layer = NoisyDense(
    weight: Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6]), bias: Tensor([10, 20, 30]),
    weightDeviation: Tensor(shape: [2, 3], scalars: [0.5, 0, 1, 2, 1, 0]),
    biasDeviation: Tensor([1, 2, 0]))

  @Test func `without noise it has its mean weights`() {
    let x = Tensor(shape: [2, 2], scalars: [1, 0, -1, 2])
    let mean = Dense(weight: layer.weight, bias: layer.bias)
    #expect(layer(x).scalars == mean(x).scalars)
    #expect(layer(x, noise: .zeros([5])).scalars == mean(x).scalars)
  }

  @Test func `the noise of a weight is that of its input times that of its output`() {
    // f(e) = sgn(e)·√|e|: 2 and -3 for the inputs, 1, 0 and -2 for the outputs.
    let noise = Tensor([4, -9, 1, 0, -4])
    // weight + σ·(2, -3)ᵀ(1, 0, -2) = (1 + 1, 2, 3 - 4; 4 - 6, 5, 6); bias + σ_b·(1, 0, -2)
    let x = Tensor(shape: [2, 2], scalars: [1, 0, -1, 2])
    #expect(layer(x, noise: noise).scalars == [13, 22, 29, 5, 28, 43])
    #expect(layer.noiseCount == 5)
  }

  @Test func `it begins as the paper says`() {
    var random = Seeds(root: 1)["network"]
    let noisy = NoisyDense(16, 3, deviation: 0.5, using: &random)
    random = Seeds(root: 1)["network"]
    let plain = Dense(16, 3, using: &random)
    #expect(noisy.weight.scalars == plain.weight.scalars)
    #expect(noisy.bias.scalars == plain.bias?.scalars)
    #expect(noisy.weightDeviation.scalars == [Float](repeating: 0.125, count: 48))
    #expect(noisy.biasDeviation.scalars == [Float](repeating: 0.125, count: 3))
    #expect(
      noisy.namedParameters.map(\.name) == ["weight", "bias", "weightDeviation", "biasDeviation"])
  }

  @Test func `over many draws the weights have their means`() {
    var random = Seeds(root: 2)["noise"]
    let x = Tensor(shape: [1, 2], scalars: [1, 1])
    var sums: [Double] = [0, 0, 0]
    let draws = 20_000
    for _ in 0..<draws {
      let noise = Tensor((0..<5).map { _ in random.normal() as Float })
      for (index, number) in layer(x, noise: noise).scalars.enumerated() {
        sums[index] += Double(number)
      }
    }
    // Outputs deviate by less than 3, so means by less than 3/√20,000 = 0.021.
    for (sum, mean) in zip(sums, layer(x).scalars) {
      #expect(abs(sum / Double(draws) - Double(mean)) < 0.1)
    }
  }

  @Test func `gradients agree with finite differences`() {
    expectGradient(
      at: [
        sampleNumbers([2, 3]), sampleNumbers([3, 2], name: "weight"),
        sampleNumbers([2], name: "bias"), sampleNumbers([3, 2], name: "deviation"),
        sampleNumbers([2], name: "biasDeviation"), sampleNumbers([5], name: "noise"),
      ], varying: [0, 1, 2, 3, 4]
    ) { x in
      NoisyDense(weight: x[1], bias: x[2], weightDeviation: x[3], biasDeviation: x[4])(
        x[0], noise: x[5])
    }
  }

  @Test func `a plan computes what the interpreter computes`() {
    var random = Seeds(root: 3)["network"]
    let layer = NoisyDense(6, 5, using: &random)
    let inputs = Pair(
      Tensor(sampleNumbers([7, 6]).rounded), Tensor(sampleNumbers([11], name: "noise").rounded))
    expectEnginesAgree(updating: layer, on: inputs) { layer, inputs in
      let y = layer(inputs.first, noise: inputs.second)
      let slope = gradient(of: y.squared().mean(), withRespectTo: layer)
      layer = layer.replacingTensors(with: zip(layer.tensors, slope.tensors).map { $0 - 0.1 * $1 })
      return y
    }
  }
}
