import Kernels

/// What computes a value of a plan: a primitive, or what the passes made of several.
enum PlanOp: Hashable {
  case primitive(Op)
  /// Element `i` is element `(i / inner) % count` of the operand, which has `count` elements: a
  /// number, a row or a column repeated until it fills the shape.
  case spread(inner: Int)
  /// Element `i` is element `start + i / count · step + i % count` of the operand: some columns of
  /// it.
  case window(start: Int, count: Int, step: Int)
  /// The same numbers at a place of their own; copies of different numbers are kept apart.
  case copy(Int)
  /// A matrix product together with what is done to its result on the way to memory.
  case product(Product)
  /// `placeLargest` times `step` of its keys: the backward pass of pooling after ReLU.
  case placeLargestPositive(Window)
}

extension PlanOp {
  /// Whether the machine for fused steps computes it: element by element, or a reduction.
  var isFused: Bool {
    switch self {
    case .copy: true
    case .spread, .window, .product, .placeLargestPositive: false
    case .primitive(let op): op.isElementwise || op.reduction != nil
    }
  }

  /// The reduced axis of the operand, if this is a reduction by the machine for fused steps.
  var reduction: Int? {
    if case .primitive(let op) = self { op.reduction } else { nil }
  }
}

extension Op {
  fileprivate var reduction: Int? {
    switch self {
    case .sum(let axis), .maximumOver(let axis): axis
    default: nil
    }
  }
}

extension PlanGraph {
  /// Whether the value has no memory, but tells fused kernels how to read another's.
  func isWayOfReading(_ id: Int) -> Bool {
    switch self[id].op {
    case .spread, .window: true
    case .primitive, .copy, .product, .placeLargestPositive: false
    }
  }
}

/// One value of a plan.
///
/// Its operands are positions of earlier values.
struct PlanValue: Hashable {
  let op: PlanOp
  let inputs: [Int]
  let shape: Shape

  var count: Int { shape.count }
}

/// The values of a plan in an order in which they can be computed, each distinct one once.
///
/// Values are only ever added; what no root needs is never looked at again, so nothing has to be
/// removed. Rules that rewrite (`Simplification`) act while a value is being added.
struct PlanGraph {
  private(set) var values: [PlanValue] = []
  private var known: [PlanKey: Int] = [:]
  /// Literals `0, 1, … n - 1`, by `n`.
  private var positions: [Int: Int] = [:]
  private var copies = 0

  subscript(id: Int) -> PlanValue { values[id] }

  /// Makes room for so many values.
  mutating func reserveCapacity(_ count: Int) {
    values.reserveCapacity(count)
    known.reserveCapacity(count)
  }

  /// The position of this value, which is added unless it is there.
  mutating func add(_ op: PlanOp, _ inputs: [Int], _ shape: Shape) -> Int {
    let value = PlanValue(op: op, inputs: inputs, shape: shape)
    let key = PlanKey(value)
    if let id = known[key] { return id }
    values.append(value)
    known[key] = values.count - 1
    return values.count - 1
  }

  mutating func add(_ op: Op, _ inputs: [Int], _ shape: Shape) -> Int {
    add(.primitive(op), inputs, shape)
  }

  mutating func addConstant(_ value: Double, _ shape: Shape) -> Int {
    add(.constant(Double(Float(value))), [], shape)
  }

  /// `0, 1, … count - 1`.
  mutating func addPositions(_ count: Int) -> Int {
    if let id = positions[count] { return id }
    let array = NDArray(shape: Shape([count]), scalars: (0..<count).map { Float($0) })
    let id = add(.literal(Literal(array)), [], array.shape)
    positions[count] = id
    return id
  }

  /// A copy that is shared with nothing.
  mutating func addCopy(of id: Int) -> Int {
    copies += 1
    return add(.copy(copies), [id], self[id].shape)
  }

  /// The number in every element, if there is one.
  func constant(_ id: Int) -> Double? {
    if case .primitive(.constant(let value)) = self[id].op { value } else { nil }
  }

  func isConstant(_ id: Int, _ value: Double) -> Bool { constant(id) == value }

  /// The operands if this value is that primitive.
  func operands(_ id: Int, of op: Op) -> [Int]? {
    self[id].op == .primitive(op) ? self[id].inputs : nil
  }

  /// The positions that these roots need, in order.
  func live(_ roots: [Int]) -> [Int] {
    var needed = [Bool](repeating: false, count: values.count)
    for root in roots { needed[root] = true }
    for id in values.indices.reversed() where needed[id] {
      for input in values[id].inputs { needed[input] = true }
    }
    return values.indices.filter { needed[$0] }
  }

  /// How often each value is an operand or a root.
  func uses(of live: [Int], roots: [Int]) -> [Int] {
    var uses = [Int](repeating: 0, count: values.count)
    for id in live { for input in values[id].inputs { uses[input] += 1 } }
    for root in roots { uses[root] += 1 }
    return uses
  }
}

/// What makes two values the same: equal inputs are one value, and 0 is not -0.
private struct PlanKey: Hashable {
  let value: PlanValue
  let constantBits: UInt64

  init(_ value: PlanValue) {
    self.value = value
    if case .primitive(.constant(let number)) = value.op {
      constantBits = number.bitPattern
    } else {
      constantBits = 0
    }
  }
}

// MARK: Where values lie

/// Elements that lie one after another within a stored value.
struct PlanLocation: Hashable {
  /// The value that owns the memory.
  var root: Int
  /// The position of the first element in it.
  var offset: Int
}

extension PlanGraph {
  /// Where a value lies if it is another name for elements of a stored one, or is stored itself.
  func location(_ id: Int) -> PlanLocation {
    let value = self[id]
    switch value.op {
    case .primitive(.reshape):
      return location(value.inputs[0])
    case .primitive(.slice(let axis, let start, _)):
      let whole = self[value.inputs[0]].shape
      guard whole.isContiguousSlice(axis) else { return PlanLocation(root: id, offset: 0) }
      var place = location(value.inputs[0])
      place.offset += start * whole.division(at: axis).inner
      return place
    default:
      return PlanLocation(root: id, offset: 0)
    }
  }

  /// Whether the value is another name for elements of a stored one.
  func isView(_ id: Int) -> Bool { location(id).root != id }
}

extension Shape {
  /// The sizes into which an axis divides a shape: element `(o, i, n)` stands at
  /// `(o · length + i) · inner + n`.
  func division(at axis: Int) -> (outer: Int, length: Int, inner: Int) {
    (
      (0..<axis).reduce(1) { $0 * self[$1] }, axis < rank ? self[axis] : 1,
      (min(axis + 1, rank)..<rank).reduce(1) { $0 * self[$1] }
    )
  }

  /// Whether neighbours along this axis leave no gap to what comes before it.
  func isContiguousSlice(_ axis: Int) -> Bool { division(at: axis).outer <= 1 }
}
