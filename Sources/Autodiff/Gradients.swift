import Kernels

// MARK: From graph to graph

/// The gradient of a scalar, or of `Σ cotangent · output`, with respect to nodes it was made from.
///
/// A pure function from graph to graph: one sweep from the output back to the targets along those
/// nodes alone that lie between them, adding up where paths meet. Since the result is a graph, it
/// can be differentiated again. The time is proportional to the size of the graph.
///
/// - Returns: One node per target, of its shape; `nil` where nothing flows.
package func gradients(
  of output: Node, cotangent: Node? = nil, withRespectTo targets: [Node]
) -> [Node?] {
  let order = topologicalOrder(of: [output])
  var position: [ObjectIdentifier: Int] = [:]
  position.reserveCapacity(order.count)
  for (index, node) in order.enumerated() { position[ObjectIdentifier(node)] = index }
  let goals = targets.map { position[ObjectIdentifier($0)] }

  // What lies between: the nodes that depend on a target.
  var depends = [Bool](repeating: false, count: order.count)
  for goal in goals { if let goal { depends[goal] = true } }
  let inputs = order.map { node in node.inputs.map { position[ObjectIdentifier($0)] ?? 0 } }
  for index in order.indices where !depends[index] {
    depends[index] = inputs[index].contains { depends[$0] }
  }

  var inflows = [Inflow](repeating: Inflow(), count: order.count)
  var cotangents = [Node?](repeating: nil, count: order.count)
  inflows[order.count - 1].add(cotangent ?? .constant(1, shape: output.shape))
  for index in order.indices.reversed() where depends[index] {
    let node = order[index]
    cotangents[index] = inflows[index].total(node.shape)
    guard let own = cotangents[index] else { continue }
    var pulled: [Node?]?
    for (operand, input) in inputs[index].enumerated() where depends[input] {
      if inflows[input].add(own, from: node, operand: operand) { continue }
      let rules = pulled ?? node.op.pullback(of: own, through: node, node.inputs)
      pulled = rules
      if let flow = rules[operand] { inflows[input].add(flow) }
    }
  }
  return goals.map { goal in goal.flatMap { cotangents[$0] } }
}

// MARK: For users

/// The gradient of a loss with respect to every tensor of a value, inside a traced function.
///
/// The result is traced too, so a loss made of gradients can be differentiated in turn:
///
/// ```swift
///   let slope = gradient(of: loss, withRespectTo: model)
///   let penalty = slope.tensors.map { $0.squaredNorm() }.reduce(Tensor(0), +)
///   let curved = gradient(of: loss + penalty, withRespectTo: model)
/// ```
///
/// - Parameters:
///   - loss: A tensor of one element.
///   - values: Tensors that the loss was made from; they are not changed.
/// - Returns: The same value with each tensor replaced by the gradient with respect to it: zeros
///   where nothing flows.
public func gradient<T: Traceable>(of loss: Tensor, withRespectTo values: T) -> T {
  demand(
    loss.count == 1, "the gradient is taken of a single number, not of shape \(loss.extents)")
  return pulledBack(nil, through: loss, to: values)
}

/// The gradient of `Σ cotangent · output` with respect to every tensor of a value, inside a traced
/// function: how the output's own gradient continues to what it was made from.
///
/// - Parameters:
///   - output: A tensor of any shape.
///   - cotangent: The gradient with respect to the output, of its shape.
///   - values: Tensors that the output was made from.
/// - Returns: The same value with each tensor replaced by the gradient; zeros where nothing flows.
public func gradient<T: Traceable>(
  of output: Tensor, along cotangent: Tensor, withRespectTo values: T
) -> T {
  demand(
    output.extents == cotangent.extents,
    "a cotangent of shape \(cotangent.extents) does not fit an output of shape \(output.extents)")
  return pulledBack(cotangent.node, through: output, to: values)
}

private func pulledBack<T: Traceable>(
  _ cotangent: Node?, through output: Tensor, to values: T
) -> T {
  let targets = values.tensors
  demand(
    targets.isEmpty || targets.contains(where: \.isTraced),
    "no gradient leads to plain numbers: take it inside a traced function, with respect to what "
      + "that function was given, or use valueAndGradient(of:)")
  let found = gradients(
    of: output.node, cotangent: cotangent, withRespectTo: targets.map(\.node))
  return values.replacingTensors(
    with: zip(targets, found).map { target, slope in
      slope.map { Tensor($0) } ?? target.filled(with: 0)
    })
}

/// The function that gives, beside the value of `f`, its gradient with respect to its argument.
///
/// With concrete tensors it traces `f`, differentiates and evaluates with the interpreter; with
/// traced ones it extends their graph. So it nests, and `f` may use tensors of its surroundings.
///
/// - Parameter f: A function whose result has one element.
/// - Returns: A function that gives the value and, tensor by tensor, the gradient.
public func valueAndGradient<T: Traceable>(of f: @escaping (T) -> Tensor) -> (T) -> (Tensor, T) {
  { argument in
    let given = argument.tensors
    guard !given.contains(where: \.isTraced) else {
      // Each tensor gets a node of its own: were it also used by the surroundings, that use must
      // not count.
      let own = argument.mapTensors { _, tensor in
        Tensor(Node.recording(.reshape(tensor.extents), tensor.node))
      }
      let loss = f(own)
      return (loss, gradient(of: loss, withRespectTo: own))
    }
    let (traced, inputs) = argument.asInputs()
    let loss = f(traced)
    let slope = gradient(of: loss, withRespectTo: traced)
    let results = evaluated([loss.node] + slope.nodes, inputs: inputs, given: given)
    return (results[0], slope.replacingTensors(with: results.dropFirst()))
  }
}

/// The function that gives the gradient of `f` with respect to its argument.
public func gradient<T: Traceable>(of f: @escaping (T) -> Tensor) -> (T) -> T {
  let both = valueAndGradient(of: f)
  return { both($0).1 }
}

/// The outputs for these numbers in place of the inputs: concrete, unless they also hang on inputs
/// of a surrounding function that is still being traced.
private func evaluated(_ outputs: [Node], inputs: [Node], given: [Tensor]) -> [Tensor] {
  let own = Set(inputs)
  let isClosed = topologicalOrder(of: outputs).allSatisfy { node in
    if case .input = node.op { own.contains(node) } else { true }
  }
  if isClosed { return interpret(outputs, inputs: given.map(\.array)).map { Tensor($0) } }
  let numbers = Dictionary(uniqueKeysWithValues: zip(inputs, given.map(\.node)))
  return replacing(numbers, in: outputs).map { Tensor($0) }
}
