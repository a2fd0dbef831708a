import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// The step on several losses.
@Suite struct MultiTaskLearnerTests {
  private let three = [
    TaskObjective(.squaredError, labelWidth: 2), TaskObjective(.crossEntropy),
    TaskObjective(.binaryCrossEntropy),
  ]
  private let outputs = [2, 3, 1]

  private func learner(
    _ strategy: any Strategy, rows: TaskRows = .common(7), mode: GradientMode = .automatic,
    scaleHeads: Bool? = nil, limit: Double? = nil, missing: Bool = false,
    optimizer: OptimizerSettings = .sgd(SGD.Settings())
  ) throws -> MultiTaskLearner<SharedTrunk> {
    var settings = TaskStepSettings()
    settings.gradients = mode
    settings.scaleHeads = scaleHeads
    settings.maximumGradientNorm = limit
    let learner = try MultiTaskLearner(
      SharedTrunk(outputs: outputs), tasks: three, rows: rows, inputs: 5, strategy: strategy,
      optimizer: optimizer, settings: settings, hasMissingLabels: missing,
      random: Seeds(root: 1)["strategy"])
    fill(learner.batch, of: three)
    return learner
  }

  private func scalars(_ learner: MultiTaskLearner<SharedTrunk>) -> [[Float]] {
    learner.variables.value.network.tensors.map(\.scalars)
  }

  /// The gradient of each loss with respect to all parameters, by the interpreter.
  private func gradients(
    _ batch: BatchMemory, of network: SharedTrunk
  ) -> [(loss: Float, slope: SharedTrunk)] {
    three.indices.map { task in
      let rows = tensor(batch.rows[batch.rows.count == 1 ? 0 : task], columns: 5)
      let labels = tensor(batch.labels[task], columns: three[task].labelWidth)
      let weights = batch.weights.isEmpty ? nil : Tensor(Array(batch.weights[task]))
      let (loss, slope) = valueAndGradient { (network: SharedTrunk) in
        three[task].loss(network(rows, task: task), labels, weights: weights)
      }(network)
      return (loss.scalar, slope)
    }
  }

  /// `θ − Σ wₖ gₖ` for what is shared, `θ − gₖ` (times its weight) for the rest.
  private func expected(
    _ batch: BatchMemory, _ weights: [Float], scaled: Bool
  ) -> [[Float]] {
    let network = SharedTrunk(outputs: outputs)
    let slopes = gradients(batch, of: network).map { $0.slope.namedTensors }
    return network.namedTensors.enumerated().map { index, named in
      var result = named.tensor
      for (task, slope) in slopes.enumerated() {
        let isShared = named.name.hasPrefix("shared")
        let weight = isShared || scaled ? weights[task] : 1
        result = result - Double(weight) * slope[index].tensor
      }
      return result.scalars
    }
  }

  private func expectClose(_ found: [[Float]], _ expected: [[Float]]) {
    for (found, expected) in zip(found, expected) {
      TestSupport.expectClose(found, expected, relative: 1e-5)
    }
  }

  @Test func `equal weights are plain training, bit for bit`() throws {
    for rows in [TaskRows.common(7), .own([7, 5, 9])] {
      let learner = try learner(
        FixedWeights([1, 1, 1]), rows: rows, optimizer: .adam(learningRate: 1e-2))
      let network = SharedTrunk(outputs: outputs)
      let plain = Variables(Pair(network, Adam(for: network)))
      let batch = learner.batch
      let inputs = Pair(
        batch.rows.map { tensor($0, columns: 5) },
        zip(batch.labels, three).map { tensor($0, columns: $1.labelWidth) })
      let plan = Plan(updating: plain, inputs: inputs) { state, batch in
        let common = batch.first.count == 1 ? state.first.shared(batch.first[0]) : nil
        let losses = three.indices.map { task in
          let representation = common ?? state.first.shared(batch.first[task])
          return three[task].loss(state.first.own[task](representation), batch.second[task])
        }
        let total = losses.dropFirst().reduce(losses[0], +)
        let slope = gradient(of: total, withRespectTo: state.first)
        state.second.update(&state.first, along: slope, learningRate: 0.01)
        return NoTensors()
      }
      for (index, tensor) in inputs.tensors.enumerated() {
        _ = plan.input(index).update(fromContentsOf: tensor.scalars)
      }
      for _ in 0..<5 {
        try learner.step(learningRate: 0.01)
        plan.run()
      }
      #expect(learner.mode == .losses)
      #expect(scalars(learner) == plain.value.first.tensors.map(\.scalars))
    }
  }

