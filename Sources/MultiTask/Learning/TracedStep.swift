public import Autodiff
import NeuralNetworks

/// What a traced function tells of the tasks' losses.
public struct TracedLosses {
  /// One single number for each task.
  public var losses: [Tensor]
  /// What all tasks read, if it is one tensor: nothing but it may lead from the shared parameters
  /// to the losses.
  public var representation: Tensor?
  /// Single numbers that are measured on the way.
  public var measured: [Tensor]

  /// Hands over the losses, and what else was computed on the way.
  public init(_ losses: [Tensor], representation: Tensor? = nil, measured: [Tensor] = []) {
    self.losses = losses
    self.representation = representation
    self.measured = measured
  }
}

/// Whose parameter a tensor is.
public enum ParameterOwner: Hashable, Sendable {
  /// Moved along the combined gradient.
  case shared
  /// Moved along the gradient of this task alone.
  case task(Int)
}

/// What a step is told in its pause.
struct LateInputs: Traceable {
  /// `[K]`.
  var weights: Tensor
  /// A single number.
  var learningRate = Tensor(0)
  /// `[K]`, 1 or 0; where tasks may be absent.
  var presence: Tensor?
  /// The combined gradient, where a strategy changes gradients: like one task's rows.
  var direction: [Tensor] = []

  mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("weights", &weights)
    visitor.visit("learningRate", &learningRate)
    visitor.visit("presence", &presence)
    visitor.visit("direction", &direction)
  }

  /// One task's element of `[K]`, as a single number.
  static func element(_ task: Int, of row: Tensor) -> Tensor {
    row.sliced(axis: 0, from: task, count: 1).reshaped(to: [])
  }

  /// `wₖ · x`.
  func weighted(_ tensor: Tensor, by task: Int) -> Tensor {
    Self.element(task, of: weights).broadcast(to: tensor.shape) * tensor
  }
}

/// The gradients of a step, traced.
struct TracedStep {
  let mode: GradientMode
  /// Of each parameter, in visiting order.
  let owners: [ParameterOwner]
  /// Parameters of the last shared layer; in parts side by side, of the last layer of each.
  let lastLayer: [Int]
  let scalesHeads: Bool
  /// The tasks that the losses are of.
  let tasks: [Int]

  init(
    mode: GradientMode, names: [String], owner: (String) -> ParameterOwner, lastLayer: [String],
    scalesHeads: Bool, tasks: [Int]
  ) {
    self.mode = mode
    self.scalesHeads = scalesHeads
    self.tasks = tasks
    let owners = names.map(owner)
    self.owners = owners
    self.lastLayer = names.indices.filter {
      owners[$0] == .shared && lastLayer.contains(names[$0])
    }
  }

  /// Parameters of each layer of what is shared, or of its last layer where only that counts: those
  /// of one path, such as weight and bias, that follow one another.
  func sharedLayers(_ names: [String]) -> [Int] {
    var (counts, before) = ([Int](), Substring?.none)
    for index in mode == .lastLayer ? lastLayer : shared {
      let layer = names[index].lastIndex(of: "/").map { names[index][..<$0] } ?? ""
      if layer == before { counts[counts.count - 1] += 1 } else { counts.append(1) }
      before = layer
    }
    return counts
  }

  private var shared: [Int] { owners.indices.filter { owners[$0] == .shared } }
  private func own(_ task: Int) -> [Int] { owners.indices.filter { owners[$0] == .task(task) } }

  /// Gradients of all parameters, in visiting order, and of each task the tensors that its row of
  /// the Gram matrix is made of.
  func gradients(
    of traced: TracedLosses, _ parameters: [Tensor], _ late: LateInputs
  ) -> (all: [Tensor], rows: [[Tensor]]) {
    mode == .losses
      ? (ofWeightedSum(traced.losses, parameters, late), [])
      : ofTasks(traced, parameters, late)
  }

  // MARK: One backward pass

  private func weightedSum(_ losses: [Tensor], _ late: LateInputs) -> Tensor {
    let terms = zip(tasks, losses).map { late.weighted($1, by: $0) }
    return terms.dropFirst().reduce(terms[0], +)
  }

