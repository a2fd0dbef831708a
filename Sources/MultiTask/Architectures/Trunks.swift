import NeuralNetworks
import Randomness

// What architectures ask of a trunk, whichever it is: of all tasks, of one, or an expert.

extension TrunkSettings {
  /// Refuses what the trunk refuses, under its key, and layers beyond all use.
  func validated(as key: String) throws(SettingsError) {
    try NeuralNetworks.validate(key) { () throws(SettingsError) in
      try validate()
      try NeuralNetworks.validate(chosen.name) { () throws(SettingsError) in
        try validateLayers(hidden, "hidden", atLeast: 0)
        try validateLayers(convolutions.map(\.channels), "channels", atLeast: 0)
        for convolution in convolutions {
          try validateCount(convolution.kernel, "kernel", in: 1...1024)
          try validateCount(convolution.stride, "stride", in: 1...1024)
          try validateCount(convolution.pool, "pool", in: 1...1024)
        }
      }
    }
  }

  /// The dense layers.
  private var hidden: [Int] {
    switch self {
    case .mlp(let settings): settings.hidden
    case .leNet(let settings): settings.hidden
    case .convolutional(let settings): settings.hidden
    }
  }

  /// The convolutions before them.
  private var convolutions: [ConvolutionalNetwork.Stage] {
    switch self {
    case .mlp: []
    case .leNet(let settings): settings.channels.map { .init(channels: $0, kernel: 5, pool: 2) }
    case .convolutional(let settings): settings.layers
    }
  }

  /// Channels of convolutions and units of dense layers, from the first to the last.
  var widths: [Int] {
    get { convolutions.map(\.channels) + hidden }
    set {
      let channels = newValue.prefix(convolutions.count)
      let hidden = Array(newValue.dropFirst(channels.count))
      switch self {
      case .mlp(var settings):
        settings.hidden = hidden
        self = .mlp(settings)
      case .leNet(var settings):
        (settings.channels, settings.hidden) = (Array(channels), hidden)
        self = .leNet(settings)
      case .convolutional(var settings):
        for (index, count) in channels.enumerated() { settings.layers[index].channels = count }
        settings.hidden = hidden
        self = .convolutional(settings)
      }
    }
  }

  /// The parameters of the trunk named `key`, for such an input.
  func parameterCount(of inputShape: [Int], as key: String) throws(SettingsError) -> ParameterCount
  {
    _ = try features(of: inputShape, as: key)
    let size = inputShape.reduce(ParameterCount(1)) { $0 * ParameterCount($1) }.value
    guard !convolutions.isEmpty else { return .layers([size] + hidden) }
    var count: ParameterCount = 0
    var image = ImageShape(
      height: inputShape[0], width: inputShape[1], channels: inputShape.dropFirst(2).first ?? 1)
    for stage in convolutions {
      count = count + .dense(stage.kernel * stage.kernel * image.channels, stage.channels)
      image = try stage.result(of: image)
    }
    return count + .layers([image.count] + hidden)
  }

  /// The trunk named `key`, with parameters drawn at random.
  func make(
    _ inputShape: [Int], as key: String, using random: inout RandomStream
  ) throws(SettingsError) -> AnyTrunk {
    do throws(SettingsError) {
      return try AnyTrunk(input: inputShape, self, using: &random)
    } catch {
      throw error.inside(key)
    }
  }

  /// As many of them, one drawn after another.
  func make(
    _ count: Int, _ inputShape: [Int], as key: String, using random: inout RandomStream
  ) throws(SettingsError) -> [AnyTrunk] {
    var trunks: [AnyTrunk] = []
    for _ in 0..<count { trunks.append(try make(inputShape, as: key, using: &random)) }
    return trunks
  }

  /// The features that the trunk named `key` makes of such an input.
  func features(of inputShape: [Int], as key: String) throws(SettingsError) -> Int {
    do throws(SettingsError) { return try outputs(forInput: inputShape) } catch {
      throw error.inside(key)
    }
  }
}

extension ArchitectureDefinition {
  /// A gate over experts: `[inputs, experts]`, without bias.
  func gate(
    _ inputs: Int, _ experts: Int, _ initializer: Initializer, using random: inout RandomStream
  ) -> Dense {
    Dense(inputs, experts, hasBias: false, initializer: initializer, using: &random)
  }

  func validateGates(
    _ initializer: Initializer, _ head: HeadSettings
  ) throws(SettingsError) {
    try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
      try initializer.validate()
    }
    try NeuralNetworks.validate("head") { () throws(SettingsError) in try head.validate() }
  }
}
