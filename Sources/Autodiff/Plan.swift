package import Kernels

// A plan is a traced function made ready to be repeated: a whole training step (forward, backward,
// clipping, optimiser, target networks) is one plan. Priorities, where two wishes collide:
//
// 1. It means what the interpreter says. Only rounding may differ, and only as `Simplification`
//    states.
// 2. It repeats: the same bits at every run and wherever its memory happens to lie. Each sum has
//    one order, which the shapes alone determine.
// 3. A run does nothing but arithmetic: no allocation, no reference counting, no look-up.
// 4. The fewest passes over memory. Nets are small, so a kernel's fixed cost counts as much.
// 5. Making a plan takes milliseconds.
//
// The way from graph to instructions, one file each in `Plan/`:
//
//   Simplification   nodes become values, each distinct one once; algebra, constants
//   Products         matrix products take in transposes, columns, bias, activation, gate
//   Pause            what can be computed before late inputs are known, and is wanted then
//   Partition        values become kernels: all of one length that can be computed together
//   Hazards          new values of the state replace the old ones in place, in a safe order
//   FusedProgram     each fused kernel becomes steps of the element-wise machine (`fledge_fused.h`)
//   Tasks            kernels with equal programs become one (six parameters, one Adam)
//   Arena            lifetimes become offsets in one block of memory
//   Lowering         everything becomes instructions that hold addresses

/// A function traced once and compiled: fused, laid out in one arena, and replayed without
/// allocation, reference counting or look-ups.
///
/// ```swift
/// let plan = Plan(updating: variables, inputs: batch) { learner, batch in
///   let loss = meanSquaredError(learner.network(batch.inputs), batch.targets)
///   let slope = gradient(of: loss, withRespectTo: learner.network)
///   learner.optimizer.update(&learner.network, along: slope, learningRate: batch.learningRate)
///   return loss
/// }
/// // fill plan.input(0), plan.input(1), …
/// plan.run()
/// let loss = plan.output(0)[0]
/// ```
///
/// A plan may be used by one thread at a time, and so may the variables that it updates.
public final class Plan {
  private let memory = PlanMemory()
  /// Keeps the variables' buffer alive.
  private let variables: AlignedBuffer<Float>
  private let inputs: [UnsafeMutableBufferPointer<Float>]
  private let outputs: [UnsafeBufferPointer<Float>]
  private let instructions: UnsafeBufferPointer<PlanInstruction>
  /// How many instructions come before the pause; 0 in a plan without one.
  private let earlyCount: Int
  /// Inputs before those that are given late.
  private let promptInputCount: Int
  /// The plan whose inputs these are too.
  private let inputOwner: Plan?
  private var isPaused = false
  /// The instructions of each kernel.
  private let ranges: [Range<Int>]
  /// What it consists of, for people and tests.
  package let summary: PlanSummary
  /// Shapes of the outputs, in visiting order.
  package let outputShapes: [Shape]

  /// Traces the function and compiles what it does.
  ///
  /// - Parameters:
  ///   - variables: The state that the function may change; each run writes the changes to it.
  ///   - inputs: A value of the structure that the function takes; only the shapes of its tensors
  ///     matter.
  ///   - body: Called once, with traced tensors.
  ///
  /// - Precondition: The state keeps its structure and shapes.
  public convenience init<State: Traceable, Inputs: Traceable, Outputs: Traceable>(
    updating variables: Variables<State>, inputs: Inputs,
    _ body: (inout State, Inputs) -> Outputs
  ) {
    self.init(updating: variables, inputs: inputs, late: NoTensors()) { state, inputs, _ in
      body(&state, inputs)
    }
  }

