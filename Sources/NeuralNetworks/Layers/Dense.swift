public import Autodiff
public import Randomness

/// A fully connected layer: `x · weight + bias`.
public struct Dense: Module {
  /// `[inputs, outputs]`.
  public var weight: Tensor
  /// `[outputs]`, or `nil` for a layer without.
  public var bias: Tensor?

  /// A layer with these parameters.
  ///
  /// - Precondition: The shapes are `[inputs, outputs]` and `[outputs]`.
  public init(weight: Tensor, bias: Tensor?) {
    precondition(weight.rank == 2, "a weight has the shape [inputs, outputs], not \(weight.shape)")
    if let bias {
      precondition(
        bias.shape == [weight.shape[1]],
        "a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    }
    self.weight = weight
    self.bias = bias
  }

  /// A layer with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - inputs: The number of features of an example, 1 or more.
  ///   - outputs: The number of results, 1 or more.
  ///   - hasBias: Whether a bias is added.
  ///   - initializer: How the parameters are drawn.
  ///   - random: The stream that they are drawn from, weight first.
  public init(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true,
    initializer: Initializer = .torchDefault, using random: inout RandomStream
  ) {
    self.init(
      weight: initializer.weight(inputs: inputs, outputs: outputs, using: &random),
      bias: hasBias ? initializer.bias(inputs: inputs, outputs: outputs, using: &random) : nil)
  }

  /// Numbers of a row that goes in.
  public var inputs: Int { weight.shape[0] }
  /// Numbers of a row that comes out.
  public var outputs: Int { weight.shape[1] }

  /// `[B, inputs]` → `[B, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let product = matmul(x, weight)
    guard let bias else { return product }
    return product.addingRow(bias)
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
  }
}
