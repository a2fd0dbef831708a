import Autodiff
import Glibc
import NeuralNetworks
import Randomness
import Testing

/// Small problems that a network solves from a fixed seed.
@Suite struct LearningTests {
  /// The four rows of exclusive or.
  static let corners = Tensor(shape: [4, 2], scalars: [0, 0, 0, 1, 1, 0, 1, 1])
  static let exclusive = Tensor(shape: [4, 1], scalars: [0, 1, 1, 0])

  private func network(_ sizes: [Int], _ activation: Activation) -> MLP {
    var random = Seeds(root: 20_261_121)["network"]
    return MLP(sizes: sizes, activation: activation, using: &random)
  }

  @Test func `a network learns exclusive or, which no single layer can`() {
    func loss(after steps: Int, of start: MLP) -> Float {
      var network = start
      var optimizer = Adam(for: network)
      let learn = valueAndGradient { (network: MLP) in
        binaryCrossEntropy(logits: network(Self.corners), targets: Self.exclusive)
      }
      for _ in 0..<steps {
        let (_, slope) = learn(network)
        optimizer.update(&network, along: slope, learningRate: 0.05)
      }
      return learn(network).0.scalar
    }
    #expect(loss(after: 200, of: network([2, 8, 1], .tanh)) < 0.02)
    #expect(loss(after: 200, of: network([2, 1], .identity)) > 0.69)
  }

  @Test(arguments: OptimizerSettings.alternatives.map(\.standard))
  func `every optimiser fits a sine`(settings: OptimizerSettings) {
    let angles = (0..<32).map { Float($0) / 31 * 2 * .pi - .pi }
    let x = Tensor(shape: [32, 1], scalars: angles)
    let y = Tensor(shape: [32, 1], scalars: angles.map { sin($0) })
    var network = network([1, 16, 1], .tanh)
    var optimizer = AnyOptimizer(for: network, settings)
    let learn = valueAndGradient { (network: MLP) in squaredError(network(x), y) }
    let first = learn(network).0.scalar
    for _ in 0..<150 {
      var (_, slope) = learn(network)
      clip(&slope, toGlobalNorm: 1)
      optimizer.update(&network, along: slope, learningRate: 0.05)
    }
    #expect(learn(network).0.scalar < 0.25 * first)
  }
}
