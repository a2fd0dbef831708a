public import Autodiff
import Kernels
public import NeuralNetworks
public import Randomness

/// One training step on several losses, as one plan with a pause.
///
/// Before the pause, the losses are computed, and of the tasks' gradients what the strategy needs.
/// In the pause the strategy decides on weights; after it, parameters that several losses share
/// move along `d = Σₖ wₖ gₖ`, and each of the others along the gradient of its own task.
///
/// The losses may be anything: of a network's heads on labeled rows (``MultiTaskLearner`` is made so), or
/// of actors and critics. Several steps may update one state.
///
/// ```swift
/// let step = try TaskStep(
///   updating: variables, parameters: \.network, optimizer: \.optimizer, inputs: batch,
///   taskCount: 2, needs: strategy.needs, settings: settings,
///   owner: { $0.hasPrefix("trunk") ? .shared : .task($0.hasPrefix("left") ? 0 : 1) }
/// ) { state, batch in
///   TracedLosses([leftLoss(state.network, batch), rightLoss(state.network, batch)])
/// }
/// // fill step.input(0), …
/// try step.run(&strategy, learningRate: 1e-3, at: signals, using: &random)
/// ```
public final class TaskStep<State: Traceable, Parameters: Traceable, Inputs: Traceable> {
  /// How gradients are found; never `automatic`.
  public let mode: GradientMode
  /// Whether parameters of one task follow their gradient times the task's weight.
  public let scalesHeads: Bool
  /// How many losses there are.
  public let taskCount: Int
  /// What the last step came to.
  public private(set) var report: StepReport

  package let plan: Plan
  /// Computes the losses again, for strategies that want them after the step.
  private let repeated: Plan?
  private let table: GradientTable?
  private let changesRows: Bool
  private let mayBeAbsent: Bool
  /// The one task that the step is about; `nil` where it is about all.
  private let only: Int?
  /// Whether the strategy is told of the losses after the step.
  private let tellsLosses: Bool
  /// Where the plan reads the combined gradient; where a strategy changes gradients.
  private let direction: [UnsafeMutableBufferPointer<Float>]
  private let measuredStart: Int
  private var signals: TaskSignals
  private var lossesAfter: [Double]

