import CKernels
import Kernels

/// Turns tasks into instructions: gives every value its address.
struct Lowering {
  let graph: PlanGraph
  let memory: PlanMemory
  private let homes: [Int: Int]
  private let inputs: [UnsafeMutablePointer<Float>]
  private let arena: Arena
  private let arenaStart: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
  private var leaves: [Int: UnsafeMutablePointer<Float>] = [:]
  private(set) var instructions: [PlanInstruction] = []
  /// Of each task, its instructions.
  private(set) var ranges: [Range<Int>] = []

  /// - Parameters:
  ///   - inputs: Where the inputs of the graph are, state tensors first.
  ///   - kept: Values needed after the last task.
  init(
    _ schedule: Schedule, _ tasks: [PlanTask], inputs: [UnsafeMutablePointer<Float>],
    kept: Set<Int>, memory: PlanMemory
  ) {
    graph = schedule.graph
    homes = schedule.homes
    self.inputs = inputs
    self.memory = memory
    let housed = Set(schedule.homes.keys)
    let residence = Residence(graph, tasks, homes: housed)
    arena = Arena(
      Arena.tenants(graph, tasks, housed: housed, kept: kept, residence), residence)
    arenaStart = memory.floats(arena.count)
    scratch = memory.floats(tasks.map { $0.scratchCount(schedule.graph) }.max() ?? 0)
    for task in tasks {
      let first = instructions.count
      switch task.work {
      case .fused(let programs): addFused(programs)
      case .single(let id): addSingle(id)
      }
      ranges.append(first..<instructions.count)
    }
  }

  var arenaCount: Int { arena.count }

  /// The address of a value that has memory.
  mutating func address(_ place: PlanLocation) -> UnsafeMutablePointer<Float> {
    start(of: place.root) + place.offset
  }

  mutating func address(_ id: Int) -> UnsafeMutablePointer<Float> { address(graph.location(id)) }

  private mutating func start(of root: Int) -> UnsafeMutablePointer<Float> {
    if let state = homes[root] { return inputs[state] }
    if let offset = arena.offsets[root] { return arenaStart + offset }
    if let leaf = leaves[root] { return leaf }
    let leaf: UnsafeMutablePointer<Float>
    switch graph[root].op {
    case .primitive(.input(let index)): leaf = inputs[index]
    case .primitive(.literal(let literal)): leaf = memory.floats(literal.array.scalars)
    case .primitive(.constant(let value)):
      leaf = memory.floats(Array(repeating: Float(value), count: graph[root].count))
    default: preconditionFailure("a value that no kernel writes has no memory")
    }
    leaves[root] = leaf
    return leaf
  }

  // MARK: One value at a time

  private mutating func addSingle(_ id: Int) {
    switch graph[id].op {
    case .product(let product): addProduct(id, product)
    case .placeLargestPositive(let window):
      let images = graph[id].shape
      addWindow(id, .placeLargestPositive, window, images: images)
    case .primitive(let op): addPrimitive(id, op)
    case .spread, .window, .copy: preconditionFailure("only fused kernels compute this")
    }
  }

  private mutating func addProduct(_ id: Int, _ product: Product) {
    let value = graph[id]
    var extra = value.inputs.dropFirst(2)
    let result = address(id)
    var epilogue: UnsafePointer<fledge_epilogue>?
    if !product.isBare {
      let bias = product.hasBias ? extra.popFirst().map { UnsafePointer(address($0)) } : nil
      let gate = product.isGated ? extra.popFirst().map { UnsafePointer(address($0)) } : nil
      epilogue = memory.store(
        fledge_epilogue(
          bias: bias, activation: Int32(product.activation.rawValue), slope: product.slope,
          gate: gate, gate_row: value.shape[1]))
    }
    if product.patches != .none { return addImageProduct(id, product, epilogue: epilogue) }
    let instruction = ProductInstruction(
      product: graph.matrixProduct(id, product),
      left: UnsafePointer(address(value.inputs[0])) + (product.columnsOfA?.start ?? 0),
      right: UnsafePointer(address(value.inputs[1])) + (product.columnsOfB?.start ?? 0),
      result: result, epilogue: epilogue, scratch: scratch)
    instructions.append(.product(memory.store(instruction)))
  }

  private mutating func addPrimitive(_ id: Int, _ op: Op) {
    let value = graph[id]
    let shapes = value.inputs.map { graph[$0].shape }
    switch op {
    case .argmax(let axis):
      let (outer, length, inner) = shapes[0].division(at: axis)
      if inner == 1 {
        add(id) {
          .argmaxOfRows($0)
        } with: {
          $0.set(rows: outer, columns: length, length, 0)
        }
      } else {
        add(id) {
          .argmaxOfColumns($0)
        } with: {
          $0.set(rows: length, columns: inner, 0, 0, bound: outer)
        }
      }
    case .transpose(let permutation): addTranspose(id, shapes[0], permutation)
    case .broadcast(let axis, _):
      let (outer, length, inner) = value.shape.division(at: axis)
      addStrided(id, [1, outer, length, inner], [0, inner, 0, 1])
    case .pad(let axis, let before, _):
      let (outer, length, inner) = value.shape.division(at: axis)
      let count = shapes[0][axis]
      add(id) {
        .zeros($0)
      } with: {
        $0.columns = value.count
      }
      add(id, to: before * inner) {
        .copyRows($0)
      } with: {
        $0.set(rows: outer, columns: count * inner, count * inner, length * inner)
      }
    case .concatenate(let axis):
      let (outer, length, inner) = value.shape.division(at: axis)
      var position = 0
      for (index, shape) in shapes.enumerated() {
        let columns = shape[axis] * inner
        defer { position += columns }
        // A part that was computed in its place needs no copy.
        if outer <= 1, address(value.inputs[index]) == address(id) + position { continue }
        add(id, operand: index, to: position) {
          .copyRows($0)
        } with: {
          $0.set(rows: outer, columns: columns, columns, length * inner)
        }
      }
    case .gatherRows, .scatterRows, .pick, .place: addIndexed(id, op, shapes)
    case .patches(let window): addWindow(id, .patches, window, images: shapes[0])
    case .overlay(let window, let images): addWindow(id, .overlay, window, images: images)
    case .takeLargest(let window): addWindow(id, .takeLargest, window, images: shapes[0])
    case .placeLargest(let window): addWindow(id, .placeLargest, window, images: shapes[1])
    default: preconditionFailure("\(op.name) has no kernel of its own")
    }
  }

