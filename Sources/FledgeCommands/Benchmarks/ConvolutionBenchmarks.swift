import Autodiff
import NeuralNetworks
import Randomness

/// A training step of a network of convolutions.
extension Benchmark {
  static func leNet5(batch: Int, goal: Double) -> Benchmark {
    Benchmark(
      name: "engine/lenet-5",
      summary:
        "LeNet-5 on 28 × 28 pixels: forward, backward and SGD; cross entropy, batch \(batch).",
      unit: .microseconds, goal: goal
    ) { effort in
      let step = try LeNetStep(batch: batch)
      // The patches lie in memory already.
      let products = BareProducts([
        (batch * 24 * 24, 25, 6, false), (batch * 8 * 8, 150, 16, true),
        (batch, 256, 120, true), (batch, 120, 84, true), (batch, 84, 10, true),
      ])
      return effort.microseconds(of: step.run, limit: products.run)
    }
  }
}

/// LeNet-5 in training on one batch, compiled into one plan.
private final class LeNetStep {
  private struct Network: Module {
    var trunk: AnyTrunk
    var head: Dense

    func callAsFunction(_ x: Tensor) -> Tensor { head(trunk(x)) }

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("trunk", &trunk)
      visitor.visit("head", &head)
    }
  }

  private struct Learner: Traceable {
    var network: Network
    var optimizer: SGD

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("network", &network)
      visitor.visit("optimizer", &optimizer)
    }
  }

  private let plan: Plan

  init(batch: Int) throws {
    var random = Seeds(root: 1)["benchmark"]
    let trunk = try AnyTrunk(input: [28, 28], .leNet(.leNet5), using: &random)
    let network = Network(trunk: trunk, head: Dense(trunk.outputs, 10, using: &random))
    let learner = Learner(network: network, optimizer: SGD(for: network))
    let example = Pair(Tensor.zeros([batch, 784]), Tensor.zeros([batch]))
    plan = Plan(updating: Variables(learner), inputs: example) { learner, example in
      let loss = crossEntropy(logits: learner.network(example.first), labels: example.second)
      let gradients = gradient(of: loss, withRespectTo: learner.network)
      learner.optimizer.update(&learner.network, along: gradients, learningRate: 0.01)
      return loss
    }
    for index in plan.input(0).indices { plan.input(0)[index] = random.normal() }
    for index in plan.input(1).indices { plan.input(1)[index] = Float(index % 10) }
  }

  func run() { plan.run() }
}