  /// Traces and compiles the step.
  ///
  /// - Parameters:
  ///   - settings: How gradients are computed, and what heads follow.
  ///   - variables: The state, which holds parameters and optimizer and whatever else the losses
  ///     need.
  ///   - parameters: What moves.
  ///   - optimizer: Made for these parameters.
  ///   - inputs: What the losses read; only the shapes matter.
  ///   - taskCount: The number of losses, 1 or more.
  ///   - needs: What the strategy has to be told.
  ///   - hasOwnRows: Whether each loss runs over inputs of its own, which makes exact gradients
  ///     cheap.
  ///   - mayBeAbsent: Whether a step may leave tasks out.
  ///   - only: The one task that each step is about, whose loss alone is given then; what belongs
  ///     to the others stays bit for bit. `nil` for all tasks.
  ///   - owner: Whose a parameter of this full name is.
  ///   - lastLayer: The full names of the parameters of the last shared layer, for
  ///     ``GradientMode/lastLayer``.
  ///   - finish: What else changes at the end of each step, such as target networks.
  ///   - losses: Called a few times, with traced tensors.
  /// - Throws: `TaskStepError.mode` where the settings ask for what cannot be.
  public init(
    updating variables: Variables<State>, parameters: WritableKeyPath<State, Parameters>,
    optimizer: WritableKeyPath<State, AnyOptimizer>, inputs: Inputs, taskCount: Int,
    needs: StrategyNeeds, settings: TaskStepSettings = TaskStepSettings(),
    hasOwnRows: Bool = false, mayBeAbsent: Bool = false, only: Int? = nil,
    owner: (String) -> ParameterOwner, lastLayer: [String] = [],
    finish: (inout State, Inputs) -> Void = { _, _ in },
    losses: (State, Inputs) -> TracedLosses
  ) throws(TaskStepError) {
    precondition(taskCount > 0, "a step needs the loss of one task at least")
    let example = variables.value
    let shapes = StepShapes(losses(example.asInputs().value, inputs.asInputs().value))
    let mode = try settings.gradients.resolved(
      for: needs, hasOwnRows: hasOwnRows, hasRepresentation: shapes.representation != nil)
    guard only == nil || mode == .losses else {
      throw .mode(mode, "a step on one task alone knows no other's: choose a strategy of losses")
    }
    let isShared = example[keyPath: parameters].namedTensors.contains { owner($0.name) == .shared }
    guard mode == .losses || isShared else {
      throw .mode(mode, "the tasks share no parameters: choose a strategy that weighs losses")
    }
    let scalesHeads = settings.scaleHeads ?? (needs.signal == .losses || mode == .lastLayer)
    let names = example[keyPath: parameters].namedTensors
    let traced = TracedStep(
      mode: mode, names: names.map(\.name), owner: owner, lastLayer: lastLayer,
      scalesHeads: scalesHeads, tasks: only.map { [$0] } ?? Array(0..<taskCount))
    guard mode != .lastLayer || !traced.lastLayer.isEmpty else {
      throw .mode(
        mode,
        "it is not known which layer is the last that all tasks share: choose exact"
          + (hasOwnRows ? " or blocks" : ""))
    }
    var late = LateInputs(weights: .ones([taskCount]))
    if mayBeAbsent { late.presence = .ones([taskCount]) }
    changesRows = needs.signal == .gradients
    if changesRows {
      late.direction =
        mode == .representation
        ? [shapes.representation].compactMap { $0 }
        : names.indices.filter { traced.owners[$0] == .shared }.map { names[$0].tensor }
    }
    let directionCount = late.direction.count
    plan = Plan(updating: variables, inputs: inputs, late: late) { state, inputs, late in
      let found = losses(state, inputs)
      precondition(
        found.losses.count == traced.tasks.count,
        "\(found.losses.count) losses of \(traced.tasks.count)")
      let (all, rows) = traced.gradients(of: found, state[keyPath: parameters].tensors, late)
      traced.update(
        &state, parameters, optimizer, along: all, late, limit: settings.maximumGradientNorm)
      finish(&state, inputs)
      return Pair(Pair(found.losses, rows), found.measured)
    }
    repeated =
      needs.lossesAfterStep || only != nil
      ? Plan(
        updating: variables, inputs: inputs, late: NoTensors(), sharingInputsOf: plan
      ) { state, inputs, _ in losses(state, inputs).losses } : nil
    measuredStart = plan.outputCount - shapes.measuredCount
    let partCount = (measuredStart - taskCount) / taskCount
    let hasTable = mode != .losses
    let plan = plan
    // Late inputs: weights, learning rate, presence where there is one, direction.
    let directionStart = mayBeAbsent ? 3 : 2
    direction = (0..<directionCount).map { plan.lateInput(directionStart + $0) }
    table =
      hasTable
      ? GradientTable(
        (0..<taskCount).map { task in
          (0..<partCount).map { plan.output(taskCount + task * partCount + $0) }
        }, layers: mode == .representation ? nil : traced.sharedLayers(names.map(\.name)),
        isChanged: changesRows) : nil
    (self.mode, self.scalesHeads, self.taskCount) = (mode, scalesHeads, taskCount)
    (self.mayBeAbsent, self.only, tellsLosses) = (mayBeAbsent, only, needs.lossesAfterStep)
    report = StepReport(taskCount: taskCount, hasGram: hasTable)
    signals = TaskSignals(losses: Array(repeating: 0, count: taskCount))
    lossesAfter = Array(repeating: 0, count: taskCount)
  }

  /// The numbers of an input, in the order in which `Inputs` visits its tensors, for the caller to
  /// fill.
  public func input(_ index: Int) -> UnsafeMutableBufferPointer<Float> { plan.input(index) }

