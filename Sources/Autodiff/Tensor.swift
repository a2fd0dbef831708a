package import Kernels

/// A dense array of `Float` in up to four axes, row-major; a value.
///
/// A tensor is either *concrete* (it holds numbers) or *traced* (it stands for the result of an
/// operation in a graph under construction). An operation on concrete tensors runs at once; an
/// operation with a traced operand is recorded, and concrete operands become constants of the
/// graph. There is no mode to switch: a function written once serves both.
///
/// Shapes are never stretched to fit one another. Operands of `+` have one shape, or one operand is
/// a Swift number; everything else says ``broadcast(along:count:)``. A mismatch ends the process
/// with a sentence that names both shapes.
public struct Tensor: Sendable {
  package enum Storage: Sendable {
    case concrete(NDArray<Float>)
    case traced(Node)
  }

  package let storage: Storage

  package init(_ array: NDArray<Float>) { storage = .concrete(array) }
  package init(_ node: Node) { storage = .traced(node) }
}

// MARK: Making tensors

extension Tensor {
  /// A tensor of these numbers, the last axis varying fastest.
  ///
  /// - Precondition: There are as many numbers as the shape has elements.
  public init(shape: [Int], scalars: [Float]) {
    let shape = Shape(shape)
    demand(
      shape.count == scalars.count, "\(scalars.count) numbers do not fill a tensor of \(shape)")
    self.init(NDArray(shape: shape, scalars: scalars))
  }

  /// A tensor without axes that holds one number.
  public init(_ scalar: Float) { self.init(shape: [], scalars: [scalar]) }

  /// A row of numbers: one axis.
  public init(_ scalars: [Float]) { self.init(shape: [scalars.count], scalars: scalars) }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { filled(with: 0, shape: shape) }

  /// A tensor of ones.
  public static func ones(_ shape: [Int]) -> Tensor { filled(with: 1, shape: shape) }

  /// One number in every element.
  public static func filled(with value: Float, shape: [Int]) -> Tensor {
    Tensor(NDArray(repeating: value, shape: Shape(shape)))
  }
}

// MARK: Reading tensors

extension Tensor {
  /// The number of elements along each axis; empty for a single number.
  public var shape: [Int] { extents.dimensions }

  /// The number of axes, 0...4.
  public var rank: Int { extents.rank }

  /// The number of elements.
  public var count: Int { extents.count }

  /// Whether the tensor stands for a result that is yet to be computed.
  public var isTraced: Bool {
    if case .traced = storage { true } else { false }
  }

  /// The numbers, the last axis varying fastest.
  ///
  /// - Precondition: The tensor is concrete: inside a traced function there are no numbers yet.
  public var scalars: [Float] { array.scalars }

  /// The only number.
  ///
  /// - Precondition: The tensor is concrete and has one element.
  public var scalar: Float {
    let scalars = array.scalars
    demand(scalars.count == 1, "a tensor of shape \(extents) is not a single number")
    return scalars[0]
  }

  package var extents: Shape {
    switch storage {
    case .concrete(let array): array.shape
    case .traced(let node): node.shape
    }
  }

  /// The numbers of a concrete tensor.
  package var array: NDArray<Float> {
    switch storage {
    case .concrete(let array): return array
    case .traced(let node):
      fatalError(
        "a traced tensor (\(node.op.name), shape \(node.shape)) has no numbers yet: return it from "
          + "the traced function and read the result")
    }
  }

  /// The graph's view of the tensor: concrete numbers become a leaf.
  package var node: Node {
    switch storage {
    case .traced(let node): return node
    case .concrete(let array):
      if let value = array.uniformValue { return .constant(Double(value), shape: array.shape) }
      return Node(leaf: .literal(Literal(array)), shape: array.shape)
    }
  }
}

extension NDArray<Float> {
  /// The number that every element holds, if there is one.
  fileprivate var uniformValue: Float? {
    let numbers = scalars
    guard let first = numbers.first else { return 0 }
    return numbers.allSatisfy { $0.bitPattern == first.bitPattern } ? first : nil
  }
}

// MARK: The one place where operations happen

extension Tensor {
  /// Runs the operation if all operands are concrete, else records it.
  package static func apply(_ op: Op, _ operands: Tensor...) -> Tensor { apply(op, operands) }

  package static func apply(_ op: Op, _ operands: [Tensor]) -> Tensor {
    if operands.contains(where: \.isTraced) {
      return Tensor(Node.recording(op, operands.map(\.node)))
    }
    let arrays = operands.map(\.array)
    do throws(ShapeError) {
      let shape = try op.resultShape(of: arrays.map(\.shape))
      return Tensor(op.evaluated(on: arrays, shape: shape))
    } catch {
      error.trap()
    }
  }

  /// A leaf of the kind that suits this tensor: recorded beside a traced one, else computed.
  package func leaf(_ op: Op, shape: Shape) -> Tensor {
    isTraced ? Tensor(Node(leaf: op, shape: shape)) : Tensor(op.evaluated(on: [], shape: shape))
  }

  /// A number in every element of a tensor shaped like this one.
  package func filled(with value: Double) -> Tensor { leaf(.constant(value), shape: extents) }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    switch storage {
    case .traced(let node): "Tensor(\(node.op.name), shape: \(node.shape))"
    case .concrete(let array): "Tensor(shape: \(array.shape), scalars: \(array.scalars))"
    }
  }
}
