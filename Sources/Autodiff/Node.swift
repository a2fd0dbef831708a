package import Kernels

/// One operation of a graph, with the operations that feed it; immutable, compared by identity.
package final class Node: Sendable {
  package let op: Op
  package let shape: Shape
  /// Written once more only while the node dies; see `deinit`.
  nonisolated(unsafe) private var operands: [Node]

  /// The operations whose results this one takes.
  package var inputs: [Node] { operands }

  /// Records an operation.
  ///
  /// - Throws: If the op does not take operands of these shapes.
  package init(_ op: Op, _ inputs: [Node]) throws(ShapeError) {
    self.op = op
    self.shape = try op.resultShape(of: inputs.map(\.shape))
    self.operands = inputs
  }

  /// Records a leaf, which states its own shape.
  package init(leaf op: Op, shape: Shape) {
    precondition(op.isLeaf, "only a leaf states its own shape")
    self.op = op
    self.shape = shape
    self.operands = []
  }

  /// Records an operation whose shapes are the programmer's duty.
  package static func recording(_ op: Op, _ inputs: Node...) -> Node { recording(op, inputs) }

  package static func recording(_ op: Op, _ inputs: [Node]) -> Node {
    do throws(ShapeError) { return try Node(op, inputs) } catch { error.trap() }
  }

  /// One number in every element.
  package static func constant(_ value: Double, shape: Shape) -> Node {
    Node(leaf: .constant(value), shape: shape)
  }

  /// Frees a long chain link by link: the default would recurse as deep as the chain is long.
  deinit {
    var doomed = operands
    operands = []
    while var node = doomed.popLast() {
      if isKnownUniquelyReferenced(&node) {
        doomed.append(contentsOf: node.operands)
        node.operands = []
      }
    }
  }
}

extension Node: Hashable {
  package static func == (a: Node, b: Node) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
