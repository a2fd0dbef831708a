import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// One update of linear values, followed by hand.
@Suite struct DQNUpdateTests {
  /// Values `Q(s, a) = w[a]·s + b[a]` with a target network of its own.
  private func learner(_ settings: DQNSettings) -> DQN.Learner {
    func network(_ weights: [Float], _ biases: [Float]) -> ValueNetwork {
      ValueNetwork(
        MLP(
          layers: [
            Dense(weight: Tensor(shape: [1, 2], scalars: weights), bias: Tensor(biases))
          ], activation: .relu))
    }
    let online = network([1, 2], [0.5, 0])
    return DQN.Learner(
      online: online, target: network([3, 1], [0, 1]),
      optimizer: settings.optimizer)
  }

  private func update(
    _ change: (inout DQNSettings) -> Void
  ) -> (learner: DQN.Learner, measured: [Float]) {
    var settings = DQNSettings()
    var descent = SGD.Settings()
    descent.learningRate = .constant(0.1)
    settings.optimizer = .sgd(descent)
    change(&settings)
    let batch = DQN.Batch(
      observations: Tensor(shape: [2, 1], scalars: [2, 1]), actions: Tensor([1, 0]),
      rewards: Tensor([1, -1]), discounts: Tensor([0.5, 0]),
      nextObservations: Tensor(shape: [2, 1], scalars: [1, 4]))
    let variables = Variables(learner(settings))
    let plan = Plan(updating: variables, inputs: batch) { learner, batch in
      DQN.update(&learner, on: batch, settings)
    }
    for (index, tensor) in batch.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() { plan.input(index)[place] = number }
    }
    plan.input(5)[0] = 0.1
    plan.run()
    return (variables.value, (0..<3).map { plan.output($0)[0] })
  }

  // Q(2, 1) = 4 and Q(1, 0) = 1.5. Targets: 1 + 0.5·max(3, 2) = 2.5 and -1.
  // With d = Q - y = (1.5, 2.5) the squared loss is (2.25 + 6.25) / 2, its derivative by Q is d.

  @Test func `weights move against the gradient of the squared error, targets held constant`() {
    let (learner, measured) = update { _ in }
    #expect(learner.online.layers[0].weight.scalars.isClose(to: [1 - 0.1 * 2.5, 2 - 0.1 * 3]))
    #expect(
      learner.online.layers[0].bias?.scalars.isClose(to: [0.5 - 0.1 * 2.5, -0.1 * 1.5]) == true)
    #expect(learner.target.layers[0].weight.scalars == [3, 1])
    let norm = Float(2.5 * 2.5 + 3 * 3 + 2.5 * 2.5 + 1.5 * 1.5).squareRoot()
    #expect(measured.isClose(to: [4.25, norm, 2.75]))
  }

  @Test func `double-Q takes the target network's value of the online network's choice`() {
    // Online at s' = 1: (1.5, 2), so action 1, which the target network values 2: y = 2.
    let (learner, measured) = update { $0.target = .double }
    #expect(learner.online.layers[0].weight.scalars.isClose(to: [1 - 0.1 * 2.5, 2 - 0.1 * 4]))
    #expect(measured[0..<1].isClose(to: [(4 + 6.25) / 2]))
  }

  @Test func `the Huber error has a gradient of at most delta`() {
    let (learner, measured) = update { $0.loss = .huber(delta: 1) }
    #expect(learner.online.layers[0].weight.scalars.isClose(to: [1 - 0.1 * 0.5, 2 - 0.1 * 1]))
    #expect(measured[0..<1].isClose(to: [(1 + 2) / 2]))
  }

  @Test func `the gradient is shortened to the largest norm, and measured before`() {
    let (learner, measured) = update { $0.maximumGradientNorm = 0.5 }
    let norm = Float(2.5 * 2.5 + 3 * 3 + 2.5 * 2.5 + 1.5 * 1.5).squareRoot()
    let weights = learner.online.layers[0].weight.scalars
    #expect(weights.isClose(to: [1 - 0.1 * 2.5 * 0.5 / norm, 2 - 0.1 * 3 * 0.5 / norm]))
    #expect(measured[1..<2].isClose(to: [norm]))
  }
}

extension Collection<Float> {
  /// Whether all numbers agree to a few units in the last place.
  func isClose(to expected: [Float]) -> Bool {
    count == expected.count
      && zip(self, expected).allSatisfy { abs($0 - $1) <= 2e-6 * Swift.max(1, abs($1)) }
  }
}
