extension Traceable {
  /// The same value with every tensor replaced by a graph input, numbered from `first` on in
  /// visiting order; only the shapes of the old tensors matter.
  package func asInputs(from first: Int = 0) -> (value: Self, inputs: [Node]) {
    var inputs: [Node] = []
    let value = mapTensors { _, tensor in
      let node = Node(leaf: .input(first + inputs.count), shape: tensor.extents)
      inputs.append(node)
      return Tensor(node)
    }
    return (value, inputs)
  }

  /// The graph's view of every tensor, in visiting order.
  package var nodes: [Node] { tensors.map(\.node) }
}

/// A function as a graph: what feeds it and what it computes.
package struct Trace<Outputs: Traceable> {
  /// The inputs, numbered in this order.
  package let inputs: [Node]
  package let outputs: Outputs
}

/// Calls the function once on tensors that only record, and gives the graph of what it did.
///
/// The arguments give shapes; their tensors become inputs 0, 1, … in visiting order.
package func trace<each Argument: Traceable, Outputs: Traceable>(
  inputs arguments: repeat each Argument, body: (repeat each Argument) -> Outputs
) -> Trace<Outputs> {
  var inputs: [Node] = []
  func lift<T: Traceable>(_ argument: T) -> T {
    let lifted = argument.asInputs(from: inputs.count)
    inputs += lifted.inputs
    return lifted.value
  }
  let outputs = body(repeat lift(each arguments))
  return Trace(inputs: inputs, outputs: outputs)
}
