import Kernels

// Rules applied while values are added, so that one pass over the graph reaches everything:
//
// 1. What is known is computed now (constants, `iota`, empty arrays).
// 2. What does nothing disappears (x · 1, x + 0, reshape of reshape, two transposes, …).
// 3. What is the same for many elements is computed once: functions of numbers that are spread over
//    an array become functions of the numbers, spread; division by such a number becomes a product.
//
// Rule 3 and the reassociation of factors change the last bit of a result, never its sense: `x · 0`
// stays, because it is not 0 where `x` is infinite.

extension PlanGraph {
  /// Adds the nodes that the roots need; gives the positions of the roots.
  mutating func add(_ roots: [Node]) -> [Int] {
    let order = topologicalOrder(of: roots)
    var ids: [ObjectIdentifier: Int] = [:]
    ids.reserveCapacity(order.count)
    reserveCapacity(order.count)
    for node in order {
      let inputs = node.inputs.map { ids[ObjectIdentifier($0)] ?? 0 }
      ids[ObjectIdentifier(node)] = simplified(node.op, inputs, node.shape)
    }
    return roots.map { ids[ObjectIdentifier($0)] ?? 0 }
  }

  /// The position of the simplest value equal to this operation.
  mutating func simplified(_ op: Op, _ x: [Int], _ shape: Shape) -> Int {
    if shape.count == 0, !op.isLeaf { return addConstant(0, shape) }
    switch op {
    case .input, .literal: return add(op, [], shape)
    case .constant(let value): return addConstant(value, shape)
    case .iota(let axis):
      let (_, length, inner) = shape.division(at: axis)
      return shape.count == 0
        ? addConstant(0, shape) : spread(addPositions(length), inner: inner, shape)
    case .stopGradient: return x[0]

    case .negate, .reciprocal, .exp, .log, .squareRoot, .square, .tanh, .sigmoid, .softplus, .erf,
      .sine, .cosine, .absolute, .sign, .relu, .step, .add, .subtract, .multiply, .divide,
      .maximum, .minimum, .power, .greater, .equal, .select:
      return elementwise(op, x)

    case .sum(let axis): return sum(x[0], axis, shape)
    case .maximumOver(let axis): return maximum(x[0], axis, shape)
    case .argmax(let axis):
      return self[x[0]].shape[axis] == 1 ? addConstant(0, shape) : add(op, x, shape)

    case .reshape: return reshape(x[0], shape)
    case .transpose(let permutation): return transpose(x[0], permutation, shape)
    case .broadcast(let axis, let count): return broadcast(x[0], axis, count, shape)
    case .slice(let axis, let start, _): return slice(x[0], axis, start, shape)
    case .pad(let axis, let before, let after): return pad(x[0], axis, before, after, shape)
    case .concatenate(let axis): return concatenate(x, axis, shape)

    case .matmul:
      return self[x[0]].shape[1] == 0 ? addConstant(0, shape) : add(op, x, shape)
    case .scatterRows, .place:
      return self[x[1]].count == 0 ? addConstant(0, shape) : add(op, x, shape)
    case .gatherRows, .pick: return add(op, x, shape)

    case .patches(let window), .overlay(let window, _):
      if isConstant(x[0], 0) { return addConstant(0, shape) }
      return window.isOnePixel ? reshape(x[0], shape) : add(op, x, shape)
    case .takeLargest(let window), .placeLargest(let window):
      return window.isOnePixel ? x[0] : add(op, x, shape)
    }
  }

  /// An operation element by element; its operands have one shape.
  mutating func elementwise(_ op: Op, _ x: [Int]) -> Int {
    let shape = self[x[0]].shape
    if let value = folded(op, x) { return addConstant(value, shape) }
    if let narrow = computedBeforeSpreading(op, x) { return narrow }
    switch op {
    case .add: return sum(x[0], x[1])
    case .subtract: return difference(x[0], x[1])
    case .multiply: return product(x[0], x[1])
    case .divide: return quotient(x[0], x[1])
    case .negate: return negative(x[0])
    case .power: return power(x[0], x[1])
    case .square:
      if let inner = operands(x[0], of: .negate) { return elementwise(.square, inner) }
    case .reciprocal:
      if let inner = operands(x[0], of: .reciprocal) { return inner[0] }
    case .relu:
      if operands(x[0], of: .relu) != nil { return x[0] }
    case .maximum:
      if isConstant(x[1], 0) { return elementwise(.relu, [x[0]]) }
      if isConstant(x[0], 0) { return elementwise(.relu, [x[1]]) }
      if x[0] == x[1] { return x[0] }
    case .minimum:
      if x[0] == x[1] { return x[0] }
    case .greater:
      if isConstant(x[1], 0) { return elementwise(.step, [x[0]]) }
    case .equal:
      return add(op, x.sorted(), shape)
    case .select:
      if let condition = constant(x[0]) { return condition != 0 ? x[1] : x[2] }
      if x[1] == x[2] { return x[1] }
    default: break
    }
    return add(op, x, shape)
  }

  /// The result if all operands are constants.
  private func folded(_ op: Op, _ x: [Int]) -> Double? {
    let constants = x.compactMap { constant($0) }
    guard constants.count == x.count else { return nil }
    let operands = constants.map { NDArray<Float>(repeating: Float($0), shape: Shape([])) }
    return op.evaluated(on: operands, shape: Shape([])).scalars.first.map { Double($0) }
  }

  /// Numbers that fill a shape by being repeated: what is repeated, and how.
  func spreadSource(_ id: Int) -> (source: Int, inner: Int)? {
    if case .spread(let inner) = self[id].op { (self[id].inputs[0], inner) } else { nil }
  }

  /// Rule 3: computes with the numbers before they are spread, if all operands are spread alike.
  private mutating func computedBeforeSpreading(_ op: Op, _ x: [Int]) -> Int? {
    var common: (source: Int, inner: Int)?
    for id in x where constant(id) == nil {
      guard let own = spreadSource(id) else { return nil }
      if let common {
        guard self[own.source].count == self[common.source].count, own.inner == common.inner
        else { return nil }
      } else {
        common = own
      }
    }
    guard let common else { return nil }
    let narrow = self[common.source].shape
    var operands: [Int] = []
    for id in x {
      if let value = constant(id) {
        operands.append(addConstant(value, narrow))
      } else if let own = spreadSource(id) {
        operands.append(reshape(own.source, narrow))
      }
    }
    return spread(elementwise(op, operands), inner: common.inner, self[x[0]].shape)
  }

  /// A value of which element `i` is element `(i / inner) % count` of the source.
  mutating func spread(_ source: Int, inner: Int, _ shape: Shape) -> Int {
    if let value = constant(source) { return addConstant(value, shape) }
    if self[source].count == shape.count { return reshape(source, shape) }
    if self[source].count == 1 {
      if let deeper = spreadSource(source) { return spread(deeper.source, inner: 1, shape) }
      return add(.spread(inner: 1), [source], shape)
    }
    return add(.spread(inner: inner), [source], shape)
  }
}
