import Kernels

/// Every node that the roots need, each after its inputs and each once; the same for equal graphs.
package func topologicalOrder(of roots: [Node]) -> [Node] {
  var order: [Node] = []
  var seen: Set<ObjectIdentifier> = []
  var stack: [(node: Node, next: Int)] = []
  for root in roots where seen.insert(ObjectIdentifier(root)).inserted {
    stack.append((root, 0))
    while let (node, next) = stack.last {
      if next < node.inputs.count {
        stack[stack.count - 1].next += 1
        let input = node.inputs[next]
        if seen.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
      } else {
        order.append(node)
        stack.removeLast()
      }
    }
  }
  return order
}

/// The same functions with every distinct expression computed once (common subexpressions shared).
package func mergingEqualExpressions(_ roots: [Node]) -> [Node] {
  var representatives: [Expression: Node] = [:]
  var merged: [ObjectIdentifier: Node] = [:]
  for node in topologicalOrder(of: roots) {
    let inputs = node.inputs.map { merged[ObjectIdentifier($0)] ?? $0 }
    let expression = Expression(node.op, inputs, node.shape)
    if let known = representatives[expression] {
      merged[ObjectIdentifier(node)] = known
    } else {
      let kept = inputs == node.inputs ? node : .recording(node.op, inputs)
      representatives[expression] = kept
      merged[ObjectIdentifier(node)] = kept
    }
  }
  return roots.map { merged[ObjectIdentifier($0)] ?? $0 }
}

/// The same functions with some nodes replaced by others of their shapes.
///
/// What does not hang on a replaced node stays the same node.
package func replacing(_ replacements: [Node: Node], in roots: [Node]) -> [Node] {
  var replaced = replacements
  for node in topologicalOrder(of: roots) where replaced[node] == nil {
    let inputs = node.inputs.map { replaced[$0] ?? $0 }
    if inputs != node.inputs { replaced[node] = .recording(node.op, inputs) }
  }
  return roots.map { replaced[$0] ?? $0 }
}

/// What a node computes, given that equal inputs are one node.
private struct Expression: Hashable {
  let op: Op
  let inputs: [Node]
  let shape: Shape
  /// Tells 0 from -0, which are equal as numbers but not as divisors.
  let constantBits: UInt64?

  init(_ op: Op, _ inputs: [Node], _ shape: Shape) {
    self.op = op
    self.inputs = inputs
    self.shape = shape
    if case .constant(let value) = op {
      constantBits = value.bitPattern
    } else {
      constantBits = nil
    }
  }
}
