import Autodiff
import Kernels
import NeuralNetworks
import Randomness

/// Training steps and forward passes of small networks, on data that is already in memory.
extension Benchmark {
  static let engine: [Benchmark] = [
    trainingStep([4, 64, 64, 2], batch: 64, goal: 12),
    trainingStep([4, 120, 84, 2], batch: 128, goal: 54),
    trainingStep([17, 256, 256, 6], batch: 256, goal: 550),
    forward([4, 120, 84, 2], goal: 1.5),
    recurrent(units: 128, goal: 5000),
    leNet5(batch: 100, goal: 2000),
  ]

  private static func name(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: "-")
  }

  private static func trainingStep(_ sizes: [Int], batch: Int, goal: Double) -> Benchmark {
    Benchmark(
      name: "engine/mlp-" + name(sizes),
      summary: "Forward, backward and Adam; ReLU, squared error, batch \(batch).",
      unit: .microseconds, goal: goal
    ) { effort in
      let step = TrainingStep(sizes, batch: batch)
      let products = BareProducts(sizes, batch: batch)
      return effort.microseconds(of: step.run, limit: products.run)
    }
  }

  private static func recurrent(units: Int, goal: Double) -> Benchmark {
    Benchmark(
      name: "engine/gru-\(units)",
      summary: "GRU: 32 inputs, 32 steps, batch 64; forward, backward through time and Adam.",
      unit: .microseconds, goal: goal
    ) { effort in
      let step = RecurrentStep(inputs: 32, units: units, steps: 32, batch: 64)
      return effort.microseconds(of: step.run)
    }
  }

  private static func forward(_ sizes: [Int], goal: Double) -> Benchmark {
    Benchmark(
      name: "engine/forward-" + name(sizes), summary: "Forward only, batch 1.",
      unit: .microseconds, goal: goal
    ) { effort in
      var random = Seeds(root: 1)["benchmark"]
      let network = MLP(sizes: sizes, using: &random)
      let plan = Plan(
        updating: Variables(network), inputs: Tensor.zeros([1, sizes[0]])
      ) { network, rows in network(rows) }
      for index in plan.input(0).indices { plan.input(0)[index] = random.normal() }
      return effort.microseconds(of: plan.run)
    }
  }
}

/// A network in training on one batch, compiled into one plan.
private final class TrainingStep {
  private struct Learner: Traceable {
    var network: MLP
    var optimizer: Adam

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("network", &network)
      visitor.visit("optimizer", &optimizer)
    }
  }

  private struct Example: Traceable {
    var inputs: Tensor
    var targets: Tensor

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("inputs", &inputs)
      visitor.visit("targets", &targets)
    }
  }

  private let plan: Plan

  init(_ sizes: [Int], batch: Int) {
    var random = Seeds(root: 1)["benchmark"]
    let network = MLP(sizes: sizes, using: &random)
    let learner = Learner(network: network, optimizer: Adam(for: network))
    let example = Example(
      inputs: .zeros([batch, sizes[0]]), targets: .zeros([batch, sizes[sizes.count - 1]]))
    plan = Plan(updating: Variables(learner), inputs: example) { learner, example in
      let loss = squaredError(learner.network(example.inputs), example.targets)
      let gradients = gradient(of: loss, withRespectTo: learner.network)
      learner.optimizer.update(&learner.network, along: gradients, learningRate: 1e-3)
      return loss
    }
    for input in 0..<2 {
      for index in plan.input(input).indices { plan.input(input)[index] = random.normal() }
    }
  }

  func run() { plan.run() }
}

/// A recurrent cell in training on one batch of sequences, compiled into one plan.
private final class RecurrentStep {
  private struct Learner: Traceable {
    var cell: GRUCell
    var optimizer: Adam

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("cell", &cell)
      visitor.visit("optimizer", &optimizer)
    }
  }

  private let plan: Plan

  init(inputs: Int, units: Int, steps: Int, batch: Int) {
    var random = Seeds(root: 1)["benchmark"]
    let cell = GRUCell(inputs, units, using: &random)
    let learner = Learner(cell: cell, optimizer: Adam(for: cell))
    let rows = Tensor.zeros([steps * batch, inputs])
    plan = Plan(updating: Variables(learner), inputs: rows) { learner, rows in
      let state = learner.cell.initialState(rows: batch)
      let loss = learner.cell(rows, steps: steps, from: state).outputs.squared().mean()
      let gradients = gradient(of: loss, withRespectTo: learner.cell)
      learner.optimizer.update(&learner.cell, along: gradients, learningRate: 1e-3)
      return loss
    }
    for index in plan.input(0).indices { plan.input(0)[index] = random.normal() }
  }

  func run() { plan.run() }
}

/// The matrix products of a training step and nothing else, by OpenBLAS.
final class BareProducts {
  private struct Product {
    let product: MatrixProduct
    let left: AlignedBuffer<Float>
    let right: AlignedBuffer<Float>
    let result: AlignedBuffer<Float>

    init(_ product: MatrixProduct) {
      self.product = product
      left = AlignedBuffer(count: product.rows * product.depth)
      right = AlignedBuffer(count: product.depth * product.columns)
      result = AlignedBuffer(count: product.rows * product.columns)
    }
  }

  private let products: [Product]

  /// Of a layer: rows, inputs, outputs, and whether its inputs need a gradient.
  typealias Layer = (rows: Int, inputs: Int, outputs: Int, isBackward: Bool)

  init(_ layers: [Layer]) {
    var products: [Product] = []
    for (rows, inputs, outputs, isBackward) in layers {
      products.append(
        Product(
          MatrixProduct(rows: rows, columns: outputs, depth: inputs, usesOpenBLAS: true)))
      products.append(
        Product(
          MatrixProduct(
            rows: inputs, columns: outputs, depth: rows, isLeftTransposed: true,
            usesOpenBLAS: true)))
      guard isBackward else { continue }
      products.append(
        Product(
          MatrixProduct(
            rows: rows, columns: inputs, depth: outputs, isRightTransposed: true,
            usesOpenBLAS: true)))
    }
    self.products = products
  }

  convenience init(_ sizes: [Int], batch: Int) {
    // The gradient with respect to the data is not needed.
    self.init(
      zip(sizes, sizes.dropFirst()).enumerated().map { layer, sizes in
        (batch, sizes.0, sizes.1, layer > 0)
      })
  }

  func run() {
    for product in products {
      product.product.run(
        product.left.start, product.right.start, into: product.result.start, scratch: nil)
    }
  }
}
