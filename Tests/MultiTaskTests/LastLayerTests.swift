import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import Testing

/// Gradients of the last shared layer, in place of those of all that is shared.
@Suite struct LastLayerTests {
  @Test func `of experts side by side the last layers of all of them are the last layer`() throws {
    let outputs = [2, 3, 1]
    let three = [
      TaskObjective(.squaredError, labelWidth: 2), TaskObjective(.crossEntropy),
      TaskObjective(.binaryCrossEntropy),
    ]
    var settings = MMoE.Settings()
    settings.experts = 2
    settings.expert = .mlp(.init(hidden: [6, 4], activation: .tanh))
    var random = Seeds(root: 4)["network"]
    let network = try settings.make(inputShape: [5], outputs: outputs, using: &random)
    let learner = try MultiTaskLearner(
      network, tasks: three, rows: .common(7), inputs: 5, strategy: GradNorm(),
      optimizer: .sgd(SGD.Settings()), random: Seeds(root: 1)["strategy"])
    fill(learner.batch, of: three)
    try learner.step(learningRate: 0.1)
    let rows: [[Double]] = three.indices.map { task in
      let labels = tensor(learner.batch.labels[task], columns: three[task].labelWidth)
      let slope = gradient { (network: MMoE) in
        three[task].loss(network(tensor(learner.batch.rows[0], columns: 5), task: task), labels)
      }(network)
      return slope.shared.flatMap { $0.tensors.suffix(2) }
        .flatMap { $0.scalars.map(Double.init) }
    }
    let expected = GramMatrix(rows: rows).elements
    let gram = try #require(learner.report.gram)
    for (found, expected) in zip(gram.elements, expected) {
      #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)))
    }
  }

  @Test func `a network without a last shared layer is refused in words`() throws {
    let tasks = [TaskObjective(.squaredError), TaskObjective(.squaredError)]
    do {
      _ = try MultiTaskLearner(
        Nameless(), tasks: tasks, rows: .common(4), inputs: 3, strategy: GradNorm(),
        optimizer: .sgd(SGD.Settings()), random: Seeds(root: 1)["strategy"])
      Issue.record("it was made")
    } catch {
      #expect("\(error)".contains("which layer is the last that all tasks share: choose exact"))
    }
  }
}

/// A network that tells of no last layer.
private struct Nameless: MultiTaskNetwork {
  var shared: MLP
  var own = [NoTensors(), NoTensors()]
  var lastSharedParameters: [String] { [] }

  init() {
    var random = Seeds(root: 2)["network"]
    shared = MLP(sizes: [3, 4, 1], using: &random)
  }

  func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }

  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor { representation }
}
