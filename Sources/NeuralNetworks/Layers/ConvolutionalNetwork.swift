public import Autodiff
public import Randomness

/// Convolutions with an activation, each followed by a pooling where wanted, then dense layers with
/// the same activation: LeNet and its relatives.
///
/// Rows of images `[B, height · width · channels]` → `[B, features]`. Pooling comes after the
/// activation; for one that never falls, such as ReLU, the other order gives the same numbers and
/// gradients.
public struct ConvolutionalNetwork: Module {
  /// From the image on.
  public var convolutions: [Convolution2D]
  /// From the flattened image on.
  public var layers: [Dense]
  /// After each convolution, the height and width of the pooled squares; 1 for none.
  public let pools: [Int]
  /// What follows each layer but the last.
  public let activation: Activation

  /// One convolution, and what follows it.
  public struct Stage: ValidatedSettings {
    /// Channels of the result, 1 or more.
    public var channels = 16
    /// Height and width of the filters, 1 or more.
    public var kernel = 3
    /// Pixels from one place of the kernel to the next, 1 or more.
    public var stride = 1
    /// Zeros beyond each edge of the image, 0 or more and below the kernel.
    public var padding = 0
    /// Height and width of the squares whose largest numbers are kept; 1 for no pooling.
    public var pool = 1

    public init() {}
    /// Chooses a convolution and what follows it.
    public init(channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, pool: Int = 1) {
      (self.channels, self.kernel) = (channels, kernel)
      (self.stride, self.padding, self.pool) = (stride, padding, pool)
    }

    public func validate() throws(SettingsError) {
      try require(channels >= 1, "channels", "must be 1 or more", found: channels)
      try require(kernel >= 1, "kernel", "must be 1 or more", found: kernel)
      try require(stride >= 1, "stride", "must be 1 or more", found: stride)
      try require(
        padding >= 0 && padding < kernel, "padding",
        "must be 0 or more and below the kernel of \(kernel)", found: padding)
      try require(pool >= 1, "pool", "must be 1 or more", found: pool)
    }

    /// What this stage makes of an image.
    ///
    /// - Throws: A sentence if the kernel or the pool is larger than what it should see.
    public func result(of image: ImageShape) throws(SettingsError) -> ImageShape {
      try validate()
      let convolved = image.seen(
        through: kernel, stride: stride, padding: padding, channels: channels)
      try require(
        convolved.count > 0, "kernel",
        "must fit the image of \(image.height) × \(image.width) that it sees"
          + (padding > 0 ? " with a padding of \(padding)" : ""), found: kernel)
      let pooled = convolved.seen(through: pool, stride: pool, channels: channels)
      try require(
        pooled.count > 0, "pool",
        "must fit the image of \(convolved.height) × \(convolved.width) that it sees", found: pool)
      return pooled
    }
  }

  /// A network with parameters drawn at random, from the first layer to the last.
  ///
  /// - Parameters:
  ///   - image: What an input row holds.
  ///   - stages: The convolutions.
  ///   - hidden: Units of the dense layers.
  ///   - activation: After every layer.
  ///   - initializer: How parameters are drawn.
  ///   - random: The stream that they are drawn from.
  /// - Throws: A sentence if a stage does not fit the image that it sees.
  public init(
    image: ImageShape, stages: [Stage], hidden: [Int], activation: Activation = .relu,
    initializer: Initializer = .torchDefault, using random: inout RandomStream
  ) throws(SettingsError) {
    var seen = image
    convolutions = []
    for stage in stages {
      let result = try stage.result(of: seen)
      convolutions.append(
        Convolution2D(
          image: seen, outputs: stage.channels, kernel: stage.kernel, stride: stage.stride,
          padding: stage.padding, activation: activation, initializer: initializer, using: &random))
      seen = result
    }
    layers = []
    for (inputs, outputs) in zip([seen.count] + hidden, hidden) {
      layers.append(Dense(inputs, outputs, initializer: initializer, using: &random))
    }
    pools = stages.map(\.pool)
    self.activation = activation
    (inputs, outputs) = (image.count, hidden.last ?? seen.count)
  }

  /// The numbers of an image.
  public let inputs: Int
  /// The features of an image.
  public let outputs: Int

  public func callAsFunction(_ x: Tensor) -> Tensor {
    var x = x
    for (convolution, pool) in zip(convolutions, pools) {
      x = convolution(x)
      if pool > 1 { x = MaxPool2D(image: convolution.result, size: pool)(x) }
    }
    return layers.reduce(x) { activation($1($0)) }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("convolutions", &convolutions)
    visitor.visit("layers", &layers)
  }
}
