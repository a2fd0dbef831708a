import Autodiff
import Kernels
import TestSupport
import Testing

/// Whole training steps: a small network, its gradient and an optimiser in one plan.
@Suite struct PlanTrainingTests {
  /// Two layers with an optimiser of Kingma & Ba (2015), Algorithm 1, as state of a plan.
  struct Learner: Traceable {
    var parameters: [Tensor]
    var means: [Tensor]
    var squares: [Tensor]
    var step = Tensor(0)

    init(sizes: [Int]) {
      parameters = (0..<sizes.count - 1).flatMap { layer in
        [Shape([sizes[layer], sizes[layer + 1]]), Shape([sizes[layer + 1]])].map { shape in
          Tensor(sampleNumbers(shape, in: -0.5...0.5, name: "parameter \(layer)").rounded)
        }
      }
      means = parameters.map { Tensor.zeros($0.shape) }
      squares = means
    }

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("parameters", &parameters)
      visitor.visit("means", &means)
      visitor.visit("squares", &squares)
      visitor.visit("step", &step)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let last = parameters.count - 2
      return stride(from: 0, through: last, by: 2).reduce(x) { x, layer in
        let sum = matmul(x, parameters[layer]).addingRow(parameters[layer + 1])
        return layer == last ? sum : sum.tanh()
      }
    }

    mutating func learn(_ x: Tensor, _ y: Tensor) -> Tensor {
      let loss = (self(x) - y).squared().mean()
      let slopes = gradient(of: loss, withRespectTo: parameters)
      step = step + 1
      let one = 1 - (step * -0.105360515).exp()
      let two = 1 - (step * -0.0010005003).exp()
      for (index, slope) in slopes.enumerated() {
        let shape = slope.shape
        means[index] = 0.9 * means[index] + 0.1 * slope
        squares[index] = 0.999 * squares[index] + 0.001 * slope.squared()
        let mean = means[index] / one.broadcast(to: shape)
        let size = (squares[index] / two.broadcast(to: shape)).squareRoot() + 1e-8
        parameters[index] = parameters[index] - 0.01 * mean / size
      }
      return loss
    }
  }

  private let x = sampleNumbers([8, 3], in: -1...1, name: "x").rounded
  private let y = sampleNumbers([8, 2], in: -1...1, name: "y").rounded

  private func plan(_ variables: Variables<Learner>) -> Plan {
    let plan = Plan(updating: variables, inputs: [Tensor(x), Tensor(y)]) { learner, batch in
      learner.learn(batch[0], batch[1])
    }
    for (index, array) in [x, y].enumerated() {
      for (position, number) in array.scalars.enumerated() { plan.input(index)[position] = number }
    }
    return plan
  }

  @Test func `a thousand steps end where the interpreter's end`() {
    let variables = Variables(Learner(sizes: [3, 16, 2]))
    let plan = plan(variables)
    let traced = trace(inputs: variables.value, [Tensor(x), Tensor(y)]) { learner, batch in
      var learner = learner
      let loss = learner.learn(batch[0], batch[1])
      return learner.tensors + [loss]
    }
    var state = variables.value.tensors.map(\.array)
    var losses: [Float] = []
    for _ in 0..<1000 {
      plan.run()
      let results = interpret(traced.outputs.nodes, inputs: state + [x, y])
      state = Array(results.dropLast())
      losses.append(results[state.count].scalars[0])
    }
    #expect(losses[999] < losses[0] / 50)
    expectClose(plan.output(0)[0], losses[999], relative: 1e-3, scale: losses[0])
    for (found, expected) in zip(variables.value.tensors, state) {
      expectClose(found.scalars, expected.scalars, relative: 1e-3)
    }
  }

  @Test func `the same start gives the same bits, wherever memory lies`() {
    let start = Learner(sizes: [3, 20, 2])
    var states: [[[Float]]] = []
    var keptAlive: [Plan] = []
    for _ in 0..<3 {
      let variables = Variables(start)
      let plan = plan(variables)
      keptAlive.append(plan)
      for _ in 0..<20 { plan.run() }
      states.append(variables.value.tensors.map(\.scalars))
    }
    #expect(states[0] == states[1])
    #expect(states[0] == states[2])
    #expect(states[0] != start.tensors.map(\.scalars))
    #expect(keptAlive.count == 3)
  }

  @Test func `a training step is few kernels`() {
    let plan = plan(Variables(Learner(sizes: [3, 16, 2])))
    // Products: two forward, two for weights, one for the hidden layer. Loss with the last bias,
    // its scaling, tanh backward with the first bias, two kinds of Adam steps.
    #expect(plan.summary.kernels.count <= 11, "\(plan.describe())")
    #expect(plan.summary.kernels.contains { $0.segmentCount == 4 }, "\(plan.describe())")
  }

  @Test func `not-a-number goes through without a trap`() {
    let variables = Variables(Learner(sizes: [3, 16, 2]))
    let plan = plan(variables)
    plan.input(0)[0] = .nan
    plan.input(1)[0] = .infinity
    plan.run()
    plan.run()
    #expect(plan.output(0)[0].isNaN)
  }

  @Test func `indices that are no indices trap nothing`() {
    let plan = Plan(inputs: [Tensor.zeros([4, 3]), Tensor.zeros([4])]) { x in
      [x[0].gathered(rows: x[1]), x[0].picked(at: x[1]), x[0].scattered(to: x[1], rows: 4)]
    }
    for (position, number) in [Float](arrayLiteral: -1, .nan, 100, .infinity).enumerated() {
      plan.input(1)[position] = number
    }
    plan.run()
    #expect(plan.output(1)[0].isNaN)
  }
}