  /// What the losses' function measured in the last step, by its place there.
  public func measured(_ index: Int) -> Float { plan.output(measuredStart + index)[0] }

  /// The loss, on what the inputs hold and after the last step, of the one task that steps are
  /// about: a forward pass.
  ///
  /// - Precondition: They are about one.
  public func lossAfterStep() -> Double {
    guard only != nil, let repeated else {
      preconditionFailure("only a step on one task measures its loss afterwards")
    }
    repeated.run()
    return Double(repeated.output(0)[0])
  }

  // MARK: A step

  /// Takes a step on what the inputs hold; ``report`` tells what it came to.
  ///
  /// Nothing has changed if it throws, but what the strategy remembers and the random stream; only
  /// where a strategy refuses the losses after the step, which none of Fledge's does, it is taken.
  ///
  /// - Parameters:
  ///   - strategy: What decides on the weights.
  ///   - learningRate: 0 or more.
  ///   - step: Steps taken before this one.
  ///   - epoch: Passes over the data completed before this one.
  ///   - tasks: The tasks that are present, ascending, one at least; `nil` for all.
  ///   - random: The strategy's own stream.
  public func run(
    _ strategy: inout any Strategy, learningRate: Double, step: Int, epoch: Int = 0,
    tasks: [Int]? = nil, using random: inout RandomStream
  ) throws(TaskStepError) {
    precondition(tasks == nil || mayBeAbsent, "a step made for all tasks cannot leave some out")
    plan.run(.early)
    try takeLosses(of: tasks, step: step, epoch: epoch)
    if let table {
      resizeGram(signals.tasks.count)
      fillGram { table.gram(of: signals.tasks, into: &$0) }
      try checkGram(step)
    }
    do throws(StrategyError) {
      try combine(&strategy, using: &random)
    } catch { throw .strategy(error) }
    plan.lateInput(1)[0] = Float(learningRate)
    if mayBeAbsent { markPresence() }
    plan.run(.late)
    do throws(StrategyError) { try observe(&strategy) } catch { throw .strategy(error) }
  }

  private func takeLosses(of tasks: [Int]?, step: Int, epoch: Int) throws(TaskStepError) {
    signals.step = step
    signals.epoch = epoch
    if let tasks {
      if signals.tasks != tasks { signals.tasks = tasks }
    } else if let only {
      if signals.tasks.count != 1 { signals.tasks = [only] }
    } else if signals.tasks.count != taskCount {
      signals.tasks = Array(0..<taskCount)
    }
    if signals.losses.count != signals.tasks.count {
      signals.losses = Array(repeating: 0, count: signals.tasks.count)
    }
    for task in 0..<taskCount { report.losses[task] = .nan }
    for (index, task) in signals.tasks.enumerated() {
      let loss = Double(plan.output(only == nil ? task : 0)[0])
      guard loss.isFinite else { throw .notFinite(task: task, step: step) }
      signals.losses[index] = loss
      report.losses[task] = loss
    }
  }

  private func resizeGram(_ count: Int) {
    if signals.gram?.count == count { return }
    signals.gram = GramMatrix(count: count, elements: Array(repeating: 0, count: count * count))
  }

  /// Changes the Gram matrix of the signals, which is taken out of them so that it is not copied.
  private func fillGram(_ fill: (inout GramMatrix) -> Void) {
    guard var gram = signals.gram else { return }
    signals.gram = nil
    fill(&gram)
    signals.gram = gram
  }

  /// A gradient that is not finite shows on the diagonal.
  private func checkGram(_ step: Int) throws(TaskStepError) {
    guard let gram = signals.gram else { return }
    for (index, task) in signals.tasks.enumerated() where !gram[index, index].isFinite {
      throw .notFinite(task: task, step: step)
    }
    guard report.gram != nil else { return }
    let isWhole = gram.count == taskCount
    if !isWhole {
      for index in 0..<taskCount * taskCount { report.gram?.elements[index] = 0 }
    }
    for (row, task) in signals.tasks.enumerated() {
      for (column, other) in signals.tasks.enumerated() {
        report.gram?.elements[task * taskCount + other] = gram[row, column]
      }
    }
  }

