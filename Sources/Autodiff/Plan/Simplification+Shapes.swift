import Kernels

// Reductions and rearrangements.

extension PlanGraph {
  // MARK: Reductions

  mutating func sum(_ x: Int, _ axis: Int, _ shape: Shape) -> Int {
    let length = self[x].shape[axis]
    if length == 0 { return addConstant(0, shape) }
    if let value = constant(x) {
      return addConstant(Double(Float(value) * Float(length)), shape)
    }
    if let one = alongConstantAxis(x, axis, shape) {
      return elementwise(.multiply, [one, addConstant(Double(length), shape)])
    }
    if let (inner, merged) = mergedAxes(x, axis, { if case .sum(let a) = $0 { a } else { nil } }) {
      return sum(inner, merged, shape)
    }
    return add(.sum(axis: axis), [x], shape)
  }

  mutating func maximum(_ x: Int, _ axis: Int, _ shape: Shape) -> Int {
    if let value = constant(x) { return addConstant(value, shape) }
    if let one = alongConstantAxis(x, axis, shape) { return one }
    let axes = mergedAxes(x, axis) { if case .maximumOver(let a) = $0 { a } else { nil } }
    if let (inner, merged) = axes { return maximum(inner, merged, shape) }
    return add(.maximumOver(axis: axis), [x], shape)
  }

  /// Any one of the slices along an axis, if they are all the same.
  private mutating func alongConstantAxis(_ x: Int, _ axis: Int, _ shape: Shape) -> Int? {
    let (_, length, inner) = self[x].shape.division(at: axis)
    if length == 1 { return reshape(x, shape) }
    guard let (source, run) = spreadSource(x) else { return nil }
    let count = self[source].count
    if count == 1 || inner % (run * count) == 0 { return spread(source, inner: run, shape) }
    if run % (length * inner) == 0 { return spread(source, inner: run / length, shape) }
    return nil
  }

  /// A reduction of a reduction along a neighbouring axis, as one: what to reduce, along which
  /// axis.
  private mutating func mergedAxes(_ x: Int, _ outer: Int, _ axisOf: (Op) -> Int?) -> (Int, Int)? {
    guard case .primitive(let op) = self[x].op, let inner = axisOf(op) else { return nil }
    let source = self[x].inputs[0]
    let dimensions = (0..<self[source].shape.rank).map { self[source].shape[$0] }
    let second = outer < inner ? outer : outer + 1
    guard abs(second - inner) == 1 else { return nil }
    let first = min(second, inner)
    var merged = dimensions
    let removed = merged.remove(at: first + 1)
    merged[first] *= removed
    return (reshape(source, Shape(merged)), first)
  }

  // MARK: Rearrangements

  mutating func reshape(_ x: Int, _ shape: Shape) -> Int {
    if self[x].shape == shape { return x }
    switch self[x].op {
    case .primitive(.constant(let value)): return addConstant(value, shape)
    case .primitive(.reshape): return reshape(self[x].inputs[0], shape)
    case .spread(let inner): return spread(self[x].inputs[0], inner: inner, shape)
    default: return add(.reshape(shape), [x], shape)
    }
  }

  mutating func transpose(_ x: Int, _ permutation: [Int], _ shape: Shape) -> Int {
    let old = self[x].shape
    if let value = constant(x) { return addConstant(value, shape) }
    let long = permutation.filter { old[$0] != 1 }
    if long == long.sorted() { return reshape(x, shape) }
    if case .primitive(.transpose(let first)) = self[x].op {
      return transpose(self[x].inputs[0], permutation.map { first[$0] }, shape)
    }
    if let (source, inner) = spreadSource(x) {
      if self[source].count == 1 { return spread(source, inner: 1, shape) }
      if old.rank == 2, inner == 1, self[source].count == old[1] {
        return spread(source, inner: old[0], shape)
      }
      if old.rank == 2, inner == old[1], self[source].count == old[0] {
        return spread(source, inner: 1, shape)
      }
    }
    return add(.transpose(permutation), [x], shape)
  }

  mutating func broadcast(_ x: Int, _ axis: Int, _ count: Int, _ shape: Shape) -> Int {
    if let value = constant(x) { return addConstant(value, shape) }
    if count == 1 { return reshape(x, shape) }
    let (outer, _, inner) = shape.division(at: axis)
    let (source, run) = spreadSource(x) ?? (x, 1)
    let sourceCount = self[source].count
    if sourceCount == 1 || outer == 1 || inner % (run * sourceCount) == 0 {
      return spread(source, inner: run, shape)
    }
    if run % inner == 0 { return spread(source, inner: run * count, shape) }
    return add(.broadcast(axis: axis, count: count), [x], shape)
  }

  mutating func slice(_ x: Int, _ axis: Int, _ start: Int, _ shape: Shape) -> Int {
    if self[x].shape == shape { return x }
    let count = shape[axis]
    switch self[x].op {
    case .primitive(.constant(let value)): return addConstant(value, shape)
    case .primitive(.slice(axis, let before, _)):
      return slice(self[x].inputs[0], axis, before + start, shape)
    case .primitive(.concatenate(axis)):
      var position = 0
      for part in self[x].inputs {
        let length = self[part].shape[axis]
        if start >= position, start + count <= position + length {
          return slice(part, axis, start - position, shape)
        }
        position += length
      }
    case .spread where self[self[x].inputs[0]].count == 1:
      return spread(self[x].inputs[0], inner: 1, shape)
    default: break
    }
    return add(.slice(axis: axis, start: start, count: count), [x], shape)
  }

  mutating func pad(_ x: Int, _ axis: Int, _ before: Int, _ after: Int, _ shape: Shape) -> Int {
    if before == 0, after == 0 { return x }
    if isConstant(x, 0) || self[x].count == 0 { return addConstant(0, shape) }
    return add(.pad(axis: axis, before: before, after: after), [x], shape)
  }

  mutating func concatenate(_ x: [Int], _ axis: Int, _ shape: Shape) -> Int {
    let parts = x.filter { self[$0].count > 0 }
    if parts.count == 1 { return parts[0] }
    if let value = constant(parts[0]), parts.allSatisfy({ isConstant($0, value) }) {
      return addConstant(value, shape)
    }
    return add(.concatenate(axis: axis), parts, shape)
  }
}