  private mutating func addIndexed(_ id: Int, _ op: Op, _ shapes: [Shape]) {
    let rows = shapes[1].count
    switch op {
    case .gatherRows:
      let columns = shapes[0].division(at: 0).inner
      add(id) {
        .gather($0)
      } with: {
        $0.set(rows: rows, columns: columns, columns, columns, bound: shapes[0][0])
      }
    case .scatterRows(let bound):
      let columns = shapes[0].division(at: 0).inner
      add(id) {
        .scatter($0)
      } with: {
        $0.set(rows: rows, columns: columns, columns, columns, bound: bound)
      }
    case .pick:
      add(id) {
        .pick($0)
      } with: {
        $0.set(rows: rows, columns: shapes[0][1], shapes[0][1], 0)
      }
    case .place(let count):
      add(id) {
        .place($0)
      } with: {
        $0.set(rows: rows, columns: count, 0, count)
      }
    default: break
    }
  }

  private mutating func addTranspose(_ id: Int, _ shape: Shape, _ permutation: [Int]) {
    if permutation == [1, 0] {
      add(id) {
        .transpose($0)
      } with: {
        $0.set(rows: shape[0], columns: shape[1], shape[1], shape[0])
      }
      return
    }
    let strides = permutation.map { shape.division(at: $0).inner }
    addStrided(id, permutation.map { shape[$0] }, strides)
  }

  private mutating func addStrided(_ id: Int, _ counts: [Int], _ strides: [Int]) {
    let c = Array(repeating: 1, count: 4 - counts.count) + counts
    let s = Array(repeating: 0, count: 4 - counts.count) + strides
    let instruction = StridedInstruction(
      source: UnsafePointer(address(graph[id].inputs[0])), result: address(id),
      counts: (c[0], c[1], c[2], c[3]), strides: (s[0], s[1], s[2], s[3]))
    instructions.append(.strided(memory.store(instruction)))
  }

  /// Adds a loop over rows, from an operand of the value (the second one has indices) to the value.
  private mutating func add(
    _ id: Int, operand: Int = 0, to position: Int = 0,
    _ kind: (UnsafePointer<RowsInstruction>) -> PlanInstruction,
    with set: (inout RowsInstruction) -> Void
  ) {
    let source = UnsafePointer(address(graph[id].inputs[operand]))
    let indices = graph[id].inputs.count > 1 ? UnsafePointer(address(graph[id].inputs[1])) : source
    var instruction = RowsInstruction(
      source: source, indices: indices, result: address(id) + position)
    set(&instruction)
    instructions.append(kind(memory.store(instruction)))
  }

  mutating func add(_ instruction: PlanInstruction) { instructions.append(instruction) }
}

extension RowsInstruction {
  fileprivate mutating func set(
    rows: Int, columns: Int, _ sourceStride: Int, _ resultStride: Int, bound: Int = 0
  ) {
    self.rows = rows
    self.columns = columns
    self.sourceStride = sourceStride
    self.resultStride = resultStride
    self.bound = bound
  }
}

extension PlanGraph {
  /// The loop for a product.
  func matrixProduct(_ id: Int, _ product: Product) -> MatrixProduct {
    MatrixProduct(
      rows: self[id].shape[0], columns: self[id].shape[1], depth: depth(id, product),
      isLeftTransposed: product.transposesA, isRightTransposed: product.transposesB,
      leftStride: product.columnsOfA.map { _ in self[self[id].inputs[0]].shape[1] },
      rightStride: product.columnsOfB.map { _ in self[self[id].inputs[1]].shape[1] },
      alpha: product.alpha)
  }

  /// How many products are added up for each number of the result.
  func depth(_ id: Int, _ product: Product) -> Int {
    let left = self[self[id].inputs[0]].shape
    return product.transposesA ? left[0] : product.columnsOfA?.count ?? left[1]
  }
}

extension PlanGraph {
  fileprivate func scratchCount(_ id: Int, _ product: Product) -> Int {
    guard let sizes = imageProduct(id, product) else {
      return matrixProduct(id, product).scratchCount
    }
    return withUnsafePointer(to: sizes.windows) {
      Int(fledge_convolution_scratch($0, Int64(sizes.outputs)))
    }
  }
}

extension PlanTask {
  /// Floats of scratch memory.
  func scratchCount(_ graph: PlanGraph) -> Int {
    switch work {
    case .fused(let programs): programs.map(\.scratchCount).max() ?? 0
    case .single(let id):
      switch graph[id].op {
      case .product(let product): graph.scratchCount(id, product)
      default: 0
      }
    }
  }
}
