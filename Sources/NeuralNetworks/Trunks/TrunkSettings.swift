/// Which network makes features of an input: `mlp`, or `{"mlp": {"hidden": [256]}}`.
///
/// A trunk is what stands before the last layers: several heads may read its features.
public enum TrunkSettings: Equatable, Sendable {
  case mlp(MLPTrunk)

  /// Dense layers with an activation after each.
  public struct MLPTrunk: ValidatedSettings {
    /// Units of each layer, the last of which are the features.
    public var hidden = [128, 128]
    /// After every layer.
    public var activation = Activation.relu
    /// How parameters are drawn.
    public var initializer = Initializer.torchDefault

    public init() {}
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

  /// The number of features that a trunk makes of an input of this shape.
  ///
  /// - Parameter shape: Extents of one example: `[features]`, `[height, width]` or
  ///   `[height, width, channels]`, each 1 or more.
  /// - Throws: A sentence if the trunk does not take such an input.
  public func outputs(forInput shape: [Int]) throws(SettingsError) -> Int {
    try validate()
    try require(
      !shape.isEmpty && shape.allSatisfy { $0 >= 1 }, "",
      "takes an input with 1 or more features", found: "\(shape)")
    switch self {
    case .mlp(let settings): return settings.hidden.last ?? 0
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
      Alternative("mlp", MLPTrunk.self) { .mlp($0) }
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .mlp(let settings): ("mlp", settings)
    }
  }
}

extension ValidatedSettings {
  /// Refuses layers without units.
  func validateUnits(_ units: [Int], _ key: String) throws(SettingsError) {
    for (index, count) in units.enumerated() {
      try require(count >= 1, "\(key)[\(index)]", "must be 1 or more", found: count)
    }
  }

  /// Refuses what an activation or an initializer refuses.
  func validateParts(
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
