/// Which network makes features of an input: `mlp`, `leNet`, or with settings,
/// `{"mlp": {"hidden": [256]}}`.
///
/// A trunk is what stands before the last layers: several heads may read its features.
public enum TrunkSettings: Equatable, Sendable {
  /// Fully connected layers.
  case mlp(MLPTrunk)
  /// LeNet-5 with rectified linear units.
  case leNet(LeNetTrunk)
  /// Convolutions of your own, then fully connected layers.
  case convolutional(ConvolutionalTrunk)

  /// Dense layers with an activation after each.
  public struct MLPTrunk: ValidatedSettings {
    /// Units of each layer, the last of which are the features.
    public var hidden = [128, 128]
    /// After every layer.
    public var activation = Activation.relu
    /// How parameters are drawn.
    public var initializer = Initializer.torchDefault

    public init() {}
    /// Chooses the hidden layers.
    public init(hidden: [Int], activation: Activation = .relu) {
      self.hidden = hidden
      self.activation = activation
    }

    public func validate() throws(SettingsError) {
      try require(!hidden.isEmpty, "hidden", "must name at least one layer", found: "[]")
      try validateUnits(hidden, "hidden")
      try validateParts(activation, initializer)
    }
  }

  /// Two convolutions of 5 × 5, each followed by ReLU and max-pooling of 2 × 2, then dense layers
  /// with ReLU.
  ///
  /// LeCun et al. (1998), with ReLU and max-pooling as is usual now.
  public struct LeNetTrunk: ValidatedSettings {
    /// Channels of the two convolutions.
    public var channels = [6, 16]
    /// Units of the dense layers, the last of which are the features.
    public var hidden = [120, 84]
    /// How parameters are drawn.
    public var initializer = Initializer.torchDefault

    public init() {}
    /// Chooses channels and hidden layers.
    public init(channels: [Int], hidden: [Int]) {
      self.channels = channels
      self.hidden = hidden
    }

    /// LeNet-5 without its last layer: 84 features of 28 × 28 pixels.
    public static let leNet5 = LeNetTrunk()
    /// The one that Sener & Koltun (2018) use for MultiMNIST: 50 features.
    public static let multiMNIST = LeNetTrunk(channels: [10, 20], hidden: [50])

    public func validate() throws(SettingsError) {
      try require(
        channels.count == 2, "channels", "must be two numbers, one a convolution",
        found: "\(channels)")
      try validateUnits(channels, "channels")
      try require(!hidden.isEmpty, "hidden", "must name at least one layer", found: "[]")
      try validateUnits(hidden, "hidden")
      try validateParts(.relu, initializer)
    }

    /// The same as convolutions of any kind.
    var convolutional: ConvolutionalTrunk {
      var trunk = ConvolutionalTrunk()
      trunk.layers = channels.map { .init(channels: $0, kernel: 5, pool: 2) }
      trunk.hidden = hidden
      trunk.initializer = initializer
      return trunk
    }
  }

  /// Convolutions of any kind, then dense layers.
  public struct ConvolutionalTrunk: ValidatedSettings {
    /// The convolutions, the first one sees the image.
    public var layers: [ConvolutionalNetwork.Stage] = [
      .init(channels: 16, kernel: 3, padding: 1, pool: 2),
      .init(channels: 32, kernel: 3, padding: 1, pool: 2),
    ]
    /// Units of the dense layers; without any the last image is the features.
    public var hidden = [128]
    /// After every layer.
    public var activation = Activation.relu
    /// How parameters are drawn.
    public var initializer = Initializer.torchDefault

    public init() {}

    public func validate() throws(SettingsError) {
      try require(!layers.isEmpty, "layers", "must name at least one convolution", found: "[]")
      for (index, layer) in layers.enumerated() {
        try NeuralNetworks.validate("layers[\(index)]") { () throws(SettingsError) in
          try layer.validate()
        }
      }
      try validateUnits(hidden, "hidden")
      try validateParts(activation, initializer)
    }
  }
}

extension TrunkSettings: ValidatedSettings {
  /// An MLP as usual.
  public init() { self = .mlp(MLPTrunk()) }
}

extension TrunkSettings: Choice {
  public static var alternatives: [Alternative<TrunkSettings>] {
    [
      Alternative("mlp", MLPTrunk.self) { .mlp($0) },
      Alternative("leNet", LeNetTrunk.self) { .leNet($0) },
      Alternative("convolutional", ConvolutionalTrunk.self) { .convolutional($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .mlp(let settings): ("mlp", settings)
    case .leNet(let settings): ("leNet", settings)
    case .convolutional(let settings): ("convolutional", settings)
    }
  }
}

extension ValidatedSettings {
  /// Refuses layers without units.
  fileprivate func validateUnits(_ units: [Int], _ key: String) throws(SettingsError) {
    for (index, count) in units.enumerated() {
      try require(count >= 1, "\(key)[\(index)]", "must be 1 or more", found: count)
    }
  }

  /// Refuses what an activation or an initializer refuses.
  fileprivate func validateParts(
    _ activation: Activation, _ initializer: Initializer
  ) throws(SettingsError) {
    try NeuralNetworks.validate("activation") { () throws(SettingsError) in
      try activation.validate()
    }
    try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
      try initializer.validate()
    }
  }
}
