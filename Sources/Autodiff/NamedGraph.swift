/// A function as a graph whose parameters, inputs and outputs have names: what other programs need
/// to compute it.
package struct NamedGraph {
  /// What the numbers of an input or an output are.
  package enum Content: Sendable {
    case numbers
    /// Whole numbers.
    case whole
    /// 1 or 0: yes or no.
    case flags
  }

  /// An input or an output.
  package struct Port: Sendable {
    package let name: String
    package let content: Content
    package let node: Node
  }

  /// An input to be traced, or a traced output.
  package struct Value {
    package let name: String
    package let content: Content
    package let tensor: Tensor

    package init(_ name: String, _ tensor: Tensor, _ content: Content = .numbers) {
      (self.name, self.tensor, self.content) = (name, tensor, content)
    }
  }

  /// The graph's first inputs, with their numbers.
  package let parameters: [(name: String, tensor: Tensor)]
  /// The graph's further inputs.
  package let inputs: [Port]
  package let outputs: [Port]

  /// Calls the function once on tensors that only record.
  ///
  /// - Parameters:
  ///   - weights: Its parameters, by the names that they have in it.
  ///   - inputs: Of which only names and shapes matter.
  ///   - body: From weights and inputs to the named outputs.
  package init<Weights: Traceable>(
    _ weights: Weights, inputs: [Value], body: (Weights, [Tensor]) -> [Value]
  ) {
    var outputs: [Value] = []
    let traced = trace(inputs: weights, inputs.map(\.tensor)) { weights, tensors in
      outputs = body(weights, tensors)
      return outputs.map(\.tensor)
    }
    parameters = weights.namedTensors
    self.inputs = zip(inputs, traced.inputs.dropFirst(parameters.count)).map {
      Port(name: $0.name, content: $0.content, node: $1)
    }
    self.outputs = zip(outputs, mergingEqualExpressions(traced.outputs.map(\.node))).map {
      Port(name: $0.name, content: $0.content, node: $1)
    }
  }
}