  private func ofWeightedSum(
    _ losses: [Tensor], _ parameters: [Tensor], _ late: LateInputs
  ) -> [Tensor] {
    let total = weightedSum(losses, late)
    if scalesHeads { return gradient(of: total, withRespectTo: parameters) }
    // What belongs to a task without a loss here is not asked for, and has none.
    var all = parameters.map { Tensor.zeros($0.shape) }
    place(gradient(of: total, withRespectTo: shared.map { parameters[$0] }), at: shared, in: &all)
    for (task, loss) in zip(tasks, losses) {
      let own = own(task)
      place(gradient(of: loss, withRespectTo: own.map { parameters[$0] }), at: own, in: &all)
    }
    return all
  }

  // MARK: Task by task

  private func ofTasks(
    _ traced: TracedLosses, _ parameters: [Tensor], _ late: LateInputs
  ) -> (all: [Tensor], rows: [[Tensor]]) {
    var all = parameters
    var (rows, flows): ([[Tensor]], [Tensor]) = ([], [])
    let through = mode == .exact || mode == .blocks ? nil : traced.representation
    let goals = (mode == .lastLayer ? lastLayer : shared).map { parameters[$0] }
    for (task, loss) in traced.losses.enumerated() {
      let own = own(task)
      let wanted = own.map { parameters[$0] }
      let targets: [Tensor]
      switch mode {
      case .representation: targets = [through].compactMap { $0 }
      default: targets = goals + [through].compactMap { $0 }
      }
      let found = gradient(of: loss, withRespectTo: wanted + targets)
      let heads = found.prefix(own.count).map { scalesHeads ? late.weighted($0, by: task) : $0 }
      place(heads, at: own, in: &all)
      let rest = Array(found.dropFirst(own.count))
      rows.append(mode == .representation ? rest : Array(rest.prefix(goals.count)))
      if through != nil, let flow = rest.last { flows.append(flow) }
    }
    place(combined(rows, flows, traced, parameters, late), at: shared, in: &all)
    return (all, rows)
  }

  /// The gradient that the shared parameters follow.
  private func combined(
    _ rows: [[Tensor]], _ flows: [Tensor], _ traced: TracedLosses, _ parameters: [Tensor],
    _ late: LateInputs
  ) -> [Tensor] {
    let targets = shared.map { parameters[$0] }
    if let representation = traced.representation, !flows.isEmpty {
      let direction = late.direction.first ?? sum(flows, late)
      return gradient(of: representation, along: direction, withRespectTo: targets)
    }
    if mode == .lastLayer {
      return gradient(of: weightedSum(traced.losses, late), withRespectTo: targets)
    }
    if !late.direction.isEmpty { return late.direction }
    return targets.indices.map { index in sum(rows.map { $0[index] }, late) }
  }

  /// `Σₖ wₖ xₖ`.
  private func sum(_ parts: [Tensor], _ late: LateInputs) -> Tensor {
    let terms = parts.enumerated().map { late.weighted($1, by: $0) }
    return terms.dropFirst().reduce(terms[0], +)
  }

  private func place(_ found: [Tensor], at indices: [Int], in all: inout [Tensor]) {
    for (index, tensor) in zip(indices, found) { all[index] = tensor }
  }

  // MARK: Absent tasks

  /// What has changed, but of tasks that are absent what was there before.
  ///
  /// What an optimiser remembers of a parameter is called "<what>/<parameter>".
  ///
  /// - Parameter presence: 1 or 0 for each task; `nil` where those are present that have a loss.
  func kept<Value: Traceable>(
    _ new: Value, else old: Value, owner: (String) -> Int?, _ presence: Tensor?
  ) -> Value {
    let named = new.namedTensors
    return new.replacingTensors(
      with: zip(named, old.tensors).map { new, old in
        guard let task = owner(new.name) else { return new.tensor }
        guard let presence else { return tasks.contains(task) ? new.tensor : old }
        let isPresent = LateInputs.element(task, of: presence).broadcast(to: old.shape)
        return select(isPresent, new.tensor, old)
      })
  }
}
