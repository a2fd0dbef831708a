public import Autodiff
public import Randomness

/// A multi-layer perceptron: dense layers with an activation between them.
public struct MLP: Module {
  /// From the input to the output.
  public var layers: [Dense]
  /// After every layer but the last.
  public let activation: Activation
  /// After the last layer.
  public let outputActivation: Activation

  /// A network of these layers, each of which takes what the one before gives.
  public init(layers: [Dense], activation: Activation, outputActivation: Activation = .identity) {
    precondition(!layers.isEmpty, "an MLP has at least one layer")
    for (before, after) in zip(layers, layers.dropFirst()) {
      precondition(
        before.outputs == after.inputs,
        "a layer of \(before.outputs) outputs does not fit one of \(after.inputs) inputs")
    }
    self.layers = layers
    self.activation = activation
    self.outputActivation = outputActivation
  }

  /// A network with parameters drawn at random, from the first layer to the last.
  ///
  /// - Parameters:
  ///   - sizes: Inputs, units of each hidden layer, outputs: two numbers or more, such as
  ///     `[4, 64, 64, 2]`.
  ///   - activation: After every layer but the last.
  ///   - outputActivation: After the last layer.
  ///   - initializer: How parameters are drawn.
  ///   - outputInitializer: How those of the last layer are drawn; as the others if `nil`.
  ///   - random: The stream that they are drawn from.
  public init(
    sizes: [Int], activation: Activation = .relu, outputActivation: Activation = .identity,
    initializer: Initializer = .torchDefault, outputInitializer: Initializer? = nil,
    using random: inout RandomStream
  ) {
    precondition(sizes.count >= 2, "an MLP has at least inputs and outputs, not only \(sizes)")
    let last = sizes.count - 2
    var layers: [Dense] = []
    for index in 0...last {
      layers.append(
        Dense(
          sizes[index], sizes[index + 1],
          initializer: index == last ? outputInitializer ?? initializer : initializer,
          using: &random))
    }
    self.init(layers: layers, activation: activation, outputActivation: outputActivation)
  }

  /// Numbers of a row that goes in.
  public var inputs: Int { layers[0].inputs }
  /// Numbers of a row that comes out.
  public var outputs: Int { layers[layers.count - 1].outputs }

  /// `[B, inputs]` → `[B, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    outputActivation(layers[layers.count - 1](features(x)))
  }

  /// What the last layer sees: `[B, inputs]` → `[B, units of the last hidden layer]`.
  public func features(_ x: Tensor) -> Tensor {
    layers.dropLast().reduce(x) { activation($1($0)) }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("layers", &layers)
  }
}
