import Autodiff
import Kernels
import NeuralNetworks
import TestSupport
import Testing

/// Every activation, layer and loss against central differences in double precision.
@Suite struct GradientTests {
  private let x = sampleNumbers([4, 3], in: -2...2, name: "x")
  private let t = sampleNumbers([4, 3], in: -2...2, name: "t")
  private let labels = NDArray<Double>(shape: [4], scalars: [2, 0, 1, 1])
  private let weights = NDArray<Double>(shape: [4], scalars: [1, 0.5, 2, 0.1])

  @Test(arguments: Activation.allCases + [.leakyRelu(slope: 0.3)])
  func `activations`(activation: Activation) {
    expectGradient(at: [x], "\(activation)") { activation($0[0]) }
    expectSecondDerivative(at: [x], "\(activation)") { activation($0[0]) }
  }

  @Test func `a dense layer, by input, weight and bias`() {
    let weight = sampleNumbers([3, 5], name: "weight")
    let bias = sampleNumbers([5], name: "bias")
    expectGradient(at: [x, weight, bias]) { Dense(weight: $0[1], bias: $0[2])($0[0]) }
    expectGradient(at: [x, weight]) { Dense(weight: $0[1], bias: nil)($0[0]) }
  }

  @Test func `an MLP, by all of its parameters`() {
    let sizes: [Shape] = [[3, 4], [4], [4, 2], [2]]
    let parameters = sizes.enumerated().map {
      sampleNumbers($0.element, in: -1...1, name: "parameter \($0.offset)")
    }
    expectGradient(at: [x] + parameters) {
      MLP(
        layers: [Dense(weight: $0[1], bias: $0[2]), Dense(weight: $0[3], bias: $0[4])],
        activation: .silu, outputActivation: .tanh)($0[0])
    }
  }

  @Test(arguments: Reduction.allCases)
  func `losses of numbers`(reduction: Reduction) {
    expectGradient(at: [x, t, weights]) {
      squaredError($0[0], $0[1], weights: $0[2], reduction: reduction)
    }
    expectGradient(at: [x, t, weights]) {
      absoluteError($0[0], $0[1], weights: $0[2], reduction: reduction)
    }
    expectGradient(at: [x, t, weights]) {
      huberLoss($0[0], $0[1], delta: 0.9, weights: $0[2], reduction: reduction)
    }
  }

  @Test(arguments: Reduction.allCases)
  func `losses with labels`(reduction: Reduction) {
    for smoothing in [0, 0.2] {
      expectGradient(at: [x, labels, weights], varying: [0, 2]) {
        crossEntropy(
          logits: $0[0], labels: $0[1], labelSmoothing: smoothing, weights: $0[2],
          reduction: reduction)
      }
    }
    expectGradient(at: [x, labels, weights], varying: [0, 2]) {
      negativeLogLikelihood(
        logProbabilities: $0[0], labels: $0[1], weights: $0[2], reduction: reduction)
    }
  }

  @Test(arguments: Reduction.allCases)
  func `losses with probabilities`(reduction: Reduction) {
    expectGradient(at: [x, t, weights]) {
      crossEntropy(
        logits: $0[0], probabilities: $0[1].softmax(), weights: $0[2], reduction: reduction)
    }
    expectGradient(at: [x, t, weights]) {
      binaryCrossEntropy(
        logits: $0[0], targets: $0[1].sigmoid(), weights: $0[2], reduction: reduction)
    }
    expectGradient(at: [x, t, weights]) {
      klDivergence(logitsP: $0[0], logitsQ: $0[1], weights: $0[2], reduction: reduction)
    }
    expectGradient(at: [x, t, weights]) {
      klDivergence(
        logP: $0[0].logSoftmax(), logQ: $0[1].logSoftmax(), weights: $0[2], reduction: reduction)
    }
  }

  @Test func `penalties and the clipped norm`() {
    expectGradient(at: [x, t]) { l1Penalty(of: $0, coefficient: 0.3) }
    expectGradient(at: [x, t]) { l2Penalty(of: $0, coefficient: 0.3) }
    expectGradient(at: [x, t]) { globalNorm(of: $0) }
    expectGradient(at: [x, t]) { inputs in
      var clipped = inputs
      clip(&clipped, toGlobalNorm: 0.5)
      return clipped[0] + clipped[1]
    }
  }

  /// A gradient step is a function, too: meta-learning differentiates through it.
  @Test func `an optimiser's step, by parameter and gradient`() {
    let rate = NDArray<Double>(shape: [], scalars: [0.1])
    for settings in OptimizerSettings.alternatives.map(\.standard) {
      expectGradient(at: [x, t, rate], tolerance: 1e-6, "\(settings.chosen.name)") { inputs in
        var parameters = inputs[0]
        var optimizer = AnyOptimizer(for: parameters, settings)
        optimizer.update(&parameters, along: inputs[1], learningRate: inputs[2])
        return parameters
      }
    }
  }
}