  /// Compiles a function some of whose inputs are given late: after a pause, in which the caller
  /// looks at the outputs that do not depend on them.
  ///
  /// ```swift
  /// plan.run(.early)                       // losses, per-task gradients; the state stays as it is
  /// plan.lateInput(0)[0] = …               // weights that follow from them
  /// plan.run(.late)                        // everything else, and the new state
  /// ```
  ///
  /// Nothing is computed twice, and nothing is copied between the phases.
  ///
  /// - Parameters:
  ///   - variables: The state that the function may change, in the late phase alone.
  ///   - inputs: What is known from the start; only the shapes matter.
  ///   - late: What is given after the pause; only the shapes matter.
  ///   - owner: A plan with the same inputs, whose memory for them this one reads too; `nil` gives
  ///     it memory of its own.
  ///   - body: Called once, with traced tensors.
  public convenience init<
    State: Traceable, Inputs: Traceable, Late: Traceable, Outputs: Traceable
  >(
    updating variables: Variables<State>, inputs: Inputs, late: Late,
    sharingInputsOf owner: Plan? = nil, _ body: (inout State, Inputs, Late) -> Outputs
  ) {
    var (state, stateNodes) = variables.value.asInputs()
    let (arguments, inputNodes) = inputs.asInputs(from: stateNodes.count)
    let (lateArguments, lateNodes) = late.asInputs(from: stateNodes.count + inputNodes.count)
    let outputs = body(&state, arguments, lateArguments)
    let finals = state.namedTensors
    precondition(
      finals.map(\.tensor.extents) == stateNodes.map(\.shape),
      "a plan's body must keep the shapes of its state: \(stateNodes.map(\.shape)) became "
        + "\(finals.map(\.tensor.extents))")
    self.init(
      variables.memory, stateNodes: stateNodes, offsets: variables.layout.map(\.offset),
      inputNodes: inputNodes, lateNodes: lateNodes, finals: finals.map(\.tensor.node),
      outputs: outputs.nodes, inputOwner: owner)
  }

  /// Compiles a function that has no state.
  public convenience init<Inputs: Traceable, Outputs: Traceable>(
    inputs: Inputs, _ body: (Inputs) -> Outputs
  ) {
    self.init(updating: Variables(NoTensors()), inputs: inputs) { _, inputs in body(inputs) }
  }

  /// Compiles a graph whose inputs are the state's tensors, then the others, then the late ones.
  private init(
    _ variables: AlignedBuffer<Float>, stateNodes: [Node], offsets: [Int], inputNodes: [Node],
    lateNodes: [Node], finals: [Node], outputs: [Node], inputOwner: Plan?
  ) {
    self.variables = variables
    self.inputOwner = inputOwner
    promptInputCount = inputNodes.count
    let memory = memory
    inputs = (inputNodes + lateNodes).enumerated().map { index, node in
      if let inputOwner, index < inputNodes.count { return inputOwner.input(index, node.shape) }
      return UnsafeMutableBufferPointer(
        start: memory.floats(node.shape.count), count: node.shape.count)
    }
    var graph = PlanGraph()
    let traced = graph.add(finals + outputs)
    let (products, roots) = ProductPass.run(graph, roots: traced)
    let ends = PlanEnds(
      products, finals: Array(roots.prefix(finals.count)),
      outputs: Array(roots.dropFirst(finals.count)))
    let late = offsets.count + inputNodes.count..<offsets.count + inputs.count
    let partition = Partition(
      ends.graph, roots: ends.roots,
      isEarly: late.isEmpty ? nil : ends.graph.early(of: ends.outputs, lateInputs: late))
    let schedule = Schedule(
      ends.graph, partition.kernels, finals: ends.finals, lateStage: partition.lateStage)
    let tasks = PlanTask.ordered(schedule)
    var lowering = Lowering(
      schedule, tasks,
      inputs: offsets.map { variables.start + $0 } + inputs.compactMap(\.baseAddress),
      kept: Set(ends.outputs.map { ends.graph.location($0).root }), memory: memory)
    self.outputs = ends.outputs.map {
      UnsafeBufferPointer(start: lowering.address($0), count: schedule.graph[$0].count)
    }
    instructions = UnsafeBufferPointer(
      start: memory.store(lowering.instructions), count: lowering.instructions.count)
    ranges = lowering.ranges
    let earlyTasks = tasks.prefix { $0.stage < partition.lateStage }.count
    earlyCount = earlyTasks == 0 ? 0 : lowering.ranges[earlyTasks - 1].upperBound
    outputShapes = outputs.map(\.shape)
    summary = PlanSummary(
      schedule.graph, tasks, arenaCount: lowering.arenaCount, byteCount: memory.byteCount)
  }

