import Kernels

// The words in which derivative rules are written. They record operations and leave out those whose
// result is known beforehand: products with 1, and functions of constants. Functions that the user
// writes are recorded as they stand.

extension Node {
  static prefix func - (x: Node) -> Node { x.unary(.negate) }

  static func + (a: Node, b: Node) -> Node { a.binary(.add, b) }
  static func - (a: Node, b: Node) -> Node { a.binary(.subtract, b) }

  static func * (a: Node, b: Node) -> Node {
    if a.constantValue == 1 { return b }
    return b.constantValue == 1 ? a : a.binary(.multiply, b)
  }

  static func / (a: Node, b: Node) -> Node { b.constantValue == 1 ? a : a.binary(.divide, b) }

  static func - (a: Node, b: Double) -> Node { a - a.filled(b) }
  static func - (a: Double, b: Node) -> Node { b.filled(a) - b }
  static func * (a: Node, b: Double) -> Node { a * a.filled(b) }

  var squared: Node { unary(.square) }
  func greater(than other: Node) -> Node { binary(.greater, other) }
  func power(_ exponent: Node) -> Node { binary(.power, exponent) }
  var isZero: Node { binary(.equal, filled(0)) }

  /// This condition's choice.
  func selecting(_ a: Node, else b: Node) -> Node { .recording(.select, self, a, b) }
  func selecting(_ a: Double, else b: Node) -> Node { selecting(filled(a), else: b) }

  /// One number in every element of a node shaped like this one.
  func filled(_ value: Double) -> Node { .constant(value, shape: shape) }

  func times(_ other: Node) -> Node { .recording(.matmul, self, other) }
  var transposed: Node { transposed(by: [1, 0]) }

  func broadcast(like other: Node, along axis: Int) -> Node {
    rearranged(.broadcast(axis: axis, count: other.shape[axis]))
  }

  func reshaped(to shape: Shape) -> Node {
    shape == self.shape ? self : rearranged(.reshape(shape))
  }

  func transposed(by permutation: [Int]) -> Node { rearranged(.transpose(permutation)) }

  func sliced(_ axis: Int, from start: Int, count: Int) -> Node {
    count == shape[axis] ? self : rearranged(.slice(axis: axis, start: start, count: count))
  }

  func padded(_ axis: Int, before: Int, after: Int) -> Node {
    before + after == 0
      ? self : .recording(.pad(axis: axis, before: before, after: after), self)
  }

  /// The value that every element is known to have.
  var constantValue: Double? {
    if case .constant(let value) = op { value } else { nil }
  }

  func unary(_ op: Op) -> Node { folded(op, [self]) ?? .recording(op, self) }

  func binary(_ op: Op, _ other: Node) -> Node {
    folded(op, [self, other]) ?? .recording(op, self, other)
  }

  /// The result of an element-wise op whose operands are constants of one shape.
  private func folded(_ op: Op, _ operands: [Node]) -> Node? {
    var values: [NDArray<Double>] = []
    for operand in operands {
      guard let value = operand.constantValue, operand.shape == shape else { return nil }
      values.append(NDArray(repeating: value, shape: []))
    }
    return op.isElementwise ? filled(op.evaluated(on: values, shape: []).scalars[0]) : nil
  }

  /// An op that only moves elements about.
  private func rearranged(_ op: Op) -> Node {
    let moved = Node.recording(op, self)
    return constantValue.map { .constant($0, shape: moved.shape) } ?? moved
  }
}
