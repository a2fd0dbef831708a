import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Steps on one task at a time.
@Suite struct TurnTests {
  private let three = [
    TaskObjective(.squaredError, labelWidth: 2), TaskObjective(.crossEntropy),
    TaskObjective(.binaryCrossEntropy),
  ]
  private let outputs = [2, 3, 1]

  private func learner(
    _ strategy: any Strategy = FixedWeights([1, 1, 1]), rows: TaskRows = .turns(7),
    mode: GradientMode = .automatic, scaleHeads: Bool? = nil, limit: Double? = nil,
    missing: Bool = false, optimizer: OptimizerSettings = .adam(learningRate: 1e-2)
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

  @Test func `turns of one task are plain training on it, bit for bit`() throws {
    for scaled in [true, false] {
      let learner = try learner(scaleHeads: scaled)
      let network = SharedTrunk(outputs: outputs)
      let plain = Variables(Pair(network, Adam(for: network)))
      let inputs = Pair(
        tensor(learner.batch.rows[1], columns: 5), tensor(learner.batch.labels[1], columns: 1))
      let loss = three[1].loss
      let plan = Plan(updating: plain, inputs: inputs) { state, batch in
        let slope = gradient(
          of: loss(state.first(batch.first, task: 1), batch.second), withRespectTo: state.first)
        state.second.update(&state.first, along: slope, learningRate: 0.01)
        return NoTensors()
      }
      for (index, tensor) in inputs.tensors.enumerated() {
        _ = plan.input(index).update(fromContentsOf: tensor.scalars)
      }
      for _ in 0..<5 {
        try learner.step(on: 1, learningRate: 0.01)
        plan.run()
      }
      #expect(
        learner.variables.value.network.tensors.map(\.scalars)
          == plain.value.first.tensors.map(\.scalars))
    }
  }

  @Test func `a turn is a step from which the others are absent`() throws {
    let weighings: [any Strategy] = [
      FixedWeights([1, 0.5, 2]), UncertaintyWeights(), IMTLL(), DynamicWeightAverage(),
    ]
    for strategy in weighings {
      let turns = try learner(strategy, limit: 0.5)
      let whole = try learner(strategy, rows: .own([7, 7, 7]), limit: 0.5, missing: true)
      for (index, task) in [0, 2, 2, 1, 0].enumerated() {
        for other in three.indices {
          whole.batch.weights[other].update(repeating: other == task ? 1 : 0)
        }
        try turns.step(on: task, learningRate: 0.01, epoch: index / 2)
        try whole.step(learningRate: 0.01, epoch: index / 2)
        #expect(turns.report.weights == whole.report.weights)
        for other in three.indices {
          #expect(turns.report.losses[other].isNaN == (other != task))
        }
      }
      let pair = [turns, whole].map { $0.variables.value.tensors.flatMap(\.scalars) }
      expectClose(pair[0], pair[1], relative: 1e-5)
    }
  }

  @Test func `what belongs to the other tasks stays as it is`() throws {
    let learner = try learner()
    for task in three.indices { try learner.step(on: task, learningRate: 0.01) }
    let before = learner.variables.value.namedTensors
    try learner.step(on: 1, learningRate: 0.01)
    for (before, after) in zip(before, learner.variables.value.namedTensors) {
      let isOthers = before.name.contains("own/0/") || before.name.contains("own/2/")
      let isStill = before.tensor.scalars == after.tensor.scalars
      #expect(isStill == isOthers, "\(before.name)")
    }
  }

  @Test func `progress is what the loss on the turn's own rows fell by`() throws {
    let learner = try learner(FixedWeights([1, 1, 1], lossesAfterStep: true))
    try learner.step(on: 2, learningRate: 0.01)
    let (before, progress) = (learner.report.losses[2], learner.progress())
    let strategy = try #require(learner.strategy as? FixedWeights)
    #expect(progress > 0 && strategy.seen == [[before - progress]])
    try learner.step(on: 2, learningRate: 0)
    #expect(learner.report.losses[2] == before - progress)
    #expect(learner.progress() == 0)
  }

  @Test func `one task alone has every turn`() throws {
    let only = [TaskObjective(.squaredError)]
    let results = try [TaskRows.turns(6), .common(6)].map { rows in
      let learner = try MultiTaskLearner(
        SharedTrunk(outputs: [1]), tasks: only, rows: rows, inputs: 5, strategy: EqualWeights(),
        optimizer: .adam(learningRate: 0.01), random: Seeds(root: 1)["strategy"])
      fill(learner.batch, of: only)
      for _ in 0..<4 {
        switch rows {
        case .turns: try learner.step(on: 0, learningRate: 0.01)
        default: try learner.step(learningRate: 0.01)
        }
      }
      return learner.variables.value.tensors.map(\.scalars)
    }
    #expect(results[0] == results[1])
  }

  @Test func `rows without a label do not count, and a turn without any is refused`() throws {
    let learner = try learner(missing: true)
    learner.batch.setLabel([.nan], task: 1, row: 3)
    try learner.step(on: 1, learningRate: 0.01)
    let answers = SharedTrunk(outputs: outputs)(tensor(learner.batch.rows[1], columns: 5), task: 1)
    let losses = three[1].loss.perRow(answers, tensor(learner.batch.labels[1], columns: 1)).scalars
    let mean = losses.indices.filter { $0 != 3 }.reduce(0) { $0 + losses[$1] } / 6
    #expect(abs(Float(learner.report.losses[1]) - mean) < 1e-5)
    for row in 0..<7 { learner.batch.setLabel([.nan], task: 0, row: row) }
    #expect(throws: TaskStepError.empty(step: 1)) { try learner.step(on: 0, learningRate: 0.01) }
  }

  @Test func `a strategy that combines gradients has none to combine`() throws {
    for (signal, mode) in [
      (FixedWeights.Signal.gram, GradientMode.automatic), (.gradients, .automatic),
      (.losses, .exact),
    ] {
      #expect(throws: TaskStepError.self) {
        try learner(FixedWeights([1, 1, 1], signal), mode: mode)
      }
    }
  }

  @Test(
    arguments: StrategySettings.alternatives.map(\.standard)
      .filter { $0.needs.signal == .losses }.map(\.account.name))
  func `every strategy of losses trains by turns`(_ name: String) throws {
    let settings = try #require(StrategySettings.standard(named: name))
    let learner = try learner(try settings.make(taskCount: 3))
    for index in learner.batch.labels[0].indices { learner.batch.labels[0][index] *= 0.5 }
    var (first, last) = ([Double](), [Double]())
    for step in 0..<180 {
      try learner.step(on: step % 3, learningRate: 0.01, epoch: step / 20)
      if step < 3 { first.append(learner.report.losses[step]) }
      if step >= 177 { last.append(learner.report.losses[step % 3]) }
    }
    #expect(last.reduce(0, +) < first.reduce(0, +))
  }
}
