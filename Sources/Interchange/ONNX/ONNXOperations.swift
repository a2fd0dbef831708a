import Autodiff
import Kernels

// What each primitive is in ONNX; the switch has no default, so a new primitive has to be told.

extension ONNXGraphWriter {
  /// Writes the operations that a node is made of.
  mutating func written(_ node: Node) throws(InterchangeError) -> Value {
    let x = node.inputs
    switch node.op {
    case .input(let index): return Value(name: parameterName(index))
    case .constant(let number): return Value(name: scalar(Float(number)), form: .scalar)
    case .literal(let literal):
      let (scalars, sizes) = (literal.array.scalars, node.shape.dimensions)
      let extents = try source.extents(node)
      guard let rows = extents.first, !extents.allSatisfy(\.isFixed) else {
        return Value(name: numbers(scalars, shape: sizes))
      }
      // One row for all is stretched; others would be some rows' own.
      let width = scalars.count / max(1, sizes[0])
      guard !rows.isFixed, extents.dropFirst().allSatisfy(\.isFixed),
        scalars.indices.allSatisfy({ scalars[$0] == scalars[$0 % max(1, width)] })
      else { throw BatchedGraph.changing("constants") }
      return Value(
        name: numbers(Array(scalars.prefix(width)), shape: [1] + sizes.dropFirst()), form: .thin)
    case .iota(let axis): return try positions(node, axis: axis)

    case .negate: return elementwise("Neg", x)
    case .reciprocal: return elementwise("Reciprocal", x)
    case .exp: return elementwise("Exp", x)
    case .log: return elementwise("Log", x)
    case .squareRoot: return elementwise("Sqrt", x)
    case .square: return elementwise("Mul", [x[0], x[0]])
    case .tanh: return elementwise("Tanh", x)
    case .sigmoid: return elementwise("Sigmoid", x)
    case .erf: return elementwise("Erf", x)
    case .sine: return elementwise("Sin", x)
    case .cosine: return elementwise("Cos", x)
    case .softplus: return elementwise("Softplus", x)
    case .absolute: return elementwise("Abs", x)
    case .sign: return elementwise("Sign", x)
    case .relu: return elementwise("Relu", x)
    case .step:
      let zero = scalar(0)
      return truth("Greater", [value(x[0]).name, zero], form: value(x[0]).form)
    case .stopGradient: return value(x[0])

    case .add: return try biased(node) ?? elementwise("Add", x)
    case .subtract: return elementwise("Sub", x)
    case .multiply: return elementwise("Mul", x)
    case .divide: return elementwise("Div", x)
    case .maximum: return elementwise("Max", x)
    case .minimum: return elementwise("Min", x)
    case .power: return elementwise("Pow", x)
    case .greater: return truth("Greater", x.map { value($0).name }, form: form(of: x))
    case .equal: return truth("Equal", x.map { value($0).name }, form: form(of: x))
    case .select:
      let condition = cast(value(x[0]).name, to: .boolean)
      let name = add("Where", [condition, value(x[1]).name, value(x[2]).name])
      return Value(name: name, form: form(of: x))

    case .sum, .maximumOver, .argmax: return try reduction(node)
    case .reshape, .transpose, .broadcast, .slice, .pad, .concatenate:
      return try rearrangement(node)
    case .matmul: return try product(node)
    case .gatherRows:
      return Value(
        name: add("Gather", [try full(x[0]), try whole(x[1])], [.integer("axis", 0)]))
    case .pick:
      let places = add("Unsqueeze", [try whole(x[1]), constant([1])])
      let picked = add("GatherElements", [try full(x[0]), places], [.integer("axis", 1)])
      return Value(name: add("Squeeze", [picked, constant([1])]))
    case .patches(let window): return try patches(node, window)
    case .takeLargest(let window): return try pooled(node, window)
    case .scatterRows, .place, .overlay, .placeLargest:
      throw InterchangeError(
        "the network has the operation '\(node.op.name)', which ONNX has no form for; export its "
          + "weights with --format safetensors")
    }
  }

  private func parameterName(_ index: Int) -> String {
    let parameters = source.graph.parameters
    return parameters.indices.contains(index) ? parameters[index].name : ""
  }

  // MARK: Element by element

  /// The form of what elements of these make.
  private func form(of nodes: [Node]) -> Form {
    let forms = nodes.map { value($0).form }
    if forms.contains(.full) { return .full }
    return forms.contains(.thin) ? .thin : .scalar
  }

