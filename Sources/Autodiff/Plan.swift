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
//   Products         matrix products take in transposes, bias, activation, gate
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
    var (state, stateNodes) = variables.value.asInputs()
    let (arguments, inputNodes) = inputs.asInputs(from: stateNodes.count)
    let outputs = body(&state, arguments)
    let finals = state.namedTensors
    precondition(
      finals.map(\.tensor.extents) == stateNodes.map(\.shape),
      "a plan's body must keep the shapes of its state: \(stateNodes.map(\.shape)) became "
        + "\(finals.map(\.tensor.extents))")
    self.init(
      variables.memory, stateNodes: stateNodes, offsets: variables.layout.map(\.offset),
      inputNodes: inputNodes, finals: finals.map(\.tensor.node), outputs: outputs.nodes)
  }

  /// Compiles a function that has no state.
  public convenience init<Inputs: Traceable, Outputs: Traceable>(
    inputs: Inputs, _ body: (Inputs) -> Outputs
  ) {
    self.init(updating: Variables(NoTensors()), inputs: inputs) { _, inputs in body(inputs) }
  }

  /// Compiles a graph whose inputs are the state's tensors and then the others.
  private init(
    _ variables: AlignedBuffer<Float>, stateNodes: [Node], offsets: [Int], inputNodes: [Node],
    finals: [Node], outputs: [Node]
  ) {
    self.variables = variables
    let memory = memory
    inputs = inputNodes.map {
      UnsafeMutableBufferPointer(start: memory.floats($0.shape.count), count: $0.shape.count)
    }
    var graph = PlanGraph()
    let traced = graph.add(finals + outputs)
    let (products, roots) = ProductPass.run(graph, roots: traced)
    let ends = PlanEnds(
      products, finals: Array(roots.prefix(finals.count)),
      outputs: Array(roots.dropFirst(finals.count)))
    let kernels = Partition(ends.graph, roots: ends.roots).kernels
    let schedule = Schedule(ends.graph, kernels, finals: ends.finals)
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

  /// Computes the outputs and the new state.
  public func run() { instructions.run() }

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