  @Test func `one task is trained as it would be alone`() throws {
    let objective = [TaskObjective(.squaredError)]
    var results: [[[Float]]] = []
    for (signal, mode) in [(FixedWeights.Signal.losses, GradientMode.losses), (.gram, .exact)] {
      var settings = TaskStepSettings()
      settings.gradients = mode
      let learner = try MultiTaskLearner(
        SharedTrunk(outputs: [1]), tasks: objective, rows: .common(8), inputs: 5,
        strategy: FixedWeights([1], signal), optimizer: .adam(learningRate: 1e-2),
        settings: settings, random: Seeds(root: 1)["strategy"])
      fill(learner.batch, of: objective)
      for _ in 0..<3 { try learner.step(learningRate: 0.01) }
      results.append(learner.variables.value.network.tensors.map(\.scalars))
    }
    #expect(results[0] == results[1])
  }

  @Test(arguments: [GradientMode.losses, .exact, .representation, .lastLayer, .blocks])
  func `the step is the weighted sum of the tasks' gradients`(_ mode: GradientMode) throws {
    let weights = [0.5, 2, -1]
    for scaled in [false, true] {
      let learner = try learner(
        FixedWeights(weights, mode == .losses ? .losses : .gram),
        rows: mode == .blocks ? .own([7, 5, 9]) : .common(7), mode: mode, scaleHeads: scaled)
      try learner.step(learningRate: 1)
      #expect(learner.mode == mode)
      expectClose(
        scalars(learner), expected(learner.batch, weights.map { Float($0) }, scaled: scaled))
      let losses = gradients(learner.batch, of: SharedTrunk(outputs: outputs)).map(\.loss)
      TestSupport.expectClose(learner.report.losses.map { Float($0) }, losses, relative: 1e-5)
      #expect(learner.report.weights == weights)
    }
  }

  @Test(arguments: [GradientMode.exact, .blocks, .representation, .lastLayer])
  func `the Gram matrix is that of the gradients`(_ mode: GradientMode) throws {
    let learner = try learner(
      FixedWeights([1, 0.5, 2], .gram), rows: mode == .blocks ? .own([7, 5, 9]) : .common(7),
      mode: mode)
    try learner.step(learningRate: 0.1)
    let network = SharedTrunk(outputs: outputs)
    let batch = learner.batch
    let rows: [[Double]] = three.indices.map { task in
      let whole = gradients(batch, of: network)[task].slope.shared
      switch mode {
      case .lastLayer: return whole.layers[1].tensors.flatMap { $0.scalars.map(Double.init) }
      case .representation:
        let labels = tensor(batch.labels[task], columns: three[task].labelWidth)
        let features = network.shared(tensor(batch.rows[0], columns: 5))
        let slope = gradient { (features: Tensor) in
          three[task].loss(network.own[task](features), labels)
        }(features)
        return slope.scalars.map(Double.init)
      default: return whole.tensors.flatMap { $0.scalars.map(Double.init) }
      }
    }
    let expected = GramMatrix(rows: rows)
    let gram = try #require(learner.report.gram)
    for (found, expected) in zip(gram.elements, expected.elements) {
      #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)))
    }
    let products = (0..<3).map { row in
      (0..<3).reduce(0) { $0 + expected[row, $1] * [1, 0.5, 2][$1] }
    }
    #expect(abs(learner.report.leastDescent - (products.min() ?? 0)) < 1e-5)
  }

  @Test func `another order of the tasks is another order of the weights`() throws {
    let order = [2, 0, 1]
    let network = SharedTrunk(outputs: outputs)
    var permuted = network
    permuted.own = order.map { network.own[$0] }
    let first = try learner(Lengths(), mode: .exact)
    let second = try MultiTaskLearner(
      permuted, tasks: order.map { three[$0] }, rows: .common(7), inputs: 5, strategy: Lengths(),
      optimizer: .sgd(SGD.Settings()), random: Seeds(root: 1)["strategy"])
    _ = second.batch.rows[0].update(fromContentsOf: first.batch.rows[0])
    for (place, task) in order.enumerated() {
      _ = second.batch.labels[place].update(fromContentsOf: first.batch.labels[task])
    }
    try first.step(learningRate: 0.1)
    try second.step(learningRate: 0.1)
    for (place, task) in order.enumerated() {
      #expect(abs(second.report.weights[place] - first.report.weights[task]) < 1e-6)
    }
  }

