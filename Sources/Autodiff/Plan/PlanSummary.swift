import CKernels
import Kernels

/// What a plan consists of.
package struct PlanSummary: Sendable, CustomStringConvertible {
  package struct Kernel: Sendable {
    /// What it does, with shapes.
    package let title: String
    /// Bytes read and written, each array once.
    package let byteCount: Int
    /// Floating-point operations; an elementary function counts as one.
    package let operationCount: Int
    /// Elementwise operations and reductions computed in one pass, 0 for other kernels.
    package let fusedCount: Int
    /// Steps that do this work.
    package let stepCount: Int
    /// Arrays or sets of arrays that the pass is repeated for.
    package let segmentCount: Int
  }

  package let kernels: [Kernel]
  /// Of intermediate values.
  package let arenaByteCount: Int
  /// Of all memory of the plan: inputs, arena, scratch, constants, instructions.
  package let byteCount: Int

  package var operationCount: Int { kernels.reduce(0) { $0 + $1.operationCount } }
  package var movedByteCount: Int { kernels.reduce(0) { $0 + $1.byteCount } }

  package var description: String {
    let lines = kernels.enumerated().map { index, kernel in
      "\(index)  \(kernel.title)  \(kernel.byteCount) B  \(kernel.operationCount) FLOP"
    }
    let sums = "\(kernels.count) kernels, \(operationCount) FLOP, \(movedByteCount) B moved"
    return (lines + [sums + ", arena \(arenaByteCount) B, memory \(byteCount) B"])
      .joined(separator: "\n")
  }

  init(_ graph: PlanGraph, _ tasks: [PlanTask], arenaCount: Int, byteCount: Int) {
    kernels = tasks.map { Kernel(graph, $0) }
    arenaByteCount = arenaCount * MemoryLayout<Float>.stride
    self.byteCount = byteCount
  }
}

extension PlanSummary.Kernel {
  init(_ graph: PlanGraph, _ task: PlanTask) {
    let touched = task.reads.union(task.writes)
    byteCount = touched.reduce(0) { $0 + graph[$1].count } * MemoryLayout<Float>.stride
    switch task.work {
    case .fused(let programs):
      let steps = programs[0].code.steps
      let names = steps.map { fledge_step_kind(rawValue: UInt32($0[0])).name }
      let counts = programs.map { "\($0.count)" }.joined(separator: ", ")
      title = "fused [\(counts)] " + names.joined(separator: " ")
      operationCount = programs.reduce(0) { $0 + $1.count * $1.operationCount }
      fusedCount = programs.reduce(0) { $0 + $1.operationCount }
      stepCount = steps.count
      segmentCount = programs.count
    case .single(let id):
      let inputs = graph[id].inputs.map { "\(graph[$0].shape)" }.joined(separator: " ")
      title = "\(graph[id].op.name) \(inputs) → \(graph[id].shape)"
      operationCount = graph.operationCount(id)
      fusedCount = 0
      stepCount = 0
      segmentCount = 1
    }
  }
}

extension PlanGraph {
  fileprivate func operationCount(_ id: Int) -> Int {
    guard case .product(let product) = self[id].op else { return 0 }
    if let image = imageProduct(id, product) {
      let places = image.windows.count * image.windows.rows * image.windows.columns
      let w = image.windows
      return 2 * image.outputs * Int(places * w.window_height * w.window_width * w.channels)
    }
    return 2 * self[id].count * depth(id, product)
  }
}

extension PlanOp {
  fileprivate var name: String {
    switch self {
    case .primitive(let op): op.name
    case .spread: "spread"
    case .window: "window"
    case .copy: "copy"
    case .product(let product): product.name
    case .placeLargestPositive: "placeLargest gated"
    }
  }
}

extension Product {
  private var kind: String {
    switch patches {
    case .none: "product"
    case .left: transposesA ? "convolution filters" : "convolution"
    case .result: "convolution images"
    }
  }

