public import Autodiff

/// A function from tensor to tensor with parameters: a layer, a network.
///
/// A module is a value. Its parameters are its tensors (`visitTensors`), so `namedTensors` lists
/// them, `gradient(of:withRespectTo:)` has its type, and an optimiser moves them.
///
/// ```swift
/// struct Residual: Module {
///   var inner: Dense
///
///   func callAsFunction(_ x: Tensor) -> Tensor { x + inner(x).relu() }
///
///   mutating func visitTensors(_ visitor: inout some TensorVisitor) {
///     visitor.visit("inner", &inner)
///   }
/// }
/// ```
public protocol Module: Traceable, Sendable {
  /// The function. Rows are examples: `[B, inputs]` → `[B, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor
}

extension Module {
  /// The number of scalars in all parameters.
  public var parameterCount: Int { scalarCount }

  /// The parameters with their full names, such as "layers/0/weight", in a fixed order.
  public var namedParameters: [(name: String, tensor: Tensor)] { namedTensors }
}
