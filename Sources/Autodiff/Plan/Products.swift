import CKernels
import Kernels

/// A matrix product as one kernel: `epilogue(alpha · op(A) op(B))`.
///
/// Operands of the value: A, B, then the bias and the gate if there are any.
struct Product: Hashable {
  var transposesA = false
  var transposesB = false
  /// Which columns of the stored operands are meant; `nil` stands for all.
  var columnsOfA: Columns?
  var columnsOfB: Columns?
  var alpha: Float = 1
  /// A row is added to every row.
  var hasBias = false
  var activation = FLEDGE_IDENTITY
  /// Below zero, of the leaky activation.
  var slope: Float = 0
  /// The result is kept where an operand of its shape is positive, else it is 0.
  var isGated = false
  var patches = Patches.none

  /// Nothing is done to the product yet but, at most, scaling.
  var isBare: Bool { !hasBias && activation == FLEDGE_IDENTITY && !isGated }

  /// Whether both operands are all of what is stored.
  var takesWholes: Bool { columnsOfA == nil && columnsOfB == nil }

  /// Neighbouring columns of a stored matrix.
  struct Columns: Hashable {
    var start: Int
    var count: Int
  }
}

/// Builds the graph anew with matrix products that take in the transposes before them and what is
/// done to their results, as far as nobody else needs what lies between.
///
/// Operands that a kernel needs in memory, though they are numbers repeated, become copies.
struct ProductPass {
  let old: PlanGraph
  let uses: [Int]
  /// Of `x`, the value `relu(x)`, if there is one.
  private var rectified: [Int: Int] = [:]
  var new = PlanGraph()
  private(set) var map: [Int]

  /// The new graph, and the roots in it.
  static func run(_ graph: PlanGraph, roots: [Int]) -> (graph: PlanGraph, roots: [Int]) {
    var pass = ProductPass(graph, roots: roots)
    for id in graph.live(roots) where pass.map[id] < 0 { pass.map[id] = pass.rebuilt(id) }
    return (pass.new, roots.map { pass.map[$0] })
  }

  private init(_ graph: PlanGraph, roots: [Int]) {
    old = graph
    let live = graph.live(roots)
    for id in live {
      if let x = graph.operands(id, of: .relu) { rectified[x[0]] = id }
    }
    // A gate on `x` can as well look at relu(x): then only relu needs `x`.
    var counts = graph.uses(of: live, roots: roots)
    for id in live {
      if let x = graph.operands(id, of: .step), rectified[x[0]] != nil { counts[x[0]] -= 1 }
    }
    uses = counts
    map = Array(repeating: -1, count: graph.values.count)
    new.reserveCapacity(live.count)
  }

  private mutating func rebuilt(_ id: Int) -> Int {
    let value = old[id]
    let x = value.inputs.map { map[$0] }
    guard case .primitive(let op) = value.op else {
      return new.add(value.op, x.map { stored($0) }, value.shape)
    }
    switch op {
    case .matmul: return product(of: x, value.shape)
    case .reshape:
      if case .window = new[x[0]].op { return new.add(new[x[0]].op, new[x[0]].inputs, value.shape) }
    case .slice(let axis, let start, _): if let window = window(id, axis, start) { return window }
    case .transpose([1, 0]): if let flipped = transposedProduct(id) { return flipped }
    case .step:
      if let relu = rectified[value.inputs[0]] {
        if map[relu] < 0 { map[relu] = rebuilt(relu) }
        return new.add(.step, [map[relu]], value.shape)
      }
    case .relu: if let fused = activated(id, FLEDGE_RELU) { return fused }
    case .tanh: if let fused = activated(id, FLEDGE_TANH) { return fused }
    case .sigmoid: if let fused = activated(id, FLEDGE_SIGMOID) { return fused }
    case .softplus: if let fused = activated(id, FLEDGE_SOFTPLUS) { return fused }
    case .maximum: if let fused = leaky(id) { return fused }
    case .add: if let fused = biased(id) { return fused }
    case .multiply:
      if let fused = gated(id) ?? scaled(id) ?? selfGated(id) ?? placedWherePositive(id) {
        return fused
      }
    case .overlay(let window, _): if let fused = overlaidProduct(id, window) { return fused }
    default: break
    }
    let operands = value.op.isFused ? x : x.map { stored($0) }
    return new.add(op, operands, value.shape)
  }

