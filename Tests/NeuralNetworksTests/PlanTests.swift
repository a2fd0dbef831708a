import Autodiff
import Glibc
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Training steps as compiled plans: the same numbers as step by step, in few passes over memory.
@Suite struct PlanTests {
  /// A network and what moves it: the state of a training step.
  struct Learner: Traceable {
    var network: MLP
    var optimizer: AnyOptimizer

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("network", &network)
      visitor.visit("optimizer", &optimizer)
    }
  }

  /// Rows, what they should give, and the learning rate.
  struct Lesson: Traceable {
    var x, y, learningRate: Tensor

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("x", &x)
      visitor.visit("y", &y)
      visitor.visit("learningRate", &learningRate)
    }
  }

  static let angles = (0..<32).map { Float($0) / 31 * 2 * .pi - .pi }
  static let lesson = Lesson(
    x: Tensor(shape: [32, 1], scalars: angles),
    y: Tensor(shape: [32, 1], scalars: angles.map { sin($0) }), learningRate: Tensor(0.01))

  private func learner(
    _ settings: OptimizerSettings, sizes: [Int] = [1, 16, 16, 1], activation: Activation = .tanh
  ) -> Learner {
    var random = Seeds(root: 5)["network"]
    let network = MLP(sizes: sizes, activation: activation, using: &random)
    return Learner(network: network, optimizer: AnyOptimizer(for: network, settings))
  }

  /// Moves the learner one step and gives the loss and the norm of its gradient.
  private func step(_ learner: inout Learner, _ lesson: Lesson) -> [Tensor] {
    let learn = valueAndGradient { (network: MLP) in huberLoss(network(lesson.x), lesson.y) }
    var (loss, slope) = learn(learner.network)
    let norm = clip(&slope, toGlobalNorm: 0.5)
    learner.optimizer.update(
      &learner.network, along: slope, learningRate: lesson.learningRate)
    return [loss, norm]
  }

  private func plan(_ variables: Variables<Learner>) -> Plan {
    let plan = Plan(updating: variables, inputs: Self.lesson) { step(&$0, $1) }
    for (index, tensor) in Self.lesson.tensors.enumerated() {
      _ = plan.input(index).update(fromContentsOf: tensor.scalars)
    }
    return plan
  }

  static var settings: [OptimizerSettings] {
    var momentum = SGD.Settings()
    (momentum.momentum, momentum.nesterov, momentum.weightDecay) = (0.9, true, 0.01)
    var centered = RMSProp.Settings()
    (centered.centered, centered.momentum, centered.epsilon) = (true, 0.5, 0.01)
    var withoutMeans = Adam.Settings()
    (withoutMeans.beta1, withoutMeans.beta2, withoutMeans.epsilon) = (0, 0, 0.01)
    return OptimizerSettings.alternatives.map(\.standard)
      + [.sgd(momentum), .rmsProp(centered), .adam(withoutMeans)]
  }

  @Test(arguments: settings)
  func `a training step gives in a plan what it gives step by step`(settings: OptimizerSettings) {
    var eager = learner(settings)
    let variables = Variables(eager)
    let plan = plan(variables)
    for _ in 0..<5 {
      let measured = step(&eager, Self.lesson)
      plan.run()
      expectClose([plan.output(0)[0]], [measured[0].scalar], relative: 1e-5)
      expectClose([plan.output(1)[0]], [measured[1].scalar], relative: 1e-5)
      let compiled = variables.value
      #expect(compiled.namedTensors.map(\.name) == eager.namedTensors.map(\.name))
      expectClose(
        compiled.network.tensors.flatMap(\.scalars), eager.network.tensors.flatMap(\.scalars),
        relative: 1e-5)
    }
  }

  @Test(arguments: Activation.allCases)
  func `every activation trains alike in a plan and step by step`(activation: Activation) {
    var eager = learner(.adam(learningRate: 0.01), activation: activation)
    let variables = Variables(eager)
    let plan = plan(variables)
    for _ in 0..<3 {
      _ = step(&eager, Self.lesson)
      plan.run()
    }
    expectClose(
      variables.value.network.tensors.flatMap(\.scalars), eager.network.tensors.flatMap(\.scalars),
      relative: 2e-5)
  }

  @Test(arguments: Activation.allCases)
  func `bias and activation are part of the matrix product`(activation: Activation) {
    var random = Seeds(root: 5)["network"]
    let network = MLP(
      sizes: [4, 8, 8, 2], activation: activation, outputActivation: activation, using: &random)
    let plan = Plan(updating: Variables(network), inputs: Tensor.zeros([16, 4])) { $0($1) }
    #expect(plan.summary.kernels.count == 3, "\(plan.describe())")
  }

  @Test func `a plan trains a network to follow a sine`() {
    let variables = Variables(learner(.adam(learningRate: 0.01)))
    let plan = plan(variables)
    for _ in 0..<1500 { plan.run() }
    #expect(plan.output(0)[0] < 1e-3)
  }

  /// All parameters of a network are updated in one kernel; at most one more computes the numbers
  /// that all parameters share.
  @Test(arguments: settings)
  func `an update is a single pass over each parameter`(settings: OptimizerSettings) {
    let start = learner(settings, sizes: [4, 8, 2])
    let plan = Plan(
      updating: Variables(start), inputs: Pair(start.network, Tensor(0.01))
    ) { learner, inputs in
      learner.optimizer.update(
        &learner.network, along: inputs.first, learningRate: inputs.second)
      return NoTensors()
    }
    let passes = plan.summary.kernels.filter { $0.segmentCount == 4 }
    #expect(passes.count == 1, "\(plan.describe())")
    #expect(plan.summary.kernels.count <= 2, "\(plan.describe())")
  }
}