  /// The numbers of an input, in the order in which `Inputs` visits its tensors: for the caller to
  /// fill.
  ///
  /// They stay as they are from run to run.
  public func input(_ index: Int) -> UnsafeMutableBufferPointer<Float> { inputs[index] }

  /// The number of inputs.
  public var inputCount: Int { inputs.count }

  private func input(_ index: Int, _ shape: Shape) -> UnsafeMutableBufferPointer<Float> {
    precondition(
      inputs.indices.contains(index) && inputs[index].count == shape.count,
      "a plan's inputs can be those of another plan only if that one has them")
    return inputs[index]
  }

  /// The numbers of an input that is given late, in the order in which `Late` visits its tensors.
  public func lateInput(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    inputs[promptInputCount + index]
  }

  /// Computes the outputs and the new state, with the late inputs as they are.
  public func run() { instructions.run() }

  /// What a plan does before and after its late inputs are given.
  public enum Phase: Sendable {
    /// The outputs that do not depend on late inputs, and no more than they need.
    ///
    /// The state stays as it is, so this phase may be repeated with other inputs.
    case early
    /// Everything else: once after each early phase, for what it finds in memory is used up.
    case late
  }

  /// Does one half of ``run()``.
  ///
  /// - Precondition: The late phase follows an early one.
  public func run(_ phase: Phase) {
    switch phase {
    case .early:
      instructions.extracting(0..<earlyCount).run()
      isPaused = true
    case .late:
      precondition(isPaused, "a plan's late phase follows its early one, once")
      isPaused = false
      instructions.extracting(earlyCount..<instructions.count).run()
    }
  }

  /// Carries out one kernel of the ``summary`` alone, for measuring it.
  package func run(kernel index: Int) { instructions.extracting(ranges[index]).run() }

  /// The numbers of an output, in the order in which `Outputs` visits its tensors: valid until the
  /// next run.
  public func output(_ index: Int) -> UnsafeBufferPointer<Float> { outputs[index] }

  /// The number of outputs.
  public var outputCount: Int { outputs.count }

  /// Every kernel with what it computes, its shapes, bytes moved and floating-point operations.
  public func describe() -> String { summary.description }
}

/// The values that must be in memory when a plan has run.
struct PlanEnds {
  private(set) var graph: PlanGraph
  /// Per state tensor the computed value that it becomes, `nil` if it stays as it is.
  ///
  /// No two are one value.
  private(set) var finals: [Int?] = []
  /// Per output a value that lies in the plan's own memory.
  private(set) var outputs: [Int] = []

  init(_ graph: PlanGraph, finals: [Int], outputs: [Int]) {
    self.graph = graph
    var taken: Set<Int> = []
    for (state, id) in finals.enumerated() {
      let place = graph.location(id)
      if graph[place.root].op == .primitive(.input(state)), place.offset == 0 {
        self.finals.append(nil)
      } else if graph.isComputed(place.root), graph[place.root].count == graph[id].count,
        taken.insert(place.root).inserted
      {
        self.finals.append(place.root)
      } else {
        self.finals.append(self.graph.addCopy(of: id))
      }
    }
    for id in outputs {
      let root = graph.location(id).root
      let isOwn = graph.isComputed(root) && !taken.contains(root)
      self.outputs.append(isOwn ? id : self.graph.addCopy(of: id))
    }
  }

  var roots: [Int] { finals.compactMap { $0 } + outputs }
}