  /// The value as one that has memory.
  private mutating func stored(_ id: Int) -> Int {
    new.isWayOfReading(id) ? new.add(.copy(0), [id], new[id].shape) : id
  }

  /// A slice that leaves gaps, for fused kernels to read where it is.
  private mutating func window(_ id: Int, _ axis: Int, _ start: Int) -> Int? {
    let whole = old[old[id].inputs[0]].shape
    guard !whole.isContiguousSlice(axis) else { return nil }
    let (_, length, inner) = whole.division(at: axis)
    let op = PlanOp.window(
      start: start * inner, count: old[id].shape[axis] * inner, step: length * inner)
    return new.add(op, [stored(map[old[id].inputs[0]])], old[id].shape)
  }

  // MARK: What comes before a product

  private mutating func product(of x: [Int], _ shape: Shape) -> Int {
    var product = Product()
    let a = new.operands(x[0], of: .transpose([1, 0]))
    let b = new.operands(x[1], of: .transpose([1, 0]))
    (product.transposesA, product.transposesB) = (a != nil, b != nil)
    let sources = [a?[0] ?? x[0], b?[0] ?? x[1]]
    if case .primitive(.patches) = new[sources[0]].op {
      var operands = sources.map { stored($0) }
      readingImages(&product, &operands)
      return new.add(.product(product), operands, shape)
    }
    let (left, right) = (columns(sources[0]), columns(sources[1]))
    (product.columnsOfA, product.columnsOfB) = (left?.columns, right?.columns)
    let operands = [left?.matrix ?? stored(sources[0]), right?.matrix ?? stored(sources[1])]
    return new.add(.product(product), operands, shape)
  }

  /// The matrix of which a value is some columns, which a product reads where they are.
  private func columns(_ id: Int) -> (matrix: Int, columns: Product.Columns)? {
    var id = id
    // A transpose, which no fused kernel does, has had its operand copied.
    if case .copy(0) = new[id].op { id = new[id].inputs[0] }
    guard case .window(let start, let count, let step) = new[id].op else { return nil }
    let matrix = new[id].inputs[0]
    let (shape, part) = (new[matrix].shape, new[id].shape)
    guard shape.rank == 2, part.rank == 2, step == shape[1], count == part[1],
      part[0] == shape[0], start + count <= step
    else { return nil }
    return (matrix, Product.Columns(start: start, count: count))
  }

  /// `(A B)ᵀ = Bᵀ Aᵀ`.
  private mutating func transposedProduct(_ id: Int) -> Int? {
    guard let (product, x) = soleProduct(old[id].inputs[0]), product.isBare,
      product.patches == .none
    else { return nil }
    var flipped = product
    flipped.transposesA = !product.transposesB
    flipped.transposesB = !product.transposesA
    (flipped.columnsOfA, flipped.columnsOfB) = (product.columnsOfB, product.columnsOfA)
    return new.add(.product(flipped), [x[1], x[0]], old[id].shape)
  }

  // MARK: What comes after a product

  /// The product that an old value became, if nothing else uses it.
  func soleProduct(_ id: Int, uses expected: Int = 1) -> (Product, [Int])? {
    guard uses[id] == expected, case .product(let product) = new[map[id]].op else { return nil }
    return (product, new[map[id]].inputs)
  }

  private mutating func activated(_ id: Int, _ activation: fledge_activation) -> Int? {
    activated(old[id].inputs[0], uses: 1, activation)
  }

  private mutating func activated(
    _ source: Int, uses expected: Int, _ activation: fledge_activation, slope: Float = 0
  ) -> Int? {
    guard let (bare, x) = soleProduct(source, uses: expected),
      bare.activation == FLEDGE_IDENTITY, !bare.isGated, bare.takesEpilogue
    else { return nil }
    var product = bare
    product.activation = activation
    product.slope = slope
    return new.add(.product(product), x, old[source].shape)
  }

