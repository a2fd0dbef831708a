import Autodiff
import Kernels
import MultiTask
import NeuralNetworks
import Randomness

/// Training steps of one network on ten tasks, on data that is already in memory.
///
/// Trunk 32-256-256 with ReLU, heads 256-64-1, squared error, Adam over all; 256 rows, all tasks the
/// same (`shared`) or each its own (`own`).
extension Benchmark {
  static let multitask: [Benchmark] =
    [step("own-10/equal", "equal", own: true, goal: 7.5)]
    + ["pcGrad", "mgda", "nashMTL", "caGrad", "imtlG", "upGrad", "alignedMTL"].map {
      step("own-10/" + $0, $0, own: true, goal: 9.7)
    } + [
      step("shared-10/equal", "equal", own: false, goal: 2.5),
      step("shared-10/representation", "mgda", own: false, mode: .representation, goal: 4),
      step("shared-10/exact", "mgda", own: false, mode: .exact, goal: 7),
    ]

  private static func step(
    _ name: String, _ strategy: String, own: Bool, mode: GradientMode = .automatic,
    goal: Double
  ) -> Benchmark {
    Benchmark(
      name: "multitask/" + name,
      summary: "A step on 10 tasks by \(strategy), 256 rows "
        + (own ? "each" : "for all, gradients: \(mode.chosen.name)") + ".",
      unit: .milliseconds, goal: goal
    ) { effort in
      let learner = try TenTasks.learner(strategy, own: own, mode: mode)
      let products = MultiTaskProducts(own: own, isExact: mode == .exact)
      var failure: (any Error)?
      var measurement = effort.microseconds(
        of: {
          do { try learner.step(learningRate: 1e-3) } catch { failure = error }
        }, limit: products.run)
      if let failure { throw failure }
      measurement.values = measurement.values.map { $0 / 1000 }
      measurement.limits = measurement.limits.map { $0 / 1000 }
      return measurement
    }
  }
}

/// The network that is measured.
private struct TenTasks: MultiTaskNetwork {
  var shared: MLP
  var own: [MLP]

  init(using random: inout RandomStream) {
    shared = MLP(sizes: [32, 256, 256], outputActivation: .relu, using: &random)
    own = (0..<10).map { _ in MLP(sizes: [256, 64, 1], using: &random) }
  }

  var isRepresentationCommon: Bool { true }

  func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }

  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }

  static func learner(
    _ strategy: String, own: Bool, mode: GradientMode
  ) throws -> MultiTaskLearner<TenTasks> {
    var random = Seeds(root: 1)["benchmark"]
    var settings = TaskStepSettings()
    settings.gradients = mode
    let learner = try MultiTaskLearner(
      TenTasks(using: &random), tasks: Array(repeating: TaskObjective(.squaredError), count: 10),
      rows: own ? .own(Array(repeating: 256, count: 10)) : .common(256), inputs: 32,
      strategy: try (StrategySettings.standard(named: strategy) ?? StrategySettings())
        .make(taskCount: 10), optimizer: .adam(learningRate: 1e-3), settings: settings,
      random: random)
    for memory in learner.batch.rows + learner.batch.labels {
      for index in memory.indices { memory[index] = random.normal() }
    }
    return learner
  }
}

/// The matrix products of a step and nothing else.
private final class MultiTaskProducts {
  private struct Entry {
    let product: MatrixProduct
    let left, right, result, scratch: AlignedBuffer<Float>

    init(_ product: MatrixProduct) {
      self.product = product
      left = AlignedBuffer(count: product.rows * product.depth)
      right = AlignedBuffer(count: product.depth * product.columns)
      result = AlignedBuffer(count: product.rows * product.columns)
      scratch = AlignedBuffer(count: product.scratchCount)
    }
  }

  private var entries: [Entry] = []

  /// - Parameters:
  ///   - own: Whether the trunk runs on rows of each task.
  ///   - isExact: Whether each task's gradient goes back through the trunk by itself.
  init(own: Bool, isExact: Bool) {
    let trunk = [(32, 256), (256, 256)]
    let head = [(256, 64), (64, 1)]
    for task in 0..<10 {
      for layer in head { add(layer, forward: true, backward: true) }
      let first = task == 0
      add(trunk[0], forward: own || first, backward: own || isExact || first, towardsInputs: false)
      add(trunk[1], forward: own || first, backward: own || isExact || first)
    }
  }

  private func add(
    _ layer: (inputs: Int, outputs: Int), forward: Bool, backward: Bool, towardsInputs: Bool = true
  ) {
    let (inputs, outputs) = layer
    if forward {
      entries.append(Entry(MatrixProduct(rows: 256, columns: outputs, depth: inputs)))
    }
    guard backward else { return }
    entries.append(
      Entry(MatrixProduct(rows: inputs, columns: outputs, depth: 256, isLeftTransposed: true)))
    guard towardsInputs else { return }
    entries.append(
      Entry(MatrixProduct(rows: 256, columns: inputs, depth: outputs, isRightTransposed: true)))
  }

  func run() {
    for entry in entries {
      entry.product.run(
        entry.left.start, entry.right.start, into: entry.result.start,
        scratch: entry.scratch.start)
    }
  }
}
