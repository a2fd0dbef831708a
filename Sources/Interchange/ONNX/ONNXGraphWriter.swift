import Autodiff
import Kernels

/// Turns a traced graph into ONNX operations, one node after another.
///
/// In a traced graph every operand has the shape that it is used with; ONNX stretches operands by
/// itself. So what only repeats numbers (constants, broadcasts) is kept small as long as nothing
/// but operations of elements sees it, and stretched where something else does.
struct ONNXGraphWriter {
  /// How much of a node's shape its value in the model has.
  enum Form {
    case full
    /// All axes, some of which have one element where the node has more.
    case thin
    /// A single number.
    case scalar
  }

  /// What a node became.
  struct Value {
    var name: String
    var form = Form.full
    /// The same in whole numbers, where there is that.
    var whole: String?
  }

  let source: BatchedGraph
  private(set) var operations: [ONNXOperation] = []
  private var initializers: [ONNXInitializer] = []
  private var integers: [[Int]: String] = [:]
  private var scalars: [UInt32: String] = [:]
  private var values: [ObjectIdentifier: Value] = [:]
  private var ports: (inputs: [ONNXPort], outputs: [ONNXPort]) = ([], [])
  private var taken: Set<String> = []
  private var counts: [String: Int] = [:]
  private var batchSize: String?

  init(_ source: BatchedGraph) { self.source = source }

  // MARK: The whole

  mutating func writeAll() throws(InterchangeError) {
    let graph = source.graph
    taken = Set(graph.parameters.map(\.name) + graph.inputs.map(\.name) + graph.outputs.map(\.name))
    for parameter in graph.parameters {
      initializers.append(
        ONNXInitializer(
          parameter.name, shape: parameter.tensor.shape, floats: parameter.tensor.scalars))
    }
    for input in graph.inputs { try take(input) }
    for node in source.order where values[ObjectIdentifier(node)] == nil {
      values[ObjectIdentifier(node)] = try written(node)
    }
    for output in graph.outputs { try give(output) }
    removeUnused()
  }

  /// The graph's message.
  func message(name: String) -> ProtobufMessage {
    ProtobufMessage { graph in
      for operation in operations { graph.message(1, operation.message) }
      graph.text(2, name)
      for initializer in initializers { graph.message(5, initializer.message) }
      for port in ports.inputs { graph.message(11, port.message) }
      for port in ports.outputs { graph.message(12, port.message) }
    }
  }

  private mutating func take(_ input: NamedGraph.Port) throws(InterchangeError) {
    // An input that nothing hangs on is not in the order, and its first size is the rows.
    let isUsed = source.order.contains { $0 === input.node }
    let sizes = input.node.shape.dimensions
    let extents =
      isUsed
      ? try source.extents(input.node)
      : [BatchExtent(fixed: 0, perRow: 1)] + sizes.dropFirst().map { BatchExtent(fixed: $0) }
    var value = Value(name: input.name)
    switch input.content {
    case .numbers: ports.inputs.append(ONNXPort(name: input.name, type: .float, extents: extents))
    case .whole:
      ports.inputs.append(ONNXPort(name: input.name, type: .int64, extents: extents))
      value = Value(name: cast(input.name, to: .float), whole: input.name)
    case .flags:
      ports.inputs.append(ONNXPort(name: input.name, type: .boolean, extents: extents))
      value.name = cast(input.name, to: .float)
    }
    values[ObjectIdentifier(input.node)] = value
  }

  private mutating func give(_ output: NamedGraph.Port) throws(InterchangeError) {
    let isWhole = output.content == .whole
    var name = try full(output.node)
    if isWhole {
      name = values[ObjectIdentifier(output.node)]?.whole ?? cast(name, to: .int64)
    }
    operations.append(
      ONNXOperation(type: "Identity", inputs: [name], output: output.name, attributes: []))
    ports.outputs.append(
      ONNXPort(
        name: output.name, type: isWhole ? .int64 : .float,
        extents: try source.extents(output.node)))
  }

  /// Leaves out what no output hangs on.
  private mutating func removeUnused() {
    var needed = Set(ports.outputs.map(\.name))
    var kept: [ONNXOperation] = []
    for operation in operations.reversed() where needed.contains(operation.output) {
      kept.append(operation)
      needed.formUnion(operation.inputs)
    }
    operations = kept.reversed()
    initializers.removeAll { !needed.contains($0.name) }
  }

  // MARK: Values

  /// What an operand became, in whatever form it has.
  func value(_ node: Node) -> Value { values[ObjectIdentifier(node)] ?? Value(name: "") }

  /// The name of an operand in its full shape.
  mutating func full(_ node: Node) throws(InterchangeError) -> String {
    let value = value(node)
    guard value.form != .full else { return value.name }
    let name = add("Expand", [value.name, try shape(source.extents(node))])
    values[ObjectIdentifier(node)] = Value(name: name)
    return name
  }

  /// The name of an operand as whole numbers.
  mutating func whole(_ node: Node) throws(InterchangeError) -> String {
    if let whole = value(node).whole { return whole }
    return cast(try full(node), to: .int64)
  }

  /// Records an operation and gives the name of its result.
  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [ONNXAttribute] = []
  ) -> String {
    let output = newName(type)
    operations.append(
      ONNXOperation(type: type, inputs: inputs, output: output, attributes: attributes))
    return output
  }

  mutating func cast(_ name: String, to type: ONNXType) -> String {
    add("Cast", [name], [.integer("to", type.rawValue)])
  }

  private mutating func newName(_ stem: String) -> String {
    var name: String
    repeat {
      counts[stem, default: 0] += 1
      name = "\(stem)_\(counts[stem, default: 0])"
    } while taken.contains(name)
    return name
  }

  // MARK: Numbers of the model

  /// The name of some whole numbers.
  mutating func constant(_ numbers: [Int]) -> String {
    if let known = integers[numbers] { return known }
    let name = newName("integers")
    initializers.append(ONNXInitializer(name, integers: numbers))
    integers[numbers] = name
    return name
  }

  /// The name of a single number.
  mutating func scalar(_ number: Float) -> String {
    if let known = scalars[number.bitPattern] { return known }
    let name = newName("number")
    initializers.append(ONNXInitializer(name, shape: [], floats: [number]))
    scalars[number.bitPattern] = name
    return name
  }

  mutating func numbers(_ numbers: [Float], shape: [Int]) -> String {
    let name = newName("numbers")
    initializers.append(ONNXInitializer(name, shape: shape, floats: numbers))
    return name
  }

  /// The name of a shape, computed where it hangs on the number of rows.
  mutating func shape(_ extents: [BatchExtent]) -> String {
    if extents.allSatisfy(\.isFixed) { return constant(extents.map(\.fixed)) }
    let parts = extents.map { extent in
      guard !extent.isFixed else { return constant([extent.fixed]) }
      var name = rows
      if extent.perRow != 1 { name = add("Mul", [name, constant([extent.perRow])]) }
      return extent.fixed == 0 ? name : add("Add", [name, constant([extent.fixed])])
    }
    return parts.count == 1 ? parts[0] : add("Concat", parts, [.integer("axis", 0)])
  }

  /// The name of the number of rows, `[1]`.
  var rows: String {
    mutating get {
      if let batchSize { return batchSize }
      let name = add(
        "Shape", [source.graph.inputs.first?.name ?? ""],
        [.integer("start", 0), .integer("end", 1)])
      batchSize = name
      return name
    }
  }
}