  /// `max(slope · x, x)`, with a slope from 0 to 1.
  private mutating func leaky(_ id: Int) -> Int? {
    for (low, x) in [(0, 1), (1, 0)].map({ (old[id].inputs[$0], old[id].inputs[$1]) }) {
      guard uses[low] == 1, let factors = old.operands(low, of: .multiply), factors[0] == x,
        let slope = old.constant(factors[1]), slope >= 0, slope <= 1
      else { continue }
      return activated(x, uses: 2, FLEDGE_LEAKY_RELU, slope: Float(slope))
    }
    return nil
  }

  /// `x · sigmoid(x)` and `x/2 · (1 + erf(x/√2))`.
  private mutating func selfGated(_ id: Int) -> Int? {
    for (a, b) in [(0, 1), (1, 0)].map({ (old[id].inputs[$0], old[id].inputs[$1]) }) {
      guard uses[b] == 1 else { continue }
      if old.operands(b, of: .sigmoid) == [a] { return activated(a, uses: 2, FLEDGE_SILU) }
      if let x = halfOf(a), isOnePlusErf(b, of: x) { return activated(x, uses: 2, FLEDGE_GELU) }
    }
    return nil
  }

  private func halfOf(_ id: Int) -> Int? {
    guard uses[id] == 1, let x = old.operands(id, of: .multiply), old.isConstant(x[1], 0.5)
    else { return nil }
    return x[0]
  }

  private func isOnePlusErf(_ id: Int, of x: Int) -> Bool {
    guard let terms = old.operands(id, of: .add),
      let erf = terms.first(where: { old.constant($0) == nil }), terms.contains(where: isOne),
      uses[erf] == 1, let argument = old.operands(erf, of: .erf)?[0], uses[argument] == 1,
      let factors = old.operands(argument, of: .multiply), factors[0] == x
    else { return false }
    return old.isConstant(factors[1], Double(Float(0.5.squareRoot())))
  }

  private func isOne(_ id: Int) -> Bool { old.isConstant(id, 1) }

  /// A row added to every row of a product.
  private mutating func biased(_ id: Int) -> Int? {
    let shape = old[id].shape
    guard shape.rank == 2 else { return nil }
    for (a, b) in [(0, 1), (1, 0)].map({ (old[id].inputs[$0], old[id].inputs[$1]) }) {
      guard let (bare, x) = soleProduct(a), bare.isBare, bare.takesEpilogue,
        let row = row(map[b], shape)
      else { continue }
      var product = bare
      product.hasBias = true
      return new.add(.product(product), x + [row], shape)
    }
    return nil
  }

  /// The numbers that stand in every row of a matrix; any numbers if there is but one row.
  private mutating func row(_ id: Int, _ shape: Shape) -> Int? {
    if let (source, inner) = new.spreadSource(id) {
      return inner == 1 && new[source].count == shape[1] ? stored(source) : nil
    }
    return shape[0] == 1 ? stored(id) : nil
  }

  /// A product times `step(h)`: the backward pass of ReLU.
  private mutating func gated(_ id: Int) -> Int? {
    for (a, b) in [(0, 1), (1, 0)].map({ (old[id].inputs[$0], old[id].inputs[$1]) }) {
      guard let (bare, x) = soleProduct(a), bare.isBare, bare.takesEpilogue,
        let gate = new.operands(map[b], of: .step)?[0], !new.isWayOfReading(gate)
      else { continue }
      var product = bare
      product.isGated = true
      return new.add(.product(product), x + [gate], old[id].shape)
    }
    return nil
  }

  private mutating func scaled(_ id: Int) -> Int? {
    guard let factor = old.constant(old[id].inputs[1]),
      let (bare, x) = soleProduct(old[id].inputs[0]), bare.isBare
    else { return nil }
    var product = bare
    product.alpha *= Float(factor)
    return new.add(.product(product), x, old[id].shape)
  }
}
