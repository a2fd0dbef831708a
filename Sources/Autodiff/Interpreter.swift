package import Kernels

/// Evaluates a graph node by node, each once, in the plainest way there is.
///
/// This is the definition of what a graph means. It shares no loops with the plan, so each checks
/// the other, and it adds up sums and products of `Float` in `Double`, so that it is the more
/// accurate of the two. It forgets a result after its last use and does not recurse, so chains may
/// be long.
///
/// - Parameters:
///   - outputs: The nodes whose values are wanted.
///   - inputs: Numbers for the nodes `input(0)`, `input(1)`, …
/// - Returns: The outputs' values, in order.
package func interpret(_ outputs: [Node], inputs: [NDArray<Float>]) -> [NDArray<Float>] {
  evaluate(outputs, inputs)
}

/// Evaluates a graph in `Double`; see the form for `Float`.
package func interpret(_ outputs: [Node], inputs: [NDArray<Double>]) -> [NDArray<Double>] {
  evaluate(outputs, inputs)
}

private func evaluate<Number: RealNumber>(
  _ outputs: [Node], _ inputs: [NDArray<Number>]
) -> [NDArray<Number>] {
  let order = topologicalOrder(of: outputs)
  var position: [ObjectIdentifier: Int] = [:]
  position.reserveCapacity(order.count)
  for (index, node) in order.enumerated() { position[ObjectIdentifier(node)] = index }
  func positions(_ nodes: [Node]) -> [Int] { nodes.map { position[ObjectIdentifier($0)] ?? 0 } }

  var remainingUses = [Int](repeating: 0, count: order.count)
  for node in order { for input in positions(node.inputs) { remainingUses[input] += 1 } }
  for output in positions(outputs) { remainingUses[output] += 1 }

  var values = [NDArray<Number>?](repeating: nil, count: order.count)
  for (index, node) in order.enumerated() {
    let sources = positions(node.inputs)
    if case .input(let number) = node.op {
      demand(number < inputs.count, "no numbers are given for input \(number)")
      demand(
        inputs[number].shape == node.shape,
        "input \(number) has shape \(node.shape), not \(inputs[number].shape)")
      values[index] = inputs[number]
    } else {
      values[index] = node.op.evaluated(on: sources.compactMap { values[$0] }, shape: node.shape)
    }
    for source in sources {
      remainingUses[source] -= 1
      if remainingUses[source] == 0 { values[source] = nil }
    }
  }
  return positions(outputs).compactMap { values[$0] }
}

extension Op {
  /// The result of one operation on numbers; `shape` is what its shape rule says.
  func evaluated<Number: RealNumber>(
    on operands: [NDArray<Number>], shape: Shape
  ) -> NDArray<Number> {
    let x = Operands(arrays: operands, result: shape)
    let numbers: [Number] =
      switch self {
      case .input(let index):
        fatalError("input \(index) has no numbers outside a traced function")
      case .constant(let value): Array(repeating: Number(value), count: shape.count)
      case .literal(let literal): literal.array.scalars.map { Number($0) }
      case .iota(let axis): x.positions(axis)

      case .negate: x.map { -$0 }
      case .reciprocal: x.map { 1 / $0 }
      case .exp: x.map(Number.exp)
      case .log: x.map { Number.log($0) }
      case .squareRoot: x.map { $0.squareRoot() }
      case .square: x.map { $0 * $0 }
      case .tanh: x.map(Number.tanh)
      case .sigmoid: x.map(Number.sigmoid)
      case .softplus: x.map(Number.softplus)
      case .erf: x.map(Number.erf)
      case .sine: x.map(Number.sine)
      case .cosine: x.map(Number.cosine)
      case .absolute: x.map { abs($0) }
      case .sign: x.map(Number.sign)
      case .relu: x.map(Number.relu)
      case .step: x.map(Number.step)
      case .stopGradient: x[0]

      case .add: x.combine { $0 + $1 }
      case .subtract: x.combine { $0 - $1 }
      case .multiply: x.combine { $0 * $1 }
      case .divide: x.combine { $0 / $1 }
      case .maximum: x.combine(Number.larger)
      case .minimum: x.combine(Number.smaller)
      case .power: x.combine(Number.power)
      case .greater: x.combine { $0 > $1 ? 1 : 0 }
      case .equal: x.combine { $0 == $1 ? 1 : 0 }
      case .select: zip(x[0], zip(x[1], x[2])).map { $0 != 0 ? $1.0 : $1.1 }

      case .sum(let axis): x.reduce(axis) { line in Number(line.reduce(0) { $0 + Double($1) }) }
      case .maximumOver(let axis):
        x.reduce(axis) { line in line.reduce(-.infinity, Number.larger) }
      case .argmax(let axis): x.reduce(axis) { line in Number(line.firstIndexOfLargest) }

      case .reshape: x[0]
      case .transpose(let permutation): x.transposed(by: permutation)
      case .broadcast(let axis, let count): x.broadcast(axis, count)
      case .slice(let axis, let start, let count): x.sliced(axis, start, count)
      case .pad(let axis, let before, let after): x.padded(axis, before, after)
      case .concatenate(let axis): x.concatenated(axis)

      case .matmul: x.product()
      case .gatherRows: x.gathered()
      case .scatterRows(let rows): x.scattered(rows: rows)
      case .pick: x.picked()
      case .place(let count): x.placed(count: count)

      case .patches(let window): x.patches(window)
      case .overlay(let window, _): x.overlaid(window)
      case .takeLargest(let window): x.takenLargest(window)
      case .placeLargest(let window): x.placedLargest(window)
      }
    return NDArray(shape: shape, scalars: numbers)
  }
}

extension Array where Element: RealNumber {
  /// The position of the first of the largest elements.
  fileprivate var firstIndexOfLargest: Int {
    indices.dropFirst().reduce(0) { self[$1] > self[$0] ? $1 : $0 }
  }
}
