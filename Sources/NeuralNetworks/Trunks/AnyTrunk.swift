public import Autodiff
public import Randomness

/// The trunk that settings asked for: rows of inputs → rows of features.
public enum AnyTrunk: Module {
  /// Fully connected layers.
  case mlp(MLP)
  /// Convolutions, then fully connected layers.
  case convolutional(ConvolutionalNetwork)

  /// A trunk with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - shape: Extents of one example: `[features]`, `[height, width]` or
  ///     `[height, width, channels]`. A row holds them flattened, the last varying fastest.
  ///   - settings: Which trunk.
  ///   - random: The stream that the parameters are drawn from, first layer first.
  /// - Throws: A sentence if the trunk does not take such an input.
  public init(
    input shape: [Int], _ settings: TrunkSettings, using random: inout RandomStream
  ) throws(SettingsError) {
    _ = try settings.outputs(forInput: shape)
    switch settings {
    case .mlp(let settings):
      let layers = zip([shape.reduce(1, *)] + settings.hidden, settings.hidden).map {
        Dense($0, $1, initializer: settings.initializer, using: &random)
      }
      self = .mlp(
        MLP(
          layers: layers, activation: settings.activation, outputActivation: settings.activation))
    case .leNet(let leNet):
      self = try .convolutional(leNet.convolutional, image: settings.image(shape), using: &random)
    case .convolutional(let convolutional):
      self = try .convolutional(convolutional, image: settings.image(shape), using: &random)
    }
  }

  private static func convolutional(
    _ settings: TrunkSettings.ConvolutionalTrunk, image: ImageShape,
    using random: inout RandomStream
  ) throws(SettingsError) -> AnyTrunk {
    .convolutional(
      try ConvolutionalNetwork(
        image: image, stages: settings.layers, hidden: settings.hidden,
        activation: settings.activation, initializer: settings.initializer, using: &random))
  }

  /// The numbers of an example.
  public var inputs: Int {
    switch self {
    case .mlp(let network): network.inputs
    case .convolutional(let network): network.inputs
    }
  }

  /// The features of an example.
  public var outputs: Int {
    switch self {
    case .mlp(let network): network.outputs
    case .convolutional(let network): network.outputs
    }
  }

  /// `[B, inputs]` → `[B, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .mlp(let network): network(x)
    case .convolutional(let network): network(x)
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    switch self {
    case .mlp(var network):
      network.visitTensors(&visitor)
      self = .mlp(network)
    case .convolutional(var network):
      network.visitTensors(&visitor)
      self = .convolutional(network)
    }
  }
}
