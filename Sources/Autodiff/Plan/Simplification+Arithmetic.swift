import Kernels

// Sums, differences, products, quotients and powers. Signs move outwards, where a sum or difference
// takes them in; factors that are one number for the whole array are collected.

extension PlanGraph {
  private func negated(_ id: Int) -> Int? { operands(id, of: .negate)?[0] }

  mutating func sum(_ a: Int, _ b: Int) -> Int {
    if isConstant(b, 0) { return a }
    if isConstant(a, 0) { return b }
    if let y = negated(b) { return difference(a, y) }
    if let x = negated(a) { return difference(b, x) }
    if let joined = joinedPads(a, b) ?? joinedPads(b, a) { return joined }
    return add(.add, [min(a, b), max(a, b)], self[a].shape)
  }

  mutating func difference(_ a: Int, _ b: Int) -> Int {
    if isConstant(b, 0) { return a }
    if isConstant(a, 0) { return negative(b) }
    if let y = negated(b) { return sum(a, y) }
    return add(.subtract, [a, b], self[a].shape)
  }

  mutating func negative(_ a: Int) -> Int {
    if let value = constant(a) { return addConstant(-value, self[a].shape) }
    if let x = negated(a) { return x }
    if let x = operands(a, of: .subtract) { return difference(x[1], x[0]) }
    if let x = operands(a, of: .multiply), let factor = constant(x[1]) {
      return product(x[0], addConstant(-factor, self[a].shape))
    }
    return add(.negate, [a], self[a].shape)
  }

  /// One number in every element, known now or when the plan runs.
  private func isUniform(_ id: Int) -> Bool {
    constant(id) != nil || spreadSource(id).map { self[$0.source].count == 1 } ?? false
  }

  /// Of a product with a factor that is uniform: the other factor, the uniform one.
  private func scaled(_ id: Int) -> (Int, Int)? {
    guard let x = operands(id, of: .multiply) else { return nil }
    return isUniform(x[1]) ? (x[0], x[1]) : nil
  }

  /// A uniform factor stands last in every product.
  mutating func product(_ a: Int, _ b: Int) -> Int {
    let shape = self[a].shape
    if isUniform(a), !isUniform(b) { return product(b, a) }
    if isConstant(b, 1) { return a }
    if isConstant(b, -1) { return negative(a) }
    if a == b { return elementwise(.square, [a]) }
    if let x = negated(a) { return negative(product(x, b)) }
    if let y = negated(b) { return negative(product(a, y)) }
    if isUniform(b) {
      if let (x, factor) = scaled(a) { return product(x, elementwise(.multiply, [factor, b])) }
      if let x = operands(a, of: .divide) { return quotient(product(x[0], b), x[1]) }
      return add(.multiply, [a, b], shape)
    }
    if let y = operands(b, of: .reciprocal) { return quotient(a, y[0]) }
    if let x = operands(a, of: .reciprocal) { return quotient(b, x[0]) }
    return add(.multiply, [min(a, b), max(a, b)], shape)
  }

  mutating func quotient(_ a: Int, _ b: Int) -> Int {
    let shape = self[a].shape
    if let value = constant(b), (1e-30...1e30).contains(abs(value)) {
      return product(a, addConstant(Double(1 / Float(value)), shape))
    }
    if let (source, inner) = spreadSource(b) {
      let inverse = elementwise(.reciprocal, [source])
      return elementwise(.multiply, [a, spread(inverse, inner: inner, shape)])
    }
    if isConstant(a, 1) { return elementwise(.reciprocal, [b]) }
    if let x = negated(a) { return negative(quotient(x, b)) }
    if let y = negated(b) { return negative(quotient(a, y)) }
    return add(.divide, [a, b], shape)
  }

  mutating func power(_ a: Int, _ b: Int) -> Int {
    let shape = self[a].shape
    switch constant(b) {
    case 0: return addConstant(1, shape)
    case 1: return a
    case 2: return elementwise(.square, [a])
    case 3: return product(elementwise(.square, [a]), a)
    case -1: return elementwise(.reciprocal, [a])
    default: return add(.power, [a, b], shape)
    }
  }

  /// Two neighbouring parts of an array, each padded with zeros to the whole, as one padded array:
  /// so the gradients of slices come together.
  private mutating func joinedPads(_ a: Int, _ b: Int) -> Int? {
    guard case .primitive(.pad(let axis, let before, let after)) = self[a].op,
      case .primitive(.pad(axis, let nextBefore, let nextAfter)) = self[b].op
    else { return nil }
    let (x, y) = (self[a].inputs[0], self[b].inputs[0])
    let (first, second) = (self[x].shape, self[y].shape)
    guard before + first[axis] == nextBefore, after == second[axis] + nextAfter else { return nil }
    let joined = concatenate([x, y], axis, first.replacing(axis, with: first[axis] + second[axis]))
    return pad(joined, axis, before, nextAfter, self[a].shape)
  }
}