  private mutating func elementwise(_ type: String, _ nodes: [Node]) -> Value {
    Value(name: add(type, nodes.map { value($0).name }), form: form(of: nodes))
  }

  /// A comparison, as 1 and 0.
  private mutating func truth(_ type: String, _ names: [String], form: Form) -> Value {
    Value(name: cast(add(type, names), to: .float), form: form)
  }

  /// A product and a row added to it, which is one operation in ONNX.
  private mutating func biased(_ node: Node) throws(InterchangeError) -> Value? {
    let (product, row) = (node.inputs[0], node.inputs[1])
    guard case .matmul = product.op, case .broadcast(0, _) = row.op,
      row.inputs[0].shape.rank == 1, !isPatches(product.inputs[0])
    else { return nil }
    let (a, b) = (try full(product.inputs[0]), try full(product.inputs[1]))
    return Value(name: add("Gemm", [a, b, try full(row.inputs[0])]))
  }

  // MARK: Reductions

  private mutating func reduction(_ node: Node) throws(InterchangeError) -> Value {
    let x = try full(node.inputs[0])
    switch node.op {
    case .sum(let axis):
      return Value(name: add("ReduceSum", [x, constant([axis])], [.integer("keepdims", 0)]))
    case .maximumOver(let axis):
      return Value(
        name: add("ReduceMax", [x], [.integers("axes", [axis]), .integer("keepdims", 0)]))
    case .argmax(let axis):
      let whole = add("ArgMax", [x], [.integer("axis", axis), .integer("keepdims", 0)])
      return Value(name: cast(whole, to: .float), whole: whole)
    default: return Value(name: x)
    }
  }

  // MARK: Rearrangements

  private mutating func rearrangement(_ node: Node) throws(InterchangeError) -> Value {
    let x = node.inputs
    let other = source.otherOp(node)
    switch node.op {
    case .reshape:
      return try reshaped(node)
    case .transpose(let permutation):
      return Value(name: add("Transpose", [try full(x[0])], [.integers("perm", permutation)]))
    case .broadcast(let axis, _):
      let small = value(x[0])
      if small.form == .scalar { return small }
      return Value(name: add("Unsqueeze", [small.name, constant([axis])]), form: .thin)
    case .slice(let axis, let start, let count):
      guard case .slice(_, start, let otherCount) = other else {
        throw BatchedGraph.changing("slices")
      }
      var end = start + count
      if otherCount != count {
        guard end == x[0].shape[axis] else { throw BatchedGraph.changing("slices") }
        end = Int.max
      }
      return Value(
        name: add(
          "Slice",
          [try full(x[0]), constant([start]), constant([end]), constant([axis])]))
    case .pad(let axis, let before, let after):
      guard other == node.op else { throw BatchedGraph.changing("padding") }
      var pads = [Int](repeating: 0, count: 2 * node.shape.rank)
      (pads[axis], pads[node.shape.rank + axis]) = (before, after)
      return Value(name: add("Pad", [try full(x[0]), constant(pads)]))
    case .concatenate(let axis):
      var names: [String] = []
      for operand in x { names.append(try full(operand)) }
      return Value(name: add("Concat", names, [.integer("axis", axis)]))
    default: return value(x[0])
    }
  }

  private mutating func reshaped(_ node: Node) throws(InterchangeError) -> Value {
    let small = value(node.inputs[0])
    if small.form == .scalar { return small }
    let extents = try source.extents(node)
    let x = try full(node.inputs[0])
    // One size that hangs on the rows can be left to the runtime to find.
    let isSimple = extents.filter { !$0.isFixed }.count == 1
    let target =
      isSimple ? constant(extents.map { $0.isFixed ? $0.fixed : -1 }) : shape(extents)
    return Value(name: add("Reshape", [x, target]))
  }

  /// Each element's place along an axis: small, along this axis only.
  private mutating func positions(_ node: Node, axis: Int) throws(InterchangeError) -> Value {
    let extent = try source.extents(node)[axis]
    var sizes = [Int](repeating: 1, count: node.shape.rank)
    guard !extent.isFixed else {
      sizes[axis] = extent.fixed
      return Value(name: numbers((0..<extent.fixed).map(Float.init), shape: sizes), form: .thin)
    }
    let end = add("Squeeze", [shape([extent])])
    let (zero, one) = (add("Squeeze", [constant([0])]), add("Squeeze", [constant([1])]))
    sizes[axis] = -1
    let range = cast(add("Range", [zero, end, one]), to: .float)
    return Value(name: add("Reshape", [range, constant(sizes)]), form: .thin)
  }
}
