import Agents
import Autodiff
import NeuralNetworks
import Testing

/// One update of linear networks, followed by hand.
@Suite struct SACUpdateTests {
  private static func linear(_ weights: [Float], _ biases: [Float]) -> MLP {
    MLP(
      layers: [
        Dense(
          weight: Tensor(shape: [weights.count / biases.count, biases.count], scalars: weights),
          bias: Tensor(biases))
      ], activation: .relu)
  }

  private static func descent(_ rate: Double) -> OptimizerSettings {
    var settings = SGD.Settings()
    settings.learningRate = .constant(rate)
    return .sgd(settings)
  }

  // The action is tanh(0.5·s) nearly exactly: its deviation is e^-20.
  private static let actor = GaussianActor(network: linear([0.5, 0], [0, -20]))
  // Q₁ = s + 2a, Q₂ = -s + a + 1; from the targets Q₁ = 3a, Q₂ = s + 1.
  private static let critics = Critics(networks: [linear([1, 2], [0]), linear([-1, 1], [1])])
  private static let targets = Critics(networks: [linear([0, 3], [0]), linear([1, 0], [1])])

  private static let transitions = Transitions(
    observations: Tensor(shape: [1, 1], scalars: [2]),
    actions: Tensor(shape: [1, 1], scalars: [-0.5]), rewards: Tensor([0.25]),
    discounts: Tensor([0.5]), nextObservations: Tensor(shape: [1, 1], scalars: [1]))

  private func update(
    _ temperature: SACSettings.Temperature
  ) -> (learner: SAC.Learner, measured: [Float]) {
    var settings = SACSettings()
    settings.actorOptimizer = Self.descent(0.1)
    settings.criticOptimizer = Self.descent(0.1)
    settings.temperature = temperature
    settings.targetRate = 0.25
    var learner = SAC.Learner(actor: Self.actor, critics: Self.critics, settings)
    learner.targets = Self.targets
    let variables = Variables(learner)
    let noise = Tensor.zeros([1, 1])
    var batch = SAC.Batch(Self.transitions, nextNoise: noise, noise: noise)
    (batch.actorRate, batch.criticRate) = (Tensor(0.1), Tensor(0.1))
    batch.temperatureRate = Tensor(0.1)
    let plan = Plan(updating: variables, inputs: batch) { learner, batch in
      SAC.update(&learner, on: batch, settings)
    }
    for (index, tensor) in batch.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() { plan.input(index)[place] = number }
    }
    plan.run()
    return (variables.value, (0..<5).map { plan.output($0)[0] })
  }

  @Test func `critics, actor and targets each move a step, one after another`() {
    let (learner, measured) = update(.fixed(0))
    // y = 0.25 + 0.5·min(3·tanh 0.5, 2); Q₁(2, -0.5) = 1, Q₂ = -1.5.
    let target = Float(0.25 + 0.5 * 3 * 0.46211716)
    let errors: [Float] = [1 - target, -1.5 - target]
    let inputs: [Float] = [2, -0.5, 1]
    for (index, before) in [[1, 2, 0], [-1, 1, 1]].enumerated() {
      let layer = learner.critics.networks[index].layers[0]
      let numbers = layer.weight.scalars + (layer.bias?.scalars ?? [])
      let expected = (0..<3).map { Float(before[$0]) - 0.1 * errors[index] * inputs[$0] }
      #expect(numbers.isClose(to: expected))
    }
    #expect(measured[0..<1].isClose(to: [0.5 * (errors[0] * errors[0] + errors[1] * errors[1])]))
    #expect(measured[4] == 1)

    // The new Q₁ = (1 - 0.2e)·2 + … is the larger one here, so the actor climbs the new Q₂.
    let action = Float(0.76159416)
    let second = learner.critics.networks[1].layers[0].weight.scalars
    let slope = -second[1] * (1 - action * action)
    let layer = learner.actor.network.layers[0]
    #expect(layer.weight.scalars.isClose(to: [0.5 - 0.1 * slope * 2, 0]))
    let biases = layer.bias?.scalars ?? []
    #expect(biases.isClose(to: [-0.1 * slope, -20]))

    let moved = learner.targets.networks[0].layers[0].weight.scalars
    let first = learner.critics.networks[0].layers[0].weight.scalars
    #expect(moved.isClose(to: [0.25 * first[0], 3 + 0.25 * (first[1] - 3)]))
  }

  @Test func `the temperature moves by what the entropy lacks`() {
    var automatic = SACSettings.AutomaticTemperature()
    automatic.optimizer = Self.descent(0.1)
    automatic.initial = 0.5
    automatic.targetEntropy = -3
    let (learner, measured) = update(.automatic(automatic))
    #expect(measured[3] == 0.5)
    let logTemperature = learner.temperature.logarithm?.scalar ?? 0
    // log α ← log α + 0.1·(mean log π + H), and the entropy measured is -mean log π.
    #expect(abs(logTemperature - (-0.6931472 + 0.1 * (-measured[2] - 3))) < 1e-5)
    #expect(logTemperature > -0.6931472)
  }
}