  private func combine(
    _ strategy: inout any Strategy, using random: inout RandomStream
  ) throws(StrategyError) {
    var rows: GradientRows?
    if changesRows, var copy = table?.copy(of: signals.tasks) {
      try strategy.transform(&copy, signals, using: &random)
      rows = copy
      fillGram { table?.gram(of: copy, into: &$0) }
    }
    let combination = try strategy.combine(signals, using: &random)
    precondition(
      combination.weights.count == signals.tasks.count,
      "a strategy gave \(combination.weights.count) weights for \(signals.tasks.count) tasks")
    report.residual = combination.residual
    let weights = plan.lateInput(0)
    for task in 0..<taskCount { (report.weights[task], weights[task]) = (0, 0) }
    for (index, task) in signals.tasks.enumerated() {
      report.weights[task] = combination.weights[index]
      weights[task] = Float(combination.weights[index])
    }
    if let rows, let table {
      table.combine(rows, combination.weights, into: direction)
      report.leastDescent = table.leastDescent(of: signals.tasks, along: direction)
    } else if let gram = signals.gram {
      report.leastDescent = gram.leastProduct(with: combination.weights)
    }
  }

  private func markPresence() {
    let presence = plan.lateInput(2)
    presence.update(repeating: 0)
    for task in signals.tasks { presence[task] = 1 }
  }

  private func observe(_ strategy: inout any Strategy) throws(StrategyError) {
    guard tellsLosses, let repeated else { return }
    repeated.run()
    if lossesAfter.count != signals.tasks.count {
      lossesAfter = Array(repeating: 0, count: signals.tasks.count)
    }
    for (index, task) in signals.tasks.enumerated() {
      lossesAfter[index] = Double(repeated.output(only == nil ? task : 0)[0])
    }
    try strategy.observe(lossesAfterStep: lossesAfter, signals)
  }
}

/// What is known of the losses before they are compiled.
private struct StepShapes {
  /// Of the representation's shape.
  var representation: Tensor?
  var measuredCount: Int

  init(_ losses: TracedLosses) {
    representation = losses.representation.map { .zeros($0.shape) }
    measuredCount = losses.measured.count
  }
}

extension GramMatrix {
  /// `minₖ (M w)ₖ`.
  func leastProduct(with weights: [Double]) -> Double {
    var least = Double.infinity
    for row in 0..<count {
      var product = 0.0
      for column in 0..<count { product += self[row, column] * weights[column] }
      least = min(least, product)
    }
    return least
  }
}

extension TracedStep {
  /// Clips the gradients and moves the parameters; what belongs to absent tasks stays.
  func update<State: Traceable, Parameters: Traceable>(
    _ state: inout State, _ parameters: WritableKeyPath<State, Parameters>,
    _ optimizer: WritableKeyPath<State, AnyOptimizer>, along gradients: [Tensor],
    _ late: LateInputs, limit: Double?
  ) {
    var (moved, rule) = (state[keyPath: parameters], state[keyPath: optimizer])
    var slopes = moved.replacingTensors(with: gradients)
    if let limit { clip(&slopes, toGlobalNorm: limit) }
    rule.update(&moved, along: slopes, learningRate: late.learningRate)
    if late.presence != nil || tasks.count < late.weights.count {
      let owners = Dictionary(
        uniqueKeysWithValues: zip(moved.namedTensors.map(\.name), owners))
      func task(_ name: some StringProtocol) -> Int? {
        if case .task(let task) = owners[String(name)] { task } else { nil }
      }
      moved = kept(moved, else: state[keyPath: parameters], owner: { task($0) }, late.presence)
      rule = kept(
        rule, else: state[keyPath: optimizer],
        owner: { name in
          name.firstIndex(of: "/").flatMap { task(name[name.index(after: $0)...]) }
        }, late.presence)
    }
    state[keyPath: parameters] = moved
    state[keyPath: optimizer] = rule
  }
}