  /// Weights that are inverse to the lengths of the gradients.
  private struct Lengths: Strategy {
    var needs: StrategyNeeds { StrategyNeeds(.gram) }

    mutating func combine(
      _ signals: TaskSignals, using random: inout RandomStream
    ) throws(StrategyError) -> Combination {
      guard let gram = signals.gram else { throw StrategyError("no gradients") }
      return Combination(weights: (0..<gram.count).map { 1 / gram[$0, $0].squareRoot() })
    }
  }

  @Test(arguments: [GradientMode.exact, .representation])
  func `a strategy may change the gradients`(_ mode: GradientMode) throws {
    let learner = try learner(FixedWeights([1, 0.5, 2], .gradients), mode: mode)
    try learner.step(learningRate: 1)
    // The first row was doubled; heads follow their own gradients.
    expectClose(scalars(learner), expected(learner.batch, [2, 0.5, 2], scaled: false))
  }

  @Test func `the step is limited as a whole`() throws {
    let learner = try learner(FixedWeights([3, 4, 5]), limit: 0.125)
    let before = SharedTrunk(outputs: outputs).tensors.flatMap(\.scalars)
    try learner.step(learningRate: 1)
    let after = scalars(learner).flatMap { $0 }
    let length = zip(before, after).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    #expect(abs(length - 0.125) < 1e-5)
  }

  @Test func `rows without a label do not count`() throws {
    for mode in [GradientMode.losses, .exact] {
      let learner = try learner(
        FixedWeights([1, 2, 0.5], mode == .losses ? .losses : .gram), mode: mode, missing: true)
      learner.batch.setLabel([.nan, 1], task: 0, row: 3)
      learner.batch.setLabel([0.5, 1], task: 0, row: 4)
      learner.batch.setLabel([.nan], task: 1, row: 0)
      try learner.step(learningRate: 1)
      expectClose(
        scalars(learner), expected(learner.batch, [1, 2, 0.5], scaled: mode == .losses))
      // The mean is over the rows that are there.
      let features = SharedTrunk(outputs: outputs)(
        tensor(learner.batch.rows[0], columns: 5), task: 0)
      let errors = squaredError(
        features, tensor(learner.batch.labels[0], columns: 2), reduction: .none
      ).mean(axis: 1).scalars
      let mean = errors.indices.filter { $0 != 3 }.reduce(0) { $0 + errors[$1] } / 6
      #expect(abs(Float(learner.report.losses[0]) - mean) < 1e-5)
    }
  }

  @Test func `what belongs to an absent task stays as it is`() throws {
    for mode in [GradientMode.losses, .exact, .representation] {
      let learner = try learner(
        FixedWeights([1, 2, 0.5], mode == .losses ? .losses : .gram), mode: mode, missing: true,
        optimizer: .adam(learningRate: 1e-2))
      try learner.step(learningRate: 0.01)
      for row in 0..<7 { learner.batch.setLabel([.nan], task: 1, row: row) }
      let before = learner.variables.value.namedTensors
      try learner.step(learningRate: 0.01)
      for (before, after) in zip(before, learner.variables.value.namedTensors) {
        let isStill = before.tensor.scalars == after.tensor.scalars
        #expect(isStill == before.name.contains("own/1/"), "\(mode) \(before.name)")
      }
      #expect(learner.report.losses[1].isNaN)
      #expect(learner.report.weights == [1, 0, 0.5])
      #expect((learner.report.gram?.elements[3...5]).map { Array($0) } ?? [0, 0, 0] == [0, 0, 0])
    }
  }

  @Test func `a batch without any label is refused`() throws {
    let learner = try learner(FixedWeights([1, 1, 1]), missing: true)
    for weights in learner.batch.weights { weights.update(repeating: 0) }
    #expect(throws: TaskStepError.empty(step: 0)) { try learner.step(learningRate: 0.1) }
  }

