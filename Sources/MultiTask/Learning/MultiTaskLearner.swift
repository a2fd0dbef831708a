public import Autodiff
public import NeuralNetworks
public import Randomness

/// A network of several tasks in training: parameters, optimizer, strategy and the compiled step.
///
/// ```swift
/// let learner = try MultiTaskLearner(
///   network, tasks: [TaskObjective(.squaredError), TaskObjective(.crossEntropy)],
///   rows: .common(64), inputs: 21, strategy: NashMTL(), optimizer: .adam(learningRate: 1e-3),
///   random: seeds["strategy"])
/// // fill learner.batch.rows, .labels (and .weights)
/// try learner.step(learningRate: 1e-3)
/// learner.report.losses
/// ```
///
/// Not to be used from two threads at a time.
public final class MultiTaskLearner<Network: MultiTaskNetwork> {
  /// The network and its optimizer; plans that evaluate read them here.
  public let variables: Variables<LearnerState<Network>>
  /// What each task's loss is.
  public let tasks: [TaskObjective]
  /// To be filled before each step.
  public let batch: BatchMemory
  /// What decides how much each task counts, as it stands.
  public private(set) var strategy: any Strategy
  /// Steps taken so far.
  public private(set) var steps = 0
  /// What the strategy draws from.
  private var random: RandomStream
  /// One step on all tasks or, where they take turns, one for each.
  private let cores: [TaskStep<LearnerState<Network>, Network, TaskBatch>]
  /// The step that was taken last.
  private var core: TaskStep<LearnerState<Network>, Network, TaskBatch>
  private var present: [Int]
  private let inputs: Int

  /// Compiles the step.
  ///
  /// - Parameters:
  ///   - network: Where training begins.
  ///   - tasks: As many as the network has.
  ///   - rows: Which rows the tasks see.
  ///   - inputs: Numbers in a row.
  ///   - strategy: Decides how much each task counts.
  ///   - optimizer: Its learning rate is not used: ``step(learningRate:epoch:)`` is told one.
  ///   - settings: How gradients are found and limited.
  ///   - hasMissingLabels: Whether rows may lack labels, and tasks be absent from a batch.
  ///   - random: The stream that the strategy draws from.
  /// - Throws: `TaskStepError.mode` where the settings ask for what cannot be.
  public init(
    _ network: Network, tasks: [TaskObjective], rows: TaskRows, inputs: Int,
    strategy: any Strategy, optimizer: OptimizerSettings,
    settings: TaskStepSettings = TaskStepSettings(), hasMissingLabels: Bool = false,
    random: RandomStream
  ) throws(TaskStepError) {
    precondition(
      tasks.count == network.taskCount, "\(tasks.count) objectives for \(network.taskCount) tasks")
    variables = Variables(
      LearnerState(network: network, optimizer: AnyOptimizer(for: network, optimizer)))
    let takesTurns = if case .turns = rows { true } else { false }
    let groups = takesTurns ? tasks.indices.map { [$0] } : [Array(tasks.indices)]
    var (cores, memories) = (
      [TaskStep<LearnerState<Network>, Network, TaskBatch>](), [BatchMemory]()
    )
    for group in groups {
      let members = group.map { tasks[$0] }
      let shapes = TaskBatch(rows, inputs: inputs, members, hasMissingLabels: hasMissingLabels)
      let core = try TaskStep(
        updating: variables, parameters: \LearnerState<Network>.network, optimizer: \.optimizer,
        inputs: shapes, taskCount: tasks.count, needs: strategy.needs, settings: settings,
        hasOwnRows: rows.isOwn, mayBeAbsent: hasMissingLabels && !takesTurns,
        only: takesTurns ? group[0] : nil, owner: Self.owner,
        lastLayer: network.lastSharedParameters
      ) { state, batch in Self.losses(of: group, on: batch, state.network, tasks) }
      cores.append(core)
      memories.append(BatchMemory(shapes, members) { core.input($0) })
    }
    (self.cores, core) = (cores, cores[0])
    batch = takesTurns ? BatchMemory(turns: memories) : memories[0]
    present = Array(tasks.indices)
    (self.tasks, self.strategy, self.random, self.inputs) = (tasks, strategy, random, inputs)
  }

  /// How the tasks' gradients are found.
  public var mode: GradientMode { core.mode }
  package var plan: Plan { core.plan }
  /// What the last step came to.
  public var report: StepReport { core.report }

