extension Initializer: Choice {
  /// The settings of initialisers with a gain.
  public struct Gain: ValidatedSettings {
    /// What the weight is multiplied by, 0 or more.
    public var gain = 1.0

    public init() {}
    init(_ gain: Double) { self.gain = gain }

    public func validate() throws(SettingsError) {
      try require(gain >= 0 && gain.isFinite, "gain", "must be finite and 0 or more", found: gain)
    }
  }

  /// The settings of initialisers for leaky ReLU.
  public struct Slope: ValidatedSettings {
    /// The activation's slope below 0, 0 or more; 0 for ReLU.
    public var slope = 0.0

    public init() {}
    init(_ slope: Double) { self.slope = slope }

    public func validate() throws(SettingsError) {
      try require(
        slope >= 0 && slope.isFinite, "slope", "must be finite and 0 or more", found: slope)
    }
  }

  /// The settings of the constant initialiser.
  public struct Value: ValidatedSettings {
    /// The number in every element.
    public var value = 0.0

    public init() {}
    init(_ value: Double) { self.value = value }

    public func validate() throws(SettingsError) {
      try require(value.isFinite, "value", "must be finite", found: value)
    }
  }

  public static var alternatives: [Alternative<Initializer>] {
    [
      Alternative("orthogonal", Gain.self) { .orthogonal(gain: $0.gain) },
      Alternative("kaimingUniform", Slope.self) { .kaimingUniform(slope: $0.slope) },
      Alternative("kaimingNormal", Slope.self) { .kaimingNormal(slope: $0.slope) },
      Alternative("xavierUniform", Gain.self) { .xavierUniform(gain: $0.gain) },
      Alternative("xavierNormal", Gain.self) { .xavierNormal(gain: $0.gain) },
      Alternative("lecunUniform", .lecunUniform),
      Alternative("lecunNormal", .lecunNormal),
      Alternative("torchDefault", .torchDefault),
      Alternative("constant", Value.self) { .constant($0.value) },
      Alternative("zeros", .zeros),
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .orthogonal(let gain): ("orthogonal", Gain(gain))
    case .kaimingUniform(let slope): ("kaimingUniform", Slope(slope))
    case .kaimingNormal(let slope): ("kaimingNormal", Slope(slope))
    case .xavierUniform(let gain): ("xavierUniform", Gain(gain))
    case .xavierNormal(let gain): ("xavierNormal", Gain(gain))
    case .lecunUniform: ("lecunUniform", nil)
    case .lecunNormal: ("lecunNormal", nil)
    case .torchDefault: ("torchDefault", nil)
    case .constant(let value): ("constant", Value(value))
    case .zeros: ("zeros", nil)
    }
  }
}