  @Test func `a loss that is not finite is refused before anything moves`() throws {
    let learner = try learner(FixedWeights([1, 1, 1]))
    learner.batch.labels[2][0] = .infinity
    let before = scalars(learner)
    #expect(throws: TaskStepError.notFinite(task: 2, step: 0)) {
      try learner.step(learningRate: 0.1)
    }
    #expect(scalars(learner) == before)
  }

  @Test func `the losses after a step are those of the new parameters`() throws {
    let learner = try learner(FixedWeights([1, 1, 1], lossesAfterStep: true))
    try learner.step(learningRate: 0.1)
    try learner.step(learningRate: 0.1)
    let strategy = try #require(learner.strategy as? FixedWeights)
    #expect(strategy.seen.count == 2)
    #expect(strategy.seen[0] == learner.report.losses)
  }

  @Test func `modes that do not fit are refused with a remedy`() throws {
    let cases: [(FixedWeights.Signal, TaskRows, GradientMode)] = [
      (.gram, .common(7), .losses), (.gram, .common(7), .blocks),
      (.gram, .own([7, 7, 7]), .representation), (.gradients, .common(7), .lastLayer),
    ]
    for (signal, rows, mode) in cases {
      #expect(throws: TaskStepError.self) {
        try learner(FixedWeights([1, 1, 1], signal), rows: rows, mode: mode)
      }
    }
    #expect(try learner(FixedWeights([1, 1, 1], .gram)).mode == .exact)
    #expect(try learner(GradNorm()).mode == .lastLayer)
    #expect(try learner(FixedWeights([1, 1, 1], .gram), rows: .own([7, 7, 7])).mode == .blocks)
  }

  @Test func `tasks that share nothing have no gradients to combine`() throws {
    let apart = [TaskObjective(.squaredError), TaskObjective(.squaredError)]
    func learner(_ signal: FixedWeights.Signal) throws -> MultiTaskLearner<Apart> {
      try MultiTaskLearner(
        Apart(), tasks: apart, rows: .common(4), inputs: 3, strategy: FixedWeights([1, 1], signal),
        optimizer: .sgd(SGD.Settings()), random: Seeds(root: 1)["strategy"])
    }
    #expect(throws: TaskStepError.self) { try learner(.gram) }
    let alone = try learner(.losses)
    fill(alone.batch, of: apart)
    try alone.step(learningRate: 0.1)
    let first = alone.report.losses
    try alone.step(learningRate: 0.1)
    #expect(zip(alone.report.losses, first).allSatisfy { $0 < $1 })
  }

  @Test(
    arguments: StrategySettings.alternatives.map(\.name), [TaskRows.common(7), .own([7, 5, 9])])
  func `every strategy trains`(_ name: String, _ rows: TaskRows) throws {
    let settings = try #require(StrategySettings.standard(named: name))
    let learner = try learner(
      try settings.make(taskCount: 3), rows: rows, optimizer: .adam(learningRate: 1e-2))
    for index in learner.batch.labels[0].indices { learner.batch.labels[0][index] *= 0.5 }
    try learner.step(learningRate: 0.01)
    let first = learner.report.losses
    for _ in 0..<60 { try learner.step(learningRate: 0.01, epoch: learner.steps / 10) }
    #expect(learner.report.losses.reduce(0, +) < first.reduce(0, +))
  }

  @Test func `a learner that was put back goes on with the same bits`() throws {
    func make() throws -> MultiTaskLearner<SharedTrunk> {
      try learner(DrawnWeights(), mode: .exact, optimizer: .adam(learningRate: 1e-2))
    }
    let whole = try make()
    var notes = LearnerNotes()
    for step in 0..<6 {
      if step == 3 { try whole.visitState(&notes) }
      try whole.step(learningRate: 0.01)
    }
    let second = try make()
    notes.isRestoring = true
    try second.visitState(&notes)
    #expect(second.steps == 3)
    for _ in 3..<6 { try second.step(learningRate: 0.01) }
    #expect(scalars(second) == scalars(whole))
    #expect(second.report.weights == whole.report.weights)
    #expect(second.report.residual == 0.25)
  }

  @Test func `answers follow the parameters`() throws {
    let learner = try learner(FixedWeights([1, 1, 1]))
    let answers = learner.answers(rows: 7)
    _ = answers.input(0).update(fromContentsOf: learner.batch.rows[0])
    try learner.step(learningRate: 0.1)
    answers.run()
    let network = learner.variables.value.network
    for task in three.indices {
      let expected = network(tensor(learner.batch.rows[0], columns: 5), task: task)
      TestSupport.expectClose(Array(answers.output(task)), expected.scalars, relative: 1e-5)
    }
  }
}

/// Networks that have nothing in common.
private struct Apart: MultiTaskNetwork {
  var shared = NoTensors()
  var own: [MLP]
  var isRepresentationCommon: Bool { true }

  init() {
    var random = Seeds(root: 2)["network"]
    own = (0..<2).map { _ in MLP(sizes: [3, 4, 1], using: &random) }
  }

  func representation(of rows: Tensor, for task: Int) -> Tensor { rows }

  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }
}