  /// Takes a step on what the batch holds.
  ///
  /// Tasks without a single label in it are absent: their own parameters stay as they are.
  ///
  /// - Parameters:
  ///   - learningRate: 0 or more.
  ///   - epoch: Passes over the data completed before this step.
  /// - Throws: `TaskStepError` where a loss is not finite, no task is present, or the strategy has
  ///   no answer; parameters and optimizer have not changed then, unless a strategy refuses the
  ///   losses after the step, which none of Fledge's does.
  /// - Precondition: Steps are on all tasks.
  public func step(learningRate: Double, epoch: Int = 0) throws(TaskStepError) {
    precondition(cores.count == 1, "where tasks take turns, a step is told whose it is")
    if !batch.weights.isEmpty {
      if !isUpToDate { present = tasks.indices.filter { batch.isPresent($0) } }
      guard !present.isEmpty else { throw .empty(step: steps) }
    }
    try core.run(
      &strategy, learningRate: learningRate, step: steps, epoch: epoch,
      tasks: batch.weights.isEmpty ? nil : present, using: &random)
    steps += 1
  }

  /// Takes a step on one task alone, on what the batch holds of it.
  ///
  /// What belongs to the other tasks stays bit for bit, and the strategy is told of this one only.
  ///
  /// - Parameters:
  ///   - task: Whose turn it is.
  ///   - learningRate: 0 or more.
  ///   - epoch: Passes over the data completed before this step.
  /// - Throws: `TaskStepError` as ``step(learningRate:epoch:)`` does.
  /// - Precondition: The learner was made for turns.
  public func step(
    on task: Int, learningRate: Double, epoch: Int = 0
  ) throws(TaskStepError) {
    precondition(cores.count == tasks.count, "a learner of all tasks at once knows no turns")
    guard batch.isPresent(task) else { throw .empty(step: steps) }
    core = cores[task]
    try core.run(&strategy, learningRate: learningRate, step: steps, epoch: epoch, using: &random)
    steps += 1
  }

  /// By how much the last turn lowered the loss of its task on its own rows; a forward pass.
  ///
  /// Graves et al. 2017 ("Automated Curriculum Learning for Neural Networks"), section 3.1: the
  /// prediction gain.
  ///
  /// - Precondition: There was a turn.
  public func progress() -> Double {
    let before = report.losses.first { !$0.isNaN } ?? .nan
    return before - core.lossAfterStep()
  }

  /// Whether the tasks that were present in the last batch are those of this one.
  private var isUpToDate: Bool {
    var next = 0
    for task in tasks.indices where batch.isPresent(task) {
      guard next < present.count, present[next] == task else { return false }
      next += 1
    }
    return next == present.count
  }

  /// A plan that answers for all tasks, with the parameters as they are when it runs: `[count,
  /// inputs]` → of each task `[count, outputs]`.
  public func answers(rows count: Int) -> Plan {
    let taskCount = tasks.count
    return Plan(updating: variables, inputs: Tensor.zeros([count, inputs])) { state, rows in
      (0..<taskCount).map { state.network(rows, task: $0) }
    }
  }

  /// Comes to everything that a step changes, for saving it or putting it back.
  ///
  /// A learner made alike that was put back goes on with the same bits.
  public func visitState(_ visitor: inout some LearnerStateVisitor) throws {
    try visitor.visit("learner", variables)
    strategy = try visit(strategy, &visitor)
    try visitor.visit("random", &random)
    try visitor.visit("steps", &steps)
  }

  private func visit<S: Strategy>(
    _ strategy: S, _ visitor: inout some LearnerStateVisitor
  ) throws -> S {
    var strategy = strategy
    try visitor.visit("strategy", &strategy)
    return strategy
  }

  // MARK: The losses

  /// By the names of `MultiTaskNetwork`: "own/<task>/…" or "shared/…".
  private static func owner(_ name: String) -> ParameterOwner {
    let parts = name.split(separator: "/")
    guard parts.count > 1, parts[0] == "own", let task = Int(parts[1]) else { return .shared }
    return .task(task)
  }

  /// The losses of a batch's tasks, in their order.
  private static func losses(
    of group: [Int], on batch: TaskBatch, _ network: Network, _ tasks: [TaskObjective]
  ) -> TracedLosses {
    let isCommon = batch.rows.count == 1 && network.isRepresentationCommon
    let common = isCommon ? network.representation(of: batch.rows[0], for: 0) : nil
    let losses = group.enumerated().map { place, task in
      let rows = batch.rows.count == 1 ? batch.rows[0] : batch.rows[place]
      let outputs = network.output(
        of: task, from: common ?? network.representation(of: rows, for: task), rows: rows)
      return tasks[task].loss(
        outputs, batch.labels[place], weights: batch.weights.isEmpty ? nil : batch.weights[place])
    }
    return TracedLosses(losses, representation: common)
  }
}

/// What a step of training changes.
public struct LearnerState<Network: MultiTaskNetwork>: Traceable, Sendable {
  /// What is trained.
  public var network: Network
  /// What moves it.
  public var optimizer: AnyOptimizer

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
    visitor.visit("optimizer", &optimizer)
  }
}

/// Something that writes down, or reads back, each changing part of a learner.
///
/// A visitor that restores throws where a part is missing.
public protocol LearnerStateVisitor {
  /// Comes to parameters and the optimizer's memory.
  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws
  /// Comes to the strategy, its random stream, or a counter.
  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws
}
