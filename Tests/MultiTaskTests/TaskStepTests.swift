import Autodiff
import Kernels
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// The step on losses of any kind.
@Suite struct TaskStepTests {
  /// Critics of two tasks over one layer, a target that follows them, and a counter: more than
  /// parameters.
  private struct Learner: Traceable {
    var critics: [Tensor] = [
      Tensor(sampleNumbers([4, 3], in: -1...1, name: "trunk").rounded),
      Tensor(sampleNumbers([3, 1], in: -1...1, name: "left").rounded),
      Tensor(sampleNumbers([3, 1], in: -1...1, name: "right").rounded),
    ]
    var targets: [Tensor]
    var optimizer: AnyOptimizer
    var count = Tensor(0)

    init() {
      targets = critics
      optimizer = AnyOptimizer(for: critics, .sgd(SGD.Settings()))
    }

    mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("critics", &critics)
      visitor.visit("targets", &targets)
      visitor.visit("optimizer", &optimizer)
      visitor.visit("count", &count)
    }

    static func values(_ critics: [Tensor], _ rows: Tensor, _ task: Int) -> Tensor {
      matmul(matmul(rows, critics[0]).tanh(), critics[1 + task])
    }

    /// Half the squared distance to the targets' values of the same rows, plus 1.
    func loss(_ rows: Tensor, _ task: Int) -> Tensor {
      let goal = (Self.values(targets, rows, task) + 1).withoutGradient()
      return 0.5 * squaredError(Self.values(critics, rows, task), goal)
    }
  }

  private let rows = Tensor(sampleNumbers([6, 4], in: -1...1, name: "rows").rounded)

  private func step(
    _ variables: Variables<Learner>, _ needs: StrategyNeeds, mode: GradientMode = .automatic
  ) throws -> TaskStep<Learner, [Tensor], Tensor> {
    var settings = TaskStepSettings()
    settings.gradients = mode
    let step = try TaskStep(
      updating: variables, parameters: \.critics, optimizer: \.optimizer, inputs: rows,
      taskCount: 2, needs: needs, settings: settings,
      owner: { $0 == "0" ? .shared : .task($0 == "1" ? 0 : 1) },
      finish: { learner, _ in
        learner.count = learner.count + 1
        learner.targets = zip(learner.targets, learner.critics).map { 0.5 * $0 + 0.5 * $1 }
      }
    ) { learner, rows in TracedLosses((0..<2).map { learner.loss(rows, $0) }) }
    _ = step.input(0).update(fromContentsOf: rows.scalars)
    return step
  }

  @Test func `a state may hold more than what moves`() throws {
    for (signal, mode) in [(FixedWeights.Signal.losses, GradientMode.losses), (.gram, .exact)] {
      let variables = Variables(Learner())
      var strategy: any Strategy = FixedWeights([0.5, 2], signal)
      var random = Seeds(root: 1)["strategy"]
      let step = try step(variables, strategy.needs, mode: mode)
      try step.run(&strategy, learningRate: 0.1, step: 0, using: &random)
      let (before, after) = (Learner(), variables.value)
      let slopes = (0..<2).map { task in
        gradient { (critics: [Tensor]) in
          var learner = before
          learner.critics = critics
          return learner.loss(rows, task)
        }(before.critics)
      }
      let heads: [Double] = signal == .losses ? [0.5, 2] : [1, 1]
      let moved = [
        before.critics[0] - 0.1 * (0.5 * slopes[0][0] + 2 * slopes[1][0]),
        before.critics[1] - 0.1 * heads[0] * slopes[0][1],
        before.critics[2] - 0.1 * heads[1] * slopes[1][2],
      ]
      for index in 0..<3 {
        expectClose(after.critics[index].scalars, moved[index].scalars, relative: 1e-5)
        expectClose(
          after.targets[index].scalars,
          (0.5 * before.targets[index] + 0.5 * moved[index]).scalars, relative: 1e-5)
      }
      #expect(after.count.scalar == 1)
    }
  }

  @Test func `two steps may update one state`() throws {
    let variables = Variables(Learner())
    var random = Seeds(root: 1)["strategy"]
    var losses: any Strategy = FixedWeights([1, 1])
    var gram: any Strategy = FixedWeights([1, 1], .gram)
    let first = try step(variables, losses.needs)
    let second = try step(variables, gram.needs)
    try first.run(&losses, learningRate: 0.1, step: 0, using: &random)
    try second.run(&gram, learningRate: 0.1, step: 0, using: &random)
    #expect(variables.value.count.scalar == 2)
    let alone = Variables(Learner())
    let twice = try step(alone, losses.needs)
    for _ in 0..<2 { try twice.run(&losses, learningRate: 0.1, step: 0, using: &random) }
    // With all weights 1, both kinds of step are plain training.
    for (one, other) in zip(variables.value.tensors, alone.value.tensors) {
      expectClose(one.scalars, other.scalars, relative: 1e-5)
    }
  }

  @Test func `fifty tasks are as good as two`() throws {
    let objectives = Array(repeating: TaskObjective(.squaredError), count: 50)
    let network = SharedTrunk(outputs: Array(repeating: 1, count: 50))
    var results: [[[Float]]] = []
    for signal in [FixedWeights.Signal.losses, .gram] {
      let weights = (0..<50).map { 0.02 * Double($0) }
      var settings = TaskStepSettings()
      settings.scaleHeads = true
      let learner = try MultiTaskLearner(
        network, tasks: objectives, rows: .own(Array(repeating: 3, count: 50)), inputs: 5,
        strategy: FixedWeights(weights, signal), optimizer: .sgd(SGD.Settings()),
        settings: settings, random: Seeds(root: 1)["strategy"])
      fill(learner.batch, of: objectives)
      try learner.step(learningRate: 0.1)
      results.append(learner.variables.value.network.tensors.map(\.scalars))
    }
    for (one, other) in zip(results[0], results[1]) { expectClose(one, other, relative: 1e-5) }
  }
}
