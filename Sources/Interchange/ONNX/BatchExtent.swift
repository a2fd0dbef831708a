import Autodiff
import Kernels

/// One size of a tensor, for any number of rows: `fixed + perRow × rows`.
struct BatchExtent: Hashable {
  var fixed: Int
  var perRow = 0

  var isFixed: Bool { perRow == 0 }
}

/// A graph that was traced with two numbers of rows, from which follows what it is for any number.
///
/// A traced graph has plain numbers for sizes; where the two traces differ, the size hangs on the
/// rows.
struct BatchedGraph {
  static let rows = (5, 7)

  let graph: NamedGraph
  /// Of `graph`, each after its inputs.
  let order: [Node]
  /// The operation of the other trace that stands for a node.
  private let other: [ObjectIdentifier: Node]

  /// - Throws: a sentence where the function is another one for other numbers of rows.
  init(_ make: (Int) -> NamedGraph) throws(InterchangeError) {
    let (first, second) = (make(Self.rows.0), make(Self.rows.1))
    graph = first
    order = topologicalOrder(of: first.outputs.map(\.node))
    let others = topologicalOrder(of: second.outputs.map(\.node))
    guard order.count == others.count,
      zip(order, others).allSatisfy({ $0.op.name == $1.op.name && $0.shape.rank == $1.shape.rank })
    else { throw Self.changing("structure") }
    other = Dictionary(
      zip(order.map(ObjectIdentifier.init), others), uniquingKeysWith: { first, _ in first })
  }

  static func changing(_ what: String) -> InterchangeError {
    InterchangeError(
      "the network's \(what) hangs on the number of rows in a way that ONNX cannot say; export its "
        + "weights with --format safetensors")
  }

  /// The op of the other trace.
  func otherOp(_ node: Node) -> Op { other[ObjectIdentifier(node)]?.op ?? node.op }

  /// The sizes of a node's result.
  func extents(_ node: Node) throws(InterchangeError) -> [BatchExtent] {
    try extents(node.shape.dimensions, (other[ObjectIdentifier(node)] ?? node).shape.dimensions)
  }

  /// Sizes from what they were in the two traces.
  func extents(_ first: [Int], _ second: [Int]) throws(InterchangeError) -> [BatchExtent] {
    var extents: [BatchExtent] = []
    for (a, b) in zip(first, second) {
      let (perRow, rest) = (b - a).quotientAndRemainder(dividingBy: Self.rows.1 - Self.rows.0)
      guard rest == 0, perRow >= 0 else { throw Self.changing("shape") }
      extents.append(BatchExtent(fixed: a - perRow * Self.rows.0, perRow: perRow))
    }
    return extents
  }
}