  fileprivate var name: String {
    var name = kind
    if patches == .none, transposesA || transposesB {
      name += transposesA ? (transposesB ? " TT" : " TN") : " NT"
    }
    if alpha != 1 { name += " ·\(alpha)" }
    if hasBias { name += " + bias" }
    switch activation {
    case FLEDGE_RELU: name += " relu"
    case FLEDGE_LEAKY_RELU: name += " leakyRelu"
    case FLEDGE_TANH: name += " tanh"
    case FLEDGE_SIGMOID: name += " sigmoid"
    case FLEDGE_SOFTPLUS: name += " softplus"
    case FLEDGE_SILU: name += " silu"
    case FLEDGE_GELU: name += " gelu"
    default: break
    }
    return isGated ? name + " gated" : name
  }
}

extension fledge_step_kind {
  fileprivate var name: String {
    switch self {
    case FLEDGE_STEP_COPY: "copy"
    case FLEDGE_STEP_NEGATE: "negate"
    case FLEDGE_STEP_RECIPROCAL: "reciprocal"
    case FLEDGE_STEP_EXP: "exp"
    case FLEDGE_STEP_LOG: "log"
    case FLEDGE_STEP_SQUARE_ROOT: "squareRoot"
    case FLEDGE_STEP_SQUARE: "square"
    case FLEDGE_STEP_TANH: "tanh"
    case FLEDGE_STEP_SIGMOID: "sigmoid"
    case FLEDGE_STEP_SOFTPLUS: "softplus"
    case FLEDGE_STEP_ERF: "erf"
    case FLEDGE_STEP_SINE: "sine"
    case FLEDGE_STEP_COSINE: "cosine"
    case FLEDGE_STEP_ABSOLUTE: "absolute"
    case FLEDGE_STEP_SIGN: "sign"
    case FLEDGE_STEP_RELU: "relu"
    case FLEDGE_STEP_STEP: "step"
    case FLEDGE_STEP_ADD: "a+b"
    case FLEDGE_STEP_SUBTRACT: "a-b"
    case FLEDGE_STEP_MULTIPLY: "ab"
    case FLEDGE_STEP_DIVIDE: "a/b"
    case FLEDGE_STEP_MAXIMUM: "maximum"
    case FLEDGE_STEP_MINIMUM: "minimum"
    case FLEDGE_STEP_POWER: "power"
    case FLEDGE_STEP_GREATER: "a>b"
    case FLEDGE_STEP_EQUAL: "a=b"
    case FLEDGE_STEP_SELECT: "select"
    case FLEDGE_STEP_MULTIPLY_ADD: "ab+c"
    case FLEDGE_STEP_MULTIPLY_SUBTRACT: "ab-c"
    case FLEDGE_STEP_SUBTRACT_PRODUCT: "a-bc"
    case FLEDGE_STEP_MULTIPLY_MULTIPLY: "abc"
    case FLEDGE_STEP_SQUARE_MULTIPLY: "a²b"
    case FLEDGE_STEP_DIFFERENCE_MULTIPLY: "(a-b)c"
    case FLEDGE_STEP_SQUARED_DIFFERENCE: "(a-b)²"
    case FLEDGE_STEP_GATE: "a·step(b)"
    case FLEDGE_STEP_SUM_OF_PRODUCTS: "ab+cd"
    case FLEDGE_STEP_SQUARE_AVERAGE: "ab+cd²"
    case FLEDGE_STEP_ROOT_ADD: "√a+b"
    case FLEDGE_STEP_SCALED_ROOT_ADD: "√(ab)+c"
    case FLEDGE_STEP_SUBTRACT_QUOTIENT: "a-b/c"
    case FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT: "a-bc/d"
    case FLEDGE_STEP_ADAM: "adam:"
    case FLEDGE_STEP_SUM: "Σa"
    case FLEDGE_STEP_SUM_OF_SQUARES: "Σa²"
    case FLEDGE_STEP_DOT: "Σab"
    case FLEDGE_STEP_MAXIMUM_OVER: "max"
    default: "step \(rawValue)"
    }
  }
}
